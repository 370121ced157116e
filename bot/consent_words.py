"""The exact words of a consent, as they are kept: names stay placeholders, so that no register holds anybody's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.conversation import consents, sharing
from bot.conversation.render import Writer
from bot.conversation.screen import Say
from bot.conversation.setting import Setting
from bot.outcome import nobody
from bot.parts import Parts
from domain.consent import Decision, Purpose

ASKED = (
    Purpose.KEEP,
    Purpose.HEALTH,
    Purpose.SUBSTANCE,
    Purpose.JUSTICE,
    Purpose.COACH,
    Purpose.GROUP,
    Purpose.REMINDER,
)
"""The purposes that the chat asks about, in the order of the register; topics come from a list."""


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """What stands on the screen when a purpose is decided, in one language."""

    purpose: Purpose
    text: str


def kept_text(parts: Parts, language: str, setting: Setting, asked: Iterable[Say]) -> str:
    """The words of these lines in that language, without a name."""
    unnamed = replace(
        setting,
        name="{name}",
        coach="{coach}",
        organisation="{organisation}",
        keeper="{keeper}",
        contact="{contact}",
    )
    writer = Writer(parts.catalogues, language, unnamed)
    return "\n".join(writer.say(line) for line in asked)


def present_words(parts: Parts, language: str) -> tuple[ConsentWords, ...]:
    """What is asked now, by purpose and then by topic; the form for a coach who is also the boss stands beside the
    other where it differs."""
    usual = nobody(parts)
    boss = replace(usual, is_coach_boss=True)
    found = [
        ConsentWords(purpose, kept_text(parts, language, setting, consents.asked(purpose, setting)))
        for purpose in ASKED
        for setting in (usual, boss)
    ]
    found += [
        ConsentWords(
            Purpose.TOPIC, kept_text(parts, language, usual, sharing.decided(group.name, Decision.GIVEN).asked)
        )
        for group in parts.catalogues.questionnaire.groups
    ]
    return tuple(dict.fromkeys(found))

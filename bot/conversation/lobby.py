"""What somebody reads who is not (yet) in a conversation: a code is asked for, or refused with the reason.

Nothing about strangers is kept; these screens are answered once and forgotten.
"""

from datetime import date
from enum import StrEnum

from bot.conversation.screen import Say, Screen
from bot.conversation.welcome import in_every_language, language_buttons

LONGEST_ECHO = 40
"""Of what was typed as a code, so much is repeated."""


class Refusal(StrEnum):
    """Why a code opens nothing, by the key of the text that says so."""

    UNKNOWN = "code.unknown"
    USED = "code.used"
    EXPIRED = "code.expired"
    TOO_MANY = "code.too_many"
    SHARED_PHONE = "link.shared_phone"
    ELSEWHERE_USED = "elsewhere.used"
    ELSEWHERE_EXPIRED = "elsewhere.expired"


def ask_for_code() -> Screen:
    """Somebody came without a code."""
    return Screen(lines=(Say("language.greeting"), Say("code.ask")))


def refuse(refusal: Refusal, *, code: str = "", url: str = "") -> Screen:
    """A code that opens nothing here; the reason, and what to do now. Never whose it is."""
    values = {"code": code[:LONGEST_ECHO]} if refusal is Refusal.UNKNOWN else {}
    if refusal is Refusal.SHARED_PHONE:
        values = {"url": url}
    return Screen(lines=(Say(refusal.value, values),))


def doorstep() -> Screen:
    """An open invitation before anybody pressed anything: only the question of the language, nothing personal."""
    return Screen(
        lines=in_every_language("language.greeting", "language.ask"),
        buttons=tuple(language_buttons(1)),
    )


def erased(*, on: date, code: str) -> Screen:
    """The receipt of an erasure: the last message of a conversation."""
    return Screen(lines=(Say("delete.receipt", {"date": on, "code": code}), Say("delete.chat_hint")))


def cannot_be_read() -> Screen:
    """What is kept of the person's conversation cannot be read just now; nothing of it was changed."""
    return Screen(lines=(Say("trouble.repair"),))


def sample() -> Screen:
    """What somebody of the staff gets who tries whether messages arrive: nothing of anybody."""
    return Screen(lines=(Say("sample.arrived"),))


def in_a_group() -> Screen:
    """Somebody put the bot in a group: no question is ever shown there."""
    return Screen(lines=(Say("group_chat.not_possible"),))

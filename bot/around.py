"""The setting of a conversation, from what is stored around it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.conversation.conversation import Conversation, Stage, load
from bot.conversation.setting import Agreed, Looked, Made, Setting
from bot.parts import Parts
from domain.consent import Decision, Purpose
from domain.errors import UnreadableConversation
from domain.questionnaire import LANGUAGES
from storage import agreements, answers, consents, looks
from storage.conversations import StoredConversation
from storage.secrets import keyed_hash

PUSHING = frozenset({"telegram", "whatsapp"})
"""Channels where we send; on the web the person looks, and what is due is shown by that."""

_OF_THE_COACH = frozenset({Purpose.COACH, Purpose.TOPIC})

log = structlog.get_logger()


def conversation_of(stored: StoredConversation) -> Conversation:
    """The conversation as it was kept. Raises UnreadableConversation, which the log tells with its id."""
    try:
        return load(stored.state)
    except UnreadableConversation as error:
        log.exception("conversation_unreadable", conversation=stored.id, cause=error.fault)
        raise UnreadableConversation(fault=error.fault, conversation_id=stored.id) from None


def setting_of(parts: Parts, stored: StoredConversation) -> Setting:
    """The people around a conversation and what is on its screen."""
    return Setting(
        questionnaire=parts.catalogues.questionnaire,
        name=stored.name,
        coach=stored.coach,
        organisation=stored.organisation,
        keeper=stored.keeper,
        contact=stored.contact,
        is_coach_boss=stored.is_coach_boss,
        channel=stored.channel or "web",
        reading_seconds=parts.reading_seconds,
        is_shown=stored.due == stored.shown,
        shown_at=stored.shown_at,
        typed=parts.typed,
        now=parts.now(),
        zone=ZoneInfo(stored.time_zone),
        languages=stored.languages or LANGUAGES,
    )


def for_screen(
    connection: Connection, parts: Parts, stored: StoredConversation, conversation: Conversation, setting: Setting
) -> Setting:
    """The setting with what this one screen shows beside: kept answers, agreed texts, or the link elsewhere."""
    if conversation.stage is Stage.DATA:
        return replace(setting, answers_kept=answers.count_of(connection, stored.participant_id))
    if conversation.stage is Stage.AGREED:
        return replace(setting, agreed=_agreed(connection, stored))
    if conversation.stage in (Stage.MORE, Stage.CHOICES, Stage.AGREEMENTS):
        return replace(setting, made=_made(connection, stored))
    if conversation.stage is Stage.LOOKS:
        return replace(setting, looks=_looks(connection, stored))
    if conversation.stage is Stage.ELSEWHERE:
        code = elsewhere_code(parts, stored, conversation.elsewhere)
        telegram = parts.telegram_link(code) if stored.channel != "telegram" else None
        return replace(setting, elsewhere_url=telegram or parts.link(code))
    return setting


def _made(connection: Connection, stored: StoredConversation) -> tuple[Made, ...]:
    """What the person agreed, with whichever coach."""
    return tuple(
        Made(one.coach, one.is_coach_boss, one.words)
        for one in agreements.of_participant(connection, stored.participant_id)
    )


def _looks(connection: Connection, stored: StoredConversation) -> tuple[Looked, ...]:
    """Who looked, newest first; the same look of the same coach is told once a day."""
    zone = ZoneInfo(stored.time_zone)
    every = (
        Looked(one.name, one.is_coach_boss, one.look, one.looked_at.astimezone(zone).date())
        for one in looks.at(connection, stored.participant_id)
    )
    return tuple(dict.fromkeys(every))


def elsewhere_code(parts: Parts, stored: StoredConversation, number: int) -> str:
    """The secret of a link to another chat: made from the key, so that only its hash need be kept."""
    return keyed_hash(parts.key, "elsewhere-code", f"{stored.id}:{number}")[:32]


def _agreed(connection: Connection, stored: StoredConversation) -> tuple[Agreed, ...]:
    """The newest decision about every purpose, with the words it was asked in and the names filled in."""
    zone = ZoneInfo(stored.time_zone)
    newest: dict[tuple[str, str | None], Agreed] = {}
    for consent in consents.history(connection, stored.participant_id):
        if consent.decision is Decision.ENDED:  # nothing that was agreed with this coach
            newest = {about: agreed for about, agreed in newest.items() if about[0] not in _OF_THE_COACH}
            continue
        text = consents.text_of(connection, consent.text_hash, consent.language) or ""
        newest[consent.purpose, consent.topic] = Agreed(
            purpose=consent.purpose,
            decision=consent.decision,
            decided_on=consent.decided_at.astimezone(zone).date(),
            text=with_names(text, stored),
            topic=consent.topic,
        )
    order = [str(purpose) for purpose in Purpose]
    return tuple(sorted(newest.values(), key=lambda agreed: order.index(agreed.purpose)))


def with_names(text: str, stored: StoredConversation) -> str:
    """A consent's text with the names that stood in it when it was shown."""
    for name in ("name", "coach", "organisation", "keeper", "contact"):
        text = text.replace("{" + name + "}", getattr(stored, name))
    return text

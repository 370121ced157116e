"""The consents: every decision, append-only, with the exact text it was given under."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select

from domain.consent import Consent, Decision, Purpose
from domain.ids import ParticipantId
from storage.secrets import new_id
from storage.tables import consent_texts, consents, participants
from storage.upserts import per_dialect


@dataclass(frozen=True, slots=True)
class Registered:
    """One line of the owner's register: a decision of nobody in particular, on a day. Never a refusal."""

    record: str
    purpose: Purpose
    topic: str | None
    decision: Decision
    text_version: str
    text_hash: str
    language: str
    channel: str
    decided_on: date


_COLUMNS = [consents.c[name] for name in Consent.__slots__]
_ADD = insert(consents)
_HISTORY = (
    select(*_COLUMNS).where(consents.c.participant_id == bindparam("participant_id")).order_by(consents.c.sequence)
)
_OF_MANY = select(consents.c.participant_id, *_COLUMNS).order_by(consents.c.sequence)
_OF_COACH = (
    select(consents.c.participant_id, *_COLUMNS)
    .join(participants, participants.c.id == consents.c.participant_id)
    .where(
        participants.c.organisation_id == bindparam("organisation_id"),
        participants.c.coach_id == bindparam("coach_id"),
    )
    .order_by(consents.c.sequence)
)
# By record number, which is random: the order must not tell which decisions are one person's.
_REGISTER = (
    select(
        consents.c.id,
        consents.c.purpose,
        consents.c.topic,
        consents.c.decision,
        consents.c.text_version,
        consents.c.text_hash,
        consents.c.language,
        consents.c.channel,
        consents.c.decided_at,
    )
    .where(
        consents.c.organisation_id == bindparam("organisation_id"),
        consents.c.decision.in_((Decision.GIVEN.value, Decision.WITHDRAWN.value)),
    )
    .order_by(consents.c.id)
)
_REMEMBER = per_dialect(lambda insert: insert(consent_texts).on_conflict_do_nothing())
_TEXT = select(consent_texts.c.text).where(
    consent_texts.c.text_hash == bindparam("text_hash"), consent_texts.c.language == bindparam("language")
)


def append(connection: Connection, organisation_id: str, participant_id: str, consent: Consent) -> None:
    """Record a decision under a new, random record number. Nothing ever changes or removes it but an erasure."""
    values: dict[str, Any] = {name: getattr(consent, name) for name in Consent.__slots__}
    values |= {"purpose": consent.purpose.value, "decision": consent.decision.value}
    values |= {"id": new_id(), "organisation_id": organisation_id, "participant_id": participant_id}
    connection.execute(_ADD, values)


def history(connection: Connection, participant_id: str) -> tuple[Consent, ...]:
    """Everything a participant decided, in the order it was decided."""
    return tuple(_read(row) for row in connection.execute(_HISTORY, {"participant_id": participant_id}))


def of_coach(connection: Connection, organisation_id: str, coach_id: str) -> dict[ParticipantId, tuple[Consent, ...]]:
    """The histories of a coach's own people who decided anything, each in order."""
    found: dict[ParticipantId, tuple[Consent, ...]] = {}
    for row in connection.execute(_OF_COACH, {"organisation_id": organisation_id, "coach_id": coach_id}):
        found[row[0]] = (*found.get(row[0], ()), _read(row[1:]))
    return found


def histories(connection: Connection, participant_ids: Collection[str]) -> dict[ParticipantId, tuple[Consent, ...]]:
    """Everything that each of those participants decided, in order; who decided nothing is left out."""
    found: dict[ParticipantId, tuple[Consent, ...]] = {}
    for row in connection.execute(_OF_MANY.where(consents.c.participant_id.in_(participant_ids))):
        found[row[0]] = (*found.get(row[0], ()), _read(row[1:]))
    return found


def latest_of(
    connection: Connection, participant_ids: Select[Any], purposes: Collection[Purpose]
) -> dict[str, tuple[Consent, ...]]:
    """The newest decision of each of those participants about each of those purposes, none of a topic or a coach."""
    query = _OF_MANY.where(
        consents.c.participant_id.in_(participant_ids), consents.c.purpose.in_([one.value for one in purposes])
    )
    found: dict[str, dict[str, Consent]] = {}
    for row in connection.execute(query):
        found.setdefault(row[0], {})[row[1]] = _read(row[1:])  # the last one stays
    return {participant_id: tuple(theirs.values()) for participant_id, theirs in found.items()}


def register(connection: Connection, organisation_id: str) -> tuple[Registered, ...]:
    """What was given and what was withdrawn in an organisation, without anybody's id, in no telling order."""
    rows = connection.execute(_REGISTER, {"organisation_id": organisation_id})
    return tuple(
        Registered(row[0], Purpose(row[1]), row[2], Decision(row[3]), *row[4:8], row[8].date()) for row in rows
    )


def remember_text(
    connection: Connection, *, text_hash: str, language: str, purpose: Purpose, version: str, text: str
) -> None:
    """Keep the words that a hash stands for; nothing happens when they are kept already."""
    values = {"text_hash": text_hash, "language": language, "purpose": purpose.value, "version": version, "text": text}
    connection.execute(_REMEMBER[connection.dialect.name], values)


def text_of(connection: Connection, text_hash: str, language: str) -> str | None:
    """The words that a hash stands for, or None."""
    return connection.execute(_TEXT, {"text_hash": text_hash, "language": language}).scalar()


def _read(row: Any) -> Consent:
    return Consent(Purpose(row[0]), Decision(row[1]), *row[2:])

"""The agreements: what a participant and a coach wrote down together, for the two of them.

They belong to the coach with whom they were made: another coach who takes over does not get them along.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select, update

from domain.agreements import Words
from domain.ids import AgreementId, OrganisationId, ParticipantId, StaffId
from storage.tables import agreements, staff
from storage.upserts import add_once


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement. ``version`` counts its changes from 1: who changes it says which one was on the screen."""

    id: AgreementId
    organisation_id: OrganisationId
    participant_id: ParticipantId
    coach_id: StaffId
    text: str
    topic: str | None
    agreed_on: date
    is_done: bool
    version: int
    created_at: datetime

    @property
    def words(self) -> Words:
        """What it says."""
        return Words(self.text, self.agreed_on, self.topic, self.is_done)


@dataclass(frozen=True, slots=True)
class Made:
    """An agreement as the participant reads it, with the coach with whom it was made, who may also decide about the
    person's work."""

    coach: str
    is_coach_boss: bool
    words: Words


_COLUMNS = [agreements.c[name] for name in Agreement.__slots__]
_ADD = add_once(agreements)
_NEWEST_FIRST = (agreements.c.agreed_on.desc(), agreements.c.created_at.desc(), agreements.c.id)
_OF_TWO = (
    select(*_COLUMNS)
    .where(agreements.c.participant_id == bindparam("participant_id"), agreements.c.coach_id == bindparam("coach_id"))
    .order_by(agreements.c.is_done, *_NEWEST_FIRST)
)
_OF_PARTICIPANT = (
    select(
        staff.c.name,
        staff.c.is_also_boss,
        agreements.c.text,
        agreements.c.agreed_on,
        agreements.c.topic,
        agreements.c.is_done,
    )
    .join(staff, staff.c.id == agreements.c.coach_id)
    .where(agreements.c.participant_id == bindparam("participant_id"))
    .order_by(agreements.c.is_done, *_NEWEST_FIRST)
)
_COUNT = select(func.count()).where(agreements.c.participant_id == bindparam("participant_id"))


def add(connection: Connection, agreement: Agreement) -> None:
    """Write down an agreement; nothing happens when the id is there already: a form that is sent twice is one."""
    connection.execute(_ADD[connection.dialect.name], {name: getattr(agreement, name) for name in Agreement.__slots__})


def of_two(connection: Connection, participant_id: str, coach_id: str) -> tuple[Agreement, ...]:
    """What these two agreed: open ones first, then those that are done, each newest first."""
    rows = connection.execute(_OF_TWO, {"participant_id": participant_id, "coach_id": coach_id})
    return tuple(Agreement(*row) for row in rows)


def of_participant(connection: Connection, participant_id: str) -> tuple[Made, ...]:
    """Everything a participant agreed, with whichever coach, in the same order."""
    rows = connection.execute(_OF_PARTICIPANT, {"participant_id": participant_id})
    return tuple(Made(row[0], row[1], Words(*row[2:])) for row in rows)


def count_of(connection: Connection, participant_id: str) -> int:
    """How many agreements a participant has."""
    return connection.execute(_COUNT, {"participant_id": participant_id}).scalar_one()


def change(connection: Connection, agreement: Agreement, words: Words, *, version: int) -> bool:
    """Let the agreement say this, if it is still at that version; whether it says it now.

    When it says so already, because the same change arrived before, that is fine too. Otherwise somebody changed it in
    between, and nothing is lost: it stays as that somebody left it.
    """
    values = {"text": words.text, "topic": words.topic, "agreed_on": words.agreed_on, "is_done": words.is_done}
    changed = connection.execute(
        update(agreements)
        .where(agreements.c.id == agreement.id, agreements.c.version == version)
        .values(**values, version=version + 1)
    )
    return changed.rowcount == 1 or agreement.words == words

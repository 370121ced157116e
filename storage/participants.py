"""The participants: who they are to their coach, and how they want to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from domain.details import sameness
from domain.ids import OrganisationId, ParticipantId, StaffId
from storage.tables import invitations, participants
from storage.upserts import add_once


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who answers. ``modules`` None: what the organisation has on. ``pin_hash`` None: no pictures chosen.

    ``language`` is the one the person reads; ``invited_language`` the one the coach wrote down, "" for the same.
    """

    id: ParticipantId
    organisation_id: OrganisationId
    coach_id: StaffId
    name: str
    language: str
    created_at: datetime
    phone: str | None = None
    phone_opt_in: bool = False
    email: str | None = None
    same_order: bool = False
    pin_hash: str | None = None
    modules: tuple[str, ...] | None = None
    archived_at: datetime | None = None
    invited_language: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a coach's list. The name is "" for an empty place, whose person took everything back."""

    id: ParticipantId
    name: str
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a coach's list, and how many people there are on all of them."""

    people: tuple[Listed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Who a coach's people are to a list that may hold them again: names, addresses and numbers as stored."""

    names: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]


_COLUMNS = [participants.c[name] for name in Participant.__slots__]
_ADD = add_once(participants)
_BY_ID = select(*_COLUMNS).where(
    participants.c.organisation_id == bindparam("organisation_id"), participants.c.id == bindparam("id")
)
_EVERY_OF_COACH = (
    select(*_COLUMNS)
    .where(
        participants.c.organisation_id == bindparam("organisation_id"),
        participants.c.coach_id == bindparam("coach_id"),
    )
    .order_by(participants.c.created_at, participants.c.id)
)
_OF_COACH = _EVERY_OF_COACH.where(participants.c.archived_at.is_(None))
_LIST = (
    select(participants.c.id, participants.c.name, participants.c.created_at, participants.c.archived_at)
    .where(
        participants.c.organisation_id == bindparam("organisation_id"),
        participants.c.coach_id == bindparam("coach_id"),
    )
    .order_by(participants.c.created_at, participants.c.id)
)
_NEVER_INVITED = _LIST.where(
    participants.c.archived_at.is_(None),
    participants.c.name != "",
    ~exists().where(invitations.c.participant_id == participants.c.id),
)
_REACHED = select(participants.c.name, participants.c.email, participants.c.phone).where(
    participants.c.organisation_id == bindparam("organisation_id"), participants.c.coach_id == bindparam("coach_id")
)


def add(connection: Connection, participant: Participant) -> None:
    """Add a participant; nothing happens when the id is there already."""
    values = {name: getattr(participant, name) for name in Participant.__slots__}
    values["invited_language"] = participant.invited_language or participant.language
    connection.execute(_ADD[connection.dialect.name], values)


def get(connection: Connection, organisation_id: str, participant_id: str) -> Participant | None:
    """The participant of that organisation and id; None when there is none, also when another organisation has it."""
    row = connection.execute(_BY_ID, {"organisation_id": organisation_id, "id": participant_id}).first()
    return None if row is None else Participant(*row)


def of_coach(connection: Connection, organisation_id: str, coach_id: str) -> tuple[Participant, ...]:
    """A coach's own people who are not archived, oldest first."""
    rows = connection.execute(_OF_COACH, {"organisation_id": organisation_id, "coach_id": coach_id})
    return tuple(Participant(*row) for row in rows)


def listed(
    connection: Connection,
    organisation_id: str,
    coach_id: str,
    *,
    search: str = "",
    is_archived: bool = False,
    first: int = 0,
    most: int = 50,
) -> Part:
    """Some of a coach's own people by name, from the ``first``; ``search`` finds them by the beginnings of words.

    Neither accents nor capitals count, in the search or in the order. Raises nothing for a page beyond the last one.
    """
    rows = connection.execute(_LIST, {"organisation_id": organisation_id, "coach_id": coach_id})
    wanted = sameness(search).split()
    found = [
        (name, Listed(*row))
        for row in rows
        if (row.archived_at is not None) == is_archived and _is_found(name := sameness(row.name), wanted)
    ]
    found.sort(key=lambda one: one[0])
    return Part(tuple(person for _, person in found[first : first + most]), len(found))


def never_invited(connection: Connection, organisation_id: str, coach_id: str) -> tuple[Listed, ...]:
    """A coach's own people who were never given an invitation, by name; archived ones and empty places not."""
    rows = connection.execute(_NEVER_INVITED, {"organisation_id": organisation_id, "coach_id": coach_id})
    return tuple(sorted((Listed(*row) for row in rows), key=lambda person: sameness(person.name)))


def _is_found(name: str, wanted: Sequence[str]) -> bool:
    return all(f" {word}" in f" {name}" for word in wanted)


def reached(connection: Connection, organisation_id: str, coach_id: str) -> Reached:
    """How a coach's own people, archived ones too, can be known again."""
    rows = connection.execute(_REACHED, {"organisation_id": organisation_id, "coach_id": coach_id}).all()
    return Reached(
        frozenset(sameness(row.name) or row.name for row in rows if row.name),
        frozenset(row.email.lower() for row in rows if row.email),
        frozenset(row.phone for row in rows if row.phone),
    )


def every_of_coach(connection: Connection, organisation_id: str, coach_id: str) -> tuple[Participant, ...]:
    """Everybody of a coach, archived ones too, oldest first."""
    rows = connection.execute(_EVERY_OF_COACH, {"organisation_id": organisation_id, "coach_id": coach_id})
    return tuple(Participant(*row) for row in rows)


def coach_of(connection: Connection, organisation_id: str, participant_id: str) -> StaffId | None:
    """Whose people a participant is one of; None when there is no such participant."""
    found = get(connection, organisation_id, participant_id)
    return found.coach_id if found else None


def set_language(connection: Connection, participant_id: str, language: str) -> None:
    """The language the person reads from now on."""
    connection.execute(update(participants).where(participants.c.id == participant_id).values(language=language))


def set_same_order(connection: Connection, participant_id: str, *, is_on: bool) -> None:
    """Whether statements come in the same order every time, from the next measurement on."""
    connection.execute(update(participants).where(participants.c.id == participant_id).values(same_order=is_on))


def set_pin(connection: Connection, participant_id: str, pin_hash: str | None) -> None:
    """The three pictures, as a keyed hash; None forgets them."""
    connection.execute(update(participants).where(participants.c.id == participant_id).values(pin_hash=pin_hash))


def set_coach(connection: Connection, participant_id: str, coach_id: str) -> None:
    """Another coach takes over. What was shared with the one before is not shared with this one."""
    connection.execute(update(participants).where(participants.c.id == participant_id).values(coach_id=coach_id))


def archive(connection: Connection, participant_id: str, now: datetime) -> None:
    """The person left: nothing more is planned; answers stay the person's."""
    connection.execute(update(participants).where(participants.c.id == participant_id).values(archived_at=now))


def bring_back(connection: Connection, participant_id: str) -> None:
    """The person is here again; what was planned goes on."""
    connection.execute(update(participants).where(participants.c.id == participant_id).values(archived_at=None))

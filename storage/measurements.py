"""The measurements: when each is due, what is asked in it, and how far it came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, and_, bindparam, func, literal, select, update

from domain.ids import MeasurementId, OrganisationId, ParticipantId
from storage.tables import measurements, participants
from storage.upserts import add_once


class Kind(StrEnum):
    """The first measurement, or one that is compared with it."""

    BASELINE = "baseline"
    FOLLOW_UP = "follow_up"


class Status(StrEnum):
    """How far a measurement came. Staff see less of it than this (who shares what decides)."""

    PLANNED = "planned"
    INVITED = "invited"
    BUSY = "busy"
    PAUSED = "paused"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StoredMeasurement:
    """One measurement. ``number`` counts within its kind, ``ordinal`` over both, from 1. ``seed`` draws the order.

    ``talk_topics`` None: the person has not picked what to talk about (yet).
    """

    id: MeasurementId
    organisation_id: OrganisationId
    participant_id: ParticipantId
    kind: Kind
    number: int
    ordinal: int
    questionnaire_version: str
    modules: tuple[str, ...]
    seed: int
    same_order: bool
    due_at: datetime
    closes_at: datetime
    status: Status = Status.PLANNED
    invited_at: datetime | None = None
    opened_at: datetime | None = None
    completed_at: datetime | None = None
    closed_at: datetime | None = None
    talk_topics: tuple[str, ...] | None = None


_MOMENT_OF = {
    Status.INVITED: "invited_at",
    Status.BUSY: "opened_at",
    Status.DONE: "completed_at",
    Status.CLOSED: "closed_at",
}
_FINAL = (Status.DONE.value, Status.CLOSED.value)
_COLUMNS = [measurements.c[name] for name in StoredMeasurement.__slots__]
_NOW = bindparam("now", type_=measurements.c.due_at.type)
_ADD = add_once(measurements)
_BY_ID = select(*_COLUMNS).where(
    measurements.c.organisation_id == bindparam("organisation_id"), measurements.c.id == bindparam("id")
)
_OF_PARTICIPANT = (
    select(*_COLUMNS)
    .where(measurements.c.participant_id == bindparam("participant_id"))
    .order_by(measurements.c.ordinal)
)
_OF_MANY = select(*_COLUMNS).order_by(measurements.c.participant_id, measurements.c.ordinal)
_OF_PEOPLE = (
    select(*_COLUMNS)
    .where(measurements.c.participant_id.in_(bindparam("ids", expanding=True)))
    .order_by(measurements.c.ordinal)
)
_CURRENT = (
    _OF_PARTICIPANT.where(measurements.c.status.in_((Status.INVITED.value, Status.BUSY.value, Status.PAUSED.value)))
    .order_by(None)
    .order_by(measurements.c.ordinal.desc())
    .limit(1)
)
_NUMBERS = select(
    func.coalesce(func.max(measurements.c.number).filter(measurements.c.kind == bindparam("kind")), 0) + 1,
    func.coalesce(func.max(measurements.c.ordinal), 0) + 1,
).where(measurements.c.participant_id == bindparam("participant_id"))
_OF_SOMEBODY_HERE = and_(participants.c.id == measurements.c.participant_id, participants.c.archived_at.is_(None))
_DUE = (
    select(*_COLUMNS)
    .join(participants, _OF_SOMEBODY_HERE)
    .where(measurements.c.status == Status.PLANNED.value, measurements.c.due_at <= _NOW)
    .order_by(measurements.c.due_at, measurements.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=measurements, skip_locked=True)
)
_OVER = (
    select(*_COLUMNS)
    .where(measurements.c.status.not_in(_FINAL), measurements.c.closes_at <= _NOW)
    .order_by(measurements.c.closes_at, measurements.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def add(connection: Connection, measurement: StoredMeasurement) -> None:
    """Plan a measurement; nothing happens when the id is there. Raises Conflict when the kind's number is taken."""
    values = {name: getattr(measurement, name) for name in StoredMeasurement.__slots__}
    values |= {"kind": measurement.kind.value, "status": measurement.status.value}
    connection.execute(_ADD[connection.dialect.name], values)


def next_numbers(connection: Connection, participant_id: str, kind: Kind) -> tuple[int, int]:
    """The number within its kind, and the ordinal, that a new measurement of a participant gets."""
    number, ordinal = connection.execute(_NUMBERS, {"participant_id": participant_id, "kind": kind.value}).one()
    return number, ordinal


def get(connection: Connection, organisation_id: str, measurement_id: str) -> StoredMeasurement | None:
    """The measurement of that organisation and id; None when there is none, also when another organisation has it."""
    row = connection.execute(_BY_ID, {"organisation_id": organisation_id, "id": measurement_id}).first()
    return None if row is None else _read(row)


def of_participant(connection: Connection, participant_id: str) -> tuple[StoredMeasurement, ...]:
    """Every measurement of a participant, in their order."""
    return tuple(_read(row) for row in connection.execute(_OF_PARTICIPANT, {"participant_id": participant_id}))


def newest_of(connection: Connection, participant_ids: Collection[str]) -> dict[ParticipantId, StoredMeasurement]:
    """The newest measurement of each of those participants; who has none is left out."""
    rows = connection.execute(_OF_MANY.where(measurements.c.participant_id.in_(participant_ids)))
    every = [_read(row) for row in rows]
    return {measurement.participant_id: measurement for measurement in every}  # the last one stays


def of_people(connection: Connection, ids: Sequence[str]) -> dict[ParticipantId, tuple[StoredMeasurement, ...]]:
    """Every measurement of some people, by person, each in order."""
    found: dict[ParticipantId, list[StoredMeasurement]] = {}
    for row in connection.execute(_OF_PEOPLE, {"ids": list(ids)}):
        one = _read(row)
        found.setdefault(one.participant_id, []).append(one)
    return {participant_id: tuple(theirs) for participant_id, theirs in found.items()}


def current_of(connection: Connection, participant_id: str) -> StoredMeasurement | None:
    """The newest measurement a participant is invited to or busy with; None when nothing is asked."""
    row = connection.execute(_CURRENT, {"participant_id": participant_id}).first()
    return None if row is None else _read(row)


def take_due(connection: Connection, *, now: datetime, most: int) -> tuple[StoredMeasurement, ...]:
    """Up to ``most`` planned measurements that are due, oldest first, for this transaction alone.

    The same transaction must mark them invited: then any number of planners invite everyone exactly once.
    """
    return tuple(_read(row) for row in connection.execute(_DUE, {"now": now, "most": most}))


def take_over(connection: Connection, *, now: datetime, most: int) -> tuple[StoredMeasurement, ...]:
    """Up to ``most`` measurements whose window is over, for this transaction alone, which must mark them closed."""
    return tuple(_read(row) for row in connection.execute(_OVER, {"now": now, "most": most}))


def mark(connection: Connection, measurement_id: str, status: Status, now: datetime) -> None:
    """The measurement came this far. The first time counts as its moment; what is done or closed stays so."""
    moment = _MOMENT_OF.get(status)
    times = {moment: func.coalesce(measurements.c[moment], literal(now, measurements.c[moment].type))} if moment else {}
    connection.execute(
        update(measurements)
        .where(measurements.c.id == measurement_id, measurements.c.status.not_in(_FINAL))
        .values(status=status.value, **times)
    )


def set_talk_topics(connection: Connection, measurement_id: str, topics: tuple[str, ...]) -> None:
    """What the person wants to talk about, of this measurement; empty: nothing."""
    connection.execute(update(measurements).where(measurements.c.id == measurement_id).values(talk_topics=topics))


def _read(row: object) -> StoredMeasurement:
    values = dict(zip(StoredMeasurement.__slots__, row, strict=True))  # type: ignore[call-overload]  # rows iterate
    return StoredMeasurement(**{**values, "kind": Kind(values["kind"]), "status": Status(values["status"])})

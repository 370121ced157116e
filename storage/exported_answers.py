"""The answers of a coach's own people for a file, in portions of people: a million of them need little memory."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, text

from domain.answers import Answer
from domain.ids import MeasurementId, ParticipantId
from storage.answers import StoredAnswer
from storage.tables import answers, measurements, participants

PEOPLE_AT_ONCE = 20
"""With a few measurements each, some ten thousand answers: a few MB."""

_ONE_VIEW = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
_PEOPLE = (
    select(participants.c.id)
    .where(
        participants.c.organisation_id == bindparam("organisation_id"),
        participants.c.coach_id == bindparam("coach_id"),
    )
    .order_by(participants.c.created_at, participants.c.id)
)
_THERE = (
    select(measurements.c.participant_id)
    .join(answers, answers.c.measurement_id == measurements.c.id)
    .where(measurements.c.participant_id.in_(bindparam("ids", expanding=True)))
    .distinct()
)
_ANSWERS = (
    select(
        answers.c.participant_id,
        answers.c.measurement_id,
        measurements.c.kind,
        *(answers.c[name] for name in StoredAnswer.__slots__),
    )
    .join(measurements, measurements.c.id == answers.c.measurement_id)
    .where(measurements.c.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class ExportedAnswer:
    """One answer with whose it is and the measurement it belongs to."""

    participant_id: ParticipantId
    measurement_id: MeasurementId
    kind: str
    given: StoredAnswer


def hold_still(connection: Connection) -> None:
    """From here on this transaction sees the database as it is at this moment. It must be the first thing it does.

    On SQLite every transaction does.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_VIEW)


def people_of(connection: Connection, organisation_id: str, coach_id: str) -> Iterator[list[ParticipantId]]:
    """A coach's own people, archived ones too, oldest first, so many at once."""
    asked = {"organisation_id": organisation_id, "coach_id": coach_id}
    ids = [ParticipantId(row[0]) for row in connection.execute(_PEOPLE, asked)]
    for first in range(0, len(ids), PEOPLE_AT_ONCE):
        yield ids[first : first + PEOPLE_AT_ONCE]


def of_measurements(connection: Connection, ids: Collection[MeasurementId]) -> list[ExportedAnswer]:
    """Every answer of these measurements, in the order of ``ids`` and, in each, in the order asked.

    Who asks must leave out what is not shared.
    """
    rows = connection.execute(_ANSWERS, {"ids": list(ids)})
    found = [ExportedAnswer(row[0], row[1], row[2], StoredAnswer(row[3], Answer(row[4]), *row[5:])) for row in rows]
    place = {measurement_id: at for at, measurement_id in enumerate(ids)}
    found.sort(key=lambda one: (place[one.measurement_id], one.given.position))
    return found


def are_all_there(connection: Connection, ids: Collection[ParticipantId]) -> bool:
    """Whether none of these people, who all answered something, was erased meanwhile."""
    wanted = sorted(ids)
    portions = (wanted[first : first + 100] for first in range(0, len(wanted), 100))
    return all(len(connection.execute(_THERE, {"ids": some}).all()) == len(some) for some in portions)

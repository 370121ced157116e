"""The answers: one a statement and measurement; a corrected one replaces the earlier."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from domain.answers import Answer
from storage.tables import answers, measurements
from storage.upserts import per_dialect


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer with how it came about. ``position`` counts from 1 in the order the person was asked."""

    statement_id: str
    answer: Answer
    position: int
    answered_at: datetime
    language: str
    wording_version: int
    channel: str
    layout: str
    assisted: bool = False
    is_corrected: bool = False


_COLUMNS = [answers.c[name] for name in StoredAnswer.__slots__]
_REPLACED = [name for name in StoredAnswer.__slots__ if name != "statement_id"]
_PUT = per_dialect(
    lambda insert: (made := insert(answers)).on_conflict_do_update(
        index_elements=["measurement_id", "statement_id"], set_={name: made.excluded[name] for name in _REPLACED}
    )
)
_OF_MEASUREMENT = (
    select(*_COLUMNS).where(answers.c.measurement_id == bindparam("measurement_id")).order_by(answers.c.position)
)
_COUNT = select(func.count()).select_from(
    answers.join(measurements, measurements.c.id == answers.c.measurement_id)
).where(measurements.c.participant_id == bindparam("participant_id"))  # fmt: skip


def put(
    connection: Connection, organisation_id: str, participant_id: str, measurement_id: str, given: StoredAnswer
) -> None:
    """Keep an answer; one to the same statement of the same measurement is replaced."""
    values = {
        "organisation_id": organisation_id,
        "participant_id": participant_id,
        "measurement_id": measurement_id,
        "statement_id": given.statement_id,
        "answer": given.answer.value,
        "position": given.position,
        "answered_at": given.answered_at,
        "language": given.language,
        "wording_version": given.wording_version,
        "channel": given.channel,
        "layout": given.layout,
        "assisted": given.assisted,
        "is_corrected": given.is_corrected,
    }
    connection.execute(_PUT[connection.dialect.name], values)


def of_measurement(connection: Connection, measurement_id: str) -> dict[str, StoredAnswer]:
    """The answers of a measurement by statement id, in the order asked; empty when there are none."""
    rows = connection.execute(_OF_MEASUREMENT, {"measurement_id": measurement_id})
    return {row[0]: StoredAnswer(row[0], Answer(row[1]), *row[2:]) for row in rows}


def count_of(connection: Connection, participant_id: str) -> int:
    """How many answers are kept of a participant, over all measurements."""
    return connection.execute(_COUNT, {"participant_id": participant_id}).scalar_one()

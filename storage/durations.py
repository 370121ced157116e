"""How long people took over a statement, over everybody of this installation."""

from itertools import pairwise

from sqlalchemy import Connection, select

from domain.duration import FEWEST_PEOPLE, seconds_each
from storage.tables import answers, measurements

NEWEST = 40
"""So many finished measurements are looked at: what it was like lately, and never a long look."""

_FINISHED = (
    select(measurements.c.id, measurements.c.participant_id)
    .where(measurements.c.completed_at.is_not(None))
    .order_by(measurements.c.completed_at.desc())
    .limit(NEWEST)
)


def measured_seconds(connection: Connection) -> float | None:
    """Seconds a statement; None while fewer than ten people finished a measurement here."""
    finished = connection.execute(_FINISHED).all()
    if len({row.participant_id for row in finished}) < FEWEST_PEOPLE:
        return None
    query = select(answers.c.measurement_id, answers.c.answered_at).where(
        answers.c.measurement_id.in_([row.id for row in finished])
    )
    rows = connection.execute(query.order_by(answers.c.measurement_id, answers.c.answered_at)).all()
    return seconds_each(
        (after.answered_at - before.answered_at).total_seconds()
        for before, after in pairwise(rows)
        if before.measurement_id == after.measurement_id
    )

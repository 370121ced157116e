"""The looks: who of the staff saw somebody's answers, on which day and how, for the person who asks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from domain.looks import LOOKS, Look
from storage.tables import audit, staff


@dataclass(frozen=True, slots=True)
class Looked:
    """One look: who it was, and whether that coach also decides about the person's work."""

    name: str
    is_coach_boss: bool
    look: Look
    looked_at: datetime


_AT = (
    select(staff.c.name, staff.c.is_also_boss, audit.c.action, audit.c.done_at)
    .join(staff, staff.c.id == audit.c.staff_id)
    .where(audit.c.participant_id == bindparam("participant_id"), audit.c.action.in_(sorted(LOOKS)))
    .order_by(audit.c.sequence.desc())
)


def at(connection: Connection, participant_id: str) -> tuple[Looked, ...]:
    """Every look at somebody's answers, newest first."""
    rows = connection.execute(_AT, {"participant_id": participant_id})
    return tuple(Looked(row[0], row[1], Look(row[2]), row[3]) for row in rows)

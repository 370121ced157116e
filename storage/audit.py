"""The log of what staff did: every change and every look at answers, written with the act itself, never changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from domain.ids import ParticipantId, StaffId
from storage.staff import StaffMember
from storage.tables import audit, staff


@dataclass(frozen=True, slots=True)
class Deed:
    """One row: who (``name`` of ``staff_id``) did what, and when. ``participant_id`` None: about no person, or about
    somebody who was erased since."""

    staff_id: StaffId
    name: str
    action: str
    participant_id: ParticipantId | None
    done_at: datetime


_DEEDS = select(audit.c.staff_id, staff.c.name, audit.c.action, audit.c.participant_id, audit.c.done_at).join(
    staff, staff.c.id == audit.c.staff_id
)


def record(
    connection: Connection, member: StaffMember, action: str, *, participant_id: str | None = None, at: datetime
) -> None:
    """Write down what a member of staff does in this very transaction.

    ``action`` is a word of ours with a dot, such as ``person.looked``; it never holds a name or a value.
    """
    connection.execute(
        insert(audit).values(
            organisation_id=member.organisation_id,
            staff_id=member.id,
            action=action,
            participant_id=participant_id,
            done_at=at,
        )
    )


def about(connection: Connection, participant_id: str, *, most: int = 100) -> tuple[Deed, ...]:
    """What was done about one person, newest first."""
    query = _DEEDS.where(audit.c.participant_id == participant_id).order_by(audit.c.sequence.desc()).limit(most)
    return tuple(Deed(*row) for row in connection.execute(query))


def of_member(connection: Connection, staff_id: str, *, most: int = 100) -> tuple[Deed, ...]:
    """What one member of staff did, newest first."""
    query = _DEEDS.where(audit.c.staff_id == staff_id).order_by(audit.c.sequence.desc()).limit(most)
    return tuple(Deed(*row) for row in connection.execute(query))

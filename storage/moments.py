"""When something was last done in this installation, by whichever process: remembered by name."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from storage import settings


class Moment(StrEnum):
    """What was done: a planner looked for what is due, a process tried whether it can write, or it could receive."""

    PLANNED = "planned-at"
    WRITTEN = "written-at"
    RECEIVED = "received-at"


def last(connection: Connection, moment: Moment) -> datetime | None:
    """When it was last done; None when it never was."""
    kept = settings.get(connection, moment.value)
    return datetime.fromisoformat(kept) if kept else None


def put(connection: Connection, moment: Moment, now: datetime) -> None:
    """It is done now."""
    settings.put(connection, moment.value, now.isoformat())

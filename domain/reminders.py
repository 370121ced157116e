"""Reminders: when somebody may hear from us unasked, again, and when not any more. Short, kind, then silence.

One rule for all unasked messages: in open hours, with a yes to messages, and never two close together.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from domain.schedule import Hours, at_local, next_open

LEAST_GAP = timedelta(hours=20)
"""Between two unasked messages to one person, whatever they are about: one a day."""

EVENING = time(18)
WEEK = timedelta(weeks=1)


class Later(StrEnum):
    """What somebody can choose instead of now."""

    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"


@dataclass(frozen=True, slots=True)
class Ladder:
    """How long after the last message each reminder comes; an empty one reminds nobody."""

    steps: tuple[timedelta, ...] = (timedelta(days=3), timedelta(days=7))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A measurement that somebody was asked for and has not finished. All moments aware, UTC.

    ``since`` is the invitation, or the last thing the person did in it, whichever is later. ``sent`` counts the
    reminders since then. ``written_at`` is the last unasked message to this person, about anything. ``until`` is what
    the person chose instead of now. At ``closes_at`` the measurement is over.
    """

    since: datetime
    sent: int
    closes_at: datetime
    written_at: datetime | None = None
    until: datetime | None = None


def next_reminder(waiting: Waiting, ladder: Ladder, hours: Hours, *, may_write: bool) -> datetime | None:
    """When the next reminder may go, UTC; None: there is none any more.

    Whoever chose a moment hears from us at that moment, and that is no step of the ladder.
    """
    if not may_write:
        return None
    if waiting.until is not None:
        wished = waiting.until
    elif waiting.sent < len(ladder.steps):
        wished = max(waiting.since, waiting.written_at or waiting.since) + ladder.steps[waiting.sent]
    else:
        return None
    return _if_before(writable_at(wished, waiting.written_at, hours), waiting.closes_at)


def writable_at(wished: datetime, written_at: datetime | None, hours: Hours) -> datetime | None:
    """The first moment, not before the one wished for, at which somebody may hear from us unasked; UTC, or None."""
    earliest = wished if written_at is None else max(wished, written_at + LEAST_GAP)
    return next_open(earliest, hours)


def is_silent(waiting: Waiting, ladder: Ladder) -> bool:
    """Whether nothing more will be sent: then somebody could be handed a card."""
    return waiting.until is None and waiting.sent >= len(ladder.steps)


def later(choice: Later, now: datetime, hours: Hours) -> datetime:
    """The moment that is meant by it, aware, UTC: six in the evening, the next opening, or a week from now.

    After six, tonight is an hour from now; what lies outside the open hours waits for the next opening.
    """
    today = now.astimezone(hours.zone).date()
    if choice is Later.TONIGHT:
        wished = max(at_local(today, EVENING, hours.zone), now + timedelta(hours=1))
    elif choice is Later.TOMORROW:
        wished = at_local(today + timedelta(days=1), hours.opens, hours.zone)
    else:
        wished = at_local(today + WEEK, hours.opens, hours.zone)
    return next_open(wished, hours) or wished.astimezone(UTC)


def _if_before(moment: datetime | None, end: datetime) -> datetime | None:
    return moment if moment is not None and moment < end else None

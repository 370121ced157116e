"""The schedule: from a day on somebody's calendar to a moment at which they may be written to.

Rules are kept in local wall time and moments in UTC: a due moment is computed once, with the zone's rules of that day.
"""

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
LONGEST_SEARCH = timedelta(days=400)
"""Nobody is away for longer: a search that finds no open day in so long ends."""

Day = TypeVar("Day", date, datetime)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody may be written to: from ``opens`` until ``closes`` (not included), local wall time.

    ``weekdays`` count from Monday 0. On ``days_off`` nothing is sent. Raises ValueError when there is no open moment at
    all: nothing could ever be sent.
    """

    zone: ZoneInfo
    opens: time = time(8)
    closes: time = time(21)
    weekdays: frozenset[int] = EVERY_DAY
    days_off: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if not self.opens < self.closes or not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError("hours need an opening before a closing, and a weekday of 0 to 6")

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody may be written to at this moment (aware)."""
        local = moment.astimezone(self.zone)
        return self.is_open_on(local.date()) and self.opens <= local.time() < self.closes

    def is_open_on(self, day: date) -> bool:
        """Whether this day has open hours."""
        return day.weekday() in self.weekdays and day not in self.days_off


def next_open(moment: datetime, hours: Hours) -> datetime | None:
    """The first moment, not before this one, at which somebody may be written to; UTC. None: not within 400 days."""
    if hours.is_open(moment):
        return moment.astimezone(UTC)
    day, last = moment.astimezone(hours.zone).date(), (moment + LONGEST_SEARCH).astimezone(hours.zone).date()
    while day <= last:
        opening = at_local(day, hours.opens, hours.zone)
        # A day whose opening falls into the hour that a zone leaves out opens later, or not at all.
        if hours.is_open_on(day) and opening >= moment and hours.is_open(opening):
            return opening
        day += timedelta(days=1)
    return None


def due_at(day: date, hours: Hours) -> datetime | None:
    """When a measurement that is planned for this day becomes due: as it opens, or at the next opening; UTC."""
    return next_open(at_local(day, hours.opens, hours.zone), hours)


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """This time on this day at that place, in UTC.

    A time that the zone leaves out (a night in spring) is as much later as the clock jumped; of a time that comes twice
    (a night in autumn) it is the first.
    """
    return datetime.combine(day, clock, tzinfo=zone).replace(fold=0).astimezone(UTC)


def months_later(day: Day, months: int) -> Day:
    """So many calendar months later (or earlier), on the same day; on the month's last day when it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last_day = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last_day))

"""Windows: from when to when answers are gathered before anything is said of many (the method, section e.4, step 1).

There is one sequence of windows for each moment (all baselines, all first follow-ups, …) and each kind of limits (work,
life, body), because they fill at different speeds: the answers about work need not wait for those about life. The
windows of a sequence follow one another without a gap, so that an answer belongs to exactly one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.questionnaire import Group
from domain.suppression import BODY, LIFE, WORK, Limits, limits_of

HALF_YEARS = (1, 7)
"""The months on whose first day a half-year begins."""


class Care(StrEnum):
    """The kind of limits: how careful a group's figures are. Each has windows of its own."""

    WORK = "work"
    LIFE = "life"
    BODY = "body"

    @property
    def limits(self) -> Limits:
        """The limits of this kind."""
        return _LIMITS[self]


_LIMITS = {Care.WORK: WORK, Care.LIFE: LIFE, Care.BODY: BODY}


def care_of(group: Group) -> Care | None:
    """The kind of limits of this group; None: it is in no group figure (substance use, police & justice)."""
    limits = limits_of(group)
    return next((care for care, its in _LIMITS.items() if its is limits), None)


class Closing(StrEnum):
    """Whether the running window closes."""

    NOW = "now"
    MAY = "may"  # by hand: the rules allow it, and nothing makes it necessary yet
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Running:
    """The window that gathers answers now.

    ``since`` is when the one before it closed, or when the organisation began; aware, UTC. ``people`` counts who may be
    counted in it until now. ``is_first``: no window of this sequence has closed before.
    """

    since: datetime
    people: int
    is_first: bool


def closing(running: Running, limits: Limits, now: datetime, zone: ZoneInfo) -> Closing:
    """Whether this window closes at ``now``.

    A window closes with its half-year when it holds enough people for a mean (k), and runs on otherwise. The first one
    closes earlier, as soon as it holds k + d: then the next one can differ from it by enough. By hand it may be closed
    whenever it holds k.
    """
    if running.people < limits.fewest:
        return Closing.WAITS
    if running.is_first and running.people >= limits.fewest + limits.least_difference:
        return Closing.NOW
    if half_year_ends_at(running.since, zone) <= now:
        return Closing.NOW
    return Closing.MAY


def still_needed(running: Running, limits: Limits) -> int:
    """How many more people a window needs before anything can be said; 0 when it has enough."""
    return max(0, limits.fewest - running.people)


def half_year_of(moment: datetime, zone: ZoneInfo) -> str:
    """The calendar half-year of this moment, as that place counts days: ``2027-1``."""
    local = moment.astimezone(zone)
    return f"{local.year}-{1 if local.month < HALF_YEARS[1] else 2}"


def half_year_ends_at(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the calendar half-year of this moment ends, as that place counts days: aware, UTC, exclusive."""
    local = moment.astimezone(zone)
    first_month, second_month = HALF_YEARS
    begins_on = (
        date(local.year, second_month, 1) if local.month < second_month else date(local.year + 1, first_month, 1)
    )
    return datetime.combine(begins_on, time(), tzinfo=zone).astimezone(UTC)

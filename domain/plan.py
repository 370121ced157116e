"""The plan: on which days, counted from somebody's own start, which measurement is due. An organisation has several."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from domain.schedule import months_later

LEAST_WEEKS = 8
"""Between two measurements, unless told otherwise: sooner, people remember what they said (the method, section e.3)."""

MOST_MOMENTS = 40
LONGEST_MONTHS = 120
SITTINGS = range(5, 103)


class Unit(StrEnum):
    """What an offset counts."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Offset:
    """How long after the start. ``count`` is 0 or more."""

    count: int
    unit: Unit = Unit.MONTHS

    def after(self, start: date) -> date:
        """The day. 31 January and one month is the last day of February."""
        if self.unit is Unit.MONTHS:
            return months_later(start, self.count)
        return start + timedelta(days=self.count * (7 if self.unit is Unit.WEEKS else 1))


@dataclass(frozen=True, slots=True)
class Moment:
    """One measurement of a plan. ``modules`` are groups; None: all that the organisation has on.

    ``sitting``: how many statements a day; None: all in one go, with a break when the person wants one.
    """

    offset: Offset
    modules: tuple[str, ...] | None = None
    sitting: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The moments in order: the first is the baseline. ``repeat`` goes on after the last, as long as nobody stops it.

    ``may_be_closer``: the organisation wants less than eight weeks between two measurements.
    """

    moments: tuple[Moment, ...]
    repeat: Offset | None = None
    may_be_closer: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A moment on somebody's own calendar. ``number`` 0 is the baseline; 1 and on are the follow-ups."""

    number: int
    on: date
    moment: Moment


class Fault(StrEnum):
    """Why a plan cannot be used; each is said in a sentence of its own."""

    NO_MOMENTS = "no_moments"
    TOO_MANY = "too_many"
    BEFORE_START = "before_start"
    TOO_LATE = "too_late"
    NOT_IN_ORDER = "not_in_order"
    TOO_CLOSE = "too_close"
    BAD_SITTING = "bad_sitting"
    UNKNOWN_MODULE = "unknown_module"


def faults(plan: Plan, modules: Collection[str]) -> tuple[Fault, ...]:
    """Everything that is wrong with a plan, for an organisation that has these modules on; empty: it can be used."""
    if not plan.moments:
        return (Fault.NO_MOMENTS,)
    offsets = [moment.offset for moment in plan.moments] + ([plan.repeat] if plan.repeat else [])
    pairs = list(pairwise(plan.moments))
    found = {
        Fault.TOO_MANY: len(plan.moments) > MOST_MOMENTS,
        Fault.BEFORE_START: any(offset.count < 0 for offset in offsets),
        Fault.TOO_LATE: any(_weeks(offset) > LONGEST_MONTHS * 5 for offset in offsets),
        Fault.NOT_IN_ORDER: any(_weeks(later.offset) <= _weeks(earlier.offset) for earlier, later in pairs),
        Fault.TOO_CLOSE: not plan.may_be_closer and _is_too_close(plan),
        Fault.BAD_SITTING: any(m.sitting is not None and m.sitting not in SITTINGS for m in plan.moments),
        Fault.UNKNOWN_MODULE: any(m.modules is not None and not set(m.modules) <= set(modules) for m in plan.moments),
    }
    return tuple(fault for fault, is_found in found.items() if is_found)


def laid_out(plan: Plan, start: date, until: date) -> Iterator[Planned]:
    """The plan on the calendar of somebody who starts on that day, in order, up to and with ``until``.

    Repeats count from the last moment's own day, not from one another: the end of a month does not wear off.
    """
    for number, moment in enumerate(plan.moments):
        on = moment.offset.after(start)
        if on > until:
            return
        yield Planned(number, on, moment)
    if plan.repeat is None or not plan.moments or plan.repeat.count <= 0:
        return
    last, times = plan.moments[-1], 1
    while (on := _plus(last.offset.after(start), plan.repeat, times, start, last.offset)) <= until:
        yield Planned(len(plan.moments) - 1 + times, on, last)
        times += 1


def is_too_soon(before: date, on: date) -> bool:
    """Whether a measurement on that day comes less than eight weeks after the one before it."""
    return on < before + timedelta(weeks=LEAST_WEEKS)


def _plus(last_on: date, repeat: Offset, times: int, start: date, last: Offset) -> date:
    """So many repeats after the last moment; months are counted from the start, as the plan's own months are."""
    if repeat.unit is Unit.MONTHS and last.unit is Unit.MONTHS:
        return months_later(start, last.count + times * repeat.count)
    return Offset(times * repeat.count, repeat.unit).after(last_on)


def _is_too_close(plan: Plan) -> bool:
    """Two moments that are a whole number of months apart are so far apart on any start: one month is never enough."""
    start = date(2025, 1, 1)
    days = [moment.offset.after(start) for moment in plan.moments]
    if plan.repeat is not None and plan.repeat.count >= 0:
        days.append(_plus(days[-1], plan.repeat, 1, start, plan.moments[-1].offset))
    return any(is_too_soon(earlier, later) for earlier, later in pairwise(days))


def _weeks(offset: Offset) -> float:
    per = {Unit.DAYS: 1 / 7, Unit.WEEKS: 1.0, Unit.MONTHS: 365.25 / 12 / 7}
    return offset.count * per[offset.unit]

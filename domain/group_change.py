"""How a group of people changed: the mean of each person's own change, of those who answered both times.

Never the difference of two means of different people, and never "because of" (the method, section e.4). Whatever is
printed leaves everybody room (domain.disclosure), around the score of then and around that of now: the mean as a range
where that is needed, the interval as wide as it would be had any one of them answered that much otherwise, a share as
it would be with one person more or fewer in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import ceil, floor, sqrt

from domain.change import CLEARLY
from domain.disclosure import ever_wider, is_open, room_above, room_below
from domain.suppression import Band, band_of, step_of

FEWEST = 10
"""An interval says how far people lie apart: it needs as many as a distribution does."""

_T_975 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""Student's t for a two-sided 95 % interval with 1 to 30 degrees of freedom (any table of the distribution)."""


class Direction(StrEnum):
    """What may be said of the change of many."""

    HIGHER = "higher"  # the whole interval lies above nothing
    LOWER = "lower"
    CHANCE = "chance"  # the interval holds nothing: what was found can be chance


@dataclass(frozen=True, slots=True)
class Changed:
    """One person's group: the score of then and of now, and the change on the statements answered both times."""

    then: float
    now: float
    delta: float

    @property
    def below(self) -> float:
        """How much lower the change must be able to be, for whoever knows everything else."""
        return max(room_below(self.now), room_above(self.then))

    @property
    def above(self) -> float:
        """How much higher it must be able to be."""
        return max(room_above(self.now), room_below(self.then))


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people as it is printed: from ``low`` to ``high`` in every ten."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The mean change, now minus then: ``within`` so much of ``mean``; and an interval, its ends on tenths.

    The interval holds the 95 % interval mean ± t·SD/√n. ``clearly_higher`` and ``clearly_lower`` are the shares of
    people with a clear change of their own; None when too few people carry a share.
    """

    mean: Decimal
    within: Decimal
    low: Decimal
    high: Decimal
    direction: Direction
    people: Band
    clearly_higher: Share | None
    clearly_lower: Share | None


def group_change(people: Mapping[str, Changed], *, spread: int | None) -> GroupChange | None:
    """The change of the people who answered both times, by participant; None for fewer than ten.

    ``spread`` is how many people a share of them takes (None: it is never given).
    """
    count, every = len(people), tuple(people.values())
    if count < FEWEST:
        return None
    said = _mean_of(every)
    if said is None:
        return None
    bounds = tuple(_intervals(every))
    low = Decimal(floor(round(min(low for low, _ in bounds) * 10, 9))) / 10
    high = Decimal(ceil(round(max(high for _, high in bounds) * 10, 9))) / 10
    may_share = spread is not None and count >= spread
    return GroupChange(
        mean=said[0],
        within=said[1],
        low=low,
        high=high,
        direction=Direction.HIGHER if low > 0 else Direction.LOWER if high < 0 else Direction.CHANCE,
        people=band_of(count),
        clearly_higher=_clear_share(every, sign=1) if may_share else None,
        clearly_lower=_clear_share(every, sign=-1) if may_share else None,
    )


def share_of(some: int, every: int) -> Share:
    """So many of so many, in tenths, as it would be printed with one more or one fewer."""
    return Share(floor(10 * max(0, some - 1) / every), ceil(10 * min(every, some + 1) / every))


def t_975(degrees: int) -> float:
    """Student's t that leaves 2.5 % above it. From 31 degrees of freedom on an expansion that is right to 0.001.

    The expansion is that of Cornish and Fisher to the second order (Abramowitz and Stegun 26.7.5).
    """
    if degrees <= len(_T_975):
        return _T_975[degrees - 1]
    z = 1.959964
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def _mean_of(every: tuple[Changed, ...]) -> tuple[Decimal, Decimal] | None:
    """The middle and how far around it, as exact as may be said; None when nothing may."""
    count, total = len(every), sum(one.delta for one in every)
    below, above = max(one.below for one in every), max(one.above for one in every)
    for middle, within in ever_wider(total / count, step_of(count)):
        low, high = float(middle - within) * count, float(middle + within) * count
        if is_open(low, high, total, below=below, above=above):
            return middle, within
    return None


def _intervals(every: tuple[Changed, ...]) -> Iterator[tuple[float, float]]:
    """The 95 % interval, as it is and as it would be had one of them changed as much less or more as stays open.

    In each person's change the lower end is concave and the upper end convex: between two such points neither goes
    further than at one of them.
    """
    count, total = len(every), sum(one.delta for one in every)
    squares = sum(one.delta**2 for one in every)
    t = t_975(count - 1)
    for one in every:
        for other in (one.delta, one.delta - one.below, one.delta + one.above):
            mean = (total - one.delta + other) / count
            spread = max(0.0, squares - one.delta**2 + other**2 - count * mean**2)
            half = t * sqrt(spread / (count - 1) / count)
            yield mean - half, mean + half


def _clear_share(every: tuple[Changed, ...], *, sign: int) -> Share:
    return share_of(sum(1 for one in every if sign * one.delta >= float(CLEARLY) - 1e-9), len(every))

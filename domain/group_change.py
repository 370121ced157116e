"""How a group of people changed: the mean of each person's own change, of those who answered both times.

Never the difference of two means of different people, and never "because of" (the method, section e.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import sqrt
from statistics import fmean, stdev

from domain.change import CLEARLY
from domain.scoring import display

FEWEST = 10
"""An interval says how far people lie apart: it needs as many as a distribution does."""

_TENTH = Decimal("0.1")

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
class GroupChange:
    """The mean change, now minus then, with the bounds of its 95 % interval, rounded outwards to 0.1.

    ``clearly_higher`` and ``clearly_lower`` are shares of people with a clear change of their own, in tenths (0 to 10);
    None when too few people carry a share.
    """

    mean: Decimal
    low: Decimal
    high: Decimal
    direction: Direction
    clearly_higher: int | None
    clearly_lower: int | None


def group_change(deltas: Mapping[str, float], *, spread: int | None) -> GroupChange | None:
    """The change of the people who answered both times, by participant; None for fewer than ten.

    ``spread`` is how many people a share of them takes (None: it is never given). The interval is mean ± t·SD/√n.
    """
    count = len(deltas)
    if count < FEWEST:
        return None
    mean = fmean(deltas.values())
    half = t_975(count - 1) * stdev(deltas.values()) / sqrt(count)
    low, high = mean - half, mean + half
    direction = Direction.HIGHER if low > 0 else Direction.LOWER if high < 0 else Direction.CHANCE
    may_share = spread is not None and count >= spread
    return GroupChange(
        mean=display(mean),
        low=_outwards(low, down=True),
        high=_outwards(high, down=False),
        direction=direction,
        clearly_higher=_tenths(deltas, sign=1) if may_share else None,
        clearly_lower=_tenths(deltas, sign=-1) if may_share else None,
    )


def t_975(degrees: int) -> float:
    """Student's t that leaves 2.5 % above it. From 31 degrees of freedom on an expansion that is right to 0.001.

    The expansion is that of Cornish and Fisher to the second order (Abramowitz and Stegun 26.7.5).
    """
    if degrees <= len(_T_975):
        return _T_975[degrees - 1]
    z = 1.959964
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


def _outwards(bound: float, *, down: bool) -> Decimal:
    rounded = display(bound)
    if down and rounded > Decimal(format(bound, ".9f")):
        return rounded - _TENTH
    if not down and rounded < Decimal(format(bound, ".9f")):
        return rounded + _TENTH
    return rounded


def _tenths(deltas: Mapping[str, float], *, sign: int) -> int:
    """The share with a clear change of their own, to the nearest tenth."""
    clear = sum(1 for delta in deltas.values() if sign * delta >= float(CLEARLY) - 1e-9)
    return int(display(10 * clear / len(deltas), 0))

"""Disclosure: what a printed figure leaves open of each person's score, even to somebody who knows everything else.

Whoever knows the scores of all others in a set, and everything else about the one who is left, still knows that one's
score only from the figure itself. So a figure is safe when it leaves enough **room** around each score in it. The room
is asked on both sides of the score, or up to the end of the scale, and that is what makes it add up: whatever else is
printed of the same scores, of a part, of another moment, years later, leaves the same room, and so do all of them
together. Nobody has to remember what an earlier figure told, and no insider needs to be thought of one by one: who
knows less than everything else knows less.

The idea is that of the prior-posterior rule of statistical disclosure control, said in scores: beforehand a score is
known to be 1 to 5, and afterwards nobody's may be known to within less than 1.0.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import ceil, floor

from domain.scoring import display

LOWEST, HIGHEST = 1.0, 5.0

NARROWEST = 1.0
"""Nobody's score may be bounded to an interval narrower than this."""

EACH_SIDE = NARROWEST / 2
"""So much must stay open below and above a score; near an end of the scale the other side makes up for it."""

WIDEST = Decimal("0.5")
"""What can be said to no better than within so much is worth no picture."""

_ROUNDING = 1e-9
_TENTH = Decimal("0.1")


def room_below(score: float) -> float:
    """How much below this score must stay open: half a point, or up to the end of the scale; a whole one at the top."""
    return min(score - LOWEST, max(EACH_SIDE, NARROWEST - (HIGHEST - score)))


def room_above(score: float) -> float:
    """How much above this score must stay open: the same, turned round."""
    return min(HIGHEST - score, max(EACH_SIDE, NARROWEST - (score - LOWEST)))


def is_open(low: float, high: float, total: float, *, below: float, above: float) -> bool:
    """Whether a sum that is ``total`` may be said to lie from ``low`` to ``high``: so much stays open on each side."""
    return total - low >= below - _ROUNDING and high - total >= above - _ROUNDING


def leaves_room(low: float, high: float, scores: Iterable[float]) -> bool:
    """Whether it may be printed that the sum of these scores lies from ``low`` to ``high``."""
    every = tuple(scores)
    return is_open(low, high, sum(every), below=max(map(room_below, every)), above=max(map(room_above, every)))


def ever_wider(mean: float, step: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """What can be said of a mean, the most exact first: that it lies so much (second) around a middle (first).

    First the mean rounded to ``step``; then ranges whose ends stand on tenths, the narrowest first and each as it lies
    best around the mean.
    """
    exact = Decimal(format(mean, ".9f"))
    yield display(float(exact / step), 0) * step, step / 2
    within = step
    while within <= WIDEST:
        first, last = ceil((exact - within) / _TENTH), floor((exact + within) / _TENTH)
        for tenths in sorted(range(first, last + 1), key=lambda one: (abs(one * _TENTH - exact), one)):
            yield tenths * _TENTH, within
        within += _TENTH

"""The attacker: a linear solver that gets every printed figure, and bounds each person's scores as far as it can."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy

Score = tuple[str, str]
"""One person's score of the group that is attacked, at one moment: (moment, participant)."""

SLACK = 1e-7


@dataclass
class Printed:
    """What is known to everybody: the scores of ``plus`` less those of ``minus`` lie, in sum, from ``low`` to ``high``.

    Who is in it is given to the attacker too, though it is never printed.
    """

    plus: frozenset[Score]
    minus: frozenset[Score]
    low: float
    high: float

    def holds(self, truth: Mapping[Score, float]) -> bool:
        """Whether what was printed is true."""
        total = sum(truth[one] for one in self.plus) - sum(truth[one] for one in self.minus)
        return self.low - 1e-6 <= total <= self.high + 1e-6


@dataclass
class Attacker:
    """Knows every printed figure, and some of the scores themselves."""

    printed: Iterable[Printed]
    known: Mapping[Score, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # it comes without types
        self._solver.silent()
        figures = list(self.printed)
        scores = sorted(set().union(*(one.plus | one.minus for one in figures)))
        self._place = {score: place for place, score in enumerate(scores)}
        for score in scores:
            low, high = (self.known[score],) * 2 if score in self.known else (1.0, 5.0)
            self._solver.addVar(low, high)
        for one in figures:
            places = [self._place[score] for score in (*one.plus, *one.minus)]
            factors = [1.0] * len(one.plus) + [-1.0] * len(one.minus)
            self._solver.addRow(one.low - SLACK, one.high + SLACK, len(places), places, factors)

    def bounds(self, score: Score) -> tuple[float, float]:
        """Between what that score must lie."""
        place = self._place[score]
        found = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            self._solver.changeColCost(place, 1.0)
            self._solver.changeObjectiveSense(sense)
            self._solver.run()
            assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            found.append(self._solver.getInfo().objective_function_value)
        self._solver.changeColCost(place, 0.0)
        return found[0], found[1]

    def narrowest(self, scores: Iterable[Score] | None = None) -> float:
        """The width of the narrowest bounds, of these scores or of all that are not known."""
        attacked = self._place if scores is None else scores
        return min(high - low for low, high in map(self.bounds, (s for s in attacked if s not in self.known)))


def narrowest_when_all_others_are_known(printed: Iterable[Printed], truth: Mapping[Score, float]) -> float:
    """The narrowest bounds of a score for whoever knows every other score, that of the same person included.

    Then each figure that holds the score bounds it by itself, so that no solver is needed. Whoever knows fewer scores
    can rule out less: these bounds lie inside those of every insider, and of every group of insiders.
    """
    bounds: dict[Score, tuple[float, float]] = {}
    for one in printed:
        total = sum(truth[score] for score in one.plus) - sum(truth[score] for score in one.minus)
        below, above = total - one.low, one.high - total
        for score in one.plus | one.minus:
            down, up = (below, above) if score in one.plus else (above, below)
            low, high = bounds.get(score, (1.0, 5.0))
            bounds[score] = max(low, truth[score] - down), min(high, truth[score] + up)
    return min(high - low for low, high in bounds.values())

"""Disclosure: what printed sums tell of one person, also to somebody who knows one other person's answers.

The idea is that of the prior-posterior (p, q) rule of statistical disclosure control, said in scores: what is known
beforehand is that a score is 1 to 5, and afterwards nobody's score may be known to within less than 1.0.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

LOWEST, HIGHEST = 1.0, 5.0
NARROWEST = 1.0
"""Nobody's score may be bounded to an interval narrower than this."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Sum:
    """What is known to everybody: the scores of ``plus`` less those of ``minus`` lie from ``low`` to ``high``."""

    plus: frozenset[str]
    minus: frozenset[str]
    low: float
    high: float

    def __add__(self, other: "Sum") -> "Sum":
        """Both together, of people who are in one of the two only."""
        return Sum(self.plus | other.plus, self.minus | other.minus, self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Sum") -> "Sum":
        """The one less the other: whoever is in both falls out."""
        plus, minus = self.plus | other.minus, self.minus | other.plus
        both = plus & minus
        return Sum(plus - both, minus - both, self.low - other.high, self.high - other.low)


def tells_of_one(known: Sum, scores: Mapping[str, float], *, told: Collection[str] = ()) -> bool:
    """Whether somebody's score follows to within less than 1.0, for anybody who knows ``told`` and one person more.

    ``scores`` are 1 to 5; of whom the score is not known any more, because that person is erased, the worst is
    assumed. Nobody is protected from herself: who knows a score is not the one it is told of.
    """
    plus, minus = known.plus - frozenset(told), known.minus - frozenset(told)
    low, high = known.low, known.high
    for person in told:
        low, high = _less(low, high, known, person, scores[person])
    if _is_narrow(low, high, len(plus), len(minus)):
        return True
    for insider in plus | minus:
        left = len(plus - {insider}), len(minus - {insider})
        for score in (scores[insider],) if insider in scores else (LOWEST, HIGHEST):
            if _is_narrow(*_less(low, high, known, insider, score), *left):
                return True
    return False


def _less(low: float, high: float, known: Sum, person: str, score: float) -> tuple[float, float]:
    """The bounds that are left when this person's score is known as well."""
    part = score if person in known.plus else -score
    return low - part, high - part


def _is_narrow(low: float, high: float, plus: int, minus: int) -> bool:
    """Whether one of so many scores, which are otherwise anything from 1 to 5, follows to within less than 1.0."""
    most, least = HIGHEST * plus - LOWEST * minus, LOWEST * plus - HIGHEST * minus
    # Take one score out of the others, and see between what it must lie for the sum to come out.
    if plus and _is_within(low - (most - HIGHEST), high - (least - LOWEST)):
        return True
    return bool(minus) and _is_within((least + HIGHEST) - high, (most + LOWEST) - low)


def _is_within(low: float, high: float) -> bool:
    return min(HIGHEST, high) - max(LOWEST, low) < NARROWEST - _ROUNDING

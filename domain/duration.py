"""How long answering takes: from the number of statements, and from how long people take over one."""

from collections.abc import Iterable
from statistics import median

SECONDS_ASSUMED = 9.0
"""A statement, as long as nobody measured it: the welcome's 10 to 15 minutes over the 86 statements of the default."""

FEWEST_PEOPLE = 10
"""Measured over fewer people than this, it would say something of each."""

LONGEST_SECONDS = 120.0
"""Whoever takes longer over one statement went away in between."""


def minutes(statements: int, seconds_each: float) -> int:
    """Whole minutes for so many statements, at least one; 0 for none."""
    return max(1, round(statements * seconds_each / 60)) if statements else 0


def seconds_each(gaps: Iterable[float]) -> float | None:
    """How long people took over one statement, from the seconds between answers; None when there are none to go by."""
    stayed = [gap for gap in gaps if 0 < gap <= LONGEST_SECONDS]
    return median(stayed) if stayed else None

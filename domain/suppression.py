"""Suppression: what may be said of many without telling anything of one. Deny by default (the method, section e.4).

A **publication** is one printed figure about one set of people. Hidden and empty look the same: nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from domain.disclosure import Sum, tells_of_one
from domain.questionnaire import Group, Ring, Sensitivity
from domain.scoring import display

HIGH = Decimal("4.8")
LOW = Decimal("1.2")
MIDDLE = Decimal(3)
WIDER = Decimal("0.2")
MOST_WIDER = 4
"""An edge that still tells of one is moved this much towards the middle, at most so often: "4.0 or higher"."""

FINE_FROM = 20
"""From so many people on, a mean is rounded to 0.1; below it to 0.2."""

Scores = Mapping[str, float]
"""One group's scores in one window, 1 to 5, by participant: only who may count and has a valid score."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How careful one group's figures are. Numbers of people.

    ``fewest`` carry a mean (k). Two published sets that overlap differ by nobody or by ``least_difference`` (d).
    ``may_split``: whether teams or locations may be shown. ``single`` carry the mean of one statement, ``spread`` a
    share of people (None: never). ``outside`` carry a mean for somebody who is not of the organisation.
    """

    fewest: int
    least_difference: int
    may_split: bool
    single: int | None
    spread: int | None
    outside: int


WORK = Limits(fewest=5, least_difference=3, may_split=True, single=10, spread=10, outside=10)
LIFE = Limits(fewest=10, least_difference=5, may_split=True, single=20, spread=20, outside=10)
BODY = Limits(fewest=10, least_difference=10, may_split=False, single=None, spread=None, outside=20)


def limits_of(group: Group) -> Limits | None:
    """How careful this group's figures are; None: it is in no group figure (substance use, police & justice)."""
    if group.sensitivity in (Sensitivity.SUBSTANCE, Sensitivity.JUSTICE):
        return None
    if group.sensitivity is Sensitivity.HEALTH:
        return BODY
    return WORK if group.ring is Ring.INNER else LIFE


class Band(StrEnum):
    """How many people, as it is shown."""

    FEW = "5-9"
    SOME = "10-19"
    MANY = "20-49"
    MOST = "50+"


def band_of(people: int) -> Band:
    """The band of a number of people, 5 or more. Raises ValueError below: so few are never shown."""
    if people < 5:
        raise ValueError("fewer than five people are never shown")
    return Band.MOST if people >= 50 else Band.MANY if people >= 20 else Band.SOME if people >= 10 else Band.FEW


class Edge(StrEnum):
    """A mean so near the end of the scale that only the end is said, because it would say nearly the same of each."""

    OR_HIGHER = "or_higher"
    OR_LOWER = "or_lower"


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean as it is printed. ``mean`` is rounded (0.1, or 0.2 below 20 people), or the edge itself."""

    mean: Decimal
    people: Band
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """One printed figure and the set of people whose scores are in it. Who they are is never shown."""

    people: frozenset[str]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be said of one group in one window: of all, and of each part. None where nothing is said."""

    whole: Figure | None
    parts: Mapping[str, Figure | None]


def figure_of(scores: Scores) -> Figure:
    """The unweighted mean over persons as it would be printed (the method, e.4 steps 5 and 6), for five or more."""
    mean = display(sum(scores.values()) / len(scores), 6)
    people = band_of(len(scores))
    if mean >= HIGH:
        return Figure(HIGH, people, Edge.OR_HIGHER)
    if mean <= LOW:
        return Figure(LOW, people, Edge.OR_LOWER)
    step = _step(len(scores))
    return Figure(display(float(mean / step), 0) * step, people)


def sum_of(published: Published) -> Sum:
    """What a figure tells everybody: between which bounds the sum of these people's scores lies."""
    figure, size = published.figure, len(published.people)
    half = float(_step(size)) / 2
    mean = float(figure.mean)
    low, high = {
        Edge.OR_HIGHER: (mean, 5.0),
        Edge.OR_LOWER: (1.0, mean),
        None: (mean - half, mean + half),
    }[figure.edge]
    return Sum(published.people, frozenset(), low * size, high * size)


def shown(
    scores: Scores, parts: Mapping[str, frozenset[str]], limits: Limits, before: Sequence[Published] = ()
) -> Shown:
    """What may be published of this group in this window.

    ``parts`` are the teams or locations that were declared beforehand; somebody is in one of them or in none.
    ``before`` is everything that was published already with the same answers in it. The parts wait when the whole does.
    """
    whole = _publishable(scores, limits, before)
    nothing: dict[str, Figure | None] = dict.fromkeys(parts)
    if whole is None:
        return Shown(None, nothing)
    if not limits.may_split:
        return Shown(whole.figure, nothing)
    own = {name: {person: scores[person] for person in people if person in scores} for name, people in parts.items()}
    visible = {
        name: published
        for name, mine in own.items()
        if (published := _publishable(mine, limits, (*before, whole))) is not None
    }
    while visible and not _is_safe_together(scores, whole, visible, limits):
        del visible[min(visible, key=lambda name: (len(visible[name].people), name))]
    if len(visible) == 1:
        visible.clear()  # The rest would be one subtraction away.
    return Shown(whole.figure, nothing | {name: published.figure for name, published in visible.items()})


def may_be_seen_by_coach(published: Published, shared: Scores, limits: Limits) -> bool:
    """Whether a coach who sees ``shared`` (own people's scores of the same answers) learns nothing of anybody else.

    The people who share with that coach count as a published set: nobody else remains, or enough others.
    """
    known = {person: score for person, score in shared.items() if person in published.people}
    others = len(published.people) - len(known)
    if others == 0:
        return True
    if others < limits.least_difference:
        return False
    return not tells_of_one(sum_of(published), known, told=known.keys())


def _publishable(scores: Scores, limits: Limits, before: Sequence[Published]) -> Published | None:
    """The figure of one set, when it is large enough and tells nothing of one person, also beside earlier figures."""
    if len(scores) < limits.fewest:
        return None
    people = frozenset(scores)
    overlapping = [other for other in before if people & other.people]
    for other in overlapping:
        if 0 < len(people - other.people) < limits.least_difference:
            return None
        if 0 < len(other.people - people) < limits.least_difference:
            return None
    for figure in _ever_wider(figure_of(scores)):
        one = Published(people, figure)
        sums = [sum_of(one), *(sum_of(one) - sum_of(other) for other in overlapping)]
        if not any(tells_of_one(known, scores) for known in sums):
            return one
    return None


def _ever_wider(figure: Figure) -> Iterator[Figure]:
    """The figure itself, and then, near an end of the scale, ever less that can be said of it."""
    yield figure
    if figure.mean > MIDDLE:
        first, step, edge = min(HIGH, figure.mean), -WIDER, Edge.OR_HIGHER
    else:
        first, step, edge = max(LOW, figure.mean), WIDER, Edge.OR_LOWER
    for times in range(1, MOST_WIDER + 1):
        yield replace(figure, mean=first + times * step, edge=edge)


def _is_safe_together(scores: Scores, whole: Published, visible: Mapping[str, Published], limits: Limits) -> bool:
    """Whether subtracting visible parts from the whole tells nothing: the hidden rest is nobody, or large enough."""
    all_parts = sum_of(whole) - _total(visible.values())
    hidden = len(all_parts.plus)
    if 0 < hidden < limits.fewest or (hidden and tells_of_one(all_parts, scores)):
        return False
    if hidden:
        return True
    others = {name: [v for other, v in visible.items() if other != name] for name in visible}
    return not any(tells_of_one(sum_of(whole) - _total(rest), scores) for rest in others.values() if rest)


def _total(published: Iterable[Published]) -> Sum:
    total = Sum(frozenset(), frozenset(), 0.0, 0.0)
    for one in published:
        total = total + sum_of(one)
    return total


def _step(people: int) -> Decimal:
    return Decimal("0.1") if people >= FINE_FROM else Decimal("0.2")

"""Suppression: what may be said of many without telling anything of one. Deny by default (the method, section e.4).

A **figure** is one printed mean of one set of people. Hidden and empty look the same: nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.disclosure import ever_wider, leaves_room
from domain.questionnaire import Group, Ring, Sensitivity

HIGH = Decimal("4.8")
LOW = Decimal("1.2")
_BEYOND_HIGH, _BEYOND_LOW = Decimal("4.9"), Decimal("1.1")

FINE_FROM = 20
"""From so many people on, a mean is rounded to 0.1; below it to 0.2."""

Scores = Mapping[str, float]
"""One group's scores in one window, 1 to 5, by participant: only who may count and has a valid score."""

People = Collection[str]


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
    """A mean as it is printed, in one of three ways.

    Plain: ``mean`` is rounded to 0.1, or to 0.2 below 20 people. ``within``: only that it lies so much around ``mean``,
    from ``low`` to ``high``. ``edge``: only that it is ``mean`` or higher, or lower.
    """

    mean: Decimal
    people: Band
    edge: Edge | None = None
    within: Decimal | None = None

    @property
    def low(self) -> Decimal:
        """The lowest that the mean can be, for whoever reads the figure."""
        if self.edge is not None:
            return self.mean if self.edge is Edge.OR_HIGHER else Decimal(1)
        return self.mean - self._half

    @property
    def high(self) -> Decimal:
        """The highest that the mean can be."""
        if self.edge is not None:
            return self.mean if self.edge is Edge.OR_LOWER else Decimal(5)
        return self.mean + self._half

    @property
    def _half(self) -> Decimal:
        is_fine = self.people in (Band.MANY, Band.MOST)
        return self.within if self.within is not None else step_of(FINE_FROM if is_fine else 0) / 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be said of one group in one window: of all, and of each part. None where nothing is said."""

    whole: Figure | None
    parts: Mapping[str, Figure | None]


def figure_of(scores: Scores) -> Figure | None:
    """The unweighted mean over persons as it is printed (the method, e.4 steps 5 and 6), for five people or more.

    What is said is the most exact thing that leaves everybody enough room (domain.disclosure): the rounded mean, or
    else an ever wider range around it, or an end of the scale. None when even that would tell of somebody.
    """
    return next((figure for figure in _ever_wider(scores) if _leaves_room(figure, scores)), None)


def shown(
    scores: Scores, parts: Mapping[str, frozenset[str]], limits: Limits, before: Collection[People] = ()
) -> Shown:
    """What may be published of this group in this window.

    ``parts`` are the teams or locations that were declared beforehand; somebody is in one of them or in none.
    ``before`` are the sets of people of whom the same answers were published already. The parts wait when the whole
    does.
    """
    nothing: dict[str, Figure | None] = dict.fromkeys(parts)
    if len(scores) < limits.fewest or not differ_enough(scores, before, limits):
        return Shown(None, nothing)
    whole = figure_of(scores)
    if whole is None or not limits.may_split:
        return Shown(whole, nothing)
    own = {name: {person: scores[person] for person in people if person in scores} for name, people in parts.items()}
    visible = {
        name: figure
        for name, mine in own.items()
        if len(mine) >= limits.fewest and differ_enough(mine, before, limits) and (figure := figure_of(mine))
    }
    while visible and 0 < len(scores) - sum(len(own[name]) for name in visible) < limits.fewest:
        del visible[min(visible, key=lambda name: (len(own[name]), name))]
    if len(visible) == 1:
        visible.clear()  # The rest would be one subtraction away.
    return Shown(whole, nothing | visible)


def differ_enough(people: People, before: Collection[People], limits: Limits) -> bool:
    """Whether a set of people differs by nobody or by enough, both ways, from every set that overlaps with it."""
    mine = frozenset(people)
    overlapping = [frozenset(other) for other in before if not mine.isdisjoint(other)]
    return all(
        few == 0 or few >= limits.least_difference
        for other in overlapping
        for few in (len(mine - other), len(other - mine))
    )


def may_be_seen_by_coach(people: People, shared: People, limits: Limits) -> bool:
    """Whether a coach may see a figure of ``people``, of whom ``shared`` share the same answers with that coach.

    The people who share with that coach count as a published set: nobody else remains, or enough others. How much the
    figure leaves open of those others does not depend on what the coach knows.
    """
    others = len(frozenset(people) - frozenset(shared))
    return others == 0 or others >= limits.least_difference


def _leaves_room(figure: Figure, scores: Scores) -> bool:
    size = len(scores)
    return leaves_room(float(figure.low) * size, float(figure.high) * size, scores.values())


def step_of(people: int) -> Decimal:
    """To what a mean of so many people is rounded."""
    return Decimal("0.1") if people >= FINE_FROM else Decimal("0.2")


def _ever_wider(scores: Scores) -> Iterator[Figure]:
    """The mean as the method prints it, and then ever less that can be said of it."""
    mean = sum(scores.values()) / len(scores)
    people, step = band_of(len(scores)), step_of(len(scores))
    if mean >= HIGH:
        yield Figure(HIGH, people, Edge.OR_HIGHER)
    elif mean <= LOW:
        yield Figure(LOW, people, Edge.OR_LOWER)
    for middle, within in ever_wider(mean, step):
        if within < step:
            yield Figure(middle, people)
        else:
            yield _ranging(middle, within, people)


def _ranging(middle: Decimal, within: Decimal, people: Band) -> Figure:
    """That the mean lies within so much of the middle; where that reaches an end of the scale, only the end is said."""
    if middle + within >= _BEYOND_HIGH:
        return Figure(min(HIGH, middle - within), people, Edge.OR_HIGHER)
    if middle - within <= _BEYOND_LOW:
        return Figure(max(LOW, middle + within), people, Edge.OR_LOWER)
    return Figure(middle, people, within=within)

"""Two years of an invented organisation: people join, leave, answer late, withdraw and are erased; windows close."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.group_change import Changed
from domain.publication import Before, Counted, GroupPublication, group_publication
from domain.suppression import Figure
from domain.windows import Care, Closing, Running, closing
from tests.domain.attack import Printed, Score

ZONE = ZoneInfo("Europe/Amsterdam")
GROUP = "skills"
MONTHS = 24
TEAMS = ("noord", "zuid", "winkel")
MOMENTS = ("baseline", "follow_up_1", "follow_up_2", "follow_up_3")

Publish = Callable[[str, Care, dict[str, Counted], tuple[str, ...], Before], GroupPublication]


def by_the_rules(
    group: str, care: Care, people: dict[str, Counted], parts: tuple[str, ...], before: Before
) -> GroupPublication:
    """As the product does it."""
    return group_publication(group, care.limits, people, parts, before)


@dataclass
class Worker:
    """Somebody who works here. ``leaves``: the month of the last answer; ``counts``: whether the group picture may."""

    name: str
    team: str | None
    joins: int
    leaves: int
    level: float
    pace: int
    counts: bool
    is_asked: bool
    counted_at: set[str] = field(default_factory=set)
    alias: str = ""


@dataclass
class Years:
    """What happened, and everything that was printed of one group in that time.

    ``truth`` holds every score that was ever given; an erased person stays in what was printed, as in the store.
    """

    size: int
    seed: int
    care: Care = Care.WORK
    publish: Publish = by_the_rules
    asked_in_one_team_only: bool = False

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)  # noqa: S311 - invented people, the same every time
        self.truth: dict[Score, float] = {}
        self.printed: list[Printed] = []
        self.people = [self._worker(number) for number in range(self.size)]
        self._since = dict.fromkeys(MOMENTS, datetime(2026, 1, 1, tzinfo=UTC))
        self._closed = dict.fromkeys(MOMENTS, 0)
        self._waiting: dict[str, list[Worker]] = {moment: [] for moment in MOMENTS}
        self._published: dict[str, list[frozenset[str]]] = {moment: [] for moment in MOMENTS}
        self._changed: list[frozenset[str]] = []
        for month in range(MONTHS):
            self._month(month)

    def _worker(self, number: int) -> Worker:
        rng = self._rng
        team = rng.choices((*TEAMS, None), (5, 3, 1, 1))[0]
        joins = 0 if rng.random() < 0.6 else rng.randrange(1, MONTHS)
        leaves = MONTHS if rng.random() < 0.6 else min(MONTHS, joins + rng.randrange(1, 14))
        level = rng.choice((1.4, 2.6, 3.4, 3.8, 4.2, 4.6, 5.0))
        is_asked = team == "zuid" if self.asked_in_one_team_only else True
        return Worker(f"p{number:03}", team, joins, leaves, level, rng.choice((5, 6, 7)), rng.random() < 0.9, is_asked)

    def _month(self, month: int) -> None:
        now = datetime(2026 + month // 12, month % 12 + 1, 28, 12, tzinfo=UTC)
        for worker in self.people:
            # Somebody late answers a month or two after being asked, so also after a window closed.
            turn, rest = divmod(month - worker.joins, worker.pace)
            late = self._rng.choice((0, 0, 0, 1, 2))
            if worker.is_asked and 0 <= turn < len(MOMENTS) and rest == late and month <= worker.leaves:
                self._answer(worker, MOMENTS[turn])
            if self._rng.random() < 0.01:
                worker.counts = not worker.counts  # Takes it back, or comes back.
            if self._rng.random() < 0.005:
                self._erase(worker)
            if self._rng.random() < 0.02:
                worker.team = self._rng.choice(TEAMS)  # The grouping stays; people go from team to team.
        for moment in MOMENTS:
            self._close(moment, now, is_by_hand=self._rng.random() < 0.2)

    def _answer(self, worker: Worker, moment: str) -> None:
        if (moment, worker.name) in self.truth:
            return
        score = round(min(5.0, max(1.0, self._rng.gauss(worker.level, 0.5))) * 5) / 5
        self.truth[moment, worker.name] = score
        self._waiting[moment].append(worker)

    def _erase(self, worker: Worker) -> None:
        """The answers are gone; what was printed keeps its count. Whoever comes back is somebody new."""
        for moment in MOMENTS:
            self._waiting[moment] = [one for one in self._waiting[moment] if one is not worker]
        worker.counted_at.clear()
        worker.name += "'"

    def _close(self, moment: str, now: datetime, *, is_by_hand: bool) -> None:
        here = [worker for worker in self._waiting[moment] if worker.counts]
        running = Running(self._since[moment], len(here), self._closed[moment] == 0)
        may = closing(running, self.care.limits, now, ZONE)
        if may is not Closing.NOW and not (may is Closing.MAY and is_by_hand):
            return
        people = {worker.name: self._counted(worker, moment) for worker in here}
        before = Before(
            [*self._published[moment], *(self._changed if moment == "baseline" else ())],
            [*self._published["baseline"], *self._changed],
        )
        said = self.publish(GROUP, self.care, people, TEAMS, before)
        self._print(moment, people, said)
        for worker in here:
            worker.counted_at.add(moment)
        self._waiting[moment] = []
        self._closed[moment] += 1
        self._since[moment] = now

    def _counted(self, worker: Worker, moment: str) -> Counted:
        now = self.truth[moment, worker.name]
        changes = {}
        if moment != "baseline" and "baseline" in worker.counted_at:
            then = self.truth["baseline", worker.name]
            changes[GROUP] = Changed(then, now, now - then)
        return Counted({GROUP: now}, changes, worker.team)

    def _print(self, moment: str, people: dict[str, Counted], said: GroupPublication) -> None:
        sets: dict[str | None, frozenset[str]] = {None: frozenset(people)}
        for team in TEAMS:
            sets[team] = frozenset(name for name, one in people.items() if one.part == team)
        for part, figure in ((None, said.whole), *said.parts.items()):
            if figure is not None:
                self._published[moment].append(sets[part])
                self.printed.append(_of_figure(moment, sets[part], figure))
        cohort = frozenset(name for name, one in people.items() if one.changes)
        if said.change is not None:
            self._changed.append(cohort)
            now = frozenset((moment, name) for name in cohort)
            then = frozenset(("baseline", name) for name in cohort)
            low, high = said.change.mean - said.change.within, said.change.mean + said.change.within
            for lowest, highest in ((low, high), (said.change.low, said.change.high)):  # The mean lies in both.
                size = len(cohort)
                self.printed.append(Printed(now, then, float(lowest) * size, float(highest) * size))


def _of_figure(moment: str, people: frozenset[str], figure: Figure) -> Printed:
    size = len(people)
    scores = frozenset((moment, name) for name in people)
    return Printed(scores, frozenset(), float(figure.low) * size, float(figure.high) * size)

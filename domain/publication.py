"""Publication: everything that is said of one organisation when a window closes, decided as a whole.

Per group: a figure of all who count, a figure of each part of the one declared grouping, and in a follow-up the change
of the matched cohort, which are the people whose baseline stood in a closed window too. And the response of the wave.
What it says is decided once and stays as it was printed; the sets of people stay too, so that later publications can
keep their distance from them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from domain.group_change import Changed, GroupChange, Share, group_change, share_of
from domain.suppression import WORK, Figure, Limits, differ_enough, shown

FEWEST_ASKED = WORK.fewest
"""A response is said only when so many finished, and so many did not."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one person brings to a window: a score by group, and by group what changed since the baseline.

    ``part`` is the team or location; None: in none. Nobody is in here who may not count.
    """

    scores: Mapping[str, float]
    changes: Mapping[str, Changed] = field(default_factory=dict)
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """The sets of people of whom this group's answers were published already: of this moment, and of the baseline."""

    now: Collection[frozenset[str]] = ()
    baseline: Collection[frozenset[str]] = ()


@dataclass(frozen=True, slots=True)
class GroupPublication:
    """What is said of one group. None where nothing is said; hidden and empty are the same."""

    whole: Figure | None
    parts: Mapping[str, Figure | None]
    change: GroupChange | None


@dataclass(frozen=True, slots=True)
class Wave:
    """How many measurements of a moment ended in a window: asked, opened by the person, and finished."""

    asked: int
    opened: int
    finished: int


@dataclass(frozen=True, slots=True)
class Response:
    """How many of those asked finished, and how many of those who began did not; None where nothing is said."""

    response: Share | None
    drop_out: Share | None


def group_publication(
    group: str, limits: Limits, people: Mapping[str, Counted], parts: Sequence[str], before: Before
) -> GroupPublication:
    """What is said of one group in a window that closes. ``people`` are all who count in it, by participant."""
    scores = {person: one.scores[group] for person, one in people.items() if group in one.scores}
    members = {part: frozenset(person for person in scores if people[person].part == part) for part in parts}
    said = shown(scores, members, limits, before.now)
    published = [members[part] for part, figure in said.parts.items() if figure]
    if said.whole:
        published.append(frozenset(scores))
    cohort = {person: one.changes[group] for person, one in people.items() if group in one.changes}
    change = None
    if len(cohort) >= limits.fewest and differ_enough(cohort, (*before.now, *published, *before.baseline), limits):
        change = group_change(cohort, spread=limits.spread)
    return GroupPublication(said.whole, said.parts, change)


def response_of(wave: Wave) -> Response:
    """The response and the drop-out of a wave, each only where both sides of it are enough people."""
    never, stopped = wave.asked - wave.opened, wave.opened - wave.finished
    is_response_said = min(wave.finished, wave.asked - wave.finished) >= FEWEST_ASKED
    # The drop-out beside the response would tell how many never opened: they have to be enough as well.
    is_drop_out_said = is_response_said and min(never, stopped) >= FEWEST_ASKED
    return Response(
        share_of(wave.finished, wave.asked) if is_response_said else None,
        share_of(stopped, wave.opened) if is_drop_out_said else None,
    )

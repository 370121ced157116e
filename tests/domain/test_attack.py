"""Nobody's score can be worked out from everything that is ever printed, by nobody outside and by no insider.

The attacker is a linear solver that is given every printed figure of an organisation over 24 months, and exactly which
people are in it. It may also know scores. What it does not use is that a plainer figure was not printed.

Rules broken on purpose, to see these tests fail: without the room around each score (``domain.disclosure``) whoever
knows all the others bounds somebody to almost nothing; without the smallest numbers as well, no insider is needed (both
stand at the end of this file). Without the remainder rule or the difference rule everybody keeps a whole point, because
the room alone carries it: those two are the method's own, and ``test_suppression`` counts them out.
"""

import random

import pytest

from domain.publication import Before, Counted, GroupPublication
from domain.scoring import display
from domain.suppression import Band, Figure, figure_of
from domain.windows import Care
from tests.domain.attack import Attacker, Printed, Score, narrowest_when_all_others_are_known
from tests.domain.invented_years import Publish, Years

NARROWEST = 1.0 - 1e-5
SMALL = (5, 9, 12, 30)


def _worst_insiders(years: Years, most: int) -> list[Score]:
    """Of every printed set, from the smallest on, who answered lowest and who answered highest."""
    found: list[Score] = []
    for one in sorted(years.printed, key=lambda one: len(one.plus)):
        by_score = sorted(one.plus | one.minus, key=lambda score: (years.truth[score], score))
        found += [score for score in (by_score[0], by_score[-1]) if score not in found]
    return found[:most]


def _survives(years: Years, *, insiders: int) -> bool:
    """Whether everybody keeps a whole point: from outside, from insiders, and from whoever knows all the rest."""
    assert years.printed
    assert all(one.holds(years.truth) for one in years.printed)
    widths = [Attacker(years.printed).narrowest()]
    for insider in _worst_insiders(years, insiders):
        near = [one.plus | one.minus for one in years.printed if insider in one.plus | one.minus]
        others = min(near, key=len)  # The fewer there are, the more is known of each.
        widths.append(Attacker(years.printed, {insider: years.truth[insider]}).narrowest(sorted(others)))
    widths.append(narrowest_when_all_others_are_known(years.printed, years.truth))
    return min(widths) >= NARROWEST


@pytest.mark.parametrize("care", list(Care))
def test_nobody_of_two_hundred_can_be_told_after_two_years(care: Care) -> None:
    """Joiners, leavers, late answers, withdrawals, erasures, people who change teams, windows closed by hand.

    One insider is tried where insiders know most: the lowest and highest scores of the smallest sets. No other insider
    needs to be: each knows less than whoever knows all other scores, whose bounds lie inside those of every insider.
    """
    years = Years(200, 1, care)
    assert sum(1 for one in years.printed if one.minus) > 0 or care is Care.BODY
    assert len(years.printed) > 10
    assert _survives(years, insiders=4)


def test_two_years_hold_what_they_are_about() -> None:
    years = Years(200, 1)
    names = {name for _, name in years.truth}
    sizes = {len(one.plus) for one in years.printed}
    assert any(name.endswith("'") for name in names), "somebody was erased and came back"
    assert len(years.truth) > 300
    assert min(sizes) >= 5
    assert any(one.minus for one in years.printed), "a change was printed"


def test_a_module_that_one_team_was_asked_tells_nobody() -> None:
    assert _survives(Years(200, 5, asked_in_one_team_only=True), insiders=3)


@pytest.mark.parametrize("size", SMALL)
def test_small_organisations_are_as_safe(size: int) -> None:
    tried = [years for seed in range(12) if (years := Years(size, seed)).printed]
    assert tried or size == 5
    assert all(_survives(years, insiders=2) for years in tried)


@pytest.mark.parametrize("seed", range(40))
def test_who_knows_eight_of_nine_cannot_tell_the_ninth(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - invented scores
    truth = {("baseline", f"p{n}"): rng.choice((1.0, 2.4, 3.0, 3.6, 4.0, 4.4, 4.8, 5.0)) for n in range(9)}
    figure = figure_of({name: score for (_, name), score in truth.items()})
    assert figure is not None
    printed = Printed(frozenset(truth), frozenset(), float(figure.low) * 9, float(figure.high) * 9)
    for ninth in truth:
        attacker = Attacker([printed], {one: score for one, score in truth.items() if one != ninth})
        low, high = attacker.bounds(ninth)
        assert low - 1e-6 <= truth[ninth] <= high + 1e-6
        assert high - low >= NARROWEST


def test_bounds_by_hand_are_those_of_the_solver_when_all_others_are_known() -> None:
    years = Years(60, 3)
    widths = [
        Attacker(years.printed, {one: value for one, value in years.truth.items() if one != score}).narrowest([score])
        for score in sorted(set().union(*(one.plus | one.minus for one in years.printed)))
    ]
    assert min(widths) == pytest.approx(narrowest_when_all_others_are_known(years.printed, years.truth), abs=1e-5)


# What the rules are for -----------------------------------------------------------------------------------------------


def _plainly(fewest: int) -> Publish:
    """Publishing without the room around each score: the rounded mean of so many people, of all and of each team."""

    def publish(
        group: str, _care: Care, people: dict[str, Counted], parts: tuple[str, ...], _before: Before
    ) -> GroupPublication:
        def figure(names: list[str]) -> Figure | None:
            if len(names) < fewest:
                return None
            mean = sum(people[name].scores[group] for name in names) / len(names)
            return Figure(display(mean * 5, 0) / 5, Band.FEW)

        by_part = {part: figure([name for name, one in people.items() if one.part == part]) for part in parts}
        return GroupPublication(figure(list(people)), by_part, None)

    return publish


def test_without_the_room_an_insider_is_enough() -> None:
    years = Years(200, 1, publish=_plainly(fewest=5))
    assert narrowest_when_all_others_are_known(years.printed, years.truth) < 0.5
    assert not _survives(years, insiders=0)


def test_without_the_smallest_number_no_insider_is_needed() -> None:
    years = Years(200, 1, publish=_plainly(fewest=1))
    assert Attacker(years.printed).narrowest() < 0.5


@pytest.mark.parametrize("care", list(Care))
def test_two_years_of_other_people(request: pytest.FixtureRequest, care: Care) -> None:
    """With --long many more years, and far more insiders."""
    is_long = request.config.getoption("--long")
    for seed in range(2, 30) if is_long else (2,):
        assert _survives(Years(200, seed, care), insiders=60 if is_long else 0)

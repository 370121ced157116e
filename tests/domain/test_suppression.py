"""What may be said of many: the method, section e.4, step by step."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disclosure import Sum, tells_of_one
from domain.questionnaire import Questionnaire
from domain.suppression import (
    BODY,
    LIFE,
    WORK,
    Band,
    Edge,
    Figure,
    Limits,
    Published,
    band_of,
    figure_of,
    limits_of,
    may_be_seen_by_coach,
    shown,
    sum_of,
)

MIDDLE = (2.0, 3.0, 4.0, 3.4, 2.6)


def people(count: int, scores: tuple[float, ...] = MIDDLE, start: int = 0) -> dict[str, float]:
    return {f"p{start + i:03}": scores[i % len(scores)] for i in range(count)}


def teams(scores: dict[str, float], *sizes: int) -> dict[str, frozenset[str]]:
    names, made, taken = sorted(scores), {}, 0
    for number, size in enumerate(sizes):
        made[f"team {number}"] = frozenset(names[taken : taken + size])
        taken += size
    return made


class TestLimits:
    def test_each_group_has_the_limits_of_its_class(self, questionnaire: Questionnaire) -> None:
        by_name = {group.name: limits_of(group) for group in questionnaire.groups}
        assert {name for name, limits in by_name.items() if limits is None} == {"substance_use", "police_justice"}
        assert list(by_name.values()).count(WORK) == 5
        assert list(by_name.values()).count(BODY) == 2
        assert list(by_name.values()).count(LIFE) == 5

    @pytest.mark.parametrize("limits", [WORK, LIFE, BODY], ids=["work", "life", "body"])
    def test_a_mean_needs_enough_people(self, limits: Limits) -> None:
        assert shown(people(limits.fewest), {}, limits).whole is not None
        assert shown(people(limits.fewest - 1), {}, limits).whole is None


class TestPrinting:
    def test_a_mean_is_of_persons_and_rounded_to_a_fifth_below_twenty_people(self) -> None:
        assert figure_of(people(5, (3.0, 3.0, 3.0, 3.0, 3.4))) == Figure(Decimal("3.0"), Band.FEW)
        assert figure_of(people(5, (3.0, 3.0, 3.0, 3.2, 3.4))) == Figure(Decimal("3.2"), Band.FEW)

    def test_a_mean_is_rounded_to_a_tenth_from_twenty_people(self) -> None:
        assert figure_of(people(20, (3.0, 3.0, 3.0, 3.2, 3.4))) == Figure(Decimal("3.1"), Band.MANY)

    @pytest.mark.parametrize(
        ("count", "band"),
        [(5, "5-9"), (9, "5-9"), (10, "10-19"), (19, "10-19"), (20, "20-49"), (49, "20-49"), (50, "50+"), (999, "50+")],
    )
    def test_how_many_is_said_as_a_band(self, count: int, band: str) -> None:
        assert band_of(count) == band

    def test_fewer_than_five_have_no_band(self) -> None:
        with pytest.raises(ValueError, match="never shown"):
            band_of(4)

    def test_when_nearly_everybody_says_the_same_only_the_end_of_the_scale_is_said(self) -> None:
        assert figure_of(people(10, (5.0, 4.8))) == Figure(Decimal("4.8"), Band.SOME, Edge.OR_HIGHER)
        assert figure_of(people(10, (1.0, 1.2))) == Figure(Decimal("1.2"), Band.SOME, Edge.OR_LOWER)
        assert figure_of(people(10, (5.0, 4.4))).edge is None


class TestRemainder:
    def test_a_small_team_hides_the_smallest_other_team_so_that_it_is_not_the_whole_less_the_rest(self) -> None:
        scores = people(40)
        result = shown(scores, teams(scores, 3, 7, 12, 18), WORK)
        assert result.whole is not None
        assert {name for name, figure in result.parts.items() if figure} == {"team 2", "team 3"}

    def test_a_team_that_would_stand_alone_is_not_shown(self) -> None:
        scores = people(23)
        assert not any(shown(scores, teams(scores, 20, 3), WORK).parts.values())

    def test_people_without_a_team_are_a_rest_too(self) -> None:
        scores = people(42)
        result = shown(scores, teams(scores, 10, 14, 16), WORK)
        assert [name for name, figure in result.parts.items() if figure] == ["team 1", "team 2"]

    def test_teams_wait_when_the_whole_waits(self) -> None:
        scores = people(40)
        before = [Published(frozenset(sorted(scores)[:-1]), figure_of(scores))]
        result = shown(scores, teams(scores, 20, 20), WORK, before)
        assert result.whole is None
        assert not any(result.parts.values())

    def test_feelings_and_body_are_shown_of_the_whole_organisation_only(self) -> None:
        scores = people(60)
        result = shown(scores, teams(scores, 30, 30), BODY)
        assert result.whole is not None
        assert not any(result.parts.values())


class TestDifference:
    @pytest.mark.parametrize(("more", "figures"), [(0, 1), (1, 0), (2, 0), (3, 1)])
    def test_a_set_that_differs_from_an_earlier_one_by_too_few_is_not_published(self, more: int, figures: int) -> None:
        scores = people(24)
        earlier = Published(frozenset(sorted(scores)[: 24 - more]), Figure(Decimal("3.0"), Band.MANY))
        assert (shown(scores, {}, WORK, [earlier]).whole is not None) == figures

    def test_a_withdrawal_does_not_recalculate_what_was_published(self) -> None:
        scores = people(24)
        published = Published(frozenset(scores), figure_of(scores))
        left = {person: score for person, score in scores.items() if person != "p007"}
        assert shown(left, {}, WORK, [published]).whole is None

    def test_a_grouping_that_moves_one_person_is_not_published_beside_the_first(self) -> None:
        scores = people(40)
        by_team, names = teams(scores, 20, 20), sorted(scores)
        first = shown(scores, by_team, WORK)
        before = [Published(by_team[name], figure) for name, figure in first.parts.items() if figure]
        assert len(before) == 2
        by_place = {"north": frozenset(names[:19]), "south": frozenset(names[19:])}
        assert not any(shown(scores, by_place, WORK, before).parts.values())

    def test_a_group_that_only_one_team_was_asked_is_shown_as_the_whole_and_not_twice(self) -> None:
        scores = people(20)
        result = shown(scores, {"asked": frozenset(scores), "not asked": frozenset({"q1"})}, WORK)
        assert result.whole is not None
        assert not any(result.parts.values())


class TestOneInsider:
    def test_who_answered_low_alone_cannot_read_the_others_from_a_high_mean(self) -> None:
        """2.6 and four times 5 print as 4.6; the one with 2.6 could work out that all the others said 5."""
        scores = people(5, (2.6, 5.0, 5.0, 5.0, 5.0))
        assert tells_of_one(sum_of(Published(frozenset(scores), figure_of(scores))), scores)
        assert shown(scores, {}, WORK).whole == Figure(Decimal("4.2"), Band.FEW, Edge.OR_HIGHER)

    @pytest.mark.parametrize(("count", "said"), [(5, "4.6"), (9, "4.8"), (20, "4.8")])
    def test_of_few_people_less_is_said_at_the_end_of_the_scale(self, count: int, said: str) -> None:
        figure = shown(people(count, (5.0, 4.8)), {}, WORK).whole
        assert figure is not None
        assert (str(figure.mean), figure.edge) == (said, Edge.OR_HIGHER)

    def test_the_low_end_is_the_same_turned_round(self) -> None:
        assert shown(people(5, (3.4, 1.0, 1.0, 1.0, 1.0)), {}, WORK).whole == Figure(
            Decimal("1.8"), Band.FEW, Edge.OR_LOWER
        )

    @given(
        st.lists(st.integers(5, 25).map(lambda total: total / 5), min_size=5, max_size=12),
        st.integers(0, 11),
        st.integers(0, 11),
    )
    def test_nobody_who_knows_one_score_bounds_another_to_less_than_one(
        self, values: list[float], knower: int, target: int
    ) -> None:
        """The bounds by hand: the printed sum, less what is known, less the most and the least of all the others."""
        scores = {f"p{i:02}": value for i, value in enumerate(values)}
        knower, target = knower % len(values), target % len(values)
        figure = shown(scores, {}, WORK).whole
        if figure is None or knower == target:
            return
        total, others = sum_of(Published(frozenset(scores), figure)), len(values) - 2
        low = max(1.0, total.low - values[knower] - 5.0 * others)
        high = min(5.0, total.high - values[knower] - 1.0 * others)
        assert total.low - 1e-9 <= sum(values) <= total.high + 1e-9
        assert low - 1e-9 <= values[target] <= high + 1e-9
        assert high - low >= 1.0 - 1e-6


class TestSums:
    def test_a_difference_leaves_only_those_who_are_in_one_of_the_two(self) -> None:
        left = Sum(frozenset("abc"), frozenset(), 9, 10) - Sum(frozenset("bcd"), frozenset(), 8, 9)
        assert left == Sum(frozenset("a"), frozenset("d"), 0, 2)

    def test_of_somebody_who_is_erased_the_worst_is_assumed(self) -> None:
        """Two people, at least 6 together: who said 5 learns little; who said 1 learns that the other said 5."""
        known = Sum(frozenset("ab"), frozenset(), 6.0, 10.0)
        assert not tells_of_one(known, {"a": 5.0, "b": 4.0})
        assert tells_of_one(known, {"a": 5.0})

    def test_what_a_score_was_subtracted_from_is_told_too(self) -> None:
        """a is 5 at most, and a less b is at least 3.5: b is 1 to 1.5."""
        assert tells_of_one(Sum(frozenset("a"), frozenset("b"), 3.5, 4.0), {"a": 5.0, "b": 1.2})


class TestCoach:
    def test_a_coach_sees_a_figure_when_nobody_or_enough_others_remain(self) -> None:
        scores = people(12)
        published = Published(frozenset(scores), figure_of(scores))
        for sharing, may in ((0, True), (9, True), (10, False), (11, False), (12, True)):
            own = dict(sorted(scores.items())[:sharing])
            assert may_be_seen_by_coach(published, own, WORK) is may

    def test_a_coach_who_could_work_out_the_rest_does_not_see_it(self) -> None:
        """Nine of twelve said 1 to this coach and the mean is high: the other three must have said 5."""
        scores = people(9, (1.0,)) | people(3, (5.0,), start=9)
        published = Published(frozenset(scores), Figure(Decimal("2.0"), Band.SOME))
        assert not may_be_seen_by_coach(published, people(9, (1.0,)), WORK)
        assert may_be_seen_by_coach(published, people(5, (1.0,)), WORK)

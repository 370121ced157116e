"""What may be said of many: the method, section e.4, step by step."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.questionnaire import Questionnaire
from domain.suppression import (
    BODY,
    LIFE,
    WORK,
    Band,
    Edge,
    Figure,
    Limits,
    band_of,
    figure_of,
    limits_of,
    may_be_seen_by_coach,
    shown,
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
        assert figure_of(people(10, (3.0, 3.0, 3.0, 3.0, 3.2))) == Figure(Decimal("3.0"), Band.SOME)
        assert figure_of(people(10, (3.0, 3.0, 3.0, 3.4, 3.4))) == Figure(Decimal("3.2"), Band.SOME)

    def test_a_mean_is_rounded_to_a_tenth_from_twenty_people(self) -> None:
        assert figure_of(people(25, (3.0, 3.0, 3.0, 3.2, 3.4))) == Figure(Decimal("3.1"), Band.MANY)

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
        assert figure_of(people(20, (5.0, 4.8))) == Figure(Decimal("4.8"), Band.MANY, Edge.OR_HIGHER)
        assert figure_of(people(20, (1.0, 1.2))) == Figure(Decimal("1.2"), Band.MANY, Edge.OR_LOWER)
        assert figure_of(people(5, (5.0,))) == Figure(Decimal("4.8"), Band.FEW, Edge.OR_HIGHER)
        middle = figure_of(people(20, (4.4, 4.6)))
        assert middle is not None
        assert middle.edge is None


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
        before = [frozenset(sorted(scores)[:-1])]
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
        earlier = frozenset(sorted(scores)[: 24 - more])
        assert (shown(scores, {}, WORK, [earlier]).whole is not None) == figures

    def test_a_withdrawal_does_not_recalculate_what_was_published(self) -> None:
        scores = people(24)
        left = {person: score for person, score in scores.items() if person != "p007"}
        assert shown(left, {}, WORK, [frozenset(scores)]).whole is None

    def test_a_grouping_that_moves_one_person_is_not_published_beside_the_first(self) -> None:
        scores = people(40)
        by_team, names = teams(scores, 20, 20), sorted(scores)
        first = shown(scores, by_team, WORK)
        before = [by_team[name] for name, figure in first.parts.items() if figure]
        assert len(before) == 2
        by_place = {"north": frozenset(names[:19]), "south": frozenset(names[19:])}
        assert not any(shown(scores, by_place, WORK, before).parts.values())

    def test_a_group_that_only_one_team_was_asked_is_shown_as_the_whole_and_not_twice(self) -> None:
        scores = people(20)
        result = shown(scores, {"asked": frozenset(scores), "not asked": frozenset({"q1"})}, WORK)
        assert result.whole is not None
        assert not any(result.parts.values())


class TestRoom:
    def test_who_knows_eight_of_nine_cannot_tell_the_ninth(self) -> None:
        """The plain 3.6 would say that the nine are 31.5 to 33.3 together: who has 5.0 would have at least 4.9."""
        scores = people(8, (3.0, 3.2, 3.6, 3.4)) | {"ninth": 5.0}
        figure = shown(scores, {}, WORK).whole
        assert figure is not None
        known = sum(score for person, score in scores.items() if person != "ninth")
        low, high = float(figure.low) * 9 - known, float(figure.high) * 9 - known
        assert min(5.0, high) - max(1.0, low) >= 1.0

    def test_of_few_people_a_range_is_said_where_the_rounded_mean_would_tell(self) -> None:
        assert figure_of(people(5, (3.0, 3.0, 3.0, 3.2, 3.4))) == Figure(
            Decimal("3.1"), Band.FEW, within=Decimal("0.2")
        )

    def test_who_answered_low_alone_cannot_read_the_others_from_a_high_mean(self) -> None:
        """2.6 and four times 5 print as 4.6; the one with 2.6 could work out that all the others said 5."""
        figure = figure_of(people(5, (2.6, 5.0, 5.0, 5.0, 5.0)))
        assert figure == Figure(Decimal("4.5"), Band.FEW, within=Decimal("0.2"))

    @pytest.mark.parametrize(("count", "said"), [(5, "4.7"), (9, "4.8"), (20, "4.8")])
    def test_of_few_people_less_is_said_at_the_end_of_the_scale(self, count: int, said: str) -> None:
        figure = figure_of(people(count, (5.0, 4.8)))
        assert figure is not None
        assert (str(figure.mean), figure.edge) == (said, Edge.OR_HIGHER)

    @given(st.lists(st.integers(5, 25).map(lambda total: total / 5), min_size=5, max_size=60))
    def test_whatever_is_printed_is_true_and_leaves_a_whole_point_open_of_everybody(self, values: list[float]) -> None:
        """By hand: what the figure says of the sum, less the scores of all the others."""
        figure = figure_of({f"p{i:02}": value for i, value in enumerate(values)})
        if figure is None:
            return
        low, high = float(figure.low) * len(values), float(figure.high) * len(values)
        assert low - 1e-9 <= sum(values) <= high + 1e-9
        for value in values:
            others = sum(values) - value
            assert min(5.0, high - others) - max(1.0, low - others) >= 1.0 - 1e-6

    @given(st.lists(st.integers(5, 25).map(lambda total: total / 5), min_size=5, max_size=30))
    def test_something_can_always_be_said_and_the_method_comes_first(self, values: list[float]) -> None:
        figure = figure_of({f"p{i:02}": value for i, value in enumerate(values)})
        assert figure is not None
        if figure.edge is None and figure.within is None:
            step = Decimal("0.1") if len(values) >= 20 else Decimal("0.2")
            assert figure.mean % step == 0
            assert abs(float(figure.mean) - sum(values) / len(values)) <= float(step) / 2 + 1e-9

    def test_the_low_end_is_the_high_end_turned_round(self) -> None:
        for values in ((2.6, 5.0, 5.0, 5.0, 5.0), (5.0, 4.8, 5.0, 5.0, 5.0), (3.0, 4.0, 2.0, 4.6, 3.2)):
            high, low = figure_of(people(5, values)), figure_of(people(5, tuple(6 - value for value in values)))
            assert high is not None
            assert low is not None
            assert (low.low, low.high) == (6 - high.high, 6 - high.low)


class TestCoach:
    def test_a_coach_sees_a_figure_when_nobody_or_enough_others_remain(self) -> None:
        scores = people(12)
        for sharing, may in ((0, True), (9, True), (10, False), (11, False), (12, True)):
            assert may_be_seen_by_coach(scores, sorted(scores)[:sharing], WORK) is may

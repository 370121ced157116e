"""Scores and their states, rounding and quality flags (the method, section e.1)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answer
from domain.questionnaire import Kind, Questionnaire
from domain.scoring import Flag, GroupScore, State, display, is_enough, quality_flags, score_groups

Fill = Callable[..., dict[str, Answer]]
SLOTS = [
    f"{prefix}-{slot}" for prefix in ("soc", "mon", "sub") for slot in ("1", "2", "3", "4", "5", "sat", "mot", "inf")
]
ANSWERS = st.dictionaries(st.sampled_from(SLOTS), st.sampled_from(Answer))


def score(questionnaire: Questionnaire, group: str, answers: Mapping[str, Answer]) -> GroupScore:
    return score_groups(questionnaire, answers, {group})[group]


def test_a_score_is_the_mean_of_the_core_answers_and_of_nothing_else(questionnaire: Questionnaire, fill: Fill) -> None:
    """Vectors of the method: mon 4,2,1,-,3 is 2.5; fam 5,5,4,5,4 is 4.6; est 3,3,2,3,2 is 2.6."""
    money = score(questionnaire, "money", fill("mon", "4 2 1 - 3", sat=2, mot=5, inf=4))
    assert money == GroupScore("money", State.SCORED, 2.5, 4, 2, 5, 4, is_partial=True)
    family = score(questionnaire, "family_housemates", fill("fam", "5 5 4 5 4", sat=5, mot=2))
    assert family == GroupScore("family_housemates", State.SCORED, 4.6, 5, 5, 2, None, is_partial=False)
    assert score(questionnaire, "self_esteem", fill("est", "3 3 2 3 2", mot=4)).score == 2.6


def test_a_score_needs_more_than_half_of_its_statements(questionnaire: Questionnaire, fill: Fill) -> None:
    """Vector of the method: mnt 2,2,-,-,- is missing. Three of five are enough, as in FACIT."""
    health = score(questionnaire, "mental_health", fill("mnt", "2 2 - - -", sat=2, mot=4, inf=1))
    assert health == GroupScore("mental_health", State.TOO_FEW, None, 2, 2, 4, 1)
    assert score(questionnaire, "mental_health", fill("mnt", "2 2 - 5 -")).score == 3.0


@pytest.mark.parametrize("code", ["u", "c", "n"])
def test_a_reason_why_not_is_missing_and_never_a_number(questionnaire: Questionnaire, fill: Fill, code: str) -> None:
    assert score(questionnaire, "money", fill("mon", f"5 5 5 {code} {code}")).score == 5.0
    assert score(questionnaire, "money", fill("mon", f"5 5 {code} {code} {code}")).state is State.TOO_FEW


def test_three_times_not_about_me_is_a_state_of_its_own_where_it_can_be_chosen(
    questionnaire: Questionnaire, fill: Fill
) -> None:
    substance = score(questionnaire, "substance_use", fill("sub", "n n 4 n 5"))
    assert (substance.state, substance.score) == (State.NOT_ABOUT_ME, None)
    assert score(questionnaire, "substance_use", fill("sub", "n n 4 - 5")).state is State.TOO_FEW
    assert score(questionnaire, "substance_use", fill("sub", "n n 4 3 5")).score == 4.0
    assert score(questionnaire, "money", fill("mon", "n n 4 n 5")).state is State.TOO_FEW


def test_a_group_that_was_not_asked_has_nothing_even_when_answers_lie_around(
    questionnaire: Questionnaire, fill: Fill
) -> None:
    scores = score_groups(questionnaire, fill("mon", "5 5 5 5 5", sat=5), {"household"})
    assert scores["money"] == GroupScore("money", State.NOT_ASKED)
    assert scores["household"].state is State.TOO_FEW


def test_all_groups_come_back_in_the_fixed_order(questionnaire: Questionnaire, every_group: tuple[str, ...]) -> None:
    assert tuple(score_groups(questionnaire, {}, set(every_group))) == every_group


@given(answers=ANSWERS, data=st.data())
def test_no_pattern_makes_a_score_leave_one_to_five_or_turns_a_gap_into_a_number(
    questionnaire: Questionnaire, answers: dict[str, Answer], data: st.DataObject
) -> None:
    asked = {"social_skills", "money", "substance_use"}
    scores = score_groups(questionnaire, answers, asked)
    for group in asked:
        core = [statement.id for statement in questionnaire.of_group(group, Kind.CORE)]
        numbers = [int(answers[one].value) for one in core if one in answers and answers[one].value in "12345"]
        found = scores[group]
        assert found.answered == len(numbers)
        assert (found.score is not None) == (len(numbers) >= 3) == (found.state is State.SCORED)
        if found.score is not None:
            assert 1 <= found.score <= 5
            assert found.score == float(Fraction(sum(numbers), len(numbers)))
            assert found.is_partial == (len(numbers) < 5)
    shuffled = data.draw(st.permutations(list(answers.items())))
    assert score_groups(questionnaire, dict(shuffled), asked) == scores


@given(answers=ANSWERS)
def test_leaving_a_statement_open_scores_like_saying_why_not(
    questionnaire: Questionnaire, answers: dict[str, Answer]
) -> None:
    asked = {"social_skills", "money", "substance_use"}
    numbers_only = {one: answer for one, answer in answers.items() if answer.value_or_none is not None}
    with_reasons = score_groups(questionnaire, answers, asked)
    without = score_groups(questionnaire, numbers_only, asked)
    assert {g: one.score for g, one in with_reasons.items()} == {g: one.score for g, one in without.items()}
    assert not any(one.state is State.NOT_ABOUT_ME for one in without.values())


@pytest.mark.parametrize(
    ("given_answers", "core", "enough"), [(3, 5, True), (2, 5, False), (2, 4, False), (1, 1, True)]
)
def test_enough_is_more_than_half(given_answers: int, core: int, *, enough: bool) -> None:
    assert is_enough(given_answers, core) is enough


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.25, "2.3"),
        (2.65, "2.7"),
        (3.35, "3.4"),
        (4.949999, "4.9"),
        (7 / 3, "2.3"),
        ((1.2 + 1.2 + 1.2 + 2.6) / 4, "1.6"),  # 1.5499999999999998 in binary
        (-0.25, "-0.3"),
        (-0.04, "0.0"),
        (5, "5.0"),
    ],
)
def test_people_see_one_decimal_rounded_half_up(value: float, shown: str) -> None:
    assert str(display(value)) == shown


def test_more_digits_can_be_shown() -> None:
    assert display(2.675, digits=2) == Decimal("2.68")
    assert display(2.5, digits=0) == Decimal(3)


def test_ordinary_answers_raise_no_flag() -> None:
    answers = [Answer.FOUR, Answer.TWO, Answer.FIVE] * 34
    flags = quality_flags(false_practice=Answer.ONE, in_order=answers, seconds=[3.0] * 102)
    assert flags == quality_flags(false_practice=None, in_order=[], seconds=[]) == frozenset()


@pytest.mark.parametrize("answer", Answer)
def test_a_yes_to_the_plainly_false_statement_is_flagged(answer: Answer) -> None:
    flags = quality_flags(false_practice=answer, in_order=[], seconds=[])
    assert (Flag.SAID_YES_TO_FALSE in flags) == (answer in (Answer.FOUR, Answer.FIVE))


@pytest.mark.parametrize(("times", "flagged"), [(24, False), (25, True)])
def test_twenty_five_identical_answers_in_a_row_are_flagged(times: int, *, flagged: bool) -> None:
    answers = [Answer.ONE, *[Answer.FOUR] * times, Answer.TWO]
    assert (Flag.SAME_IN_A_ROW in quality_flags(false_practice=None, in_order=answers, seconds=[])) is flagged


@pytest.mark.parametrize(("seconds", "flagged"), [([0.5, 0.9, 30], True), ([0.5, 1.0, 30], False)])
def test_a_median_under_a_second_is_flagged(seconds: list[float], *, flagged: bool) -> None:
    assert (Flag.VERY_FAST in quality_flags(false_practice=None, in_order=[], seconds=seconds)) is flagged


@pytest.mark.parametrize(("missing", "flagged"), [(3, False), (4, True)])
def test_more_than_thirty_percent_missing_is_flagged(missing: int, *, flagged: bool) -> None:
    answers = [Answer.DK_ANSWER] * missing + [Answer.FOUR] * (10 - missing)
    assert (Flag.MANY_MISSING in quality_flags(false_practice=None, in_order=answers, seconds=[])) is flagged

"""Change of one person on matched statements, and its bands (the method, section e.3)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answer
from domain.change import AnsweredStatement, Change, Note, Size, change_of
from domain.questionnaire import Group, Kind, Questionnaire, Ring, Statement

Asked = dict[str, AnsweredStatement]
PLAIN = AnsweredStatement(Answer.THREE, wording_version=1, language="nl")


def asked(core: str, **how: object) -> Asked:
    """Answers to the money statements by mark; "-" is not shown; ``how`` they were asked, else plainly."""
    return {
        f"mon-{slot}": replace(PLAIN, answer=Answer.of_mark(mark), **how)
        for slot, mark in enumerate(core.split(), start=1)
        if mark != "-"
    }


def test_only_statements_with_a_number_both_times_are_compared(questionnaire: Questionnaire) -> None:
    """Vector of the method: C = {1, 2, 5}, a difference of +0.67, about the same."""
    change = change_of(questionnaire, "money", asked("4 2 1 - 3"), asked("4 3 - 5 4"))
    assert change == Change("money", 2 / 3, Size.SAME, 3)


def test_two_shared_statements_are_too_few(questionnaire: Questionnaire) -> None:
    change = change_of(questionnaire, "money", asked("1 1 1 u c"), asked("5 5 u 5 5"))
    assert change == Change("money", None, Size.UNKNOWN, 2)


def test_missing_answers_alone_never_look_like_change(questionnaire: Questionnaire) -> None:
    """Matched statements: leaving out the low ones the second time does not make the person rise."""
    change = change_of(questionnaire, "money", asked("1 1 5 5 5"), asked("- - 5 5 5"))
    assert (change.delta, change.size) == (0.0, Size.SAME)


@pytest.mark.parametrize(
    ("then", "now", "size"),
    [
        ("3 3 3 3 3", "4 4 4 3 3", Size.SAME),  # 0.6
        ("3 3 3 3 -", "4 4 4 3 -", Size.BIT_HIGHER),  # 0.75
        ("3 3 3 3 3", "4 4 4 4 3", Size.BIT_HIGHER),  # 0.8
        ("4 4 4 4 3", "3 3 3 3 3", Size.BIT_LOWER),  # -0.8
        ("3 3 3 3 3", "4 4 4 4 4", Size.BIT_HIGHER),  # 1.0
        ("3 3 3 3 3", "5 4 4 4 4", Size.CLEARLY_HIGHER),  # 1.2
        ("5 4 4 4 4", "3 3 3 3 3", Size.CLEARLY_LOWER),  # -1.2
        ("1 1 1 1 1", "5 5 5 5 5", Size.CLEARLY_HIGHER),
    ],
)
def test_the_size_follows_the_bands(questionnaire: Questionnaire, then: str, now: str, size: Size) -> None:
    assert change_of(questionnaire, "money", asked(then), asked(now)).size is size


def test_a_difference_on_the_edge_belongs_to_the_larger_band() -> None:
    """A group of ten core statements can differ by exactly 0.7 or 1.1, which no binary fraction is."""
    ten = tuple(Statement(f"ten-{n}", "ten", Kind.CORE) for n in range(10))
    wide = Questionnaire("test", (Group("ten", Ring.INNER),), ten)
    then = {one.id: PLAIN for one in ten}

    def size_of(points: int) -> Size:
        raised = {f"ten-{n % 10}": 3 + points // 10 + (n < points % 10) for n in range(10)}
        now = {one: replace(PLAIN, answer=Answer(str(value))) for one, value in raised.items()}
        up, down = change_of(wide, "ten", then, now), change_of(wide, "ten", now, then)
        assert up.delta == -(down.delta or 0) == points / 10
        assert down.size.value == up.size.value.replace("higher", "lower")
        return up.size

    sizes = {points: size_of(points) for points in (6, 7, 10, 11)}
    expected = {6: Size.SAME, 7: Size.BIT_HIGHER, 10: Size.BIT_HIGHER, 11: Size.CLEARLY_HIGHER}
    assert sizes == expected


@pytest.mark.parametrize("how", [{"mode": "two_step"}, {"same_order": True}, {"wording_version": 2}])
def test_statements_asked_in_another_way_are_not_compared(questionnaire: Questionnaire, how: dict[str, object]) -> None:
    then, now = asked("3 3 3 3 3"), asked("4 4 4 4 4")
    assert change_of(questionnaire, "money", then, now).shared == 5
    assert change_of(questionnaire, "money", then, asked("4 4 4 4 4", **how)).size is Size.UNKNOWN
    mixed = now | asked("4 4 - - -", **how)
    assert change_of(questionnaire, "money", then, mixed) == Change("money", 1.0, Size.BIT_HIGHER, 3)


def test_a_rewording_with_the_same_meaning_is_compared_with_a_note(questionnaire: Questionnaire) -> None:
    then, now = asked("3 3 3 - -"), asked("3 3 3 - -") | asked("4 - - - -", wording_version=3)
    both = {("mon-1", "nl", 2), ("mon-1", "nl", 3)}
    change = change_of(questionnaire, "money", then, now, both)
    assert (change.shared, change.notes) == (3, {Note.WORDING})
    assert change_of(questionnaire, "money", now, then, both).notes == {Note.WORDING}
    in_turkish = asked("3 3 3 - -") | asked("4 - - - -", wording_version=2, language="tr")
    assert change_of(questionnaire, "money", then, in_turkish, {("mon-1", "tr", 2)}).shared == 3
    assert change_of(questionnaire, "money", then, in_turkish, {("mon-1", "nl", 2)}).shared == 2
    for half in ({("mon-1", "nl", 3)}, {("mon-1", "tr", 2), ("mon-1", "tr", 3)}):
        assert change_of(questionnaire, "money", then, now, half).size is Size.UNKNOWN


@pytest.mark.parametrize(
    ("how", "notes"),
    [
        ({"language": "tr"}, {Note.LANGUAGE}),
        ({"assisted": "reads_aloud"}, {Note.ASSISTED}),
        ({"language": "ar", "assisted": "sits_next_to_me"}, {Note.LANGUAGE, Note.ASSISTED}),
        ({}, set()),
    ],
)
def test_another_language_or_other_help_is_compared_with_a_note(
    questionnaire: Questionnaire, how: dict[str, object], notes: set[Note]
) -> None:
    change = change_of(questionnaire, "money", asked("3 3 3 3 3"), asked("3 3 3 3 3") | asked("3 - - - -", **how))
    assert (change.shared, change.notes) == (5, notes)


def test_a_statement_that_is_not_compared_gives_no_note(questionnaire: Questionnaire) -> None:
    now = asked("- 3 3 3 3") | asked("u - - - -", language="tr")
    assert change_of(questionnaire, "money", asked("3 3 3 3 3"), now).notes == frozenset()


MARKS = st.lists(st.sampled_from("12345ucn-"), min_size=5, max_size=5).map(" ".join)


@given(then=MARKS, now=MARKS)
def test_change_is_within_four_points_and_turns_around_with_time(
    questionnaire: Questionnaire, then: str, now: str
) -> None:
    forth = change_of(questionnaire, "money", asked(then), asked(now))
    back = change_of(questionnaire, "money", asked(now), asked(then))
    assert (
        forth.shared
        == back.shared
        == sum(a in "12345" and b in "12345" for a, b in zip(then[::2], now[::2], strict=True))
    )
    assert (forth.delta is None) == (forth.shared < 3) == (forth.size is Size.UNKNOWN)
    if forth.delta is not None:
        assert -4 <= forth.delta <= 4
        assert forth.delta == -(back.delta or 0)

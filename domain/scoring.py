"""Scores: the mean of a group's core answers when enough were given, and nothing when they were not.

There is no total over groups, no norm and no conversion to any other instrument (the method, section e.1).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import groupby
from statistics import median

from domain.answers import Answer
from domain.questionnaire import Group, Kind, Questionnaire

SAME_IN_A_ROW = 25
FASTEST_MEDIAN_SECONDS = 1.0
MOST_MISSING = 0.3


class State(StrEnum):
    """Why a group has a score, or why it has none."""

    SCORED = "scored"
    TOO_FEW = "too_few"
    NOT_ABOUT_ME = "not_about_me"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One group of one measurement. ``score`` is unrounded, 1 to 5, and None in every state but ``scored``.

    ``answered`` counts the core statements with a number. ``satisfaction``, ``motivation`` and ``influence`` are single
    answers, 1 to 5, None when missing or when the group has no such statement; they are never part of the score.
    """

    group: str
    state: State
    score: float | None = None
    answered: int = 0
    satisfaction: int | None = None
    motivation: int | None = None
    influence: int | None = None
    is_partial: bool = False
    """Some core answers are missing: such a score is drawn with an open marker."""


def score_groups(
    questionnaire: Questionnaire, answers: Mapping[str, Answer], asked: Collection[str]
) -> dict[str, GroupScore]:
    """The score of every group of the questionnaire, in its fixed order.

    ``answers`` are by statement id; a statement without a number (absent or another code) is missing. ``asked`` are the
    names of the groups that were part of the measurement; answers of other groups are not looked at.
    """
    return {
        group.name: _score(questionnaire, group, answers)
        if group.name in asked
        else GroupScore(group.name, State.NOT_ASKED)
        for group in questionnaire.groups
    }


def is_enough(given: int, core: int) -> bool:
    """Whether so many of a group's core statements carry a score: more than half, as in FACIT (3 of 5)."""
    return 2 * given > core


def core_score(numbers: Sequence[int], core: int) -> float | None:
    """The score that these answers to a group's so many core statements make; None when they are too few."""
    return sum(numbers) / len(numbers) if is_enough(len(numbers), core) else None


def display(value: float, digits: int = 1) -> Decimal:
    """The value as people see it, rounded half-up (away from zero). Only for the very end: never calculate with it.

    A binary fraction that stands a hair under the half it means (2.675 is 2.67499…) is rounded as what it means.
    """
    meant = Decimal(format(value, ".9f"))
    return meant.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) + 0


class Flag(StrEnum):
    """A reason to ask, in the talk, whether the statements were understood. Never a penalty, never on a screen."""

    SAID_YES_TO_FALSE = "said_yes_to_false"  # 4 or 5 at the plainly false practice statement
    SAME_IN_A_ROW = "same_in_a_row"  # 25 or more identical answers in a row
    VERY_FAST = "very_fast"  # a median under one second a statement
    MANY_MISSING = "many_missing"  # more than 30 % without a number


def quality_flags(
    *, false_practice: Answer | None, in_order: Sequence[Answer], seconds: Sequence[float]
) -> frozenset[Flag]:
    """What a helper may want to ask about (the method, section e.1).

    ``in_order`` are the answers in the order in which the statements were shown; ``seconds`` how long each took, as far
    as known. Nothing answered raises no flag.
    """
    longest = max((len(list(run)) for _, run in groupby(in_order)), default=0)
    missing = sum(answer.value_or_none is None for answer in in_order)
    raised = {
        Flag.SAID_YES_TO_FALSE: false_practice in (Answer.FOUR, Answer.FIVE),
        Flag.SAME_IN_A_ROW: longest >= SAME_IN_A_ROW,
        Flag.VERY_FAST: bool(seconds) and median(seconds) < FASTEST_MEDIAN_SECONDS,
        Flag.MANY_MISSING: missing > MOST_MISSING * len(in_order),
    }
    return frozenset(flag for flag, is_raised in raised.items() if is_raised)


def _score(questionnaire: Questionnaire, group: Group, answers: Mapping[str, Answer]) -> GroupScore:
    core = questionnaire.of_group(group.name, Kind.CORE)
    given = [answers[statement.id] for statement in core if statement.id in answers]
    values = [answer.value_or_none for answer in given]
    numbers = [value for value in values if value is not None]
    state = _state(group, given, answered=len(numbers), core=len(core))
    is_scored = state is State.SCORED
    return GroupScore(
        group=group.name,
        state=state,
        score=core_score(numbers, len(core)),
        answered=len(numbers),
        satisfaction=_single(questionnaire, group, Kind.SATISFACTION, answers),
        motivation=_single(questionnaire, group, Kind.MOTIVATION, answers),
        influence=_single(questionnaire, group, Kind.INFLUENCE, answers),
        is_partial=is_scored and len(numbers) < len(core),
    )


def _state(group: Group, given: Sequence[Answer], *, answered: int, core: int) -> State:
    if is_enough(answered, core):
        return State.SCORED
    if group.may_not_apply and is_enough(given.count(Answer.NA), core):
        return State.NOT_ABOUT_ME
    return State.TOO_FEW


def _single(questionnaire: Questionnaire, group: Group, kind: Kind, answers: Mapping[str, Answer]) -> int | None:
    """The number given at the group's one statement of that kind; None when there is none."""
    for statement in questionnaire.of_group(group.name, kind):
        if statement.id in answers:
            return answers[statement.id].value_or_none
    return None

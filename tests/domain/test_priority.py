"""What to talk about and what goes well (the method, section e.5)."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answer
from domain.priority import Topic, TopicClass, strengths, to_talk_about, topics
from domain.questionnaire import Questionnaire
from domain.scoring import GroupScore, State, score_groups

Fill = Callable[..., dict[str, Answer]]
A, B, C, D, E = TopicClass
MAYBE = st.one_of(st.none(), st.integers(1, 5))


def scored(
    group: str, score: float | None, sat: int | None = None, mot: int | None = None, inf: int | None = None
) -> GroupScore:
    return GroupScore(group, State.TOO_FEW if score is None else State.SCORED, score, 5, sat, mot, inf)


def listed(questionnaire: Questionnaire, *scores: GroupScore) -> tuple[Topic, ...]:
    return topics(questionnaire, {one.group: one for one in scores})


def test_the_vectors_of_the_method_come_out(questionnaire: Questionnaire, fill: Fill) -> None:
    answers = (
        fill("mon", "4 2 1 - 3", sat=2, mot=5, inf=4)
        | fill("fam", "5 5 4 5 4", sat=5, mot=2)
        | fill("mnt", "2 2 - - -", sat=2, mot=4, inf=1)
        | fill("est", "3 3 2 3 2", mot=4)
    )
    asked = {"money", "family_housemates", "mental_health", "self_esteem", "household"}
    found = topics(questionnaire, score_groups(questionnaire, answers, asked))
    assert [(one.group, one.topic_class) for one in found] == [
        ("money", A),
        ("self_esteem", A),
        ("mental_health", B),
        ("family_housemates", E),
    ]
    by_group = {one.group: one for one in found}
    assert (by_group["money"].level, by_group["money"].p) == (2.0, 3.25)
    assert (by_group["mental_health"].level, by_group["mental_health"].p) == (2.0, 2.25)
    assert by_group["self_esteem"].p == pytest.approx(2.45)
    assert by_group["self_esteem"].ask_can
    assert not by_group["money"].ask_can
    assert by_group["family_housemates"].level == 4.6


@pytest.mark.parametrize(
    ("score", "mot", "inf", "expected"),
    [
        (3.4, 4, 3, A),
        (3.4, 4, None, A),
        (3.4, 4, 2, B),
        (3.4, 3, 5, C),
        (3.4, None, 5, C),
        (3.5, 4, 1, D),
        (3.5, 3, 5, E),
        (3.5, None, None, E),
    ],
)
def test_the_class_follows_need_want_and_can(
    questionnaire: Questionnaire, score: float, mot: int | None, inf: int | None, expected: TopicClass
) -> None:
    """Need is a level under 3.5, want a motivation from 4, can an influence from 3."""
    (topic,) = listed(questionnaire, scored("money", score, None, mot, inf))
    assert (topic.topic_class, topic.ask_can) == (expected, inf is None)


@pytest.mark.parametrize(("score", "sat", "level"), [(4.2, 2, 2.0), (2.2, 4, 2.2), (None, 4, 4.0), (4.2, None, 4.2)])
def test_the_level_of_a_life_domain_is_the_lower_of_score_and_satisfaction(
    questionnaire: Questionnaire, score: float | None, sat: int | None, level: float
) -> None:
    assert listed(questionnaire, scored("money", score, sat))[0].level == level


def test_at_work_the_score_alone_counts(questionnaire: Questionnaire) -> None:
    (topic,) = listed(questionnaire, scored("social_skills", 4.2, sat=1, mot=4, inf=1))
    assert (topic.level, topic.topic_class, topic.ask_can) == (4.2, D, True)
    assert listed(questionnaire, scored("social_skills", None, sat=1, mot=4)) == ()


@pytest.mark.parametrize("state", [State.NOT_ABOUT_ME, State.NOT_ASKED])
def test_a_group_that_is_not_about_the_person_or_was_not_asked_is_not_listed(
    questionnaire: Questionnaire, state: State
) -> None:
    assert listed(questionnaire, GroupScore("substance_use", state, None, 0, 2, 5, 5)) == ()


def test_inside_a_class_the_highest_p_comes_first_and_ties_keep_the_fixed_order(questionnaire: Questionnaire) -> None:
    found = listed(
        questionnaire,
        scored("household", 3.0, mot=4, inf=4),
        scored("money", 3.0, mot=4, inf=4),
        scored("participation", 1.0, mot=4, inf=4),
        scored("physical_health", 1.0, mot=1, inf=1),
    )
    assert [one.group for one in found] == ["participation", "money", "household", "physical_health"]
    assert found[-1].p < found[0].p


def test_at_most_three_topics_are_offered_and_only_of_the_classes_a_b_and_c(questionnaire: Questionnaire) -> None:
    wish, strength = scored("work_happiness", 5.0, mot=5), scored("self_esteem", 5.0)
    talk = scored("household", 2.0, mot=1)
    support = scored("money", 2.0, mot=5, inf=1)
    starts = [scored(group, 2.0, mot=5) for group in ("social_skills", "participation")]
    found = listed(questionnaire, wish, strength, talk, support, *starts)
    assert [one.group for one in to_talk_about(found)] == ["social_skills", "participation", "money"]
    assert [one.group for one in to_talk_about(found, most=9)][3:] == ["household"]
    assert to_talk_about(listed(questionnaire, wish, strength)) == ()


def test_two_strengths_are_always_shown_and_say_when_they_are_only_relative(questionnaire: Questionnaire) -> None:
    found = listed(questionnaire, scored("money", 3.4), scored("household", 2.0), scored("participation", 3.5))
    assert [(one.group, one.is_relative) for one in strengths(found)] == [("participation", False), ("money", True)]
    assert strengths(()) == ()


@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(1, 5)), MAYBE, MAYBE, MAYBE), min_size=14, max_size=14))
def test_whatever_is_missing_the_order_is_by_class_and_p_and_nothing_unknown_is_listed(
    questionnaire: Questionnaire, rows: list[tuple[float | None, int | None, int | None, int | None]]
) -> None:
    scores = [scored(group.name, *row) for group, row in zip(questionnaire.groups, rows, strict=True)]
    found = listed(questionnaire, *scores)
    assert len({one.group for one in found}) == len(found)
    for topic in found:
        assert 1 <= topic.level <= 5
        assert 0 <= topic.p <= 4
        assert (topic.topic_class in (A, B, C)) == (topic.level < 3.5)
    for one, following in itertools.pairwise(found):
        assert (one.topic_class, -one.p) <= (following.topic_class, -following.p + 1e-6)
    unlisted = {one.group for one in scores} - {one.group for one in found}
    for one in scores:
        is_life = questionnaire.group(one.group).ring == "outer"
        assert (one.group in unlisted) == (one.score is None and (one.satisfaction is None or not is_life))


def test_an_unanswered_questionnaire_has_no_topics(questionnaire: Questionnaire, every_group: tuple[str, ...]) -> None:
    nothing = dict.fromkeys([f"mon-{n}" for n in range(1, 6)], Answer.DK_ANSWER)
    assert topics(questionnaire, score_groups(questionnaire, nothing, set(every_group))) == ()

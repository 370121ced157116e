"""Consent: without the yes that allows it, nothing (the method, sections f.1 and f.2)."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.consent import (
    Consent,
    Decision,
    Purpose,
    is_in_force,
    latest,
    may_ask,
    may_count,
    may_keep,
    may_share,
    may_write_to,
    purpose_of,
    sharing_ends_at,
    text_hash,
)
from domain.questionnaire import Group, Questionnaire, Ring, Sensitivity

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=30)
MONEY = Group("money", Ring.OUTER)
FEELINGS = Group("mental_health", Ring.OUTER, Sensitivity.HEALTH)
SUBSTANCE = Group("substance_use", Ring.OUTER, Sensitivity.SUBSTANCE, may_not_apply=True, on_by_default=False)
JUSTICE = Group("police_justice", Ring.OUTER, Sensitivity.JUSTICE, may_not_apply=True, on_by_default=False)
GROUPS = (MONEY, FEELINGS, SUBSTANCE, JUSTICE)
GIVEN, REFUSED, WITHDRAWN, ENDED = Decision
NO = (REFUSED, WITHDRAWN, ENDED)


def said(
    purpose: Purpose,
    decision: Decision = GIVEN,
    *,
    topic: str | None = None,
    coach: str | None = None,
    day: int = 0,
    ends_on: int | None = None,
) -> Consent:
    return Consent(
        purpose=purpose,
        decision=decision,
        decided_at=START + timedelta(days=day),
        text_version="1",
        text_hash=text_hash("Mag ik je antwoorden bewaren?"),
        language="nl",
        channel="telegram",
        topic=topic,
        coach_id=coach,
        ends_at=None if ends_on is None else START + timedelta(days=ends_on),
    )


KEEP = said(Purpose.KEEP)
SENSITIVE = [said(Purpose.HEALTH), said(Purpose.SUBSTANCE), said(Purpose.JUSTICE)]
COACH = said(Purpose.COACH, coach="c1")
TOPICS = [said(Purpose.TOPIC, topic=group.name, coach="c1", day=1, ends_on=180) for group in GROUPS]
EVERYTHING = [KEEP, *SENSITIVE, COACH, *TOPICS, said(Purpose.GROUP), said(Purpose.REMINDER)]


def without(purpose: Purpose, decision: Decision | None = None) -> list[Consent]:
    """Everything was given but this: never decided, or decided like this."""
    changed = [replace(one, decision=decision) for one in EVERYTHING if one.purpose is purpose] if decision else []
    return [one for one in EVERYTHING if one.purpose is not purpose] + changed


def test_with_every_yes_everything_is_allowed_but_the_last_two_never_count_in_a_group() -> None:
    for group in GROUPS:
        assert may_ask(EVERYTHING, group, NOW)
        assert may_keep(EVERYTHING, group, NOW)
        assert may_share(EVERYTHING, group, coach_id="c1", now=NOW)
        assert may_count(EVERYTHING, group, NOW) is (group in (MONEY, FEELINGS))
    assert may_write_to(EVERYTHING, NOW)


@pytest.mark.parametrize("decision", [None, *NO])
def test_without_the_yes_to_take_part_nothing_is_allowed(decision: Decision | None) -> None:
    history = without(Purpose.KEEP, decision)
    assert not may_write_to(history, NOW)
    for group in GROUPS:
        assert not may_ask(history, group, NOW)
        assert not may_keep(history, group, NOW)
        assert not may_share(history, group, coach_id="c1", now=NOW)
        assert not may_count(history, group, NOW)


@pytest.mark.parametrize("decision", [None, *NO])
@pytest.mark.parametrize("sensitive", [FEELINGS, SUBSTANCE, JUSTICE], ids=lambda group: group.name)
def test_a_sensitive_group_needs_a_yes_of_its_own(sensitive: Group, decision: Decision | None) -> None:
    assert sensitive.sensitivity is not None
    history = without(purpose_of(sensitive.sensitivity), decision)
    for group in GROUPS:
        is_allowed = group is not sensitive
        assert may_ask(history, group, NOW) is is_allowed
        assert may_keep(history, group, NOW) is is_allowed
        assert may_share(history, group, coach_id="c1", now=NOW) is is_allowed


@pytest.mark.parametrize("decision", [None, *NO])
@pytest.mark.parametrize("purpose", [Purpose.COACH, Purpose.TOPIC])
def test_a_coach_sees_nothing_without_both_the_general_yes_and_the_topic(
    purpose: Purpose, decision: Decision | None
) -> None:
    assert not any(may_share(without(purpose, decision), group, coach_id="c1", now=NOW) for group in GROUPS)


def test_sharing_is_for_the_named_coach_and_the_chosen_topic_only() -> None:
    history = [KEEP, *SENSITIVE, COACH, TOPICS[0], said(Purpose.COACH, coach="c2")]
    assert may_share(history, MONEY, coach_id="c1", now=NOW)
    assert not may_share(history, MONEY, coach_id="c2", now=NOW)
    assert not may_share(history, FEELINGS, coach_id="c1", now=NOW)


def test_sharing_ends_at_the_very_moment_it_was_given_until() -> None:
    end = START + timedelta(days=180)
    assert may_share(EVERYTHING, MONEY, coach_id="c1", now=end - timedelta(seconds=1))
    assert not may_share(EVERYTHING, MONEY, coach_id="c1", now=end)
    renewed = [*EVERYTHING, said(Purpose.TOPIC, topic="money", coach="c1", day=179, ends_on=360)]
    assert may_share(renewed, MONEY, coach_id="c1", now=end)


@pytest.mark.parametrize("again", [None, said(Purpose.COACH, coach="c1", day=9)])
def test_what_was_shared_before_another_coach_took_over_never_comes_back_by_itself(again: Consent | None) -> None:
    """A hand-over ends the sharing; a coach who comes back is asked about anew, topic by topic."""
    history = [*EVERYTHING, said(Purpose.COACH, ENDED, coach="c1", day=5), *([again] if again else [])]
    assert not any(may_share(history, group, coach_id="c1", now=NOW) for group in GROUPS)
    assert may_share(EVERYTHING, MONEY, coach_id="c1", now=NOW)


def test_a_coach_who_is_taken_back_in_sees_nothing_before_the_topics_are_chosen_again() -> None:
    """Nothing reaches the coach before the list of topics was confirmed."""
    left = [*EVERYTHING, said(Purpose.COACH, WITHDRAWN, coach="c1", day=5)]
    back = [*left, said(Purpose.COACH, coach="c1", day=6)]
    confirmed = [*back, said(Purpose.TOPIC, topic="money", coach="c1", day=7, ends_on=180)]
    seen = [may_share(history, MONEY, coach_id="c1", now=NOW) for history in (EVERYTHING, left, back, confirmed)]
    assert seen == [True, False, False, True]


def test_leaving_another_coach_changes_nothing_for_this_one() -> None:
    history = [*EVERYTHING, said(Purpose.COACH, WITHDRAWN, coach="c2", day=5)]
    assert may_share(history, MONEY, coach_id="c1", now=NOW)


def test_a_new_measurement_is_not_shared_by_the_yes_that_was_given_to_an_earlier_one() -> None:
    confirmed_at = START + timedelta(days=1)
    assert may_share(EVERYTHING, MONEY, coach_id="c1", now=NOW, measured_at=confirmed_at)
    assert not may_share(EVERYTHING, MONEY, coach_id="c1", now=NOW, measured_at=confirmed_at + timedelta(days=20))


@pytest.mark.parametrize("decision", [None, *NO])
def test_the_group_picture_and_messages_need_their_own_yes(decision: Decision | None) -> None:
    assert not may_count(without(Purpose.GROUP, decision), MONEY, NOW)
    assert may_count(without(Purpose.REMINDER, decision), MONEY, NOW)
    assert not may_write_to(without(Purpose.REMINDER, decision), NOW)
    assert may_write_to(without(Purpose.GROUP, decision), NOW)


def test_feelings_do_not_count_in_a_group_after_their_own_yes_was_taken_back() -> None:
    history = without(Purpose.HEALTH, WITHDRAWN)
    assert not may_count(history, FEELINGS, NOW)
    assert may_count(history, MONEY, NOW)


def test_the_newest_decision_counts_and_a_yes_can_follow_a_no() -> None:
    history = [KEEP, said(Purpose.KEEP, WITHDRAWN, day=1), said(Purpose.KEEP, day=2), said(Purpose.GROUP, REFUSED)]
    assert latest(history, Purpose.KEEP) == history[2]
    assert is_in_force(history, Purpose.KEEP, NOW)
    assert not is_in_force(history[:2], Purpose.KEEP, NOW)
    assert latest(history, Purpose.HEALTH) is None
    assert latest(TOPICS, Purpose.TOPIC, "money", "c1") == TOPICS[0]
    assert latest(TOPICS, Purpose.TOPIC) is None


@pytest.mark.parametrize("sensitivity", Sensitivity)
def test_every_sensitivity_has_its_purpose(sensitivity: Sensitivity) -> None:
    assert purpose_of(sensitivity).value == sensitivity.value


def test_the_real_questionnaire_guards_four_groups(questionnaire: Questionnaire) -> None:
    open_groups = [group.name for group in questionnaire.groups if may_ask([KEEP], group, NOW)]
    guarded = {group.name for group in questionnaire.groups} - set(open_groups)
    assert guarded == {"mental_health", "physical_health", "substance_use", "police_justice"}


@pytest.mark.parametrize(
    ("measured_at", "ends_at"),
    [
        ("2026-11-20T09:30:00+00:00", "2027-05-20T09:30:00+00:00"),
        ("2026-08-31T23:59:59+00:00", "2027-02-28T23:59:59+00:00"),
        ("2027-08-31T00:00:00+00:00", "2028-02-29T00:00:00+00:00"),
        ("2026-12-31T12:00:00+00:00", "2027-06-30T12:00:00+00:00"),
        ("2026-06-15T12:00:00+00:00", "2026-12-15T12:00:00+00:00"),
        ("2026-07-01T12:00:00+00:00", "2027-01-01T12:00:00+00:00"),
    ],
)
def test_sharing_ends_six_calendar_months_after_the_measurement(measured_at: str, ends_at: str) -> None:
    assert sharing_ends_at(datetime.fromisoformat(measured_at)) == datetime.fromisoformat(ends_at)


def test_the_hash_proves_the_words_and_not_how_they_were_encoded() -> None:
    assert text_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert text_hash("caf\u00e9") == hashlib.sha256(b"caf\xc3\xa9").hexdigest()
    assert text_hash("caf\u00e9") == text_hash("cafe\u0301") != text_hash("cafe")


COACHES = st.sampled_from(["c1", "c2"])
DAYS = st.integers(0, 40)
ANY_CONSENT = st.builds(
    lambda purpose, decision, group, coach, end: said(
        purpose,
        decision,
        topic=group.name if purpose is Purpose.TOPIC else None,
        coach=coach if purpose in (Purpose.TOPIC, Purpose.COACH) else None,
        ends_on=end,
    ),
    st.sampled_from(Purpose),
    st.sampled_from([GIVEN, GIVEN, GIVEN, REFUSED, WITHDRAWN, ENDED]),
    st.sampled_from(GROUPS),
    COACHES,
    st.one_of(st.none(), st.integers(0, 60)),
)
LIKELY = st.lists(st.sampled_from(EVERYTHING), max_size=14)
HISTORIES = st.builds(lambda likely, more, end: likely + more + end, LIKELY, st.lists(ANY_CONSENT, max_size=6), LIKELY)


def allowed_now(history: list[Consent]) -> set[tuple[str, ...]]:
    """What is allowed, worked out forwards as a list of open permissions (the other way round than the domain does)."""
    permissions: dict[tuple[str, ...], datetime | None] = {}
    for one in history:
        key = tuple(part for part in (one.purpose.value, one.coach_id, one.topic) if part is not None)
        if one.decision is Decision.GIVEN:
            permissions[key] = one.ends_at
            continue
        permissions.pop(key, None)
        if one.purpose is Purpose.COACH:
            ended = [other for other in permissions if other[0] == "topic" and other[1] == one.coach_id]
            for other in ended:
                del permissions[other]
    return {key for key, end in permissions.items() if end is None or end > NOW}


@given(history=HISTORIES, coach=COACHES, group=st.sampled_from(GROUPS))
def test_nothing_is_ever_allowed_without_the_decisions_that_allow_it(
    history: list[Consent], coach: str, group: Group
) -> None:
    open_now = allowed_now(history)
    takes_part = ("keep",) in open_now
    may_be_asked = takes_part and (group.sensitivity is None or (group.sensitivity.value,) in open_now)
    is_never_grouped = group in (SUBSTANCE, JUSTICE)
    is_shared = {("coach", coach), ("topic", coach, group.name)} <= open_now
    assert may_ask(history, group, NOW) is may_keep(history, group, NOW) is may_be_asked
    assert may_share(history, group, coach_id=coach, now=NOW) is (may_be_asked and is_shared)
    assert may_count(history, group, NOW) is (may_be_asked and ("group",) in open_now and not is_never_grouped)
    assert may_write_to(history, NOW) is (takes_part and ("reminder",) in open_now)


@given(history=HISTORIES, group=st.sampled_from(GROUPS), coach=COACHES)
def test_taking_back_takes_effect_at_once_whatever_went_before(
    history: list[Consent], group: Group, coach: str
) -> None:
    without_keep = [*history, said(Purpose.KEEP, WITHDRAWN)]
    assert not may_ask(without_keep, group, NOW)
    assert not may_write_to(without_keep, NOW)
    without_coach = [*history, said(Purpose.COACH, WITHDRAWN, coach=coach)]
    assert not may_share(without_coach, group, coach_id=coach, now=NOW)

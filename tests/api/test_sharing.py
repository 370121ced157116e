"""What a coach sees without sharing: a function of the calendar alone, whatever the person did (property tests)."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, find, given
from hypothesis import strategies as st

from api.sharing import Reader, Seen, shared_groups, shares_anything, status_for_staff
from domain.consent import Consent, Decision, Purpose, may_share, sharing_ends_at
from domain.ids import MeasurementId, OrganisationId, ParticipantId
from storage.measurements import Kind, Status, StoredMeasurement
from tests.bot.people import CATALOGUES, SMALL, START

QUESTIONNAIRE = CATALOGUES.questionnaire
COACH, OTHER = "coach", "other"
UNOPENED = StoredMeasurement(
    id=MeasurementId("m"),
    organisation_id=OrganisationId("o"),
    participant_id=ParticipantId("p"),
    kind=Kind.BASELINE,
    number=1,
    ordinal=1,
    questionnaire_version=QUESTIONNAIRE.version,
    modules=SMALL,
    seed=1,
    same_order=False,
    due_at=START,
    closes_at=START + timedelta(days=28),
)

days = st.floats(-5, 400).map(lambda count: START + timedelta(days=count))


@st.composite
def consents(draw: st.DrawFn) -> Consent:
    """Any decision. Most are a yes to this coach or about one of the measurement's groups: they must often add up."""
    purpose = draw(st.sampled_from([Purpose.KEEP, Purpose.COACH, Purpose.TOPIC, Purpose.TOPIC, Purpose.HEALTH]))
    given_at = draw(days)
    is_named = purpose in (Purpose.COACH, Purpose.TOPIC)
    return Consent(
        purpose=purpose,
        decision=draw(st.sampled_from([Decision.GIVEN, Decision.GIVEN, Decision.REFUSED, Decision.WITHDRAWN])),
        decided_at=given_at,
        text_version="1",
        text_hash="",
        language="nl",
        channel="web",
        topic=draw(st.sampled_from(SMALL)) if purpose is Purpose.TOPIC else None,
        coach_id=draw(st.sampled_from([COACH, COACH, OTHER])) if is_named else None,
        ends_at=sharing_ends_at(given_at) if purpose is Purpose.TOPIC else None,
    )


yes_to_all = tuple(
    Consent(purpose, Decision.GIVEN, START, "1", "", "nl", "web", coach_id=COACH if purpose is Purpose.COACH else None)
    for purpose in (Purpose.KEEP, Purpose.COACH)
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Consent, ...]:
    """Decisions in the order of time, often begun with a yes to taking part and to the coach."""
    begun = draw(st.sampled_from([(), yes_to_all, yes_to_all]))
    decided = draw(st.lists(consents(), max_size=8))
    return tuple(sorted((*begun, *decided), key=lambda one: one.decided_at))


@st.composite
def measured(draw: st.DrawFn) -> StoredMeasurement:
    """The same measurement, however far it came."""
    status = draw(st.sampled_from(Status))
    completed_at = draw(days) if status is Status.DONE else None
    touched = None if status is Status.PLANNED else draw(st.none() | days)
    return replace(UNOPENED, status=status, completed_at=completed_at, opened_at=touched, invited_at=touched)


@given(measured(), histories(), days)
def test_without_sharing_the_calendar_alone_decides_what_is_seen(
    measurement: StoredMeasurement, history: tuple[Consent, ...], now: datetime
) -> None:
    reader = Reader(COACH, now)
    assume(not shares_anything(QUESTIONNAIRE, history, reader))
    seen = status_for_staff(QUESTIONNAIRE, measurement, history, reader)
    assert seen == status_for_staff(QUESTIONNAIRE, UNOPENED, (), reader)
    assert shared_groups(QUESTIONNAIRE, measurement, history, reader) == ()


@given(measured(), histories(), days)
def test_a_moment_of_completion_is_seen_only_with_something_of_it_shared(
    measurement: StoredMeasurement, history: tuple[Consent, ...], now: datetime
) -> None:
    reader = Reader(COACH, now)
    seen = status_for_staff(QUESTIONNAIRE, measurement, history, reader)
    shared = shared_groups(QUESTIONNAIRE, measurement, history, reader)
    assert (seen.completed_at is not None) == (seen.status is Status.DONE) == bool(shared)
    assert set(shared) <= set(measurement.modules)
    for name in shared:
        assert may_share(
            history,
            QUESTIONNAIRE.group(name),
            coach_id=COACH,
            now=now,
            measured_at=measurement.completed_at,
        )


@given(measured(), histories(), days)
def test_what_is_shared_with_one_coach_is_nothing_to_another(
    measurement: StoredMeasurement, history: tuple[Consent, ...], now: datetime
) -> None:
    only_mine = tuple(one for one in history if one.coach_id != OTHER)
    other = Reader(OTHER, now)
    assert status_for_staff(QUESTIONNAIRE, measurement, only_mine, other) == status_for_staff(
        QUESTIONNAIRE, UNOPENED, (), other
    )


def test_these_histories_do_come_to_sharing_and_to_sharing_something_else_only() -> None:
    def shared(case: tuple[StoredMeasurement, tuple[Consent, ...]]) -> bool:
        return bool(shared_groups(QUESTIONNAIRE, *case, Reader(COACH, START + timedelta(days=40))))

    def shared_earlier(case: tuple[StoredMeasurement, tuple[Consent, ...]]) -> bool:
        reader = Reader(COACH, START + timedelta(days=20))
        return status_for_staff(QUESTIONNAIRE, *case, reader).status is Status.BUSY and case[0].status is Status.DONE

    cases = st.tuples(measured(), histories())
    assert find(cases, shared)
    assert find(cases, shared_earlier)


def test_the_calendar_says_planned_then_invited_then_closed() -> None:
    def seen(days: float) -> Seen:
        return status_for_staff(QUESTIONNAIRE, UNOPENED, (), Reader(COACH, START + timedelta(days=days)))

    assert [seen(at) for at in (-1, 0, 27.9, 28)] == [
        Seen(Status.PLANNED),
        Seen(Status.INVITED),
        Seen(Status.INVITED),
        Seen(Status.CLOSED),
    ]

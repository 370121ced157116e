"""When somebody hears from us unasked: seldom, in open hours, with a yes, and then not any more."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reminders import LEAST_GAP, Ladder, Later, Waiting, is_silent, later, next_reminder, writable_at
from domain.schedule import Hours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOURS = Hours(AMSTERDAM)
FRIDAY_NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
LADDER = Ladder()


def waiting(**options: object) -> Waiting:
    fields = {"since": FRIDAY_NOON, "sent": 0, "closes_at": FRIDAY_NOON + timedelta(days=60), **options}
    return Waiting(**fields)  # type: ignore[arg-type]  # the fields above, one of them another


def test_the_first_reminder_comes_after_three_days_and_the_second_a_week_later() -> None:
    first = next_reminder(waiting(), LADDER, HOURS, may_write=True)
    assert first == FRIDAY_NOON + timedelta(days=3)
    second = next_reminder(waiting(sent=1, written_at=first), LADDER, HOURS, may_write=True)
    assert second == FRIDAY_NOON + timedelta(days=10)


def test_after_the_ladder_there_is_silence() -> None:
    assert next_reminder(waiting(sent=2), LADDER, HOURS, may_write=True) is None
    assert is_silent(waiting(sent=2), LADDER)
    assert not is_silent(waiting(sent=1), LADDER)


def test_without_a_yes_to_messages_nothing_is_sent() -> None:
    assert next_reminder(waiting(), LADDER, HOURS, may_write=False) is None


def test_whoever_chose_a_moment_hears_from_us_then_also_after_the_ladder() -> None:
    tomorrow = later(Later.TOMORROW, FRIDAY_NOON, HOURS)
    asked = waiting(sent=2, until=tomorrow)
    assert next_reminder(asked, LADDER, HOURS, may_write=True) == tomorrow
    assert not is_silent(asked, LADDER)


def test_nothing_is_sent_when_the_measurement_is_over() -> None:
    assert next_reminder(waiting(closes_at=FRIDAY_NOON + timedelta(days=3)), LADDER, HOURS, may_write=True) is None


def test_two_messages_about_different_things_stay_a_day_apart() -> None:
    assert writable_at(FRIDAY_NOON, FRIDAY_NOON - timedelta(hours=3), HOURS) == datetime(2026, 11, 21, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "now", "moment"),
    [
        (Later.TONIGHT, FRIDAY_NOON, datetime(2026, 11, 20, 17, tzinfo=UTC)),
        (Later.TONIGHT, datetime(2026, 11, 20, 18, 30, tzinfo=UTC), datetime(2026, 11, 20, 19, 30, tzinfo=UTC)),
        (Later.TONIGHT, datetime(2026, 11, 20, 22, tzinfo=UTC), datetime(2026, 11, 21, 7, tzinfo=UTC)),
        (Later.TOMORROW, FRIDAY_NOON, datetime(2026, 11, 21, 7, tzinfo=UTC)),
        (Later.NEXT_WEEK, FRIDAY_NOON, datetime(2026, 11, 27, 7, tzinfo=UTC)),
    ],
)
def test_a_choice_means_a_moment_of_the_day_where_somebody_is(choice: Later, now: datetime, moment: datetime) -> None:
    assert later(choice, now, HOURS) == moment


@given(
    st.integers(0, 700 * 24 * 3600).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.lists(st.integers(1, 30), max_size=4),
    st.integers(0, 20),
    st.integers(1, 3),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 90),
)
def test_for_any_ladder_nobody_hears_from_us_at_night_or_twice_a_day_or_for_ever(
    start: datetime, steps: list[int], opens: int, open_hours: int, weekdays: set[int], days_open: int
) -> None:
    hours = Hours(AMSTERDAM, time(opens), time(opens + open_hours), frozenset(weekdays))
    ladder = Ladder(tuple(timedelta(days=step) for step in steps))
    closes_at, sent = start + timedelta(days=days_open), [start]
    while (
        at := next_reminder(Waiting(start, len(sent) - 1, closes_at, sent[-1]), ladder, hours, may_write=True)
    ) is not None:
        assert hours.is_open(at)
        assert at - sent[-1] >= LEAST_GAP
        assert at < closes_at
        sent.append(at)
        assert len(sent) <= len(steps) + 1

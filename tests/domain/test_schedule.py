"""From a day on a calendar to a moment in UTC: local rules, both nights on which the clock changes, leap days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.schedule import Hours, at_local, due_at, months_later, next_open

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Hours(AMSTERDAM, time(9), time(17), frozenset(range(5)))
ZONES = [AMSTERDAM, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # the parts of a date and a time


class TestMonths:
    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2028, 2, 29), 12, date(2029, 2, 28)),
            (date(2026, 10, 31), 6, date(2027, 4, 30)),
            (date(2026, 3, 31), -1, date(2026, 2, 28)),
            (date(2026, 5, 12), 0, date(2026, 5, 12)),
        ],
    )
    def test_a_month_later_is_the_same_day_or_the_last_one(self, day: date, months: int, expected: date) -> None:
        assert months_later(day, months) == expected


class TestLocal:
    def test_a_time_that_the_spring_leaves_out_comes_an_hour_later(self) -> None:
        assert at_local(date(2026, 3, 29), time(2, 30), AMSTERDAM) == utc(2026, 3, 29, 1, 30)

    def test_of_a_time_that_comes_twice_in_autumn_it_is_the_first(self) -> None:
        assert at_local(date(2026, 10, 25), time(2, 30), AMSTERDAM) == utc(2026, 10, 25, 0, 30)

    @pytest.mark.parametrize(
        ("day", "moment"),
        [
            (date(2026, 3, 28), utc(2026, 3, 28, 8)),
            (date(2026, 3, 29), utc(2026, 3, 29, 7)),
            (date(2026, 10, 24), utc(2026, 10, 24, 7)),
            (date(2026, 10, 25), utc(2026, 10, 25, 8)),
        ],
    )
    def test_nine_in_the_morning_stays_nine_when_the_clock_changes(self, day: date, moment: datetime) -> None:
        assert due_at(day, Hours(AMSTERDAM, time(9), time(17))) == moment


class TestOpen:
    def test_a_weekend_waits_for_monday(self) -> None:
        assert due_at(date(2026, 11, 21), OFFICE) == utc(2026, 11, 23, 8)

    def test_a_day_off_waits_for_the_day_after(self) -> None:
        hours = Hours(AMSTERDAM, time(9), time(17), frozenset(range(5)), frozenset({date(2026, 11, 23)}))
        assert due_at(date(2026, 11, 21), hours) == utc(2026, 11, 24, 8)

    def test_what_is_open_now_is_now_and_what_closes_now_is_tomorrow(self) -> None:
        assert next_open(utc(2026, 11, 20, 15, 59, 59), OFFICE) == utc(2026, 11, 20, 15, 59, 59)
        assert next_open(utc(2026, 11, 20, 16), OFFICE) == utc(2026, 11, 23, 8)

    def test_somebody_who_is_never_there_has_no_moment(self) -> None:
        away = frozenset(date(2026, 11, 20) + timedelta(days=i) for i in range(500))
        assert next_open(utc(2026, 11, 20, 12), Hours(AMSTERDAM, days_off=away)) is None

    @pytest.mark.parametrize(
        ("opens", "closes", "weekdays"), [(time(9), time(9), {0}), (time(9), time(8), {0}), (time(9), time(17), set())]
    )
    def test_hours_without_an_open_moment_cannot_be_made(self, opens: time, closes: time, weekdays: set[int]) -> None:
        with pytest.raises(ValueError, match="opening before a closing"):
            Hours(AMSTERDAM, opens, closes, frozenset(weekdays))

    @given(
        st.integers(0, 1450 * 24 * 3600).map(
            lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        ),
        st.sampled_from(ZONES),
        st.integers(0, 21),
        st.integers(1, 3),
        st.sets(st.integers(0, 6), min_size=1),
    )
    def test_the_next_opening_is_open_and_nothing_before_it_is(
        self, moment: datetime, zone: ZoneInfo, opens: int, hours: int, weekdays: set[int]
    ) -> None:
        open_hours = Hours(zone, time(opens), time(opens + hours - 1, 59), frozenset(weekdays))
        found = next_open(moment, open_hours)
        assert found is not None
        assert found >= moment
        assert open_hours.is_open(found)
        step = moment
        while step < found:
            assert not open_hours.is_open(step)
            step += timedelta(minutes=45)

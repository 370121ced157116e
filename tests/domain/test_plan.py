"""Plans: the days of a template on somebody's own calendar, and what makes a plan unusable."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plan import Fault, Moment, Offset, Plan, Unit, faults, is_too_soon, laid_out

ON = ("money", "household", "pleasure")
START = date(2026, 1, 31)


def months(*counts: int) -> tuple[Moment, ...]:
    return tuple(Moment(Offset(count)) for count in counts)


def days(plan: Plan, start: date = START, until: date = date(2028, 1, 1)) -> list[date]:
    return [planned.on for planned in laid_out(plan, start, until)]


class TestLaidOut:
    def test_follow_ups_count_from_the_start(self) -> None:
        assert days(Plan(months(0, 3, 6, 12))) == [START, date(2026, 4, 30), date(2026, 7, 31), date(2027, 1, 31)]

    def test_the_baseline_is_number_nought_and_the_follow_ups_count_on(self) -> None:
        planned = list(laid_out(Plan(months(0, 3), repeat=Offset(6)), START, date(2027, 6, 1)))
        assert [(one.number, one.on) for one in planned] == [
            (0, START),
            (1, date(2026, 4, 30)),
            (2, date(2026, 10, 31)),
            (3, date(2027, 4, 30)),
        ]

    def test_repeats_do_not_wear_off_the_end_of_the_month(self) -> None:
        assert days(Plan(months(0), repeat=Offset(1), may_be_closer=True), until=date(2026, 6, 1)) == [
            START,
            date(2026, 2, 28),
            date(2026, 3, 31),
            date(2026, 4, 30),
            date(2026, 5, 31),
        ]

    def test_a_repeat_in_weeks_counts_from_the_last_moment(self) -> None:
        plan = Plan(months(0, 1), repeat=Offset(10, Unit.WEEKS), may_be_closer=True)
        assert days(plan, until=date(2026, 6, 1)) == [START, date(2026, 2, 28), date(2026, 5, 9)]

    def test_nothing_lies_after_the_last_day_asked_for(self) -> None:
        assert days(Plan(months(0, 3, 6)), until=date(2026, 4, 30)) == [START, date(2026, 4, 30)]

    @given(
        st.lists(st.integers(0, 36), min_size=1, max_size=6, unique=True).map(sorted),
        st.one_of(st.none(), st.integers(2, 12)),
        st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    )
    def test_a_usable_plan_never_comes_sooner_than_eight_weeks_or_out_of_order(
        self, counts: list[int], repeat: int | None, start: date
    ) -> None:
        plan = Plan(months(*counts), repeat=Offset(repeat) if repeat else None)
        if faults(plan, ON):
            return
        found = days(plan, start, date(start.year + 6, 1, 1))
        assert found == sorted(found)
        assert not any(is_too_soon(one, other) for one, other in pairwise(found))


class TestFaults:
    @pytest.mark.parametrize(
        ("plan", "fault"),
        [
            (Plan(()), Fault.NO_MOMENTS),
            (Plan(months(*range(0, 82, 2))), Fault.TOO_MANY),
            (Plan(months(-1, 3)), Fault.BEFORE_START),
            (Plan(months(0, 600)), Fault.TOO_LATE),
            (Plan(months(3, 0)), Fault.NOT_IN_ORDER),
            (Plan(months(3, 3)), Fault.NOT_IN_ORDER),
            (Plan(months(0, 1)), Fault.TOO_CLOSE),
            (Plan(months(0), repeat=Offset(7, Unit.WEEKS)), Fault.TOO_CLOSE),
            (Plan(months(0), repeat=Offset(0)), Fault.TOO_CLOSE),
            (Plan((Moment(Offset(0), sitting=4),)), Fault.BAD_SITTING),
            (Plan((Moment(Offset(0), modules=("money", "weather")),)), Fault.UNKNOWN_MODULE),
        ],
    )
    def test_each_fault_is_found(self, plan: Plan, fault: Fault) -> None:
        assert fault in faults(plan, ON)

    def test_a_usable_plan_has_none(self) -> None:
        assert faults(Plan((Moment(Offset(0), ("money",), 20), *months(3, 6)), repeat=Offset(12)), ON) == ()
        assert faults(Plan(months(0, 1), may_be_closer=True), ON) == ()

    def test_all_faults_are_said_at_once(self) -> None:
        bad = Plan((Moment(Offset(3), ("weather",)), Moment(Offset(0), sitting=1)))
        assert faults(bad, ON) == (Fault.NOT_IN_ORDER, Fault.TOO_CLOSE, Fault.BAD_SITTING, Fault.UNKNOWN_MODULE)

"""When answers are gathered and when something is said of them: the method, section e.4, step 1."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.suppression import BODY, LIFE, WORK, Limits
from domain.windows import Closing, Running, closing, half_year_ends_at, still_needed

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAY = datetime(2026, 5, 2, 9, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(("limits", "enough"), [(WORK, 8), (LIFE, 15), (BODY, 20)], ids=["work", "life", "body"])
def test_the_first_window_closes_as_soon_as_it_holds_k_and_d_people(limits: Limits, enough: int) -> None:
    assert closing(Running(MARCH, enough, is_first=True), limits, MAY, AMSTERDAM) is Closing.NOW
    assert closing(Running(MARCH, enough - 1, is_first=True), limits, MAY, AMSTERDAM) is Closing.MAY


def test_a_later_window_runs_until_its_half_year_ends() -> None:
    assert closing(Running(MARCH, 200, is_first=False), WORK, MAY, AMSTERDAM) is Closing.MAY
    assert closing(Running(MARCH, 200, is_first=False), WORK, JULY, AMSTERDAM) is Closing.NOW


@pytest.mark.parametrize("is_first", [True, False])
def test_a_window_with_too_few_people_runs_on_after_its_half_year(*, is_first: bool) -> None:
    assert closing(Running(MARCH, 4, is_first=is_first), WORK, JULY, AMSTERDAM) is Closing.WAITS
    assert closing(Running(MARCH, 5, is_first=is_first), WORK, JULY, AMSTERDAM) is Closing.NOW


def test_how_many_people_are_still_needed_is_never_negative() -> None:
    assert still_needed(Running(MARCH, 3, is_first=True), LIFE) == 7
    assert still_needed(Running(MARCH, 30, is_first=True), LIFE) == 0


@pytest.mark.parametrize(
    ("moment", "ends_at"),
    [
        (MARCH, datetime(2026, 6, 30, 22, tzinfo=UTC)),
        (JULY, datetime(2026, 12, 31, 23, tzinfo=UTC)),
        # Half past midnight in Amsterdam, on the first of July: the second half-year, though it is still June in UTC.
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_half_year_ends_at_local_midnight(moment: datetime, ends_at: datetime) -> None:
    assert half_year_ends_at(moment, AMSTERDAM) == ends_at

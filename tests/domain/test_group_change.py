"""The change of many: the method, section e.4 (mean of individual changes, 95 % interval) and e.3 (what is clear)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.group_change import Direction, GroupChange, group_change, t_975


def of(*deltas: float) -> dict[str, float]:
    return {f"p{i:03}": delta for i, delta in enumerate(deltas)}


def test_the_interval_is_that_of_a_worked_example() -> None:
    """Ten people: mean 0.5, SD 0.5270, t(9) = 2.262: 0.5 ± 0.377."""
    change = group_change(of(*[0.0] * 5, *[1.0] * 5), spread=10)
    assert change == GroupChange(Decimal("0.5"), Decimal("0.1"), Decimal("0.9"), Direction.HIGHER, 0, 0)


def test_fewer_than_ten_people_have_no_change_to_show() -> None:
    assert group_change(of(*[1.0] * 9), spread=10) is None


def test_an_interval_that_holds_nothing_is_named_chance() -> None:
    change = group_change(of(*[-1.0] * 5, *[1.4] * 5), spread=10)
    assert change is not None
    assert change.direction is Direction.CHANCE


def test_lower_is_said_as_plainly_as_higher() -> None:
    change = group_change(of(*[-1.2] * 6, *[-0.8] * 6), spread=10)
    assert change is not None
    assert (change.direction, change.clearly_lower, change.clearly_higher) == (Direction.LOWER, 5, 0)


@pytest.mark.parametrize(("spread", "is_given"), [(10, True), (12, True), (13, False), (None, False)])
def test_a_share_needs_enough_people(spread: int | None, *, is_given: bool) -> None:
    change = group_change(of(*[1.2] * 6, *[0.0] * 6), spread=spread)
    assert change is not None
    assert (change.clearly_higher == 5) is is_given
    assert (change.clearly_lower == 0) is is_given


@pytest.mark.parametrize(
    ("degrees", "value"), [(9, 2.262), (30, 2.042), (31, 2.040), (40, 2.021), (60, 2.000), (120, 1.980)]
)
def test_t_is_that_of_the_tables(degrees: int, value: float) -> None:
    assert t_975(degrees) == pytest.approx(value, abs=0.001)


@given(st.lists(st.floats(-4, 4), min_size=10, max_size=60))
def test_the_printed_interval_holds_the_true_one(deltas: list[float]) -> None:
    change = group_change(of(*deltas), spread=None)
    assert change is not None
    assert change.low <= change.mean + Decimal("0.05")
    assert change.high >= change.mean - Decimal("0.05")
    assert change.low <= change.high

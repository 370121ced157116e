"""The change of many: the method, section e.4 (mean of individual changes, 95 % interval) and e.3 (what is clear)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.group_change import Changed, Direction, GroupChange, Share, group_change, share_of, t_975
from domain.suppression import Band


def of(*deltas: float, then: float = 3.0) -> dict[str, Changed]:
    """People who all began in the middle of the scale."""
    return {f"p{i:03}": Changed(then, then + delta, delta) for i, delta in enumerate(deltas)}


def test_the_interval_holds_that_of_a_worked_example() -> None:
    """Twenty people: mean 0.5, SD 0.5130, t(19) = 2.093: 0.5 ± 0.240; with room for any one of them, up to 0.8."""
    change = group_change(of(*[0.0] * 10, *[1.0] * 10), spread=None)
    assert change == GroupChange(
        Decimal("0.5"), Decimal("0.05"), Decimal("0.2"), Decimal("0.8"), Direction.HIGHER, Band.MANY, None, None
    )


def test_fewer_than_ten_people_have_no_change_to_show() -> None:
    assert group_change(of(*[1.0] * 9), spread=10) is None


def test_people_who_all_changed_alike_are_told_nothing_about_one_by_one() -> None:
    """An interval without width would say of each how that person changed."""
    change = group_change(of(*[0.0] * 12), spread=10)
    assert change is not None
    assert change.high - change.low >= Decimal("0.3")


def test_an_interval_that_holds_nothing_is_named_chance() -> None:
    change = group_change(of(*[-1.0] * 5, *[1.4] * 5), spread=10)
    assert change is not None
    assert change.direction is Direction.CHANCE


def test_lower_is_said_as_plainly_as_higher() -> None:
    change = group_change(of(*[-1.2] * 6, *[-0.8] * 6), spread=10)
    assert change is not None
    assert (change.direction, change.clearly_higher) == (Direction.LOWER, Share(0, 1))
    assert change.clearly_lower == Share(4, 6)


@pytest.mark.parametrize(("spread", "is_given"), [(10, True), (12, True), (13, False), (None, False)])
def test_a_share_needs_enough_people(spread: int | None, *, is_given: bool) -> None:
    change = group_change(of(*[1.2] * 6, *[0.0] * 6), spread=spread)
    assert change is not None
    assert (change.clearly_higher == Share(4, 6)) is is_given
    assert (change.clearly_lower == Share(0, 1)) is is_given


@pytest.mark.parametrize(("some", "every"), [(0, 10), (3, 10), (10, 10), (37, 100), (1, 999)])
def test_a_share_is_the_same_whether_or_not_one_person_is_in_it(some: int, every: int) -> None:
    """Whoever knows all the others knows one of two neighbouring counts: both lie in what is printed."""
    share = share_of(some, every)
    for count in (max(0, some - 1), some, min(every, some + 1)):
        assert share.low <= 10 * count / every <= share.high


@pytest.mark.parametrize(
    ("degrees", "value"), [(9, 2.262), (30, 2.042), (31, 2.040), (40, 2.021), (60, 2.000), (120, 1.980)]
)
def test_t_is_that_of_the_tables(degrees: int, value: float) -> None:
    assert t_975(degrees) == pytest.approx(value, abs=0.001)


def interval(deltas: list[float]) -> tuple[float, float]:
    count, mean = len(deltas), sum(deltas) / len(deltas)
    variance = sum((delta - mean) ** 2 for delta in deltas) / (count - 1)
    half = t_975(count - 1) * (variance / count) ** 0.5
    return mean - half, mean + half


SCORES = st.integers(5, 25).map(lambda total: total / 5)
EVERY_TENTH = [1 + k / 10 for k in range(41)]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(SCORES, SCORES), min_size=10, max_size=14))
def test_what_is_printed_is_true_and_would_be_printed_of_others_too(pairs: list[tuple[float, float]]) -> None:
    """For everybody, with all the others as they are: a whole point of the score now, and of that then, fits."""
    change = group_change({f"p{i}": Changed(a, b, b - a) for i, (a, b) in enumerate(pairs)}, spread=10)
    if change is None:
        return
    deltas = [now - then for then, now in pairs]

    def fits(place: int, delta: float) -> bool:
        others = [*deltas[:place], delta, *deltas[place + 1 :]]
        (low, high), mean = interval(others), sum(others) / len(others)
        is_mean = abs(float(change.mean) - mean) <= float(change.within) + 1e-9
        return is_mean and float(change.low) <= low + 1e-9 and float(change.high) >= high - 1e-9

    for place, (then, now) in enumerate(pairs):
        assert fits(place, now - then)
        possible_now = [score for score in EVERY_TENTH if fits(place, score - then)]
        possible_then = [score for score in EVERY_TENTH if fits(place, now - score)]
        assert max(possible_now) - min(possible_now) >= 1.0 - 1e-6
        assert max(possible_then) - min(possible_then) >= 1.0 - 1e-6

"""How long answering takes."""

from domain.duration import SECONDS_ASSUMED, minutes, seconds_each


def test_minutes_are_whole_and_at_least_one_where_anything_is_asked() -> None:
    assert (minutes(0, 9), minutes(1, 9), minutes(86, SECONDS_ASSUMED)) == (0, 1, 13)


def test_whoever_went_away_in_between_does_not_count() -> None:
    assert seconds_each([4, 6, 3600, 0]) == 5
    assert seconds_each([]) is None

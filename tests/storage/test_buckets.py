"""Buckets: bulk takes what the replies leave of a channel's pace, however many processes take, and nobody in a ban."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import buckets
from storage.store import Store
from tests.storage.conftest import NOW

PACE = 30.0


def _at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def _take(store: Store, seconds: float, *, most: int = 1000, replied: int = 0) -> int:
    def take(connection: Connection) -> int:
        now = _at(seconds)
        buckets.spend(connection, "telegram", replied, now=now, per_second=PACE)
        taken = min(most, buckets.left(connection, "telegram", now=now, per_second=PACE))
        buckets.spend(connection, "telegram", taken, now=now, per_second=PACE)
        return taken

    return store.run(take)


def test_a_portion_is_what_the_time_since_the_last_one_allows(store: Store) -> None:
    assert [_take(store, seconds / 5) for seconds in range(6)] == [0, 6, 6, 6, 6, 6]


def test_what_one_did_not_take_is_left_for_the_next_and_not_saved_up_for_long(store: Store) -> None:
    _take(store, 0)
    assert _take(store, 0.4, most=2) == 2
    assert _take(store, 0.4) == 10
    assert _take(store, 3600) == PACE * buckets.SAVED_SECONDS


def test_replies_take_from_the_pace_and_bulk_gets_what_is_left(store: Store) -> None:
    _take(store, 0)
    assert _take(store, 0.2, replied=4) == 2
    assert _take(store, 0.4, replied=9) == 0
    assert _take(store, 0.6) == 3


def test_however_many_replies_there_were_bulk_waits_no_longer_than_a_second(store: Store) -> None:
    _take(store, 0)
    assert _take(store, 0.2, replied=10_000) == 0
    assert _take(store, 1.2) == 0
    assert _take(store, 1.4) == 6


def test_processes_that_take_together_take_no_more_than_there_is(store: Store, database_url: str) -> None:
    _take(store, 0)
    others = [Store.open(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda other: [_take(other, 0.4, most=2) for _ in range(5)], others))
    for other in others:
        other.close()
    assert sum(map(sum, taken)) == 12


def test_nothing_is_left_inside_a_ban_and_the_longer_ban_counts(store: Store) -> None:
    _take(store, 0)
    store.run(lambda c: buckets.ban(c, "telegram", until=_at(7), now=_at(1)))
    store.run(lambda c: buckets.ban(c, "telegram", until=_at(3), now=_at(1)))
    assert store.look(lambda c: buckets.banned_until(c, "telegram", _at(2))) == _at(7)
    assert _take(store, 6.9) == 0
    assert _take(store, 7) > 0
    assert store.look(lambda c: buckets.banned_until(c, "telegram", _at(7))) is None


def test_a_channel_can_be_banned_before_anything_was_sent_on_it(store: Store) -> None:
    store.run(lambda c: buckets.ban(c, "whatsapp", until=_at(7), now=_at(1)))
    assert store.look(lambda c: buckets.banned_until(c, "whatsapp", _at(2))) == _at(7)
    assert store.look(lambda c: buckets.longest_ban_until(c, _at(2))) == _at(7)
    assert store.look(lambda c: buckets.banned_until(c, "telegram", _at(2))) is None
    assert _take(store, 0) == 0


def test_a_clock_that_was_put_right_does_not_stop_bulk_for_long(store: Store) -> None:
    _take(store, 3600)
    _take(store, 3600.4)
    _take(store, 0)
    assert _take(store, 0.2) <= 6
    _take(store, 0.2, most=1)
    assert _take(store, 0.6) > 0

"""What only one process may do is done by one, and a late one is known by its fence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from storage import leases, settings
from storage.store import Store
from tests.storage.conftest import NOW


def _take(store: Store, holder: str, *, seconds_later: int = 0) -> int | None:
    now = NOW + timedelta(seconds=seconds_later)
    return store.run(lambda c: leases.take(c, "polling", holder, now=now, seconds=30))


def test_a_lease_is_held_by_one_until_it_ends(store: Store) -> None:
    assert _take(store, "a") == 1
    assert _take(store, "b", seconds_later=29) is None
    assert _take(store, "b", seconds_later=30) == 2


def test_whoever_holds_it_may_take_it_again(store: Store) -> None:
    assert [_take(store, "a"), _take(store, "a")] == [1, 2]


def test_a_lease_is_renewed_only_by_its_newest_holder_and_in_time(store: Store) -> None:
    def renew(fence: int, seconds_later: int, holder: str = "a") -> bool:
        now = NOW + timedelta(seconds=seconds_later)
        return store.run(lambda c: leases.renew(c, "polling", holder, fence=fence, now=now, seconds=30))

    _take(store, "a")
    assert renew(1, 20)
    assert not renew(2, 20)
    assert not renew(1, 20, holder="b")
    assert not renew(1, 50)
    _take(store, "b", seconds_later=50)
    assert not renew(1, 51)


def test_a_lease_that_was_given_back_is_free(store: Store) -> None:
    _take(store, "a")
    store.run(lambda c: leases.release(c, "polling", "b", fence=1, now=NOW))
    assert _take(store, "b") is None
    store.run(lambda c: leases.release(c, "polling", "a", fence=1, now=NOW))
    assert _take(store, "b") == 2


def test_of_many_who_want_a_lease_one_gets_it(store: Store, database_url: str) -> None:
    others = [Store.open(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        fences = list(threads.map(lambda pair: _take(pair[1], f"holder {pair[0]}"), enumerate(others)))
    for other in others:
        other.close()
    assert sorted(fence for fence in fences if fence) == [1]


def test_leases_of_different_names_know_nothing_of_each_other(store: Store) -> None:
    _take(store, "a")
    assert store.run(lambda c: leases.take(c, "planning", "b", now=NOW, seconds=30)) == 1


def test_a_setting_is_remembered_in_place_of_the_earlier_one(store: Store) -> None:
    assert store.look(lambda c: settings.get(c, "telegram offset")) is None
    store.run(lambda c: settings.put(c, "telegram offset", "1"))
    store.run(lambda c: settings.put(c, "telegram offset", "2"))
    assert store.look(lambda c: settings.get(c, "telegram offset")) == "2"

"""A job is one transaction: whole, alone, durable before it returns; on SQLite and on PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, event, text

from storage import group_commit, settings
from storage.errors import Conflict, StatementFailed, StoreUnavailable
from storage.store import Store

COUNTER = text("SELECT value FROM settings WHERE name = 'counter'")
COUNTER_LOCKED = text("SELECT value FROM settings WHERE name = 'counter' FOR UPDATE")


def _add_one(connection: Connection) -> int:
    """Read, then write what was read plus one: the shape that loses updates when transactions are not safe."""
    is_sqlite = connection.dialect.name == "sqlite"
    value = int(connection.execute(COUNTER if is_sqlite else COUNTER_LOCKED).scalar_one()) + 1
    settings.put(connection, "counter", str(value))
    return value


def _begin_counter(connection: Connection) -> None:
    settings.put(connection, "counter", "0")


def _counted(store: Store) -> int:
    return int(store.look(lambda c: settings.get(c, "counter")) or -1)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    opened = Store.open(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    opened = Store.open(postgresql_url)
    yield opened
    opened.close()


async def test_eight_writers_who_read_before_they_write_lose_nothing(store: Store) -> None:
    await store.write(_begin_counter)

    async def fifty() -> None:
        for _ in range(50):
            await store.write(_add_one)

    await asyncio.gather(*(fifty() for _ in range(8)))
    assert _counted(store) == 400


def test_several_stores_on_one_database_lose_nothing_together(database_url: str) -> None:
    stores = [Store.open(database_url) for _ in range(4)]
    stores[0].run(_begin_counter)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda store: [store.run(_add_one) for _ in range(50)], stores))
    assert _counted(stores[0]) == 200
    for store in stores:
        store.close()


async def test_a_failing_job_fails_alone_and_leaves_nothing(store: Store) -> None:
    def put(name: str) -> "asyncio.Future[None]":
        return asyncio.ensure_future(store.write(lambda c: settings.put(c, name, "kept")))

    def put_and_fail(connection: Connection) -> None:
        settings.put(connection, "half", "done")
        raise ZeroDivisionError

    def put_wrong(connection: Connection) -> None:
        settings.put(connection, "wrong", "done")
        connection.execute(text("SELECT no_such_column FROM settings"))

    jobs = [put("a"), asyncio.ensure_future(store.write(put_and_fail)), put("b")]
    jobs += [asyncio.ensure_future(store.write(put_wrong)), put("c")]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [
        type(None), ZeroDivisionError, type(None), StatementFailed, type(None),
    ]  # fmt: skip
    names = store.look(lambda c: c.execute(text("SELECT name FROM settings ORDER BY name")).scalars().all())
    assert names == ["a", "b", "c"]


async def test_a_refused_row_says_which_constraint_and_no_value(store: Store) -> None:
    insert = text("INSERT INTO settings (name, value) VALUES ('canary-name', 'canary-value')")
    await store.write(lambda c: c.execute(insert))
    with pytest.raises(Conflict, match="settings") as caught:
        await store.write(lambda c: c.execute(insert))
    assert "canary" not in str(caught.value)


async def test_a_wrong_statement_says_no_value(store: Store) -> None:
    wrong = text("SELECT CAST(:value AS integer) + no_such_column")
    with pytest.raises(StatementFailed) as caught:
        await store.write(lambda c: c.execute(wrong, {"value": "canary"}))
    assert "canary" not in str(caught.value)


async def test_a_job_that_reads_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await store.read(lambda c: settings.put(c, "name", "value"))
    await store.write(lambda c: settings.put(c, "name", "other"))
    assert await store.read(lambda c: settings.get(c, "name")) == "other"


async def test_a_closed_store_refuses(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.write(_begin_counter)


async def test_jobs_that_wait_when_the_store_closes_are_written(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    jobs = [asyncio.ensure_future(store.write(lambda c, n=n: settings.put(c, str(n), "x"))) for n in range(200)]
    await asyncio.sleep(0)
    store.close()
    await asyncio.gather(*jobs)
    again = Store.open(sqlite_url)
    assert again.look(lambda c: c.execute(text("SELECT count(*) FROM settings")).scalar()) == 200
    again.close()


async def test_many_jobs_share_a_commit(sqlite_store: Store) -> None:
    commits: list[None] = []
    event.listen(sqlite_store.engine, "commit", lambda _connection: commits.append(None))
    await asyncio.gather(*(sqlite_store.write(lambda c, n=n: settings.put(c, str(n), "x")) for n in range(128)))
    assert 2 <= len(commits) <= 8


async def test_sqlite_runs_with_the_safe_settings(sqlite_store: Store) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
    values = await sqlite_store.write(lambda c: [c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names])
    assert values == ["wal", 2, 1, 5000, 1]


async def test_postgresql_runs_with_the_safe_settings(postgresql_store: Store) -> None:
    names = ("synchronous_commit", "TimeZone", "statement_timeout")
    values = await postgresql_store.write(lambda c: [c.exec_driver_sql(f"SHOW {name}").scalar() for name in names])
    assert values == ["on", "UTC", "15s"]


async def test_a_write_waits_for_another_process_that_is_writing(sqlite_store: Store) -> None:
    other = sqlite3.connect(sqlite_store.engine.url.database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(sqlite_store.write(_begin_counter))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    other.execute("COMMIT")
    await waiting
    other.close()
    assert _counted(sqlite_store) == 0


async def test_a_lock_that_does_not_end_makes_the_store_unavailable(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LOCK_DEADLINE_SECONDS", 0.0)
    await sqlite_store.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(sqlite_store.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="SQLITE_BUSY"):
        await sqlite_store.write(_begin_counter)
    other.execute("ROLLBACK")
    other.close()
    await sqlite_store.write(_begin_counter)


async def test_when_the_disk_is_full_nobody_is_told_a_lie_and_it_goes_on_afterwards(sqlite_store: Store) -> None:
    pages = await sqlite_store.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
    await sqlite_store.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}"))
    jobs = [sqlite_store.write(lambda c, n=n: settings.put(c, f"small-{n}", "x")) for n in range(5)]
    jobs.insert(3, sqlite_store.write(lambda c: settings.put(c, "big", "x" * 200_000)))
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(outcomes[3], StoreUnavailable)
    there = sqlite_store.look(lambda c: c.execute(text("SELECT count(*) FROM settings")).scalar())
    assert there == sum(outcome is None for outcome in outcomes)
    await sqlite_store.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 100000"))
    await sqlite_store.write(lambda c: settings.put(c, "big", "x" * 200_000))


async def test_what_postgresql_undid_is_done_again(postgresql_store: Store) -> None:
    runs: list[None] = []

    def job(connection: Connection) -> None:
        _begin_counter(connection)
        runs.append(None)
        if len(runs) < 3:
            connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'undone' USING ERRCODE = '40001'; END $$"))

    await postgresql_store.write(job)
    assert len(runs) == 3
    assert _counted(postgresql_store) == 0


async def test_a_connection_lost_before_the_commit_is_replaced(postgresql_store: Store) -> None:
    await postgresql_store.write(_begin_counter)
    runs: list[None] = []

    def job(connection: Connection) -> int:
        runs.append(None)
        if len(runs) == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return _add_one(connection)

    assert await postgresql_store.write(job) == 1
    assert len(runs) == 2


def _lose_the_answer_of_the_next_commit(store: Store) -> None:
    """The next commit happens, and the connection is gone before anybody hears of it."""
    commits: list[None] = []

    @event.listens_for(store.engine, "commit")
    def commit(connection: Connection) -> None:
        commits.append(None)
        if len(commits) == 1:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.commit()
            driver.close()


async def test_a_commit_whose_answer_was_lost_is_done_again_and_counts_once(postgresql_store: Store) -> None:
    _lose_the_answer_of_the_next_commit(postgresql_store)
    insert = text("INSERT INTO settings (name, value) VALUES ('key', 'x') ON CONFLICT DO NOTHING RETURNING name")
    assert await postgresql_store.write(lambda c: c.execute(insert).scalar()) is None
    assert await postgresql_store.read(lambda c: settings.get(c, "key")) == "x"


async def test_a_job_that_may_not_repeat_is_told_that_its_outcome_is_unknown(postgresql_store: Store) -> None:
    _lose_the_answer_of_the_next_commit(postgresql_store)
    with pytest.raises(StoreUnavailable) as caught:
        await postgresql_store.write(_begin_counter, may_repeat=False)
    assert caught.value.is_unknown
    assert _counted(postgresql_store) == 0


async def test_a_server_that_is_not_there_makes_the_store_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.pooled.DEADLINE_SECONDS", 0.0)
    store = Store.open("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(StoreUnavailable):
        await store.write(_begin_counter)
    store.close()

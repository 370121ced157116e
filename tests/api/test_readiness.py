"""Ready is the truth: a database that can be read and not written is not ready, and ready again by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from sqlite3 import connect

import psycopg
import pytest

from api.readiness import CAUSES, FRESH_SECONDS, NOT_WRITABLE, Found, Readiness
from storage import moments
from storage.moments import Moment
from storage.schema import State
from storage.store import Store
from tests.bot.people import Workplace

READY = Found(State.CURRENT)


class Seconds:
    """A clock of this process that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def place(store: Store) -> Workplace:
    return Workplace(store)


@pytest.fixture
def readiness(place: Workplace, seconds: Seconds) -> Readiness:
    return Readiness(place.parts, monotonic=seconds)


_FAIL = (
    "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$"
)
_FULL = (
    _FAIL,
    "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON settings FOR EACH ROW EXECUTE FUNCTION full_disk()",
)
_ROOM = ("DROP TRIGGER full_disk ON settings", "DROP FUNCTION full_disk()")


@contextmanager
def full_disk(database_url: str) -> Iterator[str]:
    """Nothing can be written for a while; how that is called. SQLite: somebody holds the file; PostgreSQL: its error
    of a full disk."""
    if database_url.startswith("sqlite"):
        other = connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield "it does not answer in time"
        other.execute("ROLLBACK")
        other.close()
        return
    with psycopg.connect(database_url, autocommit=True) as connection:
        for statement in _FULL:
            connection.execute(statement.encode())
        yield "the disk is full"
        for statement in _ROOM:
            connection.execute(statement.encode())


async def test_a_database_that_cannot_be_written_is_not_ready_until_it_can(
    readiness: Readiness, seconds: Seconds, database_url: str
) -> None:
    before = await readiness.look()
    with full_disk(database_url) as cause:
        fresh = await readiness.look()
        seconds.now += FRESH_SECONDS
        found = await readiness.look()
    after = await readiness.look()

    assert (before, fresh, after) == (READY, READY, READY)
    assert found == Found(NOT_WRITABLE, cause)
    assert not found.is_ready


async def test_asking_often_writes_seldom(place: Workplace, readiness: Readiness, seconds: Seconds) -> None:
    await readiness.look()
    first = place.store.look(lambda c: moments.last(c, Moment.WRITTEN))
    place.clock.pass_(1)
    seconds.now += FRESH_SECONDS - 1
    await readiness.look()
    second = place.store.look(lambda c: moments.last(c, Moment.WRITTEN))
    seconds.now += 1
    await readiness.look()
    third = place.store.look(lambda c: moments.last(c, Moment.WRITTEN))

    assert first == second
    assert third == place.clock()


def test_every_cause_is_in_plain_words() -> None:
    assert all(says == says.lower() and says.split()[0] in {"the", "it", "somebody"} for says in CAUSES.values())


def test_a_moment_is_remembered_by_name(store: Store) -> None:
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert store.look(lambda c: moments.last(c, Moment.PLANNED)) is None
    for later in (0, 1):
        store.run(lambda c, later=later: moments.put(c, Moment.PLANNED, now + timedelta(hours=later)))  # type: ignore[misc] # mypy does not infer a bound lambda
    assert store.look(lambda c: moments.last(c, Moment.PLANNED)) == now + timedelta(hours=1)
    assert store.look(lambda c: moments.last(c, Moment.WRITTEN)) is None

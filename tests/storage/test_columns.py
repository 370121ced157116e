"""Moments and lists of names come back exactly as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import StatementError

from storage.store import Store
from storage.tables import organisations, seen


def _round_trip(store: Store, moment: datetime) -> datetime:
    def job(connection: Connection) -> datetime:
        connection.execute(seen.delete())
        connection.execute(insert(seen).values(channel="web", key_hash="k", seen_at=moment))
        return connection.execute(select(seen.c.seen_at)).scalar_one()

    return store.run(job)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    moment=st.datetimes(
        min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone itself
        max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - as above
        timezones=st.just(UTC),
    )
)
def test_a_moment_comes_back_to_the_microsecond_and_in_utc(store: Store, moment: datetime) -> None:
    back = _round_trip(store, moment)
    assert back == moment
    assert back.utcoffset() == timedelta(0)


def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc(store: Store) -> None:
    moment = datetime(2027, 3, 28, 2, 59, 59, 999999, tzinfo=timezone(timedelta(hours=2)))
    back = _round_trip(store, moment)
    assert back == moment
    assert back.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises((StatementError, ValueError), match="without a time zone"):
        _round_trip(store, datetime(2026, 11, 20))  # noqa: DTZ001 - the very thing that must be refused


def test_moments_sort_as_moments(store: Store) -> None:
    moments = [
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(2026, 11, 20, tzinfo=UTC),
        datetime(2026, 11, 20, 1, tzinfo=UTC),
    ]

    def job(connection: Connection) -> list[datetime]:
        rows = [{"channel": "web", "key_hash": str(n), "seen_at": m} for n, m in enumerate(reversed(moments))]
        connection.execute(insert(seen), rows)
        return list(connection.execute(select(seen.c.seen_at).order_by(seen.c.seen_at)).scalars())

    assert store.run(job) == moments


def test_names_come_back_in_their_order(store: Store) -> None:
    names = ("substance_use", "money", "é")

    def job(connection: Connection) -> tuple[str, ...]:
        values = {"id": "o", "name": "O", "time_zone": "Europe/Amsterdam", "modules": names}
        connection.execute(insert(organisations).values(**values, created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        return connection.execute(select(organisations.c.modules)).scalar_one()

    assert store.run(job) == names

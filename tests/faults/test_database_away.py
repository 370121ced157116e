"""F13, F14: the database goes away under load, and the disk is full."""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import PostgreSQL
from tests.faults.conftest import Figures, Town
from tests.faults.crowd import together

_BACK_SECONDS = 10
_ROOM_BYTES = 8192


async def _restart_hard(server: PostgreSQL) -> float:
    """Seconds until the server, thrown over, takes connections again."""
    begun = time.monotonic()
    await asyncio.to_thread(server.restart_hard)
    return time.monotonic() - begun


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_postgresql_crashing_again_and_again_loses_and_doubles_nothing(
    town: Town, postgresql: PostgreSQL, figures: Figures
) -> None:
    service = town.house.serve()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(16, 100))
    stuck = await together(person.begin() for person in people)
    crashes, downs = town.size(3, 8), []

    async def crash_again_and_again() -> None:
        for _ in range(crashes):
            await asyncio.sleep(1.0)
            downs.append(await _restart_hard(postgresql))

    crashing = asyncio.create_task(crash_again_and_again())
    while not crashing.done():
        stuck += await together(person.answer(2) for person in people)
    await crashing
    stuck += await together(person.answer(2) for person in people)
    found = town.balance(people)
    refused = sum(count for status, count in town.post.statuses.items() if status != 200)
    figures(found, stuck=len(stuck), crashes=crashes, refused=refused, longest_down_seconds=round(max(downs), 1))

    assert not stuck
    assert found.is_even, found


async def _status(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as response:
        return response.status


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_full_disk_is_answered_with_come_back_later_and_ends_by_itself(town: Town, figures: Figures) -> None:
    service = town.house.serve()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(20, 100))
    file = Path(town.house.database_url.removeprefix("sqlite:///"))
    assert not await together(person.begin() for person in people)
    assert not await together(person.answer(2) for person in people)
    # No file may be written beyond its beginning: the same error from the same system call as a full disk, anywhere.
    service.limit_files(_ROOM_BYTES)
    going_on = asyncio.create_task(together(person.answer(6) for person in people))
    async with asyncio.timeout(30):
        await town.post.until_refused(503, 2 * len(people))
    refused = town.post.statuses.copy()
    is_ready = await _status(service.url)
    taken = len(town.post.brought)
    service.limit_files(-1)
    begun = time.monotonic()
    async with asyncio.timeout(60):
        await town.post.until_brought(taken + 1)
    back = time.monotonic() - begun
    stuck = await going_on
    found = town.balance(people)
    figures(found, stuck=len(stuck), refused=dict(refused), ready_while_full=is_ready, back_seconds=round(back, 1))

    assert not stuck
    assert found.is_even, found
    assert set(refused) <= {200, 503}
    assert back <= _BACK_SECONDS
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

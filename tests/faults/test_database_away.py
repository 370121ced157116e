"""F13: the database goes away under load."""

import asyncio
import time

import pytest

from tests.conftest import PostgreSQL
from tests.faults.conftest import Figures, Town
from tests.faults.crowd import together


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

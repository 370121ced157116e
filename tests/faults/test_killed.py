"""F1: the service is killed every few seconds while everybody answers."""

import asyncio
import sqlite3

from tests.faults.conftest import Figures, Town
from tests.faults.crowd import together
from tests.faults.installation import Process

_PAUSES = (16, 61, 16)
"""How much time passes while it is down: enough for the sweeper, or for the sweeper's own lease."""


async def _kill_again_and_again(town: Town, service: Process, kills: int, every_seconds: float) -> list[float]:
    starts = []
    for number in range(kills):
        await asyncio.sleep(every_seconds)
        service.kill()
        town.house.pass_time(_PAUSES[number % len(_PAUSES)])
        starts.append(await service.start())
    return starts


async def test_nothing_is_lost_doubled_or_stuck_when_the_service_is_killed(town: Town, figures: Figures) -> None:
    service = town.house.serve()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(60, 1000))
    killing = asyncio.create_task(_kill_again_and_again(town, service, town.size(2, 20), every_seconds=town.size(2, 4)))
    stuck = await together(person.begin() for person in people)
    stuck += await together(person.answer(10) for person in people)
    rounds = 0
    while not killing.done():
        stuck += await together(person.answer(1) for person in people)
        rounds += 1
    starts = await killing
    stuck += await together(person.answer(1) for person in people)
    found = town.balance(people)
    figures(found, stuck=len(stuck), kills=len(starts), slowest_start_seconds=round(max(starts), 1))

    assert not stuck
    assert found.is_even, found
    assert found.answers >= len(people) * 11
    if town.house.database_url.startswith("sqlite"):
        connection = sqlite3.connect(town.house.database_url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()

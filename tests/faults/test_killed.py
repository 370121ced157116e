"""F1: the service is killed every few seconds while everybody answers."""

import asyncio
import sqlite3
import time
from contextlib import closing

from sqlalchemy import func, select

from storage.store import Store
from storage.tables import conversations
from tests.faults.conftest import Figures, Town
from tests.faults.crowd import together
from tests.faults.installation import Process

_PAUSES = (16, 61, 16)
"""How much time passes while it is down: enough for the sweeper, or for the sweeper's own lease."""

_WHILE_IT_DIES_SECONDS = 900.0
_PAST_A_HOLD = 601
"""Whose screen may have been sent twice in vain is not sent it a third time for ten minutes."""

_NOBODY_WAITS_SECONDS = 60.0
"""So long after that everybody has gone on."""


async def _kill_again_and_again(
    town: Town, service: Process, kills: int, every_seconds: float
) -> tuple[list[float], int, float]:
    """How long each start took, how many were held in the end, and since when none is any more."""
    starts = []
    for number in range(kills):
        await asyncio.sleep(every_seconds)
        service.kill()
        town.house.pass_time(_PAUSES[number % len(_PAUSES)])
        starts.append(await service.start())
    await asyncio.sleep(every_seconds)
    held = await asyncio.to_thread(_held, town)
    town.house.pass_time(_PAST_A_HOLD)
    return starts, held, time.monotonic()


def _held(town: Town) -> int:
    """How many screens were begun twice without a receipt, and wait."""
    is_held = (conversations.c.due != conversations.c.shown, conversations.c.unconfirmed >= 2)
    query = select(func.count()).select_from(conversations).where(*is_held)
    with closing(Store.open(town.house.database_url)) as store:
        count: int = store.look(lambda connection: connection.execute(query).scalar_one())
    return count


async def test_nothing_is_lost_doubled_or_stuck_when_the_service_is_killed(town: Town, figures: Figures) -> None:
    service = town.house.serve()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(60, 1000))
    for person in people:
        person.patience_seconds = _WHILE_IT_DIES_SECONDS
    killing = asyncio.create_task(_kill_again_and_again(town, service, town.size(2, 20), every_seconds=town.size(2, 4)))
    stuck = await together(person.begin() for person in people)
    stuck += await together(person.answer(10) for person in people)
    while not killing.done():
        stuck += await together(person.answer(1) for person in people)
    starts, held, left_alone_at = await killing
    for person in people:
        person.patience_seconds = _NOBODY_WAITS_SECONDS
    stuck += await together(person.answer(1) for person in people)
    all_on = max(min(at for at in person.went_on_at if at > left_alone_at) for person in people) - left_alone_at
    found = town.balance(people)
    figures(
        found,
        stuck=len(stuck),
        kills=len(starts),
        held=held,
        slowest_start_seconds=round(max(starts), 1),
        all_on_seconds=round(all_on, 1),
    )

    assert not stuck
    assert all_on <= _NOBODY_WAITS_SECONDS
    assert found.is_even, found
    assert found.answers >= len(people) * 11
    if town.house.database_url.startswith("sqlite"):
        connection = sqlite3.connect(town.house.database_url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()

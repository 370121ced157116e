"""F12, F18: several processes on one database, and one that stands still in the middle of sending."""

import asyncio
from collections.abc import Callable

import pytest

from tests.faults.conftest import Figures, Town
from tests.faults.crowd import Person, together
from tests.faults.exchange import Call, Verdict, all_is_well

_A_LITTLE_LATER = 16
_PAST_A_LEASE = 61


@pytest.mark.quick_on("sqlite")
async def test_four_processes_on_one_database_lose_nothing_and_refuse_nothing(town: Town, figures: Figures) -> None:
    services = [town.house.serve() for _ in range(4)]
    await services[0].start()
    for service in services[1:]:
        service.launch()
    await asyncio.gather(*(service.ready() for service in services[1:]))
    town.post.urls = [service.url for service in services]
    people = await town.people(town.size(40, 300))
    stuck = await together(person.begin() for person in people)
    stuck += await together(person.answer(town.size(6, 40)) for person in people)
    seconds = [await service.stop() for service in services]
    found = town.balance(people)
    refused = {status: count for status, count in town.post.statuses.items() if status != 200}
    figures(found, stuck=len(stuck), refused=refused, slowest_stop_seconds=round(max(seconds), 1))

    assert not stuck
    assert found.is_even, found
    assert not refused
    assert max(seconds) <= 10


@pytest.mark.quick_on("postgresql")
async def test_a_sender_that_stood_still_beyond_its_lease_shows_nothing_old(town: Town, figures: Figures) -> None:
    paused, other = town.house.serve(), town.house.serve()
    await paused.start()
    town.post.urls = [paused.url]
    people = await town.people(town.size(10, 60))
    assert not await together(person.begin() for person in people)
    assert not await together(person.to_a_statement() for person in people)
    on_its_way, held = asyncio.Event(), set[int | None]()

    def hold(call: Call) -> Verdict:
        if not call.is_show:
            return None
        held.add(call.chat_id)
        return on_its_way

    town.exchange.rule = hold
    waiting = asyncio.create_task(together(person.answer(1) for person in people))
    async with asyncio.timeout(30):
        await town.exchange.until(lambda: len(held) == len(people))
    paused.pause()  # It is sending; what it sends is on its way.
    town.exchange.rule = all_is_well
    town.house.pass_time(_A_LITTLE_LATER)
    await other.start()
    town.post.urls = [other.url]
    assert not await waiting
    assert not await together(person.answer(1) for person in people)
    town.house.pass_time(_PAST_A_LEASE)
    asked = {person: (person.phone.question, len(person.phone.shows)) for person in people}
    on_its_way.set()
    paused.resume()
    async with asyncio.timeout(30):
        for person, (question, shows) in asked.items():
            await person.phone.until_shows(shows + 1)
            await person.phone.until(_asks(person, question))
    assert not await together(person.answer(2) for person in people)
    found = town.balance(people)
    figures(found, sends_under_way=len(held))

    assert found.is_even, found


def _asks(person: Person, question: str | None) -> Callable[[], bool]:
    return lambda: person.phone.question == question

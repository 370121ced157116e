"""Many processes on one database: restarted one after another, one of them killed, and one poller at a time."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.store import Store
from storage.tables import leases
from tests.faults.conftest import Figures, Town
from tests.faults.crowd import Person, together
from tests.faults.installation import Installation, Process
from tests.faults.wave import make_due, settled
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_person import Person as PersonWithAPhone

_STOP_SECONDS = 10
_A_LITTLE_LATER = 16
_PAST_A_LEASE = 61
_CHAT = 610_000_001


async def _together_at_work(town: Town, count: int) -> list[Process]:
    """So many processes, each with every role, all taking updates."""
    services = [town.house.serve(WERKSTEM_TELEGRAM_PER_SECOND="300") for _ in range(count)]
    for service in services:
        await service.start()
    town.post.urls = [service.url for service in services]
    return services


@pytest.mark.only_long
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_rolling_restart_loses_no_message_and_shows_none_twice(town: Town, figures: Figures) -> None:
    services = await _together_at_work(town, 2)
    people = await town.people(100)
    stuck = await together(person.begin() for person in people)
    stops = []

    async def restart_one_after_another() -> None:
        for service in services * 3:
            await asyncio.sleep(1)
            stops.append(await service.stop())
            await service.start()

    restarting = asyncio.create_task(restart_one_after_another())
    while not restarting.done():
        stuck += await together(person.answer(1) for person in people)
    await restarting
    stuck += await together(person.answer(1) for person in people)
    found = town.balance(people)
    slowest = max(max(person.waits) for person in people)
    figures(
        found, stuck=len(stuck), restarts=len(stops), slowest_stop=round(max(stops), 1), slowest_reply=round(slowest, 1)
    )

    assert not stuck
    assert found.is_even, found
    assert found.repeats == 0
    assert max(stops) <= _STOP_SECONDS


@pytest.mark.only_long
@pytest.mark.parametrize("replicas", [2, 4])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_when_one_of_many_is_killed_the_others_share_its_work(
    town: Town, replicas: int, figures: Figures
) -> None:
    services = await _together_at_work(town, replicas)
    people = await town.people(200)
    stuck = await together(person.begin() for person in people)
    killing = asyncio.create_task(_kill_soon(town, services))
    stuck += await together(person.answer(10) for person in people)
    await killing
    stuck += await together(person.answer(1) for person in people)
    left = services[1:]
    turns = [await service.figure("werkstem_turns_total") for service in left]
    shares = await _send_a_wave(town, people, left)
    found = town.balance(people)
    figures(found, stuck=len(stuck), turns=turns, shares_of_a_wave=shares)

    assert not stuck
    assert found.is_even, found
    assert min(turns) >= sum(turns) / len(left) / 2
    assert sum(shares) == len(people)
    assert min(shares) > 0


async def _kill_soon(town: Town, services: list[Process]) -> None:
    await asyncio.sleep(1)
    services[0].kill()
    town.house.pass_time(_A_LITTLE_LATER)


async def _send_a_wave(town: Town, people: list[Person], services: list[Process]) -> list[float]:
    """Something is due for everybody, once; how many of it each process sent."""
    town.house.pass_time(_PAST_A_LEASE)
    await settled(town.house.database_url)
    before = [await service.figure("werkstem_sends_total") for service in services]
    shows = {person: len(person.phone.shows) for person in people}
    make_due(town.house.database_url, people)
    async with asyncio.timeout(60):
        for person in people:
            await person.phone.until_shows(shows[person] + 1)
    await settled(town.house.database_url)
    assert {len(person.phone.shows) - shows[person] for person in people} == {1}
    after = [await service.figure("werkstem_sends_total") for service in services]
    for person in people:  # The wave's screen was the open question, once more, and nobody's fault.
        del person.phone.shows[-1]
    return [now - then for now, then in zip(after, before, strict=True)]


@pytest.mark.only_long
async def test_when_the_poller_is_killed_another_polls_as_soon_as_its_lease_is_over(
    database_url: str, tmp_path: Path, figures: Figures
) -> None:
    async with TelegramStandIn("4242:invented-token_of-the-fault-runs").serving() as telegram:
        house = Installation(tmp_path, database_url, telegram.url)
        try:
            services = [house.serve(WERKSTEM_TELEGRAM_MODE="polling") for _ in range(2)]
            for service in services:
                await service.start()
            [(_, code)] = await house.invite(1)
            person = telegram.person(_CHAT)
            person.start(code)
            await telegram.until(lambda: person.last, within_seconds=30)
            holder = next(service for service in services if service.pid == _poller(database_url))
            await _press_first(telegram, person)
            holder.kill()
            house.pass_time(_PAST_A_LEASE)
            seconds = await _press_first(telegram, person)
            other = _poller(database_url)
            refused = [request.method for request in telegram.requests if request.status == 409]
        finally:
            house.end()
    figures(seconds_without_a_poller=round(seconds, 1), refused_polls=len(refused))

    assert other in {service.pid for service in services if service is not holder}
    assert seconds <= _STOP_SECONDS
    assert len(refused) <= 1  # The dead one's, which Telegram ended when the other came.


def _poller(database_url: str) -> int:
    """The process that polls, by its lease."""
    with closing(Store.open(database_url)) as store:
        holder: str = store.look(lambda connection: connection.execute(select(leases.c.holder)).scalar_one())
    return int(holder.rpartition(":")[2])


async def _press_first(telegram: TelegramStandIn, person: PersonWithAPhone) -> float:
    """Press the first button; seconds until another screen stands there."""
    loop, before = asyncio.get_running_loop(), person.screen.text
    begun = loop.time()
    person.tap(person.screen.buttons[0][1])
    await telegram.until(lambda: person.screen.text != before, within_seconds=60)
    return loop.time() - begun

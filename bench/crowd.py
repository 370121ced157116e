"""A crowd before its first statement: an installation of ours, its processes, the Bot API, and people who came in."""

import asyncio
import random
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench import bot_api
from bench.ours import Werkstem
from bench.people import Person
from bench.rounds import free_port, ready
from bench.service import Service

_TOGETHER = 40
"""So many people come in at the same time: the way in is not what is measured."""


@dataclass(slots=True)
class Crowd:
    """People before a statement, and everything around them."""

    house: Werkstem
    api: bot_api.BotApi
    services: Sequence[Service]
    ports: Sequence[int]
    people: Sequence[Person]

    def cpu_seconds(self) -> float:
        """User and system time of all processes of ours so far."""
        return sum(service.cpu_seconds() for service in self.services)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long screens took, in milliseconds."""

    median: float
    p95: float
    p99: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Waits":
        """From the waits of many taps."""
        waits = sorted(1000 * one for one in seconds)
        last = len(waits) - 1
        return cls(statistics.median(waits), waits[int(last * 0.95)], waits[int(last * 0.99)], len(waits))


@asynccontextmanager
async def crowd_of(
    people: int,
    folder: Path,
    *,
    processes: int = 1,
    database_url: str = "",
    without: str = "",
    limit: bot_api.Limit | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
    house: Werkstem | None = None,
) -> AsyncIterator[Crowd]:
    """So many people in front of their first statement; everything ends with the block.

    ``house``: an installation from before, with its database; a new one in the empty folder when there is none.
    """
    api, ports = bot_api.BotApi(), [free_port() for _ in range(processes)]
    server, api_base = await bot_api.serve(api)
    if house is None:
        await asyncio.to_thread(_emptied, folder)
        house = Werkstem(
            folder, api_base=api_base, port=ports[0], database_url=database_url, without=without, settings=settings
        )
        house.found()
    else:
        house.moved(api_base=api_base, port=ports[0])
    with ExitStack() as running:
        services = []
        for number, port in enumerate(ports):
            command, environment = house.beside(port)
            log = folder / f"log-{number}"
            services.append(running.enter_context(Service(command, log=log, environment=environment)))
            await ready(services[-1], port, api, path="/readyz")
        guests = await house.invite(people)
        hooks = [f"http://127.0.0.1:{port}/hooks/telegram" for port in ports]
        first = len(api.chats) + random.randrange(10**6)  # noqa: S311 - nobody of an earlier crowd, not a secret
        crowd = [
            Person(api, first + number, language=guest.language, start=guest.start, hooks=hooks)
            for number, guest in enumerate(guests)
        ]
        for begin in range(0, people, _TOGETHER):
            await asyncio.gather(*(_come_in(person) for person in crowd[begin : begin + _TOGETHER]))
        api.limit = limit
        yield Crowd(house, api, services, ports, crowd)
        for person in crowd:
            person.close()
    server.close()


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


async def _come_in(person: Person) -> None:
    await person.begin()
    await person.to_a_statement()


async def talk(people: Sequence[Person], seconds: float) -> list[float]:
    """Everybody answers 2 to 4 seconds after each screen, for so long; how long each next screen took, in seconds."""
    until = time.perf_counter() + seconds

    async def one(number: int, person: Person) -> list[float]:
        dice, waits = random.Random(number), []  # noqa: S311 - somebody's pace, not a secret
        await asyncio.sleep(dice.uniform(0, 4))
        while time.perf_counter() < until and person.buttons():
            waits.append((await person.tap()).seconds)
            await asyncio.sleep(dice.uniform(2, 4))
        return waits

    return [wait for waits in await asyncio.gather(*map(one, range(len(people)), people)) for wait in waits]

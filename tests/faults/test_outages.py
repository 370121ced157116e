"""F3: the service is away so long that Telegram throws presses away."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from tests.faults.conftest import Figures, Town
from tests.faults.crowd import Person, Post, together
from tests.faults.installation import Process
from tests.faults.outage import TelegramsClock, TelegramsTries

_FIRST_TAKEN_SECONDS = 3.0

_NOBODY_WAITS_SECONDS = 60.0
_LAST_TRY_SECONDS = 125.0
"""So long after the return Telegram has tried everything once more."""


@pytest.mark.parametrize("seconds", [30, 100, 150, 300, 3600])
@pytest.mark.quick_on("sqlite", "300")
async def test_an_outage_leaves_nobody_stuck_and_repeats_one_question_at_most(
    town: Town, seconds: int, figures: Figures
) -> None:
    service, clock = town.house.serve(), TelegramsClock()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(15, 90))
    assert not await together(person.begin() for person in people)
    assert not await together(person.answer(2) for person in people)
    assert not await together(person.to_a_statement() for person in people)
    town.post.tries = TelegramsTries(clock)
    for person in people:
        person.patience_seconds = _NOBODY_WAITS_SECONDS
    service.kill()
    waiting = await _press_meanwhile(people, seconds, clock)
    town.house.pass_time(seconds)
    begun = time.monotonic()
    first = await _start(service, town.post)
    passing = asyncio.create_task(clock.move(_LAST_TRY_SECONDS))
    stuck = await waiting
    back = time.monotonic() - begun
    await passing
    stuck += await together(person.answer(3) for person in people)
    found = town.balance(people)
    figures(
        found,
        stuck=len(stuck),
        dropped=len(town.post.dropped),
        first_2xx_seconds=round(first, 1),
        all_on=round(back, 1),
    )

    assert not stuck
    assert found.is_even, found
    assert bool(town.post.dropped) == (seconds > 120)
    assert first <= _FIRST_TAKEN_SECONDS


async def _press_meanwhile(
    people: Sequence[Person], seconds: float, clock: TelegramsClock
) -> "asyncio.Future[list[Exception]]":
    """A third presses as it begins, a third half-way, a third just before the end; one in five writes the answer."""
    doing = []
    for start, pause in ((0, seconds / 2), (1, seconds / 2 - 5), (2, 5)):
        doing += [
            asyncio.create_task(_answer(person, is_typed=number % 5 == 4))
            for number, person in enumerate(people[start::3])
        ]
        await asyncio.sleep(0)
        await clock.move(pause)
    return asyncio.ensure_future(together(doing))


async def _answer(person: Person, *, is_typed: bool) -> None:
    """One answer to the open question."""
    question = person.phone.question
    assert question is not None
    if not is_typed:
        return await person.answer(1)
    person.chosen[question] = "4"
    return await person.write("4")


async def _start(service: Process, post: Post) -> float:
    """Start it; seconds until it takes an update."""
    begun = time.monotonic()
    service.launch()
    while not 200 <= await post.once({"update_id": post.number()}) < 300:  # noqa: ASYNC110 - it asks another process
        await asyncio.sleep(0.02)
    return time.monotonic() - begun

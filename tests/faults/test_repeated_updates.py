"""F2, F4, F5: updates that come again, too often at once, or from another time."""

import asyncio
import random
from contextlib import closing

import pytest

from storage.store import Store
from tests.faults.conftest import Figures, Town
from tests.faults.crowd import FACES, Person, together
from tests.faults.exchange import buttons_of
from tests.faults.ledger import Answers, read

_EIGHT_DAYS = 8 * 24 * 3600
_SPINNER_SECONDS = 1.0


async def _begun(town: Town, count: int, *, copies: int = 1, **values: object) -> list[Person]:
    """So many people, each before the first statement; one process serves them."""
    service = town.house.serve()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(count, copies=copies, **values)
    assert not await together(person.begin() for person in people)
    return people


def _stored(town: Town) -> Answers:
    with closing(Store.open(town.house.database_url)) as store:
        return read(store)


@pytest.mark.quick_on("sqlite")
async def test_every_update_three_times_and_shuffled_counts_once(town: Town, figures: Figures) -> None:
    people = await _begun(town, town.size(30, 200), copies=3)
    stuck = await together(person.answer(town.size(8, 40)) for person in people)
    await asyncio.gather(*(person.all_brought() for person in people))
    before = _stored(town)
    screens = {person: len(person.phone.shows) for person in people}
    town.house.pass_time(_EIGHT_DAYS)
    again = list(town.post.brought)
    random.Random(2).shuffle(again)  # noqa: S311 - an order, not a secret
    for start in range(0, len(again), 50):
        await asyncio.gather(*(town.post.bring(update) for update in again[start : start + 50]))
    found = town.balance(people)
    figures(found, stuck=len(stuck), brought=len(again) * 2)

    assert not stuck
    assert found.is_even, found
    assert found.repeats == 0
    assert _stored(town) == before
    assert {person: len(person.phone.shows) for person in people} == screens


@pytest.mark.quick_on("postgresql")
async def test_of_twenty_presses_at_once_the_first_counts_and_one_question_follows(
    town: Town, figures: Figures
) -> None:
    people = await _begun(town, town.size(5, 25))
    races = town.size(4, 20)
    assert not await together(person.to_a_statement() for person in people)
    held: dict[int | None, asyncio.Event] = {}
    town.exchange.rule = lambda call: held.get(call.chat_id) if call.is_show else None
    assert not await together(_race(town, person, races, held) for person in people)
    found = town.balance(people)
    figures(found, races=races * len(people), presses=20 * races * len(people))

    assert found.is_even, found
    assert found.repeats == 0
    assert found.answers == races * len(people)


async def _race(town: Town, person: Person, races: int, held: dict[int | None, asyncio.Event]) -> None:
    """Twenty presses on different faces before the next question stands there; the first taken is the one kept."""
    for _ in range(races):
        await person.to_a_statement()
        question = person.phone.question
        assert question is not None
        shown = asyncio.Event()
        held[person.phone.chat_id] = shown
        toasts, looks = person.phone.toasts, len(person.phone.shows)
        buttons = buttons_of(person.phone.lowest)
        first, *others = [person.press(buttons[number % FACES]["callback_data"]) for number in range(20)]
        await town.post.bring(first)
        await asyncio.gather(*(town.post.bring(update) for update in others))
        del held[person.phone.chat_id]
        shown.set()
        person.chosen[question] = "1"
        async with asyncio.timeout(20):
            await person.phone.until_toasts(toasts + 20)
            await person.phone.until_shows(looks + 1)
        assert len(person.phone.shows) == looks + 1


@pytest.mark.quick_on("sqlite")
async def test_buttons_of_the_first_measurement_do_nothing_during_the_second(town: Town, figures: Figures) -> None:
    modules = ["work_happiness", "household"]
    people = await _begun(town, town.size(2, 20), modules=modules)
    assert not await together(person.finish() for person in people)
    stale = {person: sorted(set(person.pressed)) + _other_faces(person) for person in people}
    first = _stored(town)
    for person in people:
        await town.house.ask("POST", f"/participants/{person.participant_id}/measurements", {"modules": modules})
    assert not await together(_second_begins(person) for person in people)
    assert not await together(person.answer(2) for person in people)
    between = _stored(town)
    slowest = max([await _press_all(town, person, stale[person]) for person in people])

    assert _stored(town) == between
    assert not await together(person.finish() for person in people)
    after = _stored(town)
    for person in people:
        mine = {question: faces for question, faces in after[person.phone.chat_id].items() if question[:3] == "q1."}
        assert mine == first[person.phone.chat_id]
    found = town.balance(people)
    figures(found, stale=sum(map(len, stale.values())), slowest_reply_seconds=round(slowest, 2))
    assert found.is_even, found
    assert slowest <= _SPINNER_SECONDS


def _other_faces(person: Person) -> list[str]:
    return [f"{question}.{face}" for question in person.chosen for face in range(1, FACES + 1)]


async def _second_begins(person: Person) -> None:
    """The invitation to the second measurement comes by itself; the person goes on to its first statement."""
    async with asyncio.timeout(30):
        await person.phone.until(lambda: buttons_of(person.phone.lowest))
    await person.to_a_statement()
    assert person.phone.question is not None
    assert person.phone.question.startswith("q2.")


async def _press_all(town: Town, person: Person, stale: list[str]) -> float:
    """Every old button, pressed now: a quiet reply within the time, and the same screen; the slowest reply."""
    screen, slowest = person.phone.lowest, 0.0
    loop = asyncio.get_running_loop()
    for data in stale:
        toasts, begun = person.phone.toasts, loop.time()
        await town.post.bring(person.press(data))
        async with asyncio.timeout(10):
            await person.phone.until_toasts(toasts + 1)
        slowest = max(slowest, loop.time() - begun)
    assert person.phone.lowest == screen
    return slowest

"""F9, F11: Telegram says to slow down while many talk and more is due, and updates that can never be taken in."""

import asyncio
import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import Connection, func, select, update

from storage.dead_letters import MOST_TRIES
from storage.store import Store
from storage.tables import chats, conversations, dead_letters
from tests.faults.conftest import Figures, Town
from tests.faults.crowd import Person, together
from tests.faults.exchange import Call, Verdict, Wait, buttons_of, question_of
from tests.faults.wave import make_due, settled

_SLOWEST_REPLY_SECONDS = 1.5
_UNEVEN_SECONDS = 0.1
"""What the 99th of a hundred waits may differ by from run to run."""

_UNDER_WAY_SECONDS = 0.25
"""What was on its way when the refusal came is not held against us."""


class Limit:
    """So many calls a second for the whole bot; who goes beyond is refused for ``ban_seconds``, and so is everybody."""

    def __init__(self, calls_a_second: int, ban_seconds: int) -> None:
        self.bans: list[tuple[float, float]] = []
        self.inside = 0
        self._most = calls_a_second
        self._ban_seconds = ban_seconds
        self._last: deque[float] = deque()

    def judge(self, call: Call) -> Verdict:
        """Refused inside a ban, and when the second is full."""
        if self.bans and call.at < self.bans[-1][1]:
            self.inside += call.at > self.bans[-1][0] + _UNDER_WAY_SECONDS
            return Wait(max(1, round(self.bans[-1][1] - call.at + 0.5)))
        while self._last and self._last[0] < call.at - 1:
            self._last.popleft()
        self._last.append(call.at)
        if len(self._last) <= self._most:
            return None
        self.bans.append((call.at, call.at + self._ban_seconds))
        self._last.clear()
        return Wait(self._ban_seconds)

    def is_near_a_ban(self, begun: float, ended: float) -> bool:
        """Whether a ban held at any moment between."""
        return any(start <= ended and begun <= end for start, end in self.bans)


async def _talk(person: Person, until: float, limit: Limit) -> list[float]:
    """Answer after a while, again and again; how long each reply took that no ban held up."""
    dice, waits = random.Random(person.phone.chat_id), []  # noqa: S311 - somebody's pace, not a secret
    while time.monotonic() < until:
        await asyncio.sleep(dice.uniform(2, 4))
        begun = time.monotonic()
        await person.go_on()
        if not limit.is_near_a_ban(begun, time.monotonic()):
            waits.append(person.waits[-1])
    return waits


@pytest.mark.quick_on("sqlite")
async def test_a_storm_of_429_is_obeyed_and_whoever_talks_gets_replies(town: Town, figures: Figures) -> None:
    limit = Limit(town.size(150, 300), ban_seconds=2)
    # Bulk at a pace that the provider does not stand: the storm is our own making.
    service = town.house.serve(WERKSTEM_TELEGRAM_PER_SECOND=str(town.size(200, 400)))
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(60, 200) + town.size(300, 2000))
    for start in range(0, len(people), 100):
        assert not await together(person.begin() for person in people[start : start + 100])
    talking, waiting = people[: town.size(60, 200)], people[town.size(60, 200) :]
    assert not await together(person.to_a_statement() for person in talking)
    await settled(town.house.database_url)
    town.exchange.rule = limit.judge
    begun = time.monotonic()
    shows = {person: len(person.phone.shows) for person in waiting}
    make_due(town.house.database_url, waiting)
    talks = asyncio.gather(*(_talk(person, begun + town.size(7, 40), limit) for person in talking))
    async with asyncio.timeout(town.size(60, 300)):
        for person in waiting:
            await person.phone.until_shows(shows[person] + 1)
    seconds = time.monotonic() - begun
    waits = sorted(wait for one in await talks for wait in one)
    found = town.balance(people)
    p95 = waits[int(len(waits) * 0.95)]
    again = Counter(len(person.phone.shows) - shows[person] for person in waiting)
    figures(
        found,
        bans=len(limit.bans),
        calls_inside_a_ban=limit.inside,
        replies=len(waits),
        reply_p95_seconds=round(p95, 2),
        bulk=len(waiting),
        bulk_seconds=round(seconds, 1),
    )

    assert found.is_even, found
    assert set(again) == {1}
    assert limit.inside == 0
    assert p95 <= _SLOWEST_REPLY_SECONDS


@pytest.mark.quick_on("postgresql")
async def test_updates_that_can_never_be_taken_in_keep_nobody_else_waiting(town: Town, figures: Figures) -> None:
    service = town.house.serve()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(30, 200))
    assert not await together(person.begin() for person in people)
    assert not await together(person.to_a_statement() for person in people)
    before = await _answered(people)
    poisoned, others = people[::10], [person for number, person in enumerate(people) if number % 10]
    odd_one = others.pop()
    intact = _break_states(town, poisoned)
    letters = asyncio.gather(*(town.post.bring(_press(person)) for person in poisoned))
    beside = await _answered(others)
    await letters
    refused = town.post.statuses[500]
    odd = [town.post.bring(update) for update in _odd(odd_one, town.post.number)]
    await asyncio.gather(*odd)
    _mend_states(town, intact)
    assert not await together(person.answer(1) for person in [*poisoned, odd_one])
    after = await _answered(others)
    found = town.balance([*poisoned, *others])
    with closing(Store.open(town.house.database_url)) as store:
        kept = store.look(lambda c: c.execute(select(func.count()).select_from(dead_letters)).scalar_one())
    figures(
        found,
        poison=len(poisoned),
        dead_letters=kept,
        refused=refused,
        p99_before=before,
        p99_beside=beside,
        p99_after=after,
    )

    assert found.is_even, found
    assert kept == len(poisoned)
    assert refused == len(poisoned) * (MOST_TRIES - 1)
    assert beside <= 1.2 * max(before, after) + _UNEVEN_SECONDS


async def _answered(people: list[Person]) -> float:
    """Everybody answers three; the wait that 99 of 100 replies stay under, in seconds."""
    seen = {person: len(person.waits) for person in people}
    assert not await together(person.answer(3) for person in people)
    assert not await together(person.to_a_statement() for person in people)
    waits = sorted(wait for person in people for wait in person.waits[seen[person] :])
    return round(waits[int(len(waits) * 0.99)], 3)


def _press(person: Person) -> dict[str, object]:
    """A press on the open question that is never counted."""
    assert question_of(person.phone.lowest)
    return person.press(buttons_of(person.phone.lowest)[1]["callback_data"])


def _break_states(town: Town, people: list[Person]) -> dict[str, str]:
    """Their conversations in a shape that can be read, and with which nothing can go on; what they were."""
    addresses = [str(person.phone.chat_id) for person in people]

    def broken(connection: Connection) -> dict[str, str]:
        theirs = select(chats.c.conversation_id).where(chats.c.address.in_(addresses))
        query = select(conversations.c.id, conversations.c.state).where(conversations.c.id.in_(theirs))
        intact: dict[str, str] = {row.id: row.state for row in connection.execute(query)}
        for name, state in intact.items():
            broken = json.loads(state)
            broken["measurement"]["modules"] = ["no such group"]
            connection.execute(update(conversations).where(conversations.c.id == name).values(state=json.dumps(broken)))
        return intact

    with closing(Store.open(town.house.database_url)) as store:
        return store.run(broken)


def _mend_states(town: Town, intact: dict[str, str]) -> None:
    def mend(connection: Connection) -> None:
        for name, state in intact.items():
            connection.execute(update(conversations).where(conversations.c.id == name).values(state=state))

    with closing(Store.open(town.house.database_url)) as store:
        store.run(mend)


def _odd(person: Person, number: Callable[[], int]) -> list[dict[str, object]]:
    """Updates of kinds that nobody expects."""
    long = person.written("a" * 4096)
    halves = person.written("\ud83d half a face, and \0")
    return [
        long,
        halves,
        {"update_id": number(), "kind_of_the_future": {"chat": {"id": 1}}},
        {"update_id": number(), "message": {"message_id": 5}},
        {"update_id": number(), "callback_query": {"id": "1", "data": "q1.1.1"}},
        {"update_id": number()},
    ]

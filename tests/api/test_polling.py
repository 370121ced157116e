"""Polling: one process at a time, nothing confirmed before it is committed, in each chat one thing after another."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from api.figures import Figures
from api.poison import Patience
from api.polling import LEASE, WAIT_SECONDS, Poller
from api.service import Service
from bot.channels.telegram import Telegram
from storage import dead_letters, leases
from storage.errors import StoreUnavailable
from storage.store import Store
from tests.api.whole_service import running, settings_of
from tests.bot.people import Workplace
from tests.standins.telegram import TOKEN, TelegramStandIn


class Intake:
    """Takes updates in as told: notes which, and does for each what ``does`` says."""

    def __init__(self, does: Callable[[dict[str, Any]], None] = lambda update: None) -> None:
        self.taken: list[int] = []
        self.does = does
        self.changed = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, update: Any) -> str:
        await self.gate.wait()
        self.does(update)
        self.taken.append(update["update_id"])
        self.changed.set()
        return "taken"

    async def until(self, count: int) -> None:
        """Wait until so many were taken in."""
        async with asyncio.timeout(10):
            while len(self.taken) < count:
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn().serving() as standin:
        yield standin


@pytest.fixture
async def telegram(api: TelegramStandIn) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, api.url)
    yield channel
    await channel.close()


async def at_once(_seconds: float) -> None:
    """A pause of no time."""
    await asyncio.sleep(0)


class Bench:
    """A poller of one process, and whether it began."""

    def __init__(self, place: Workplace, telegram: Telegram, intake: Intake, *, name: str = "one") -> None:
        self.stop, self.begun, self.refused = asyncio.Event(), asyncio.Event(), asyncio.Event()
        patience = Patience(place.parts, intake, Figures())
        self.poller = Poller(place.parts, telegram, patience, holder=name, begin=self._begin, pause=self._for_ever)
        self.patient = Poller(place.parts, telegram, patience, holder=name, begin=self._begin, pause=at_once)

    async def _begin(self) -> None:
        self.begun.set()

    async def _for_ever(self, seconds: float) -> None:
        """A pause that does not end; one of a poller without the lease is noted."""
        if seconds == WAIT_SECONDS:
            self.refused.set()
        await asyncio.Event().wait()

    async def __aenter__(self) -> "Bench":
        self.task = asyncio.create_task(self.poller.run(self.stop))
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self.task, 10)


def message(number: int, chat: int = 1) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 0, "chat": {"id": chat, "type": "private"}, "text": "hallo"},
    }


@pytest.fixture
def place(sqlite_url: str) -> Iterator[Workplace]:
    store = Store.open(sqlite_url)
    yield Workplace(store)
    store.close()


async def test_what_people_sent_is_taken_in_and_then_confirmed(
    place: Workplace, api: TelegramStandIn, telegram: Telegram
) -> None:
    intake = Intake()
    person = api.person(1001)
    person.start()
    async with Bench(place, telegram, intake):
        await intake.until(1)
        person.type("hallo")
        await intake.until(2)
    first, second = api.made("getUpdates")[:2]
    assert "offset" not in first
    assert second["offset"] == intake.taken[0] + 1


async def test_nothing_is_confirmed_before_all_of_it_is_committed(
    place: Workplace, api: TelegramStandIn, telegram: Telegram
) -> None:
    intake = Intake()
    intake.gate.clear()
    for chat in (1, 2, 3):
        api.person(chat).start()
    async with Bench(place, telegram, intake):
        await api.until(lambda: api.made("getUpdates"))
        assert len(api.inbox.waiting) == 3
        assert len(api.made("getUpdates")) == 1
        intake.gate.set()
        await intake.until(3)
        api.person(4).start()
        await intake.until(4)
    assert api.made("getUpdates")[1]["offset"] == max(intake.taken[:3]) + 1


async def test_stopping_commits_what_was_fetched_first(
    place: Workplace, api: TelegramStandIn, telegram: Telegram
) -> None:
    intake = Intake()
    intake.gate.clear()
    api.person(1).start()
    bench = Bench(place, telegram, intake)
    async with bench:
        await api.until(lambda: api.made("getUpdates"))
        bench.stop.set()
        intake.gate.set()
    assert len(intake.taken) == 1


async def test_only_who_has_the_lease_polls_and_gives_it_back(
    place: Workplace, api: TelegramStandIn, telegram: Telegram
) -> None:
    first, second = Bench(place, telegram, Intake()), Bench(place, telegram, Intake(), name="two")
    async with first:
        await asyncio.wait_for(first.begun.wait(), 10)
        async with second:
            await asyncio.wait_for(second.refused.wait(), 10)
            assert not second.begun.is_set()
    async with Bench(place, telegram, Intake(), name="two") as second:
        await asyncio.wait_for(second.begun.wait(), 10)
    later = place.clock() + timedelta(seconds=1)
    assert await place.store.write(lambda c: leases.take(c, LEASE, "three", now=later, seconds=1)) is not None


async def test_a_store_that_is_away_for_a_while_loses_nothing(place: Workplace, telegram: Telegram) -> None:
    away = iter([True] * 7)

    def fail(_update: dict[str, Any]) -> None:
        if next(away, False):
            raise StoreUnavailable(cause="SQLITE_BUSY")

    intake = Intake(fail)
    await Bench(place, telegram, intake).patient.take_all([message(1), message(2)])
    assert intake.taken == [1, 2]


async def test_what_raises_is_put_aside_and_the_next_of_the_same_chat_is_taken_in(
    place: Workplace, telegram: Telegram
) -> None:
    def poison(update: dict[str, Any]) -> None:
        if update["update_id"] == 2:
            raise LookupError("poison")

    intake = Intake(poison)
    await Bench(place, telegram, intake).patient.take_all([message(1), message(2), message(3), message(4, chat=2)])
    assert sorted(intake.taken) == [1, 3, 4]
    assert len(place.store.look(dead_letters.still_open)) == 1


async def test_one_chat_keeps_its_order_and_no_other_chat_waits_for_it(place: Workplace, telegram: Telegram) -> None:
    slow, order = asyncio.Event(), []

    class Slow(Intake):
        async def take(self, update: Any) -> str:
            if update["update_id"] == 1:
                await slow.wait()
            order.append(update["update_id"])
            if update["update_id"] == 4:
                slow.set()
            return "taken"

    await Bench(place, telegram, Slow()).patient.take_all([message(1), message(2), message(3, 2), message(4, 2)])
    assert order == [3, 4, 1, 2]


async def test_it_is_known_whether_updates_are_being_fetched(api: TelegramStandIn) -> None:
    while_away = []

    async def note(_seconds: float) -> None:
        while_away.append(channel.is_polling)

    channel = Telegram(TOKEN, api.url, pause=note)
    api.fail("500", "getUpdates")
    api.person(1).start()
    batches = channel.poll()
    await anext(batches)
    assert (while_away, channel.is_polling) == ([False], True)
    await batches.aclose()
    assert not channel.is_polling
    await channel.close()


async def test_the_whole_service_polls_tells_its_name_and_who_it_is(sqlite_url: str, api: TelegramStandIn) -> None:
    settings = settings_of(sqlite_url, telegram_token=TOKEN, telegram_api_base=api.url)
    async with running(settings) as whole:
        invited = await whole.invite(language="fr")
        link = invited["invitation"]["telegram_url"]
        assert link.startswith("https://t.me/")
        person = api.person(1001, "fr")
        person.start(link.partition("start=")[2])
        await api.until(lambda: person.last is not None and person.screen.buttons, within_seconds=30)
        await api.until(lambda: api.made("setMyCommands"), within_seconds=30)
        assert api.made("deleteWebhook")
    api.fail("cut", "getMe", times=100)
    again = Service(settings)
    await again.start()
    assert again.parts.telegram_name == whole.service.parts.telegram_name != ""
    await again.stop()


async def test_the_service_starts_without_telegram_and_goes_on(sqlite_url: str) -> None:
    settings = settings_of(sqlite_url, telegram_token=TOKEN, telegram_api_base="http://127.0.0.1:1")
    async with running(settings) as whole:
        invited = await whole.invite()
        assert invited["invitation"]["telegram_url"] is None
        assert (await whole.client.get("/readyz")).status_code == 200

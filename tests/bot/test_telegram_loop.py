"""The way round: a person taps, an update comes in, the next statement takes the place of the last one.

The loop between is as small as it can be: it counts, remembers what it saw, and where the last message stands.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.channels import ChatChanged, Placed
from bot.channels.telegram import Telegram
from bot.channels.telegram_updates import Received, parse
from bot.conversation.events import Pressed
from tests.bot.telegram_messages import FACES, plain, statement
from tests.standins.telegram import TOKEN, TelegramStandIn

STATEMENTS = ("Ik slaap goed.", "Ik eet gezond.", "Ik heb vrienden.")
CHAT = 4_503_599_627_370_495


@dataclass
class Loop:
    """What a service remembers of its chats."""

    telegram: Telegram
    seen: set[str] = field(default_factory=set)
    answers: dict[str, list[str]] = field(default_factory=dict)
    placed: dict[str, Placed] = field(default_factory=dict)
    reachable: dict[str, bool] = field(default_factory=dict)
    codes: list[str | None] = field(default_factory=list)

    async def take(self, update: dict[str, Any]) -> None:
        """One update, once."""
        meant = parse(update)
        if isinstance(meant, ChatChanged):
            self.reachable[meant.address] = meant.is_reachable
        if not isinstance(meant, Received) or meant.inbound.key in self.seen:
            return
        inbound = meant.inbound
        self.seen.add(inbound.key)
        self.codes.append(inbound.code)
        answers = self.answers.setdefault(inbound.address, [])
        is_press = isinstance(inbound.event, Pressed)
        if isinstance(inbound.event, Pressed) and inbound.event.data.startswith(f"q1.{len(answers)}."):
            answers.append(inbound.event.data[-1])
        if meant.callback_id:
            await self.telegram.answer(meant.callback_id)
        await self.show(inbound.address, is_last=is_press)

    async def show(self, address: str, *, is_last: bool) -> None:
        """What is due."""
        at = len(self.answers[address])
        message = statement(at, STATEMENTS[at]) if at < len(STATEMENTS) else plain("Dank je wel.")
        placed = self.placed.get(address)
        placed = replace(placed, is_last=placed.is_last and is_last) if placed else None
        self.placed[address] = await self.telegram.show(address, message, placed=placed, picture=None)

    async def work_off(self) -> None:
        """Everything that waits; asking once more says that it was taken."""
        async with aclosing(self.telegram.poll(waits_seconds=0)) as batches:
            async for updates in batches:
                for update in updates:
                    await self.take(update)
                return


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    """The Bot API."""
    async with TelegramStandIn().serving() as serving:
        yield serving


@pytest.fixture
async def loop(api: TelegramStandIn) -> AsyncIterator[Loop]:
    """A service."""
    telegram = Telegram(TOKEN, api.url)
    yield Loop(telegram)
    await telegram.close()


async def test_a_whole_small_questionnaire_leaves_one_message_and_no_list_of_answers(
    api: TelegramStandIn, loop: Loop
) -> None:
    person = api.person(CHAT)
    person.start("AbCdEf")
    for face, sentence in zip((5, 3, 1), STATEMENTS, strict=True):
        await loop.work_off()
        assert person.screen.statement == sentence
        person.tap(FACES[face - 1])
    await loop.work_off()
    assert loop.answers == {str(CHAT): ["5", "3", "1"]}
    assert loop.codes[0] == "AbCdEf"
    assert [posted.text for posted in person.messages if posted.is_ours] == ["Dank je wel."]
    assert person.toasts == [None, None, None]


async def test_updates_that_come_again_change_nothing(api: TelegramStandIn, loop: Loop) -> None:
    person = api.person(CHAT)
    person.start()
    for _ in range(3):
        await loop.work_off()
    person.tap("q1.0.4")
    for _ in range(3):
        await loop.work_off()
    assert loop.answers == {str(CHAT): ["4"]}
    assert len([posted for posted in person.messages if posted.is_ours]) == 1


async def test_after_a_text_or_a_cleared_chat_the_statement_is_still_the_last_message(
    api: TelegramStandIn, loop: Loop
) -> None:
    person = api.person(CHAT)
    person.start()
    await loop.work_off()
    person.type("hallo")
    await loop.work_off()
    assert person.messages[-1].statement == STATEMENTS[0]
    assert len([posted for posted in person.messages if posted.is_ours]) == 1
    person.tap("q1.0.4", is_cleared=True)
    person.clear()
    await loop.work_off()
    assert [posted.statement for posted in person.messages] == [STATEMENTS[1]]


async def test_somebody_who_blocks_and_comes_back_is_known_as_such(api: TelegramStandIn, loop: Loop) -> None:
    person = api.person(CHAT)
    person.start()
    await loop.work_off()
    person.block()
    await loop.work_off()
    assert loop.reachable == {str(CHAT): False}
    person.start()
    await loop.work_off()
    assert loop.reachable == {str(CHAT): True}
    assert person.messages[-1].statement == STATEMENTS[0]

"""A second and a third reader: aiogram reads all we send, aiogram and python-telegram-bot all we take in.

aiogram takes five seconds and 170 MB to import: in this file only.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiogram.methods
import pytest
import telegram
from aiogram.types import Update
from pydantic import BaseModel

from bot.channels import ChatChanged
from bot.channels.telegram import Telegram
from bot.channels.telegram_profile import Profile
from bot.channels.telegram_updates import Received, parse
from bot.conversation.events import Pressed, Typed
from domain.questionnaire import LANGUAGES
from tests.bot.telegram_messages import OTHER_PNG, PNG, TOOLS, languages, plain, statement, web
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_wire import Recorded

CHAT = 4_200_000_000_000_001
ADDRESS = str(CHAT)
PAYLOADS = sorted((Path(__file__).parent / "payloads" / "telegram").glob("*.json"))


async def everything(api: TelegramStandIn, channel: Telegram) -> None:
    """Every method that the channel knows, with every shape of message."""
    profile = Profile({"start": "Begin"}, "Ik ben een computer.", "Korte zinnen.")
    for mode in ("webhook", "polling"):
        profiles = dict.fromkeys(LANGUAGES, profile)
        await channel.receive_by(mode, public_url="https://werkstem.example", secret="s3cret")
        await channel.introduce(profiles)
    await channel.user_name()
    person = api.person(CHAT)
    person.start("AbCdEf")
    await anext(channel.poll(7, waits_seconds=0))
    placed = None
    for message in (languages(), plain("<b>&"), statement(), replace(statement(), after=("Nog iets.",)), plain()):
        placed = await channel.show(ADDRESS, message, placed=placed, picture=None)
    await channel.answer("1")
    await channel.answer("1", "Al bewaard.")
    for picture in (PNG, OTHER_PNG):
        placed = await channel.show(ADDRESS, web(), placed=placed, picture=picture)
    placed = await channel.show(ADDRESS, plain("Verder", *TOOLS), placed=placed, picture=None)
    await channel.remove(ADDRESS, placed.message_id)
    await channel.decline_group("-100123", "Niet hier.")
    await channel.send_file(ADDRESS, "gegevens.json", b"{}")


@pytest.fixture(scope="module")
def played() -> TelegramStandIn:
    """A Bot API after everything."""

    async def play() -> TelegramStandIn:
        async with TelegramStandIn(first_update_id=7).serving() as api:
            channel = Telegram(TOKEN, api.url)
            await everything(api, channel)
            await channel.close()
            return api

    return asyncio.run(play())


@pytest.fixture(autouse=True)
def _durations_as_the_library_will_give_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns about durations in seconds unless told which kind it may give."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def extras(value: object, path: str = "") -> Iterator[str]:
    """Where a model holds a field that its type does not know."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from extras(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from extras(inner, f"{path}[{number}]")


def read_by_aiogram(request: Recorded) -> BaseModel:
    """The request as aiogram would have made it."""
    kind = getattr(aiogram.methods, request.method[0].upper() + request.method[1:])
    files = dict.fromkeys(request.files, "file-id") if request.method != "editMessageMedia" else {}
    read: BaseModel = kind.model_validate({**request.params, **files})
    return read


def test_aiogram_reads_every_request_and_finds_nothing_it_does_not_know(played: TelegramStandIn) -> None:
    for request in played.requests:
        assert list(extras(read_by_aiogram(request), request.method)) == []


AT_THE_START = {
    "DeleteWebhook",
    "GetMyCommands",
    "GetMyDescription",
    "GetMyShortDescription",
    "SetMyCommands",
    "SetMyDescription",
    "SetMyShortDescription",
    "SetWebhook",
}
"""What python-telegram-bot calls for us."""


def test_every_method_of_the_channel_was_among_them(played: TelegramStandIn) -> None:
    source = "".join(path.read_text() for path in (Path(__file__).parents[2] / "bot" / "channels").glob("telegram*.py"))
    named = {name for name in dir(aiogram.methods) if f'"{name[0].lower()}{name[1:]}"' in source}
    played_names = {request.method[0].upper() + request.method[1:] for request in played.requests}
    assert played_names == named | AT_THE_START


def test_a_field_that_aiogram_does_not_know_would_be_seen() -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b", "colour": "red"}]]}
    request = Recorded("sendMessage", {"chat_id": 1, "text": "a", "reply_markup": markup, "mood": "good"}, {})
    found = list(extras(read_by_aiogram(request), "sendMessage"))
    assert found == ["sendMessage.mood", "sendMessage.reply_markup.inline_keyboard[0][0].colour"]


# Updates --------------------------------------------------------------------------------------------------------------


def updates() -> Iterator[tuple[str, dict[str, Any]]]:
    """The captured updates, and what the stand-in's people do."""
    for path in PAYLOADS:
        yield path.stem, json.loads(path.read_text())
    api = TelegramStandIn()
    person = api.person(CHAT)
    person.start("code")
    params = {"chat_id": CHAT, "text": "<b>Ik slaap goed.</b>", "parse_mode": "HTML"}
    markup = {"inline_keyboard": [[{"text": "Ja", "callback_data": "q1.1.4"}]]}
    acts: list[Callable[[], object]] = [
        lambda: person.type("4"),
        lambda: person.send("voice"),
        lambda: person.send("sticker"),
        lambda: person.send("photo"),
        lambda: api.chats.send_message({**params, "reply_markup": markup}, {}),
        lambda: person.tap("Ja"),
        lambda: person.tap("q1.1.4", is_cleared=True),
        person.block,
        person.unblock,
    ]
    for act in acts:
        act()
    for update in api.updates:
        yield f"stand-in {update['update_id']}", update


UPDATES = dict(updates())


def of_one(read: Any) -> tuple[object, ...]:
    """What matters of an update, from either library: the chat, the button's data, the text."""
    query, message, member = read.callback_query, read.message, read.my_chat_member
    if query is not None:
        chat = query.message.chat.id if query.message else None
        return ("press", chat, query.data, str(query.id))
    if message is not None:
        return ("message", message.chat.id, message.text)
    return ("member", member.chat.id, str(member.new_chat_member.status)) if member is not None else ("other",)


@pytest.mark.parametrize("name", UPDATES)
def test_two_libraries_and_we_read_the_same_in_an_update(name: str) -> None:
    update = UPDATES[name]
    by_aiogram, by_ptb = Update.model_validate(update), telegram.Update.de_json(update, None)
    assert of_one(by_aiogram) == of_one(by_ptb)
    meant = parse(update)
    if isinstance(meant, Received):
        assert int(meant.inbound.address) == of_one(by_ptb)[1]
    if isinstance(meant, ChatChanged):
        assert of_one(by_ptb) == ("member", int(meant.address), "member" if meant.is_reachable else "kicked")
    if isinstance(meant, Received) and isinstance(meant.inbound.event, Typed):
        assert of_one(by_ptb)[2] == meant.inbound.event.text
    if isinstance(meant, Received) and isinstance(meant.inbound.event, Pressed):
        assert of_one(by_ptb)[2:] == (meant.inbound.event.data, meant.callback_id)


@pytest.mark.parametrize("name", [name for name in UPDATES if name != "unknown_kind"])
def test_our_updates_carry_nothing_that_the_libraries_do_not_know(name: str) -> None:
    assert list(extras(Update.model_validate(UPDATES[name]), "update")) == []


def test_replies_of_the_stand_in_are_what_telegram_would_reply(played: TelegramStandIn) -> None:
    chat = played.person(CHAT).chat
    for posted in chat.messages.values():
        message = telegram.Message.de_json(played.chats.describe(chat, posted), None)
        assert (message.message_id, message.chat.id) == (posted.message_id, CHAT)
        assert not message.api_kwargs

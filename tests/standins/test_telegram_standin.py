"""The stand-in refuses what the Bot API documents as refused, so that passing against it means something."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_person import Person
from tests.standins.telegram_rules import read_text

CHAT = 4_200_000_000_000_001
PNG = b"\x89PNG\r\n\x1a\n invented"


@dataclass
class Room:
    """The stand-in, a client without any manners, one person, and a clock set by hand."""

    api: TelegramStandIn
    session: aiohttp.ClientSession
    person: Person
    clock: list[float]
    pauses: list[float] = field(default_factory=list)

    async def call(self, method: str, *, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        """The reply of a method."""
        async with self.session.post(f"{self.api.url}/bot{token}/{method}", json=params) as response:
            reply: dict[str, Any] = await response.json()
            assert response.status == reply.get("error_code", 200)
            return reply

    async def refusal(self, method: str, **params: Any) -> str:
        """The words of a refusal."""
        reply = await self.call(method, **params)
        assert reply["ok"] is False
        return str(reply["description"])

    async def say(self, text: str = "Dag", **params: Any) -> int:
        """A message of the bot; its number."""
        reply = await self.call("sendMessage", chat_id=CHAT, text=text, **params)
        return int(reply["result"]["message_id"])


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """The stand-in with a person who has started the bot."""
    clock = [1_795_167_600.0]
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds
        await asyncio.sleep(0)

    standin = TelegramStandIn(now=lambda: clock[0], pause=pause)
    async with standin.serving() as api, aiohttp.ClientSession() as session:
        person = api.person(CHAT)
        person.chat.is_started = True
        yield Room(api, session, person, clock, pauses)


def buttons(*data: str, in_a_row: int = 1) -> dict[str, Any]:
    """A keyboard."""
    made = [{"text": "Ja", "callback_data": one} for one in data]
    rows = [made[at : at + in_a_row] for at in range(0, len(made), in_a_row)]
    return {"inline_keyboard": rows}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "a", "reply_markup": buttons("")}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": buttons("x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": buttons("ş" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": buttons(*"x" * 101)}, "REPLY_MARKUP_TOO_LONG"),
        ({"text": "a", "reply_markup": buttons(*"x" * 9, in_a_row=9)}, "REPLY_MARKUP_TOO_LONG"),
        ({"text": "<b>a", "parse_mode": "HTML"}, "Can't find end tag"),
        ({"text": "a</b>", "parse_mode": "HTML"}, "Unexpected end tag"),
        ({"text": "<script>a</script>", "parse_mode": "HTML"}, 'Unsupported start tag "script"'),
        ({"text": "a < b", "parse_mode": "HTML"}, "Unescaped character"),
        ({"text": "a & b", "parse_mode": "HTML"}, "Unescaped character"),
        ({"text": "a", "parse_mode": "Markdown"}, "unsupported parse_mode"),
        ({"text": "a", "chat_id": 99}, "chat not found"),
        ({"text": "a", "chat_id": "@somebody"}, "chat not found"),
    ],
)
async def test_what_telegram_refuses_is_refused(room: Room, params: dict[str, Any], words: str) -> None:
    assert words in await room.refusal("sendMessage", **{"chat_id": CHAT, **params})
    assert room.person.messages == []


@pytest.mark.parametrize(
    "params",
    [
        {"text": "a" * 4096},
        {"text": "😀" * 2048},
        {"text": "a", "reply_markup": buttons("x" * 64)},
        {"text": "a", "reply_markup": buttons(*"x" * 100)},
        {"text": "a", "reply_markup": buttons(*"x" * 8, in_a_row=8)},
        {"text": "&lt;script&gt; &amp; <b>a</b>", "parse_mode": "HTML"},
        {"text": "a < b & c"},
    ],
)
async def test_what_is_just_within_the_limits_is_taken(room: Room, params: dict[str, Any]) -> None:
    assert (await room.call("sendMessage", chat_id=CHAT, **params))["ok"] is True


def test_bold_text_keeps_its_place_counted_as_telegram_counts() -> None:
    text, entities = read_text({"text": "😀 &amp;\n<b>Ik 😀</b>", "parse_mode": "HTML"})
    assert text == "😀 &\nIk 😀"
    assert entities == [{"type": "bold", "offset": 5, "length": 5}]


@pytest.mark.parametrize("size", [1025, 1024])
async def test_a_caption_has_its_own_limit(room: Room, size: int) -> None:
    form = aiohttp.FormData({"chat_id": str(CHAT), "caption": "a" * size})
    form.add_field("photo", PNG, filename="a.png")
    async with room.session.post(f"{room.api.url}/bot{TOKEN}/sendPhoto", data=form) as response:
        assert response.status == (400 if size > 1024 else 200)


async def test_what_is_no_picture_is_refused(room: Room) -> None:
    assert "IMAGE_PROCESS_FAILED" in await room.refusal("sendPhoto", chat_id=CHAT)


async def test_the_rules_of_editing_and_deleting(room: Room) -> None:
    said = await room.say()
    edit: dict[str, Any] = {"chat_id": CHAT, "message_id": said}
    assert "message is not modified" in await room.refusal("editMessageText", **edit, text="Dag")
    assert (await room.call("editMessageText", **edit, text="Hallo"))["ok"]
    assert "message to edit not found" in await room.refusal("editMessageText", chat_id=CHAT, message_id=99, text="a")
    room.person.type("4")
    own = room.person.messages[-1].message_id
    assert "can't be edited" in await room.refusal("editMessageText", chat_id=CHAT, message_id=own, text="a")
    room.clock[0] += 48 * 3600 + 1
    assert "can't be deleted" in await room.refusal("deleteMessage", **edit)
    fresh = await room.say()
    assert (await room.call("deleteMessage", chat_id=CHAT, message_id=fresh))["ok"]
    assert "to delete not found" in await room.refusal("deleteMessage", chat_id=CHAT, message_id=fresh)


async def test_a_press_is_answered_once_and_in_time(room: Room) -> None:
    await room.say(reply_markup=buttons("q1"))
    press = room.person.tap("q1")
    assert (await room.call("answerCallbackQuery", callback_query_id=press))["ok"]
    assert "query is too old" in await room.refusal("answerCallbackQuery", callback_query_id=press)
    late = room.person.tap("Ja")
    room.clock[0] += 61
    assert "query is too old" in await room.refusal("answerCallbackQuery", callback_query_id=late)
    assert "query is too old" in await room.refusal("answerCallbackQuery", callback_query_id="invented")
    assert room.person.toasts == [None]


async def test_somebody_who_never_started_or_blocked_the_bot_gets_nothing(room: Room) -> None:
    room.api.person(5)
    assert "can't initiate" in await room.refusal("sendMessage", chat_id=5, text="a")
    room.person.block()
    assert "bot was blocked by the user" in await room.refusal("sendMessage", chat_id=CHAT, text="a")
    room.person.start()
    assert await room.say()


async def test_a_429_holds_for_its_chat_or_for_all_and_counts_who_does_not_wait(room: Room) -> None:
    other = room.api.person(6)
    other.chat.is_started = True
    room.api.slow_down(3, CHAT)
    refused = await room.call("sendMessage", chat_id=CHAT, text="a")
    assert refused["parameters"] == {"retry_after": 3}
    assert (await room.call("sendMessage", chat_id=6, text="a"))["ok"]
    room.api.slow_down(2)
    assert "Too Many Requests" in await room.refusal("sendMessage", chat_id=6, text="a")
    room.clock[0] += 3
    assert await room.say()
    assert room.api.too_soon == 2


@pytest.mark.parametrize(("token", "words"), [("nonsense", "Not Found"), ("700000001:another", "Unauthorized")])
async def test_a_bad_token_is_refused(room: Room, token: str, words: str) -> None:
    assert (await room.call("getMe", token=token))["description"] == words


async def test_a_method_that_does_not_exist_is_not_found(room: Room) -> None:
    assert await room.refusal("sendGreetings") == "Not Found"


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("setMyCommands", {"commands": [{"command": "Start", "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "s", "description": "a" * 257}]}, "DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [], "language_code": "nld"}, "LANG_CODE_INVALID"),
        ("setMyDescription", {"description": "a" * 513}, "DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "a" * 121}, "DESCRIPTION_TOO_LONG"),
        ("setWebhook", {"url": "http://127.0.0.1:1", "secret_token": "a b"}, "unallowed characters"),
        ("getUpdates", {"limit": 101}, "limit must be"),
    ],
)
async def test_the_limits_of_the_other_methods(room: Room, method: str, params: dict[str, Any], words: str) -> None:
    assert words in await room.refusal(method, **params)


# Updates --------------------------------------------------------------------------------------------------------------


async def numbers(room: Room, **params: Any) -> list[int]:
    """The numbers of the updates that a poll gives."""
    return [update["update_id"] for update in (await room.call("getUpdates", **params))["result"]]


async def test_updates_come_again_until_a_later_offset_is_asked_for(room: Room) -> None:
    first, second = room.person.type("1"), room.person.type("2")
    assert await numbers(room) == [first, second]
    assert await numbers(room, limit=1) == [first]
    assert await numbers(room, offset=second) == [second]
    assert await numbers(room) == [second]
    assert second == (first or 0) + 1


async def test_a_tap_lives_150_seconds_and_a_text_a_day(room: Room) -> None:
    await room.say(reply_markup=buttons("q1"))
    text = room.person.type("4")
    room.person.tap("q1")
    room.clock[0] += 149
    assert len(await numbers(room)) == 2
    room.clock[0] += 2
    assert await numbers(room) == [text]
    room.clock[0] += 24 * 3600
    assert await numbers(room) == []


async def test_a_long_poll_ends_when_something_happens(room: Room) -> None:
    polling = asyncio.create_task(numbers(room, timeout=30))
    await room.say()
    number = room.person.type("4")
    assert await polling == [number]


async def test_of_two_pollers_the_older_is_told_to_end(room: Room) -> None:
    older = asyncio.create_task(room.refusal("getUpdates", timeout=30))
    await room.say()
    newer = asyncio.create_task(numbers(room, timeout=30))
    assert "terminated by other getUpdates" in await older
    number = room.person.type("4")
    assert await newer == [number]


async def test_kinds_that_were_not_asked_for_do_not_come(room: Room) -> None:
    await numbers(room, allowed_updates=["message"])
    await room.say(reply_markup=buttons("q1"))
    room.person.tap("q1")
    number = room.person.type("4")
    assert await numbers(room) == [number]


@dataclass
class Hook:
    """A webhook that fails as often as it is told."""

    failures: int
    got: list[tuple[int, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        update = await request.json()
        self.got.append((update["update_id"], request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        return web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    """A webhook and its address."""
    made = Hook(failures=3)
    application = web.Application()
    application.router.add_post("/", made.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield made, f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def test_a_webhook_that_fails_gets_the_same_again_in_order_with_the_secret(
    room: Room, hook: tuple[Hook, str]
) -> None:
    waiting = [room.person.type("1"), room.person.type("2")]
    await room.call("setWebhook", url=hook[1], secret_token="s3cret")
    await room.api.until(lambda: not room.api.inbox.waiting)
    assert hook[0].got == [(number, "s3cret") for number in waiting]
    assert [status for _, status in room.api.inbox.deliveries] == [500, 500, 500, 200, 200]
    assert room.pauses == [0, 2, 4]
    assert "can't use getUpdates" in await room.refusal("getUpdates")


async def test_a_tap_that_the_webhook_never_takes_is_dropped_after_its_life(room: Room, hook: tuple[Hook, str]) -> None:
    hook[0].failures = 99
    await room.say(reply_markup=buttons("q1"))
    room.person.tap("q1")
    await room.call("setWebhook", url=hook[1])
    await room.api.until(lambda: not room.api.inbox.waiting)
    assert (len(room.api.inbox.dropped), hook[0].got) == (1, [])
    assert len(room.api.inbox.deliveries) == 8


# Failing on demand ----------------------------------------------------------------------------------------------------


async def test_a_lost_reply_was_done_and_a_cut_request_was_not(room: Room) -> None:
    for kind, messages in (("cut", 0), ("lost", 1)):
        room.api.fail(kind, "sendMessage")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await room.say()
        assert len(room.person.messages) == messages


async def test_a_slow_request_waits_until_it_is_released(room: Room) -> None:
    slow = room.api.fail("slow", "sendMessage")
    saying = asyncio.create_task(room.say())
    await room.call("getMe")
    assert room.person.messages == []
    slow.released.set()
    assert await saying == room.person.screen.message_id


async def test_people_can_be_moved_from_another_process(room: Room) -> None:
    people = f"{room.api.url}/people/77"
    async with room.session.post(f"{people}/start", json={"code": "abc", "language_code": "ar"}) as response:
        assert response.status == 200
    await room.call("sendMessage", chat_id=77, text="<b>Zin</b>", parse_mode="HTML", reply_markup=buttons("q1"))
    async with room.session.get(people) as response:
        seen = await response.json()
    assert (seen["statement"], seen["buttons"]) == ("Zin", [["Ja", "q1"]])
    for what, status in (("q1", 200), ("q2", 409)):
        async with room.session.post(f"{people}/tap", json={"what": what}) as response:
            assert response.status == status
    assert [next(iter(set(update) - {"update_id"})) for update in room.api.updates] == ["message", "callback_query"]


async def test_waiting_for_something_ends_when_it_is_so(room: Room) -> None:
    waiting = asyncio.create_task(room.api.until(lambda: room.person.messages))
    await room.say()
    await waiting
    with pytest.raises(TimeoutError):
        await room.api.until(lambda: False, within_seconds=0.01)

"""Telegram as the fault runs need it: quick, remembering what was shown when, and going wrong as a rule says."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from bench.bot_api import BotApi, Chat, Connection, Fields, _dump, _fields

_FACE = re.compile(r"(q\d+\.\d+)\.1")


class Fault(StrEnum):
    """How one call goes wrong: ``cut``: not done, no reply; ``lost``: done, no reply; ``down``: a 500; ``blocked``."""

    CUT = "cut"
    LOST = "lost"
    DOWN = "down"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Wait:
    """A 429 with so many seconds to wait."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot: which method, for which chat (None: for none), and when."""

    method: str
    chat_id: int | None
    at: float

    @property
    def is_show(self) -> bool:
        """Whether it puts a screen into a chat."""
        return self.method.startswith(("sendmessage", "sendphoto", "editmessagetext", "editmessagemedia"))


Verdict = Fault | Wait | asyncio.Event | None
"""What becomes of a call: it goes wrong, it waits for the event, or (None) it is answered."""


def all_is_well(_call: Call) -> Verdict:
    """The rule of an ordinary day."""
    return None


def no_shows_before(event: asyncio.Event) -> Callable[[Call], Verdict]:
    """The rule by which every screen waits for the event."""
    return lambda call: event if call.is_show else None


@dataclass(frozen=True, slots=True)
class Shown:
    """One change of what stands in a chat; ``question``: the number of the statement it asks, as its buttons say."""

    message_id: int
    question: str | None
    at: float


class Phone(Chat):
    """A chat as it stands on a phone: the person looks at the lowest message, and at nothing else."""

    def __init__(self, chat_id: int, first_name: str) -> None:
        super().__init__(chat_id, first_name)
        self.shows: list[Shown] = []
        self.toasts = 0
        self._changed = asyncio.Event()

    def show(self, message: Fields) -> Fields:
        """As Chat says; remembered, and whoever waits looks again."""
        super().show(message)
        self.shows.append(Shown(message["message_id"], question_of(message), time.monotonic()))
        self.wake()
        return message

    def wake(self) -> None:
        """Something changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def lowest(self) -> Fields | None:
        """The message that the person sees: the last one that stands in the chat."""
        return self.messages[max(self.messages)] if self.messages else None

    @property
    def question(self) -> str | None:
        """The number of the question that the person sees, or None."""
        return question_of(self.lowest)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until it is so; looked at after every change."""
        while not is_so():
            await self._changed.wait()

    async def until_toasts(self, count: int) -> None:
        """Wait until so many presses were answered."""
        await self.until(lambda: self.toasts >= count)

    async def until_shows(self, count: int) -> None:
        """Wait until the chat changed so often."""
        await self.until(lambda: len(self.shows) >= count)


def buttons_of(message: Fields | None) -> list[dict[str, str]]:
    """The buttons of a message in reading order."""
    rows = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]


def question_of(message: Fields | None) -> str | None:
    """The number of the question that a message asks: ``q<measurement>.<place>``; None for every other screen."""
    buttons = buttons_of(message)
    face = _FACE.fullmatch(buttons[0]["callback_data"]) if len(buttons) >= 5 else None
    return face[1] if face else None


class Exchange(BotApi):
    """The Bot API. ``rule`` decides what becomes of each call; ``seen`` are all calls so far."""

    def __init__(self) -> None:
        super().__init__()
        self.rule: Callable[[Call], Verdict] = all_is_well
        self.seen: list[Call] = []
        self.phones: dict[int, Phone] = {}
        self.presses: dict[str, int] = {}
        """The chat of each press that waits for its answer."""
        self._profile: dict[tuple[str, str], str] = {}
        self._called = asyncio.Event()
        self._methods["answercallbackquery"] = self._answer_press
        for what, nothing in (("commands", "[]"), ("description", ""), ("shortdescription", "")):
            self._methods[f"setmy{what}"] = partial(self._learn, what)
            self._methods[f"getmy{what}"] = partial(self._tell, what, nothing)

    def phone(self, chat_id: int) -> Phone:
        """The phone with that chat."""
        if chat_id not in self.phones:
            self.phones[chat_id] = Phone(chat_id, "Invented")
            self.chats[chat_id] = self.phones[chat_id]
        return self.phones[chat_id]

    def judge(self, path: str, content_type: str, body: bytes) -> Verdict:
        """What becomes of a call that came in; it is remembered."""
        chat_id = _fields(content_type, body).get("chat_id") if body else None
        method = path.rpartition("/")[2].partition("?")[0].lower()
        call = Call(method, int(chat_id) if chat_id is not None else None, time.monotonic())
        self.seen.append(call)
        self._called.set()
        self._called = asyncio.Event()
        return self.rule(call)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until it is so; looked at after every call."""
        while not is_so():
            await self._called.wait()

    def _learn(self, what: str, fields: Fields) -> bool:
        name = next(name for name in ("commands", "description", "short_description") if name in fields)
        self._profile[what, fields.get("language_code", "")] = fields[name]
        return True

    def _tell(self, what: str, nothing: str, fields: Fields) -> Any:
        said = self._profile.get((what, fields.get("language_code", "")), nothing)
        return json.loads(said) if what == "commands" else {what.replace("short", "short_"): said}

    def _answer_press(self, fields: Fields) -> bool:
        chat_id = self.presses.pop(str(fields["callback_query_id"]), None)
        if chat_id is not None:
            self.phones[chat_id].toasts += 1
            self.phones[chat_id].wake()
        return True


class Line(Connection):
    """One connection of the bot, over which calls go wrong as the rule says."""

    def __init__(self, api: Exchange) -> None:
        super().__init__(api)
        self._exchange = api
        self._held: set[asyncio.Task[None]] = set()

    def on_message_complete(self) -> None:
        """A whole call: judged, then answered, or not."""
        call = (self._path, self._content_type, b"".join(self._body))
        self._path, self._content_type, self._body = "", "", []
        verdict = self._exchange.judge(*call)
        if isinstance(verdict, asyncio.Event):
            self._later(verdict.wait(), call)
        elif verdict is Fault.CUT:
            self._transport.abort()
        elif isinstance(verdict, Wait):
            self._refuse(429, f"Too Many Requests: retry after {verdict.seconds}", retry_after=verdict.seconds)
        elif verdict is Fault.DOWN:
            self._refuse(500, "Internal Server Error")
        elif verdict is Fault.BLOCKED:
            self._refuse(403, "Forbidden: bot was blocked by the user")
        else:
            self._do(call, is_lost=verdict is Fault.LOST)

    def _later(self, event: Awaitable[object], call: tuple[str, str, bytes]) -> None:
        async def wait() -> None:
            await event
            if not self._transport.is_closing():
                self._do(call, is_lost=False)

        task = asyncio.get_running_loop().create_task(wait())
        self._held.add(task)
        task.add_done_callback(self._held.discard)

    def connection_lost(self, _error: Exception | None) -> None:
        """Whoever called is gone; what still waited is never done."""
        for task in self._held:
            task.cancel()

    def _do(self, call: tuple[str, str, bytes], *, is_lost: bool) -> None:
        status, body = self._exchange.answer(*call)
        if is_lost:
            self._transport.abort()
        else:
            self._reply(status, body)

    def _refuse(self, status: int, description: str, **parameters: Any) -> None:
        reply = {"ok": False, "error_code": status, "description": description}
        self._reply(status, _dump({**reply, **({"parameters": parameters} if parameters else {})}))

    def _reply(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def listen(exchange: Exchange) -> tuple[asyncio.Server, str]:
    """Open the exchange on a free port of this machine; the server, and its address without ``/bot``."""
    server = await asyncio.get_running_loop().create_server(lambda: Line(exchange), "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

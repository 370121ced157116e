"""People at once: each taps, waits for the screen to change, and taps again; every tap is a real Telegram update."""

import asyncio
import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bench.bot_api import BotApi, Chat
from bench.statement_screen import FACES, QUESTIONNAIRE

PATIENCE_SECONDS = 60
OWN_NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français", "tr": "Türkçe", "ar": "العربية"}
_structure = json.loads((QUESTIONNAIRE / "structure.json").read_text("utf-8"))
_sensitive_groups = {group["name"] for group in _structure["groups"] if group["sensitivity"]}
_sensitive_ids = {entry["id"] for entry in _structure["statements"] if entry["group"] in _sensitive_groups}
STATEMENTS: dict[str, bool] = {
    wording["text"]: statement_id in _sensitive_ids
    for language in OWN_NAMES
    for statement_id, entry in json.loads((QUESTIONNAIRE / f"{language}.json").read_text("utf-8"))["statements"].items()
    for wording in entry["wordings"]
}
"""Every wording of every statement, with whether its group is one that starts off in what the coach sees."""

_update_ids = itertools.count(700_000_000)


class Webhook:
    """One kept-alive connection over which Telegram posts updates to the bot."""

    def __init__(self, url: str, secret: str) -> None:
        self._address = urlsplit(url)
        self._secret = secret
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, update: dict[str, Any]) -> None:
        """Delivers one update; once more over a new connection when the kept one was closed meanwhile.

        Raises RuntimeError when the bot does not acknowledge it with 2xx.
        """
        body = json.dumps(update, ensure_ascii=False).encode()
        secret = f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\n" if self._secret else ""
        head = (
            f"POST {self._address.path} HTTP/1.1\r\nHost: {self._address.netloc}\r\nContent-Type: application/json\r\n"
            f"{secret}Content-Length: {len(body)}\r\n\r\n"
        )
        try:
            status = await self._exchange(head.encode() + body)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            status = await self._exchange(head.encode() + body)
        if not 200 <= status < 300:
            raise RuntimeError(f"the bot answered an update with {status}")

    async def _exchange(self, request: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._address.hostname, self._address.port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if "transfer-encoding: chunked" in head:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        elif length := next((line[15:] for line in head.split("\r\n") if line.startswith("content-length:")), "0"):
            await reader.readexactly(int(length))
        if "connection: close" in head:
            self.close()
        return int(head.split(" ", 2)[1])

    def close(self) -> None:
        """Lets the connection go."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap: whether it answered a statement, and how long the next screen took."""

    is_answer: bool
    seconds: float


class Person:
    """Somebody with a phone. ``start`` is the text that opens the chat, with the invitation code when there is one.

    ``hooks``: where what they do is brought, in turn; where the bot asked for it, when there is none.
    """

    def __init__(self, api: BotApi, number: int, *, language: str, start: str, hooks: Sequence[str] = ()) -> None:
        assert api.webhook_url is not None
        self.language = language
        self.answered = 0
        self.answered_sensitive = 0
        self._start = start
        self._number = number
        webhooks = [Webhook(url, api.webhook_secret) for url in hooks or (api.webhook_url,)]
        self._webhooks = itertools.cycle(webhooks[number % len(webhooks) :] + webhooks[: number % len(webhooks)])
        self._open = webhooks
        self._chat: Chat = api.chat(510_000_000 + number, f"Person {number}")
        self._user = {
            "id": self._chat.chat_id,
            "is_bot": False,
            "first_name": self._chat.first_name,
            "language_code": language,
        }

    async def begin(self) -> None:
        """Opens the chat and waits for its first screen."""
        self._chat.last_id += 1
        message = {
            "message_id": self._chat.last_id,
            "from": self._user,
            "chat": {"id": self._chat.chat_id, "first_name": self._chat.first_name, "type": "private"},
            "date": int(time.time()),
            "text": self._start,
            "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
        }
        await self._deliver({"message": message})

    async def answer(self, count: int) -> list[Tap]:
        """Goes on until ``count`` more statements are answered; returns every tap on the way."""
        taps: list[Tap] = []
        until = self.answered + count
        while self.answered < until:
            taps.append(await self.tap())
        return taps

    async def to_a_statement(self) -> None:
        """Goes on until a statement is asked."""
        while self._statement() is None:
            await self.tap()

    async def finish(self) -> None:
        """Answers and goes on until nothing is asked any more. Raises RuntimeError when that never comes."""
        for _ in range(400):
            if not self.buttons():
                return
            await self.tap()
        raise RuntimeError(f"the conversation does not end; it shows: {self.text()!r}")

    async def tap(self) -> Tap:
        """Taps what belongs on the shown screen: the own language, a face, or else the button that goes on."""
        buttons = self.buttons()
        if not buttons:
            raise RuntimeError(f"nothing to tap on: {self.text()!r}")
        statement = self._statement()
        seconds = await self._press(self._choose(buttons)["callback_data"])
        self.answered += statement is not None
        self.answered_sensitive += statement is not None and STATEMENTS[statement]
        return Tap(statement is not None, seconds)

    def text(self) -> str:
        """What the newest shown message says."""
        shown = self._chat.shown or {}
        return str(shown.get("text") or shown.get("caption") or "")

    def buttons(self) -> list[dict[str, Any]]:
        """The buttons of the newest shown message, in reading order."""
        keyboard = (self._chat.shown or {}).get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in keyboard for button in row if "callback_data" in button]

    def close(self) -> None:
        """Puts the phone away."""
        for webhook in self._open:
            webhook.close()

    def _has_faces(self) -> bool:
        first = self.buttons()[:5]
        return len(first) == 5 and all(face in button["text"] for face, button in zip(FACES, first, strict=True))

    def _statement(self) -> str | None:
        """The statement that is asked, which stands on a line of its own; None on every other screen."""
        lines = (line.strip() for line in self.text().split("\n"))
        return next((line for line in lines if line in STATEMENTS), None) if self._has_faces() else None

    def _choose(self, buttons: list[dict[str, Any]]) -> dict[str, Any]:
        if self._has_faces():
            return buttons[(self.answered * 7 + self._number) % 5]
        own = OWN_NAMES[self.language]
        return next((button for button in buttons if own in button["text"]), buttons[0])

    async def _press(self, data: str) -> float:
        """Taps a button; returns the seconds until the chat showed something new."""
        query = {
            "id": str(next(_update_ids) * 1_000_003),
            "from": self._user,
            "message": self._chat.shown,
            "chat_instance": str(self._chat.chat_id * 31),
            "data": data,
        }
        return await self._deliver({"callback_query": query})

    async def _deliver(self, update: dict[str, Any]) -> float:
        shown = self._chat.next_shown()
        begun_at = time.perf_counter()
        await next(self._webhooks).post({"update_id": next(_update_ids), **update})
        try:
            await asyncio.wait_for(shown, PATIENCE_SECONDS)
        except TimeoutError:
            raise RuntimeError(f"nothing new was shown for {PATIENCE_SECONDS} s after: {self.text()!r}") from None
        return self._chat.shown_at - begun_at

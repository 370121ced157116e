"""People who answer at the same time, and the post that brings what they do, again and again until it is taken."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import aiohttp

from bot.conversation.own_web import REMOVE
from tests.faults.exchange import Exchange, Phone, buttons_of

FACES = 5
_LONGEST_PAUSE_SECONDS = 1.0

Update = dict[str, Any]
Tries = Callable[[Update], AsyncIterator[None]]
"""When an update is brought: once each time it goes on. When it ends, the update is dropped."""


async def for_ever(_update: Update) -> AsyncIterator[None]:
    """At once, and again and again after a little longer each time."""
    pause = 0.05
    while True:
        yield
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


class Stuck(Exception):
    """Somebody waited for a screen that did not come."""


class Post:
    """Brings updates to one of the ``urls`` in turn, as often as ``tries`` says: usually until they are taken."""

    def __init__(self, session: aiohttp.ClientSession, urls: Sequence[str], secret: str) -> None:
        self.urls = urls
        self.statuses: Counter[int] = Counter()
        """How often which status came back; 0 for no reply at all."""
        self.brought: list[Update] = []
        """Every update that was taken, in that order."""
        self.dropped: list[Update] = []
        self.tries: Tries = for_ever
        self._came = asyncio.Event()
        self._session = session
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        self._numbers = itertools.count(700_000_001)
        self._turn = itertools.count()

    def number(self) -> int:
        """The number of the next update."""
        return next(self._numbers)

    async def once(self, update: Update) -> int:
        """Bring it once; the status that came back, 0 for none."""
        url = self.urls[next(self._turn) % len(self.urls)]
        try:
            async with self._session.post(f"{url}/hooks/telegram", json=update, headers=self._headers) as response:
                status = response.status
        except (aiohttp.ClientError, OSError):
            status = 0
        self.statuses[status] += 1
        self._wake()
        return status

    def _wake(self) -> None:
        self._came.set()
        self._came = asyncio.Event()

    async def bring(self, update: Update) -> None:
        """Bring it until it is taken, or nobody tries any more."""
        async for _ in self.tries(update):
            if 200 <= await self.once(update) < 300:
                self.brought.append(update)
                self._wake()
                return
        self.dropped.append(update)

    async def until_brought(self, count: int) -> None:
        """Wait until so many updates were taken."""
        while len(self.brought) < count:
            await self._came.wait()

    async def until_refused(self, status: int, count: int) -> None:
        """Wait until that status came back so often."""
        while self.statuses[status] < count:
            await self._came.wait()


class Person:
    """Somebody with a phone, who presses a face on a statement and else the first button."""

    def __init__(self, exchange: Exchange, post: Post, chat_id: int, code: str, *, copies: int = 1) -> None:
        self.phone: Phone = exchange.phone(chat_id)
        self.participant_id = ""
        self.chosen: dict[str, str] = {}
        """The face first pressed on each question, by the question's number."""
        self.again: dict[str, set[str]] = {}
        """Faces pressed on a question that was asked again: corrections or double taps, the product decides."""
        self.waits: list[float] = []
        """Seconds from each press to the next screen."""
        self.went_on_at: list[float] = []
        """When each of those screens came."""
        self.pressed: list[str] = []
        """The data of every button that was ever pressed."""
        self.patience_seconds = 60.0
        self._exchange = exchange
        self._post = post
        self._code = code
        self._copies = copies
        self._late: list[asyncio.Task[None]] = []
        self._dice = random.Random(chat_id)  # noqa: S311 - somebody's mood, not a secret
        self._user = {"id": chat_id, "is_bot": False, "first_name": "Invented", "language_code": "nl"}

    async def begin(self) -> None:
        """Open the link, and wait for the first screen."""
        await self.write(f"/start {self._code}")

    async def write(self, text: str) -> None:
        """Write something, and wait for the answer."""
        await self._do(self.written(text))

    async def answer(self, count: int) -> None:
        """Go on until so many more statements are answered."""
        until = len(self.chosen) + count
        while len(self.chosen) < until:
            await self.go_on()

    async def to_a_statement(self) -> None:
        """Go on until a statement is asked."""
        while self.phone.question is None:
            await self.go_on()

    async def finish(self) -> None:
        """Go on until nothing is asked any more."""
        for _ in range(300):
            if not buttons_of(self.phone.lowest):
                return
            await self.go_on()
        raise Stuck("the conversation does not end")

    async def go_on(self) -> None:
        """One press: a face, or else the first button."""
        question = self.phone.question
        buttons = buttons_of(self.phone.lowest)
        face = self._dice.randrange(FACES) if question else 0
        if question and question in self.chosen:
            self.again.setdefault(question, set()).add(str(face + 1))
        elif question:
            self.chosen[question] = str(face + 1)
        await self._do(self.press(buttons[face]["callback_data"]))

    def press(self, data: str) -> Update:
        """The update of a press of that button on the message that the person sees."""
        self.pressed.append(data)
        number = self._post.number()
        query_id = str(number * 1_000_003)
        self._exchange.presses[query_id] = self.phone.chat_id
        query = {"id": query_id, "from": self._user, "message": self.phone.lowest, "chat_instance": "1", "data": data}
        return {"update_id": number, "callback_query": query}

    def written(self, text: str) -> Update:
        """The update of something written."""
        self.phone.last_id += 1
        chat = {"id": self.phone.chat_id, "first_name": "Invented", "type": "private"}
        message = {"message_id": self.phone.last_id, "from": self._user, "chat": chat, "date": int(time.time())}
        return {"update_id": self._post.number(), "message": {**message, "text": text}}

    async def _do(self, update: Update) -> None:
        """Bring an update, and wait until it is taken and the screen is another one."""
        before, begun = self._looks(), time.monotonic()
        for _ in range(1, self._copies):
            self._late.append(asyncio.create_task(self._bring_late(update)))
        bringing = asyncio.create_task(self._post.bring(update))
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self.phone.until(lambda: self._looks() != before and not self._is_in_between())
                self.went_on_at.append(time.monotonic())
                self.waits.append(self.went_on_at[-1] - begun)
                await bringing
        except TimeoutError:
            taken = "taken" if bringing.done() else "not taken"
            bringing.cancel()
            screen = [button["callback_data"] for button in buttons_of(self.phone.lowest)]
            pressed = update.get("callback_query", {}).get("data", "something written")
            raise Stuck(f"chat {self.phone.chat_id} after {pressed}, {taken}; it shows {screen}") from None

    async def _bring_late(self, update: Update) -> None:
        await asyncio.sleep(self._dice.uniform(0, 2))
        await self._post.bring(update)

    async def all_brought(self) -> None:
        """Wait for the late copies of everything."""
        await asyncio.gather(*self._late)

    def _is_in_between(self) -> bool:
        """Whether the picture was told to stay, with the button that removes it, and what follows is on its way."""
        return [button["callback_data"] for button in buttons_of(self.phone.lowest)] == [REMOVE]

    def _looks(self) -> tuple[object, ...]:
        seen = self.phone.lowest or {}
        return seen.get("message_id"), seen.get("text"), seen.get("caption"), str(seen.get("reply_markup"))


async def together(work: Iterable[Awaitable[None]]) -> list[Stuck]:
    """Do all of it at once; who got stuck."""
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Stuck):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Stuck)]

"""Telegram while nobody takes what it brings: its own clock, its tries, and what it throws away."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator

from tests.faults.crowd import Update
from tests.standins.telegram_inbox import life_seconds, pause_seconds

_SHORT_STEP_SECONDS, _LONG_STEP_SECONDS = 2.0, 30.0
_SETTLE_SECONDS = 0.02
_PRESSES_ARE_GONE_SECONDS = 160.0


class TelegramsClock:
    """A clock that goes on by itself and is moved on at will. Whoever pauses by it wakes in time."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = asyncio.Event()

    def __call__(self) -> float:
        return time.monotonic() + self._ahead

    async def pause(self, seconds: float) -> None:
        """Wait so long by this clock."""
        until = self() + seconds
        while (left := until - self()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)

    async def move(self, seconds: float) -> None:
        """Let so much time pass, in steps, so that whoever tries again and again does so as often as in real time."""
        gone = 0.0
        while gone < seconds:
            step = _SHORT_STEP_SECONDS if gone < _PRESSES_ARE_GONE_SECONDS else _LONG_STEP_SECONDS
            step = min(step, seconds - gone)
            gone += step
            self._ahead += step
            self._moved.set()
            self._moved = asyncio.Event()
            await asyncio.sleep(_SETTLE_SECONDS)


class TelegramsTries:
    """When Telegram brings an update that is not taken, until its life is over (Bot API server, WebhookActor.cpp)."""

    def __init__(self, clock: TelegramsClock) -> None:
        self._clock = clock
        self._dice = random.Random(3)  # noqa: S311 - a pause, not a secret

    async def __call__(self, update: Update) -> AsyncIterator[None]:
        """Once for every try. It ends when the next would come after the update's life."""
        kind = "callback_query" if "callback_query" in update else "message"
        expires_at, failures = self._clock() + life_seconds(kind), 0
        while True:
            yield
            failures += 1
            pause = pause_seconds(failures, self._dice.uniform(60, 120))
            if self._clock() + pause > expires_at:
                return
            await self._clock.pause(pause)

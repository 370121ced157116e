"""Updates that wait for the bot: in order, with their lives, handed over at least once by polling or by webhook."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

TAP_SECONDS = 150
MESSAGE_SECONDS = 24 * 3600
"""How long Telegram keeps a press and a message for a bot that does not take them (Bot API server, Client.cpp)."""

LONGEST_PAUSE_SECONDS = 60.0
"""Telegram draws it anew between 60 and 120 (Bot API server, WebhookActor.cpp); here it is always the shortest."""


def life_seconds(kind: str) -> float:
    """How long an update of that kind is kept."""
    return TAP_SECONDS if kind == "callback_query" else MESSAGE_SECONDS


def pause_seconds(failures: int, longest: float = LONGEST_PAUSE_SECONDS) -> float:
    """How long Telegram waits before it brings an update again that was not taken so often: at once, 2, 4, 8 …"""
    return 0.0 if failures == 1 else min(2.0 ** (failures - 1), longest)


@dataclass
class Waiting:
    """One update. ``queue``: those of one queue come in order; presses and messages of one person are two queues."""

    update_id: int
    update: dict[str, Any]
    queue: str
    expires_at: float


@dataclass
class Webhook:
    """Where updates are sent."""

    url: str
    secret: str = ""
    max_connections: int = 40


class Inbox:
    """Every update that was not taken yet."""

    def __init__(
        self,
        now: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        first_id: int,
        changed: Callable[[], None],
    ) -> None:
        self.waiting: list[Waiting] = []
        self.webhook: Webhook | None = None
        self.allowed: frozenset[str] | None = None
        self.dropped: list[int] = []
        self.deliveries: list[tuple[int, int]] = []
        """Every webhook request: the update and the status that came back, 0 for none."""
        self._now = now
        self._pause = pause
        self._changed = changed
        self._next_id = first_id
        self._arrived = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    def add(self, kind: str, content: Mapping[str, Any], queue: str) -> int | None:
        """Something happened; the number of its update, or None when the bot did not ask for that kind."""
        if self.allowed is not None and kind not in self.allowed:
            return None
        number = self._next_id
        self._next_id += 1
        expires_at = self._now() + life_seconds(kind)
        self.waiting.append(Waiting(number, {"update_id": number, kind: dict(content)}, queue, expires_at))
        self._arrived.set()
        self._arrived = asyncio.Event()
        self.deliver()
        return number

    def _expire(self) -> None:
        now = self._now()
        self.dropped += [waiting.update_id for waiting in self.waiting if waiting.expires_at < now]
        self.waiting = [waiting for waiting in self.waiting if waiting.expires_at >= now]

    async def fetch(
        self, offset: int | None, limit: int, timeout_seconds: float, *, ended: asyncio.Event
    ) -> list[dict[str, Any]] | None:
        """getUpdates: everything from ``offset`` on; what is before it is forgotten. None when it was ``ended``."""
        if offset is not None:
            self.waiting = [waiting for waiting in self.waiting if waiting.update_id >= offset]
        self._expire()
        if not self.waiting and timeout_seconds:
            awaited = [asyncio.ensure_future(event.wait()) for event in (self._arrived, ended)]
            await asyncio.wait(awaited, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
            for future in awaited:
                future.cancel()
            if ended.is_set():
                return None
        return [waiting.update for waiting in self.waiting[:limit]]

    # Webhook ----------------------------------------------------------------------------------------------------------

    def deliver(self) -> None:
        """Start to send what waits, a task for each queue."""
        if self.webhook is None:
            return
        for queue in {waiting.queue for waiting in self.waiting} - self._tasks.keys():
            self._tasks[queue] = asyncio.create_task(self._work_off(queue))

    async def _work_off(self, queue: str) -> None:
        failures = 0
        try:
            while self.webhook is not None:
                self._expire()
                front = next((waiting for waiting in self.waiting if waiting.queue == queue), None)
                if front is None:
                    return
                if await self._send(front, self.webhook):
                    self.waiting = [waiting for waiting in self.waiting if waiting is not front]
                    failures = 0
                else:
                    failures += 1
                    await self._pause(pause_seconds(failures))
        finally:
            del self._tasks[queue]
            self._changed()

    async def _send(self, waiting: Waiting, webhook: Webhook) -> bool:
        self._session = self._session or aiohttp.ClientSession()
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        status = 0
        try:
            async with self._session.post(webhook.url, json=waiting.update, headers=headers) as response:
                status = response.status
        except aiohttp.ClientError:
            pass
        self.deliveries.append((waiting.update_id, status))
        return 200 <= status < 300

    async def close(self) -> None:
        """Stop sending."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

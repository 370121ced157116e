"""Polling: the one process with the lease fetches Telegram's updates, and asks for more only after all were committed.

Where it stopped is not remembered here: Telegram hands out again what was not confirmed, and what was taken in before
changes nothing. A stored place would skip updates when the bot changes, or when Telegram begins its numbers anew.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import structlog

from api.poison import NotTakenIn, Patience
from bot.channels import SendError
from bot.channels.telegram import Telegram
from bot.channels.telegram_updates import Received, parse
from bot.parts import Parts
from storage import leases
from storage.errors import StoreUnavailable

LEASE = "telegram-poller"
LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0
WAIT_SECONDS = 5.0
WRONG_TOKEN_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger()

Pause = Callable[[float], Awaitable[object]]


class Poller:
    """Fetches what people sent. ``holder`` names this process; ``begin`` runs once the lease is ours."""

    def __init__(
        self,
        parts: Parts,
        telegram: Telegram,
        patience: Patience,
        *,
        holder: str,
        begin: Callable[[], Awaitable[None]],
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._parts = parts
        self._telegram = telegram
        self._patience = patience
        self._holder = holder
        self._begin = begin
        self._pause = pause

    async def run(self, stop: asyncio.Event) -> None:
        """Poll while the lease is ours, until ``stop``. What was fetched by then is committed first."""
        while not stop.is_set():
            fence = await self._take_lease()
            if fence is None:
                await _first(stop.wait(), self._pause(WAIT_SECONDS))
                continue
            lost = asyncio.Event()
            renewing = asyncio.create_task(self._renew(fence, lost))
            try:
                await self._begin()
                await self._poll(stop, lost)
            finally:
                renewing.cancel()
                await self._release(fence)

    async def _poll(self, stop: asyncio.Event, lost: asyncio.Event) -> None:
        while not (stop.is_set() or lost.is_set()):
            batches = self._telegram.poll()
            try:
                while batch := await _next(batches, stop, lost):
                    await self.take_all(batch)
            except SendError as error:
                log.warning("polling", cause=error.cause)
                await _first(stop.wait(), lost.wait(), self._pause(WRONG_TOKEN_SECONDS))
            finally:
                with contextlib.suppress(RuntimeError):  # It still runs when we left in the middle of a request.
                    await batches.aclose()

    async def take_all(self, updates: Iterable[dict[str, Any]]) -> None:
        """Take in every update of a batch: one after another in a chat, chats beside each other."""
        by_chat: dict[str, list[dict[str, Any]]] = {}
        for update in updates:
            read = parse(update)
            by_chat.setdefault(read.inbound.address if isinstance(read, Received) else "", []).append(update)
        await asyncio.gather(*(self._take_each(chat) for chat in by_chat.values()))

    async def _take_each(self, updates: Iterable[dict[str, Any]]) -> None:
        for update in updates:
            await self._take(update)

    async def _take(self, update: dict[str, Any]) -> None:
        """Take one update in, however long the store is away; one that raises is tried a few times."""
        seconds = 0.1
        while True:
            try:
                return await self._patience.take(update)
            except StoreUnavailable as error:
                log.warning("polling", cause=error.cause)
            except NotTakenIn:
                log.debug("polling", cause="not taken in yet")
            await self._pause(seconds)
            seconds = min(2 * seconds, LONGEST_PAUSE_SECONDS)

    # The lease --------------------------------------------------------------------------------------------------

    async def _take_lease(self) -> int | None:
        now = self._parts.now()
        try:
            return await self._parts.store.write(
                lambda c: leases.take(c, LEASE, self._holder, now=now, seconds=LEASE_SECONDS)
            )
        except StoreUnavailable as error:
            log.warning("polling", cause=error.cause)
            return None

    async def _renew(self, fence: int, lost: asyncio.Event) -> None:
        failures = 0
        while not lost.is_set():
            await self._pause(RENEW_SECONDS)
            now = self._parts.now()
            try:
                is_ours = await self._parts.store.write(
                    lambda c, now=now: leases.renew(  # type: ignore[misc] # mypy does not infer a bound lambda
                        c, LEASE, self._holder, fence=fence, now=now, seconds=LEASE_SECONDS
                    )
                )
                failures = 0
            except StoreUnavailable:
                failures += 1
                is_ours = (failures + 1) * RENEW_SECONDS < LEASE_SECONDS
            if not is_ours:
                log.warning("polling", cause="lease lost")
                lost.set()

    async def _release(self, fence: int) -> None:
        now = self._parts.now()
        with contextlib.suppress(StoreUnavailable):  # Then it runs out by itself.
            await self._parts.store.write(lambda c: leases.release(c, LEASE, self._holder, fence=fence, now=now))


async def _next(
    batches: AsyncIterator[list[dict[str, Any]]], stop: asyncio.Event, lost: asyncio.Event
) -> list[dict[str, Any]] | None:
    """The next batch, or None when it is time to stop. Raises SendError."""
    fetching = asyncio.ensure_future(anext(batches))
    await _first(fetching, stop.wait(), lost.wait(), keep=fetching)
    if not fetching.done():
        fetching.cancel()
        await asyncio.wait([fetching])
        return None
    return fetching.result()


async def _first(*things: Awaitable[object], keep: "asyncio.Future[Any] | None" = None) -> None:
    """Wait for the first of these; the others are given up, all but ``keep``."""
    tasks = [asyncio.ensure_future(thing) for thing in things]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            if task is not keep:
                task.cancel()

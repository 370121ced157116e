"""The sweeper: shows what stayed unshown. Replies at once; what nobody asked for in portions, at the channel's pace.

Any number of processes sweep at the same time. They share the pace through the database: each takes a portion for the
moment, less what the replies took. Replies are counted and never held back.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import Delivery
from bot.due_screens import Again
from bot.parts import Parts
from bot.setbacks import HOLD
from bot.turns import Turns
from storage import buckets, claims
from storage.claims import Claim, Terms
from storage.errors import StoreError

TERMS = Terms(lease_seconds=60.0, hold_seconds=HOLD.total_seconds())
BULK_AT_ONCE = 32
"""Half of a channel's connections: a provider that has become slow leaves the others to the replies."""

LONGEST_PORTION_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel may be before bulk waits: messages a second, replies counted in, and the seconds between a
    message and bulk in the same chat."""

    per_second: float
    apart_seconds: float


class Sweeper:
    """Shows what stayed unshown. ``paces`` has a pace for each channel that pushes."""

    def __init__(self, parts: Parts, turns: Turns, delivery: Delivery, paces: Mapping[str, Pace]) -> None:
        self._parts = parts
        self._turns = turns
        self._delivery = delivery
        self._paces = paces
        self._under_way = 0
        fastest = max((pace.per_second for pace in paces.values()), default=1.0)
        self.portion_seconds = min(LONGEST_PORTION_SECONDS, BULK_AT_ONCE / 2 / fastest)
        """How long a portion is for: so short that the fastest pace fits into what may be under way at once."""

    async def sweep(self, *, most: int = 50) -> int:
        """Show replies that stayed due and unshown: after a crash, a refusal or a restart. How many were claimed."""
        claimed = await self._parts.store.write(
            lambda connection: claims.of_replies(connection, now=self._parts.now(), most=most, terms=TERMS)
        )
        await asyncio.gather(*(self._show(again) for again in await self._turns.again(claimed)))
        return len(claimed)

    async def send_portions(self) -> bool:
        """Begin to send as much bulk as may be sent now; whether there may be more."""
        return any([await self._send_portion(channel, pace) for channel, pace in self._paces.items()])

    async def count_replies(self) -> None:
        """Have the others know how many replies this process sent: for a process that sends no bulk itself."""
        for channel, pace in self._paces.items():
            if self._delivery.replied[channel]:
                await self._take(channel, pace, most=0)

    async def _send_portion(self, channel: str, pace: Pace) -> bool:
        most = BULK_AT_ONCE - self._under_way
        claimed = await self._take(channel, pace, most=most)
        if claimed is None:
            return True
        for again in await self._turns.again(claimed):
            self._under_way += 1
            self._delivery.soon(self._show_bulk(again))
        return bool(claimed)

    async def _take(self, channel: str, pace: Pace, *, most: int) -> tuple[Claim, ...] | None:
        """Claim up to ``most`` screens of what the pace leaves; None when it leaves nothing now."""
        replied = self._delivery.replied.pop(channel, 0)

        def take(connection: Connection) -> tuple[Claim, ...] | datetime | None:
            now = self._parts.now()
            buckets.spend(connection, channel, replied, now=now, per_second=pace.per_second)
            left = min(most, buckets.left(connection, channel, now=now, per_second=pace.per_second))
            if left <= 0:
                return buckets.banned_until(connection, channel, now)
            claimed = claims.of_bulk(
                connection, channel, now=now, most=left, terms=TERMS, apart_seconds=pace.apart_seconds
            )
            buckets.spend(connection, channel, len(claimed), now=now, per_second=pace.per_second)
            return claimed

        try:
            taken = await self._parts.store.write(take)
        except StoreError:
            self._delivery.replied[channel] += replied
            raise
        if isinstance(taken, tuple):
            return taken
        self._delivery.heed(channel, taken)
        return None

    async def _show_bulk(self, again: Again) -> None:
        try:
            await self._show(again)
        finally:
            self._under_way -= 1

    async def _show(self, again: Again) -> None:
        try:
            due = self._turns.due_of(again)
        except Exception as error:  # A mistake of ours in this one screen; the others are shown.
            await self._delivery.not_drawn(again.stored, error)
        else:
            if due is not None:
                await self._delivery.show(due)

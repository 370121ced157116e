"""Delivery: what is due against what is shown. Showing at once is the fast path; the sweeper makes up for the rest."""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.channels import Channel, Placed, SendError
from bot.inbound import Due, Reply
from bot.mydata import my_data
from bot.parts import Parts
from bot.turns import Turns
from bot.webs import Webs
from reports.studio import DrawingError
from storage import chats, conversations
from storage.errors import StoreUnavailable

log = structlog.get_logger()

LEASE_SECONDS = 60.0
HOLD = timedelta(minutes=10)
"""After a second ambiguous send nothing is sent until the person writes, or for so long."""

AMBIGUOUS_RETRY = timedelta(seconds=3)
OVERTAKEN_RETRY = timedelta(seconds=2)
"""Two senders crossed: whoever saw the newest screen has gone on by then, and only for the others it is shown again."""

LONGEST_BACKOFF_SECONDS = 300.0
FILE_NAME = "werkstem.json"
_DRAWING_TRIES = 3
_ONCE_TRIES = 3
_ONCE_LONGEST_WAIT_SECONDS = 5.0


@dataclass
class Sends:
    """How many sends ended how, since this process began."""

    by_outcome: dict[str, int] = field(default_factory=dict)

    def count(self, outcome: str) -> None:
        """One more that ended so."""
        self.by_outcome[outcome] = self.by_outcome.get(outcome, 0) + 1


class Delivery:
    """Makes every chat show what is due in it, one message at a time per chat, the newest first."""

    def __init__(self, parts: Parts, turns: Turns, webs: Webs, channels: Mapping[str, Channel]) -> None:
        self.parts = parts
        self.sends = Sends()
        self._turns = turns
        self._webs = webs
        self._channels = channels
        self._waiting: dict[tuple[str, str], Due] = {}
        self._busy: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def show_soon(self, reply: Reply | None) -> None:
        """Show what a turn made due, without keeping anybody waiting."""
        for due in reply.due if reply else ():
            self.soon(self.show(due))

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something for a chat without keeping anybody waiting."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, *, within_seconds: float) -> None:
        """Wait for what is being shown, but no longer than that; the sweeper of the next start does the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_seconds)

    async def show(self, due: Due) -> None:
        """Make a chat show this screen, or a newer one that came meanwhile. Never raises."""
        chat = (due.channel, due.address)
        waiting = self._waiting.get(chat)
        if waiting is None or due.number == 0 or due.number >= waiting.number:
            self._waiting[chat] = due
        if chat in self._busy:
            return
        self._busy.add(chat)
        placed: Placed | None = None
        try:
            while newest := self._waiting.pop(chat, None):
                placed = await self._show_one(newest, placed)
        finally:
            self._busy.discard(chat)

    async def sweep(self, *, most: int = 50) -> int:
        """Show what stayed due and unshown: after a crash, a refusal or a restart. How many were taken."""
        dues = await self._turns.claim_due(most=most, lease_seconds=LEASE_SECONDS)
        await asyncio.gather(*(self.show(due) for due in dues))
        return len(dues)

    # One message ------------------------------------------------------------------------------------------------

    async def _show_one(self, due: Due, before: Placed | None) -> Placed | None:
        channel = self._channels.get(due.channel)
        if channel is None:
            return before
        placed = _where(due, before)
        if due.number == 0:
            return await self._say_once(channel, due, placed)
        try:
            return await self._show_and_mark(channel, due, placed)
        except SendError as error:
            await self._failed(due, error)
        except StoreUnavailable:
            self.sends.count("not_marked")
        return placed

    async def _show_and_mark(self, channel: Channel, due: Due, placed: Placed | None) -> Placed:
        picture = await self._picture(due)
        new = await channel.show(due.address, due.message, placed=placed, picture=picture)
        if due.message.has_file:
            await self._send_file(channel, due)
            new = replace(new, is_last=False)
        if await self.parts.store.write(lambda connection: self._mark(connection, due, new)):
            self.sends.count("shown")
        else:
            self.sends.count("overtaken")
            if placed is None or new.message_id != placed.message_id:
                await channel.remove(due.address, new.message_id, is_picture=new.is_picture)
        return new

    def _mark(self, connection: Connection, due: Due, new: Placed) -> bool:
        """Remember what is shown; False when somebody else has shown this or more meanwhile, perhaps under ours."""
        conversation_id, now = due.conversation_id or "", self.parts.now()
        is_marked = conversations.mark_shown(
            connection,
            conversation_id,
            number=due.number,
            placed=json.dumps(asdict(new)),
            now=now,
            lease_token=due.lease_token,
        )
        if not is_marked:
            conversations.show_again(connection, conversation_id, now=now, at=now + OVERTAKEN_RETRY)
        return is_marked

    async def _say_once(self, channel: Channel, due: Due, placed: Placed | None) -> Placed | None:
        """A message that is not remembered: for strangers, and the receipt of an erasure."""
        for _ in range(_ONCE_TRIES):
            try:
                return await channel.show(due.address, due.message, placed=placed, picture=None)
            except SendError as error:
                self.sends.count(error.cause)
                if not error.retryable or error.ambiguous:
                    return None
                await asyncio.sleep(min(error.retry_after_seconds or 1.0, _ONCE_LONGEST_WAIT_SECONDS))
        return None

    async def _picture(self, due: Due) -> bytes | None:
        if due.message.picture is None:
            return None
        try:
            drawn = await self._webs.own(due.channel, due.address, due.message.picture, file_format="png")
        except DrawingError as error:
            log.warning("drawing", conversation=due.conversation_id, cause=error.cause)
            if due.attempts < _DRAWING_TRIES:
                raise SendError(cause="drawing", retryable=True) from None
            return None  # the words alone are better than silence
        return drawn[0] if drawn else None

    async def _send_file(self, channel: Channel, due: Due) -> None:
        content = await self.parts.store.read(
            lambda connection: my_data(
                connection, self.parts.catalogues, due.organisation_id or "", due.participant_id or ""
            )
        )
        await channel.send_file(due.address, FILE_NAME, content)

    # When it does not work --------------------------------------------------------------------------------------

    async def _failed(self, due: Due, error: SendError) -> None:
        self.sends.count(error.cause)
        log.info("not_shown", conversation=due.conversation_id, number=due.number, cause=error.cause)
        now = self.parts.now()
        is_held = False
        if error.opted_out:
            await self.parts.store.write(
                lambda c: chats.mark_reachable(c, due.channel, due.address, is_reachable=False, now=now)
            )
            return
        if error.ambiguous:
            is_held = due.attempts >= 1
            again = now + (HOLD if is_held else AMBIGUOUS_RETRY)
        else:
            again = now + timedelta(seconds=_backoff_seconds(due, error))
        await self.parts.store.write(
            lambda c: conversations.retry(
                c,
                due.conversation_id or "",
                next_try_at=again,
                is_held=is_held,
                number=due.number,
                lease_token=due.lease_token,
            )
        )


def _where(due: Due, before: Placed | None) -> Placed | None:
    """Where the chat's last message is: as this process just placed it, or as it was stored."""
    stored = Placed(**json.loads(due.placed)) if due.placed else None
    if before is None:
        return stored
    is_below = due.is_below or (stored is not None and stored.message_id == before.message_id and not stored.is_last)
    return replace(before, is_last=before.is_last and not is_below)


def _backoff_seconds(due: Due, error: SendError) -> float:
    if error.retry_after_seconds is not None:
        return error.retry_after_seconds
    return float(min(2.0**due.attempts, LONGEST_BACKOFF_SECONDS))

"""Delivery: what is due against what is shown. Showing at once is the fast path; the sweeper makes up for the rest.

Nothing is sent while the provider told us to wait, whichever process was told.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from bot.channels import Channel, Placed, SendError
from bot.inbound import Due, Reply
from bot.mydata import my_data
from bot.parts import Parts
from bot.setbacks import Attempt, Sends, Setbacks
from bot.webs import Webs
from reports.studio import DrawingError
from storage import conversations
from storage.conversations import StoredConversation
from storage.errors import StoreError

log = structlog.get_logger()

T = TypeVar("T")

OVERTAKEN_RETRY = timedelta(seconds=2)
"""Two senders crossed: whoever saw the newest screen has gone on by then, and only for the others it is shown again."""

FILE_NAME = "werkstem.json"
_DRAWING_TRIES = 3
_ONCE_TRIES = 3
_ONCE_LONGEST_WAIT_SECONDS = 5.0


class Delivery:
    """Makes every chat show what is due in it, one message at a time per chat, the newest first."""

    def __init__(self, parts: Parts, webs: Webs, channels: Mapping[str, Channel]) -> None:
        self.parts = parts
        self.sends = Sends()
        self._setbacks = Setbacks(parts, self.sends)
        self.replied: Counter[str] = Counter()
        """Replies sent on each channel since somebody took the count: bulk gets what they leave."""
        self._webs = webs
        self._channels = channels
        self._banned_until: dict[str, datetime] = {}
        self._waiting: dict[tuple[str, str], Due] = {}
        self._busy: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def show_soon(self, reply: Reply | None) -> None:
        """Show what a turn made due, without keeping anybody waiting; what is bulk waits for its turn."""
        for due in reply.due if reply else ():
            if not due.is_bulk:
                self.soon(self.show(due))

    def heed(self, channel: str, banned_until: datetime | None) -> None:
        """Another process was told to send nothing on a channel: from now on we send nothing there either."""
        now = self.parts.now()
        if banned_until is not None and banned_until > max(now, self._banned_until.get(channel, now)):
            self._banned_until[channel] = banned_until
            if channel in self._channels:
                self._channels[channel].wait((banned_until - now).total_seconds())

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

    async def not_drawn(self, stored: StoredConversation, error: Exception) -> None:
        """A claimed screen could not be drawn at all: it is tried again like any other. Never raises."""
        await self._guarded(self._setbacks.broken(Attempt.of_claim(stored), error, may_have_arrived=False), stored.id)

    # One message ------------------------------------------------------------------------------------------------

    async def _show_one(self, due: Due, before: Placed | None) -> Placed | None:
        """Where the chat's last message is afterwards, as far as we know."""
        shown = before
        channel = self._channels.get(due.channel)
        if channel is not None:
            shown = await self._guarded(self._try(channel, due, before), due.conversation_id) or before
        return shown

    async def _guarded(self, work: Coroutine[Any, Any, T], conversation_id: str | None) -> T | None:
        """``work``, or None when even putting it off did not work: it stays due, and is claimed later."""
        try:
            return await work
        except StoreError as error:
            self.sends.count("not_marked")
            log.warning("not_marked", conversation=conversation_id, cause=type(error).__name__)
        except Exception:  # Whatever it was: the next screen of this chat must be shown.
            self.sends.count("broken")
            log.exception("not_marked", conversation=conversation_id)
        return None

    async def _try(self, channel: Channel, due: Due, before: Placed | None) -> Placed | None:
        placed = _where(due, before)
        if due.number == 0:
            return await self._say_once(channel, due, placed)
        self.heed(due.channel, due.banned_until)
        attempt, until = Attempt.of(due), self._banned_until.get(due.channel)
        if until is not None and until > self.parts.now():
            await self._setbacks.wait(attempt, until)
            return placed
        is_asked = False
        try:
            picture = await self._picture(due)
            is_asked = True
            return await self._show_and_mark(channel, due, placed, picture)
        except SendError as error:
            if (until := await self._setbacks.failed(attempt, error)) is not None:
                self.heed(due.channel, until)
        except StoreError:
            raise
        except Exception as error:  # A mistake of ours in this one screen.
            await self._setbacks.broken(attempt, error, may_have_arrived=is_asked)
        return placed

    async def _show_and_mark(self, channel: Channel, due: Due, placed: Placed | None, picture: bytes | None) -> Placed:
        if not due.is_bulk:
            self.replied[due.channel] += 1
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
            self.replied[due.channel] += 1
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


def _where(due: Due, before: Placed | None) -> Placed | None:
    """Where the chat's last message is: as this process just placed it, or as it was stored."""
    stored = Placed(**json.loads(due.placed)) if due.placed else None
    if before is None:
        return stored
    is_below = due.is_below or (stored is not None and stored.message_id == before.message_id and not stored.is_last)
    return replace(before, is_last=before.is_last and not is_below)

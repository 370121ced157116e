"""Setbacks: a screen that could not be shown, and what comes next; how the send ended decides.

Refused: again when told, or later and later. Perhaps arrived: once more, then held. Blocked: when the person comes
back. Broken, on our side: after MOST_TRIES a dead letter, and the chat goes on with whatever the person does next.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.channels import SendError
from bot.inbound import Due
from bot.parts import Parts
from storage import buckets, chats, conversations, dead_letters
from storage.conversations import StoredConversation
from storage.dead_letters import MOST_TRIES
from storage.invitations import place_of
from storage.secrets import keyed_hash

HOLD = timedelta(minutes=10)
"""After a second ambiguous send nothing is sent until the person writes, or for so long."""

AMBIGUOUS_RETRY = timedelta(seconds=3)
LONGEST_BACKOFF_SECONDS = 300.0

log = structlog.get_logger()


@dataclass
class Sends:
    """How many sends ended how, since this process began; how many are tried again, and how often we were told to
    wait, for one chat or for all."""

    by_outcome: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    bans: Counter[str] = field(default_factory=Counter)

    def count(self, outcome: str) -> None:
        """One more that ended so."""
        self.by_outcome[outcome] += 1


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to show one screen: whose, where, and how often it was tried, this time included."""

    conversation_id: str
    channel: str
    address: str
    number: int
    tries: int
    unconfirmed: int
    lease_token: int | None

    @classmethod
    def of(cls, due: Due) -> "Attempt":
        """To show what is due."""
        where = (due.conversation_id or "", due.channel, due.address)
        return cls(*where, due.number, due.attempts + 1, due.unconfirmed, due.lease_token)

    @classmethod
    def of_claim(cls, stored: StoredConversation) -> "Attempt":
        """To show what a claimed conversation has to show."""
        where = (stored.id, stored.channel or "", stored.address or "")
        return cls(*where, stored.due, stored.attempts + 1, stored.unconfirmed, stored.lease_token)


class Setbacks:
    """Remembers when to try again. Every method raises StoreError: then the claim ends by itself."""

    def __init__(self, parts: Parts, sends: Sends) -> None:
        self._parts = parts
        self._sends = sends

    async def wait(self, attempt: Attempt, until: datetime) -> None:
        """Nothing may be sent before that moment, and nothing was tried."""
        self._sends.count("waits")
        await self._put_off(attempt, until, is_try=False)

    async def failed(self, attempt: Attempt, error: SendError) -> datetime | None:
        """The provider said no, or said nothing. Until when all chats wait, where it said that."""
        self._sends.count(error.cause)
        log.info("not_shown", conversation=attempt.conversation_id, number=attempt.number, cause=error.cause)
        now = self._parts.now()
        if error.opted_out:
            await self._parts.store.write(
                lambda c: chats.mark_reachable(c, attempt.channel, attempt.address, is_reachable=False, now=now)
            )
        elif error.ambiguous:
            await self._perhaps_arrived(attempt)
        elif error.our_fault and not error.bot_wide and attempt.tries >= MOST_TRIES:
            await self._set_aside(attempt, cause=error.cause)
        elif error.retry_after_seconds is None:
            await self._put_off(attempt, now + _growing(attempt))
        else:
            return await self._told_to_wait(attempt, now + timedelta(seconds=error.retry_after_seconds), error)
        return None

    async def broken(self, attempt: Attempt, error: Exception, *, may_have_arrived: bool) -> None:
        """A mistake of ours: the same screen would break the same way, but perhaps not after the next deployment."""
        self._sends.count("broken")
        log.error(
            "not_shown",
            conversation=attempt.conversation_id,
            number=attempt.number,
            tries=attempt.tries,
            exc_info=error,
        )
        if attempt.tries >= MOST_TRIES:
            await self._set_aside(attempt, cause=type(error).__name__)
        elif may_have_arrived:
            await self._perhaps_arrived(attempt)
        else:
            await self._put_off(attempt, self._parts.now() + _growing(attempt))

    async def _perhaps_arrived(self, attempt: Attempt) -> None:
        """Once more after a moment; a second one is held."""
        is_held = attempt.unconfirmed > 1
        until = self._parts.now() + (HOLD if is_held else AMBIGUOUS_RETRY)
        await self._put_off(attempt, until, is_held=is_held, may_have_arrived=True)

    async def _told_to_wait(self, attempt: Attempt, until: datetime, error: SendError) -> datetime | None:
        self._sends.bans["bot" if error.bot_wide else "chat"] += 1
        await self._put_off(attempt, until, is_for_all=error.bot_wide)
        return until if error.bot_wide else None

    async def _put_off(
        self,
        attempt: Attempt,
        until: datetime,
        *,
        is_try: bool = True,
        is_for_all: bool = False,
        is_held: bool = False,
        may_have_arrived: bool = False,
    ) -> None:
        now = self._parts.now()

        def put_off(connection: Connection) -> None:
            conversations.retry(
                connection,
                attempt.conversation_id,
                next_try_at=until,
                is_try=is_try,
                is_held=is_held,
                may_have_arrived=may_have_arrived,
                number=attempt.number,
                lease_token=attempt.lease_token,
            )
            if is_for_all:
                buckets.ban(connection, attempt.channel, until=until, now=now)

        self._sends.retries += 1
        await self._parts.store.write(put_off)

    async def _set_aside(self, attempt: Attempt, *, cause: str) -> None:
        """Not tried again by itself: a dead letter says so. The next screen of this chat begins anew."""
        self._sends.count("set_aside")
        key, now = self._parts.key, self._parts.now()

        def set_aside(connection: Connection) -> None:
            is_ours = conversations.retry(
                connection,
                attempt.conversation_id,
                next_try_at=None,
                number=attempt.number,
                lease_token=attempt.lease_token,
            )
            if is_ours:
                dead_letters.put_aside(
                    connection,
                    channel=attempt.channel,
                    key_hash=keyed_hash(key, "unshown", f"{attempt.conversation_id}:{attempt.number}"),
                    chat_hash=place_of(key, attempt.channel, attempt.address),
                    cause=f"unshown {cause}",
                    payload=json.dumps({dead_letters.UNSHOWN: attempt.conversation_id}),
                    now=now,
                )

        await self._parts.store.write(set_aside)


def _growing(attempt: Attempt) -> timedelta:
    """Longer after each try."""
    return timedelta(seconds=min(2.0 ** min(attempt.tries - 1, 20), LONGEST_BACKOFF_SECONDS))

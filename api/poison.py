"""Updates that cannot be taken in: tried a few times, then put aside, so that nothing behind them waits for ever."""

import json
from typing import Any, Protocol

import structlog

from api.figures import Figures
from api.logs import where
from bot.channels.telegram_updates import TELEGRAM, Received, parse
from bot.conversation.events import Typed
from bot.parts import Parts
from storage import dead_letters
from storage.dead_letters import MOST_TRIES
from storage.errors import StoreUnavailable
from storage.invitations import place_of
from storage.secrets import keyed_hash

log = structlog.get_logger()


class Intake(Protocol):
    """Takes one update durably."""

    async def take(self, update: object) -> str:
        """What became of it in one word. Raises StoreUnavailable."""
        ...


class NotTakenIn(Exception):
    """An update raised, and was counted; the sender should bring it again."""


class Patience:
    """Takes updates, and counts those that raise."""

    def __init__(self, parts: Parts, intake: Intake, figures: Figures) -> None:
        self._parts = parts
        self._intake = intake
        self._figures = figures

    async def take(self, update: Any) -> None:
        """Take one update. Raises StoreUnavailable; NotTakenIn for one that raised, until it was tried MOST_TRIES
        times: then it is a dead letter, and taken."""
        try:
            outcome = await self._intake.take(update)
        except StoreUnavailable:
            raise
        except Exception as error:  # Whatever it was: the next update must not wait for it.
            tries = await self._count(update, error)
            log.exception("update_failed", tries=tries)
            self._figures.failed_updates += 1
            if tries < MOST_TRIES:
                raise NotTakenIn from None
            self._figures.dead_letters += 1
            return
        log.debug("update", outcome=outcome)

    async def _count(self, update: Any, error: Exception) -> int:
        received = parse(update)
        inbound = received.inbound if isinstance(received, Received) else None
        key, payload = key_of(update), bare(update)
        return await self._parts.store.write(
            lambda connection: dead_letters.count_try(
                connection,
                channel=TELEGRAM,
                key_hash=keyed_hash(self._parts.key, "dead-letter", key),
                chat_hash=place_of(self._parts.key, inbound.channel, inbound.address) if inbound else None,
                cause=f"{type(error).__name__} {where(error)}",
                payload=payload,
                now=self._parts.now(),
            ),
            may_repeat=False,
        )


def key_of(update: Any) -> str:
    """What tells an update from every other."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return str(number) if isinstance(number, int) else json.dumps(update, sort_keys=True, default=str)[:4096]


def bare(update: Any) -> str | None:
    """What is kept of an update to take it in again: presses and commands, without names. None for what somebody
    typed: that is never kept, and the open question stays open."""
    received = parse(update)
    if not isinstance(received, Received) or isinstance(received.inbound.event, Typed):
        return None
    if "callback_query" in update:
        query = update["callback_query"]
        message = {name: query["message"][name] for name in ("message_id", "chat")}
        chat = {"id": message["chat"]["id"], "type": "private"}
        kept = {"id": query["id"], "data": query["data"], "message": {**message, "chat": chat}}
        return json.dumps({"update_id": update["update_id"], "callback_query": kept})
    text = update["message"].get("text")
    if not isinstance(text, str) or received.inbound.code is not None:
        return None
    message = update["message"]
    said = {"message_id": message["message_id"], "chat": {"id": message["chat"]["id"], "type": "private"}}
    return json.dumps({"update_id": update["update_id"], "message": {**said, "text": text.split()[0]}})

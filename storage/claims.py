"""Who shows what stayed unshown: each due screen is claimed by one process at a time, and what waits is known.

A claim counts the send that it is for as unconfirmed before it begins. So a process that crashes again and again in the
middle of sending leaves its count behind, and the send after the first that may be a repetition waits for long.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select, update

from domain.ids import ConversationId
from storage.conversations import StoredConversation, of_ids
from storage.tables import chats, conversations


@dataclass(frozen=True, slots=True)
class Claim:
    """A due screen that is to be shown by one caller alone, while its lease lasts."""

    conversation_id: ConversationId
    due: int
    lease_token: int


@dataclass(frozen=True, slots=True)
class Terms:
    """For how long a screen is claimed. ``hold_seconds`` instead, where an earlier send of it may have arrived: should
    this one end without a word too, nothing is sent for so long, or until the person writes."""

    lease_seconds: float
    hold_seconds: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many screens are due and not shown, how many of them are held, and since when the oldest is due."""

    screens: int
    held: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unshown:
    """A screen that is due and not shown, since ``due_at``."""

    conversation_id: ConversationId
    due_at: datetime
    attempts: int
    is_held: bool
    is_bulk: bool


_C = conversations.c
_INSTANT = _C.next_try_at.type
_NOW = bindparam("now", type_=_INSTANT)
_IS_DUE = and_(_C.next_try_at <= _NOW, _C.due != _C.shown, or_(_C.lease_until.is_(None), _C.lease_until <= _NOW))
_IS_LEFT_ALONE = or_(_C.shown_at.is_(None), _C.shown_at <= bindparam("shown_before", type_=_INSTANT))
_REPLIES = select(_C.id).where(_IS_DUE, _C.is_bulk.is_(False))
_BULK = (
    select(_C.id)
    .join(chats, chats.c.id == _C.chat_id)
    .where(_IS_DUE, _C.is_bulk.is_(True), _IS_LEFT_ALONE, chats.c.channel == bindparam("channel_"))
)


def _claiming(those: Select[Any]) -> Any:
    first = those.order_by(_C.next_try_at).limit(bindparam("most"))
    may_be_repetition = (_C.unconfirmed > 0, bindparam("held_until", type_=_INSTANT))
    return (
        update(conversations)
        .where(_C.id.in_(first.with_for_update(of=conversations, skip_locked=True)))
        .values(
            lease_until=case(may_be_repetition, else_=bindparam("leased_until", type_=_INSTANT)),
            lease_token=_C.lease_token + 1,
            unconfirmed=_C.unconfirmed + 1,
        )
        .returning(_C.id, _C.due, _C.lease_token)
    )


_CLAIM_REPLIES, _CLAIM_BULK = _claiming(_REPLIES), _claiming(_BULK)
_WAITS = and_(_C.next_try_at.is_not(None), _C.due != _C.shown)
_BACKLOG = select(func.count(), func.count().filter(_C.is_held.is_(True)), func.min(_C.due_at)).where(_WAITS)
_LONGEST = (
    select(_C.id, _C.due_at, _C.attempts, _C.is_held, _C.is_bulk)
    .where(_WAITS, _C.due_at <= _NOW)
    .order_by(_C.due_at, _C.id)
    .limit(bindparam("most"))
)


def of_replies(connection: Connection, *, now: datetime, most: int, terms: Terms) -> tuple[Claim, ...]:
    """Claim up to ``most`` replies that stayed due and unshown, oldest first. Any number of processes may at once."""
    values = _values(now, most, terms)
    return tuple(Claim(*row) for row in connection.execute(_CLAIM_REPLIES, values))


def of_bulk(
    connection: Connection, channel: str, *, now: datetime, most: int, terms: Terms, apart_seconds: float
) -> tuple[Claim, ...]:
    """As of_replies, what is no reply, on one channel and in chats where nothing was shown for ``apart_seconds``."""
    values = _values(now, most, terms)
    values |= {"channel_": channel, "shown_before": now - timedelta(seconds=apart_seconds)}
    return tuple(Claim(*row) for row in connection.execute(_CLAIM_BULK, values))


def _values(now: datetime, most: int, terms: Terms) -> dict[str, Any]:
    leased_until = now + timedelta(seconds=terms.lease_seconds)
    held_until = now + timedelta(seconds=terms.hold_seconds)
    return {"now": now, "most": most, "leased_until": leased_until, "held_until": held_until}


def conversations_of(connection: Connection, claims: Iterable[Claim]) -> tuple[StoredConversation, ...]:
    """The claimed conversations, without those in which the person went on since, or somebody else took over."""
    valid = {(one.conversation_id, one.due, one.lease_token) for one in claims}
    found = of_ids(connection, (conversation_id for conversation_id, _, _ in valid)) if valid else ()
    return tuple(one for one in found if (one.id, one.due, one.lease_token) in valid)


def backlog(connection: Connection) -> Backlog:
    """What should be on screens and is not, whether it is tried now, later, or held."""
    return Backlog(*connection.execute(_BACKLOG).one())


def unshown_since(connection: Connection, before: datetime, *, most: int) -> tuple[Unshown, ...]:
    """What was due at that moment and is not shown yet, the longest first."""
    return tuple(Unshown(*row) for row in connection.execute(_LONGEST, {"now": before, "most": most}))

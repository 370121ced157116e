"""Where the bot is with each participant, which screen is due, which is shown, and who is showing it.

A send is counted as ``unconfirmed`` when it begins, and taken back when it is known how it ended. So a crash in the
middle leaves its count behind, and a third send that may be a repetition waits: its claim is held for long.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Executable, Select, bindparam, case, false, func, insert, or_, select, update

from domain.ids import ChatId, ConversationId, OrganisationId, ParticipantId, StaffId
from storage.tables import buckets, chats, conversations, organisations, participants, staff


class Kind(StrEnum):
    """A participant has one main conversation; an old chat is asked whether a re-issued code may take it along."""

    MAIN = "main"
    OLD_CHAT = "old_chat"


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation with everything one turn needs to know around it.

    ``kind`` is a Kind. ``found_chat_id``, ``channel``, ``address`` and ``unreachable_at`` are of the chat it was found
    by, or else of the chat where it goes on now (``chat_id``); empty when there is none. ``placed`` says where its
    last message is, in the channel's own JSON. ``is_bulk``: the due screen answers nothing that the person did.
    ``unconfirmed``: how many sends of it began whose end nobody knows. ``banned_until``: until when the provider of
    that channel told us to send nothing. ``keeper`` and ``contact`` are the organisation's, or its name and its
    owner's e-mail. ``languages`` are those that it offers; None: all.
    """

    id: ConversationId
    organisation_id: OrganisationId
    participant_id: ParticipantId
    kind: str
    chat_id: ChatId | None
    state: str
    due: int
    due_at: datetime
    shown: int
    shown_at: datetime | None
    placed: str | None
    attempts: int
    next_try_at: datetime | None
    is_held: bool
    lease_token: int
    is_bulk: bool
    unconfirmed: int
    found_chat_id: ChatId | None
    channel: str | None
    address: str | None
    unreachable_at: datetime | None
    banned_until: datetime | None
    name: str
    language: str
    same_order: bool
    pin_hash: str | None
    coach_id: StaffId
    coach: str
    is_coach_boss: bool
    organisation: str
    keeper: str
    contact: str
    time_zone: str
    languages: tuple[str, ...] | None


def _conversation(with_chat: Any) -> Select[Any]:
    c, owner = conversations.c, staff.alias("owner")
    owners_email = (
        select(func.min(owner.c.email))
        .where(owner.c.organisation_id == c.organisation_id, owner.c.role == "owner", owner.c.removed_at.is_(None))
        .scalar_subquery()
    )
    of_conversation = [c.id, c.organisation_id, c.participant_id, c.kind, c.chat_id, c.state, c.due, c.due_at]
    of_conversation += [c.shown, c.shown_at, c.placed, c.attempts, c.next_try_at, c.is_held, c.lease_token, c.is_bulk]
    banned_until = select(buckets.c.banned_until).where(buckets.c.channel == chats.c.channel).scalar_subquery()
    of_chat = [c.unconfirmed, chats.c.id, chats.c.channel, chats.c.address, chats.c.unreachable_at, banned_until]
    p = participants.c
    of_people = [p.name, p.language, p.same_order, p.pin_hash, staff.c.id, staff.c.name, staff.c.is_also_boss]
    o = organisations.c
    of_organisation = [o.name, func.coalesce(o.keeper, o.name), func.coalesce(o.contact, owners_email, "")]
    of_organisation += [o.time_zone, o.languages]
    return (
        select(*of_conversation, *of_chat, *of_people, *of_organisation)
        .select_from(with_chat)
        .join(participants, p.id == c.participant_id)
        .join(staff, staff.c.id == p.coach_id)
        .join(organisations, o.id == c.organisation_id)
    )


_FOUND_BY_CHAT = chats.join(conversations, conversations.c.id == chats.c.conversation_id)
_WITH_CURRENT_CHAT = conversations.outerjoin(chats, chats.c.id == conversations.c.chat_id)

_IN_CHAT = _conversation(_FOUND_BY_CHAT).where(
    chats.c.channel == bindparam("channel"), chats.c.address == bindparam("address"), chats.c.ended_at.is_(None)
)
_BY_ID = _conversation(_WITH_CURRENT_CHAT).where(conversations.c.id == bindparam("id"))
_BY_IDS = (
    _conversation(_WITH_CURRENT_CHAT)
    .where(conversations.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(conversations.c.due_at, conversations.c.id)
)
_OF_PARTICIPANT = _conversation(_WITH_CURRENT_CHAT).where(
    conversations.c.participant_id == bindparam("participant_id"), conversations.c.kind == bindparam("kind")
)


def _locked(query: Select[Any]) -> Select[Any]:
    return query.with_for_update(of=conversations)


_IN_CHAT_LOCKED, _BY_ID_LOCKED, _OF_PARTICIPANT_LOCKED = map(_locked, (_IN_CHAT, _BY_ID, _OF_PARTICIPANT))

_ADD = insert(conversations)

_SAVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("id_"))
    .values(
        state=bindparam("state_"),
        due=bindparam("due_"),
        due_at=bindparam("due_at_"),
        placed=bindparam("placed_"),
        next_try_at=bindparam("next_try_at_"),
        is_bulk=bindparam("is_bulk_"),
        unconfirmed=bindparam("unconfirmed_"),
        attempts=0,
        is_held=False,
        lease_until=None,
    )
)
_KEEP = (
    update(conversations)
    .where(conversations.c.id == bindparam("id_"))
    .values(state=bindparam("state_"), placed=bindparam("placed_"))
)
_MOVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("id_"))
    .values(chat_id=bindparam("chat_id_"), placed=None, attempts=0, unconfirmed=0, is_held=False, lease_until=None)
)
_LEASE_MATCHES = or_(
    bindparam("token", type_=conversations.c.lease_token.type).is_(None),
    conversations.c.lease_token == bindparam("token"),
)


def _when_newest(value: Any, column: Any) -> Any:
    """``value`` when the screen that is shown is the one that is due; a newer one that is under way is left alone."""
    return case((conversations.c.due == bindparam("number"), value), else_=column)


_SHOWN = (
    update(conversations)
    .where(conversations.c.id == bindparam("id_"), conversations.c.shown <= bindparam("number"), _LEASE_MATCHES)
    .values(
        shown=bindparam("number"),
        shown_at=bindparam("now", type_=conversations.c.shown_at.type),
        placed=bindparam("placed_"),
        attempts=_when_newest(0, conversations.c.attempts),
        unconfirmed=_when_newest(0, conversations.c.unconfirmed),
        is_held=_when_newest(false(), conversations.c.is_held),
        lease_until=_when_newest(None, conversations.c.lease_until),
        next_try_at=_when_newest(None, conversations.c.next_try_at),
    )
)
_SHOW_AGAIN = (
    update(conversations)
    .where(conversations.c.id == bindparam("id_"), conversations.c.due == conversations.c.shown)
    .values(
        due=conversations.c.due + 1,
        due_at=bindparam("now", type_=conversations.c.due_at.type),
        next_try_at=bindparam("at", type_=conversations.c.next_try_at.type),
        attempts=0,
        unconfirmed=0,
    )
)
_STILL_DUE = or_(
    bindparam("number", type_=conversations.c.due.type).is_(None), conversations.c.due == bindparam("number")
)
_RETRY = (
    update(conversations)
    .where(conversations.c.id == bindparam("id_"), _LEASE_MATCHES, _STILL_DUE)
    .values(
        attempts=conversations.c.attempts + bindparam("tries"),
        unconfirmed=case((conversations.c.unconfirmed > 0, conversations.c.unconfirmed - bindparam("ended")), else_=0),
        is_held=bindparam("is_held_"),
        next_try_at=bindparam("next_try_at_"),
        lease_until=None,
    )
)


_TRY_AGAIN = (
    update(conversations)
    .where(conversations.c.id == bindparam("id_"), conversations.c.due != conversations.c.shown)
    .values(
        next_try_at=bindparam("now", type_=conversations.c.next_try_at.type),
        attempts=0,
        unconfirmed=0,
        is_held=False,
        lease_until=None,
    )
)


def in_chat(connection: Connection, channel: str, address: str, *, lock: bool = True) -> StoredConversation | None:
    """The conversation of a chat, or None for a chat that nobody has. ``lock``: nobody else changes it meanwhile."""
    query = _IN_CHAT_LOCKED if lock else _IN_CHAT
    return _one(connection, query, {"channel": channel, "address": address})


def by_id(connection: Connection, conversation_id: str, *, lock: bool = True) -> StoredConversation | None:
    """The conversation of that id, or None."""
    return _one(connection, _BY_ID_LOCKED if lock else _BY_ID, {"id": conversation_id})


def of_participant(
    connection: Connection, participant_id: str, *, kind: Kind = Kind.MAIN, lock: bool = True
) -> StoredConversation | None:
    """A participant's conversation of that kind, or None when the code was never claimed."""
    query = _OF_PARTICIPANT_LOCKED if lock else _OF_PARTICIPANT
    return _one(connection, query, {"participant_id": participant_id, "kind": kind.value})


def add(
    connection: Connection,
    *,
    conversation_id: ConversationId,
    organisation_id: OrganisationId,
    participant_id: ParticipantId,
    state: str,
    due: int,
    now: datetime,
    kind: Kind = Kind.MAIN,
    chat_id: ChatId | None = None,
    next_try_at: datetime | None = None,
) -> None:
    """Begin a conversation, with screen number ``due`` due now. Its chat is added after it."""
    values = {
        "id": conversation_id,
        "organisation_id": organisation_id,
        "participant_id": participant_id,
        "kind": kind.value,
        "chat_id": chat_id,
        "state": state,
        "due": due,
        "due_at": now,
        "shown": 0,
        "attempts": 0,
        "next_try_at": next_try_at,
        "is_held": False,
        "lease_token": 0,
    }
    connection.execute(_ADD, values)


def save(
    connection: Connection,
    conversation_id: str,
    *,
    state: str,
    due: int,
    due_at: datetime,
    placed: str | None,
    next_try_at: datetime | None,
    is_bulk: bool = False,
) -> None:
    """Remember the conversation and the number of the screen that is due.

    ``next_try_at``: when the sweeper may show it if nobody did; a little later than now for whoever shows it
    straight away, None for a channel that shows it when the person looks. Ends any hold, lease and count of attempts.
    ``is_bulk``: nobody shows it straight away; else a send of it begins now.
    """
    values = {"id_": conversation_id, "state_": state, "due_": due, "due_at_": due_at, "placed_": placed}
    begun = 0 if is_bulk or next_try_at is None else 1
    connection.execute(_SAVE, {**values, "next_try_at_": next_try_at, "is_bulk_": is_bulk, "unconfirmed_": begun})


def keep(connection: Connection, conversation_id: str, *, state: str, placed: str | None) -> None:
    """Remember the conversation; the screen that is due stays the one that is due, with its tries."""
    connection.execute(_KEEP, {"id_": conversation_id, "state_": state, "placed_": placed})


def go_on_in(connection: Connection, conversation_id: str, chat_id: str) -> None:
    """The conversation goes on in another chat, where nothing of it is shown yet."""
    connection.execute(_MOVE, {"id_": conversation_id, "chat_id_": chat_id})


def mark_shown(
    connection: Connection,
    conversation_id: str,
    *,
    number: int,
    placed: str | None,
    now: datetime,
    lease_token: int | None = None,
) -> bool:
    """Screen ``number`` is on the person's screen, at ``placed``.

    False, and nothing changes, when a later one is shown already, or when ``lease_token`` is no longer the newest:
    somebody else has taken over.
    """
    values = {"id_": conversation_id, "number": number, "placed_": placed, "now": now, "token": lease_token}
    return connection.execute(_SHOWN, values).rowcount == 1


def retry(
    connection: Connection,
    conversation_id: str,
    *,
    next_try_at: datetime | None,
    is_try: bool = True,
    is_held: bool = False,
    may_have_arrived: bool = False,
    number: int | None = None,
    lease_token: int | None = None,
) -> bool:
    """Showing did not work: count the attempt and try again at ``next_try_at``; None: not before the person writes.

    ``is_try``: False when nothing was tried, because nothing may be sent now. ``may_have_arrived``: nobody knows, so
    that the send stays counted as unconfirmed; ``is_held``: and it is the second one, so that another in the meantime
    would be one too many. False, and nothing changes, when ``number`` is no longer what is due (a newer screen has its
    own tries), or when ``lease_token`` is no longer the newest.
    """
    values = {
        "id_": conversation_id,
        "next_try_at_": next_try_at,
        "is_held_": is_held,
        "tries": int(is_try),
        "ended": 0 if may_have_arrived else 1,
        "number": number,
        "token": lease_token,
    }
    return connection.execute(_RETRY, values).rowcount == 1


def try_again(connection: Connection, conversation_id: str, *, now: datetime) -> bool:
    """Have the sweeper show what is due as if it was never tried; False when nothing is due."""
    return connection.execute(_TRY_AGAIN, {"id_": conversation_id, "now": now}).rowcount == 1


def show_again(connection: Connection, conversation_id: str, *, now: datetime, at: datetime) -> None:
    """What counts as shown may stand under something older: it becomes due once more, for the sweeper, ``at`` a
    moment when nobody went on meanwhile.

    Nothing changes while something is due anyway, or for a conversation that is gone.
    """
    connection.execute(_SHOW_AGAIN, {"id_": conversation_id, "now": now, "at": at})


def of_ids(connection: Connection, ids: Iterable[str]) -> tuple[StoredConversation, ...]:
    """The conversations of those ids that are still there, the longest due first."""
    return tuple(map(_read, connection.execute(_BY_IDS, {"ids": list(ids)})))


def _one(connection: Connection, query: Executable, values: dict[str, Any]) -> StoredConversation | None:
    row = connection.execute(query, values).first()
    return None if row is None else _read(row)


def _read(row: Any) -> StoredConversation:
    return StoredConversation(*row)

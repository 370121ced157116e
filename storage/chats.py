"""The chats: at which addresses a participant can be found. An address belongs to one person at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from domain.ids import ChatId, ConversationId, OrganisationId, ParticipantId
from storage.tables import chats, conversations


@dataclass(frozen=True, slots=True)
class Chat:
    """One address on one channel, and the conversation that goes on there."""

    id: ChatId
    organisation_id: OrganisationId
    participant_id: ParticipantId
    conversation_id: ConversationId
    channel: str
    address: str
    created_at: datetime
    unreachable_at: datetime | None = None
    ended_at: datetime | None = None


_COLUMNS = [chats.c[name] for name in Chat.__slots__]
_ADD = insert(chats)
_AT = and_(
    chats.c.channel == bindparam("channel_"), chats.c.address == bindparam("address_"), chats.c.ended_at.is_(None)
)
_FIND = select(*_COLUMNS).where(_AT)
_OF_PARTICIPANT = (
    select(*_COLUMNS)
    .where(chats.c.participant_id == bindparam("participant_id"), chats.c.ended_at.is_(None))
    .order_by(chats.c.created_at, chats.c.id)
)


def add(connection: Connection, chat: Chat) -> None:
    """Add a chat. Raises Conflict when somebody has that address already."""
    connection.execute(_ADD, {name: getattr(chat, name) for name in Chat.__slots__})


def find(connection: Connection, channel: str, address: str) -> Chat | None:
    """Who is at that address now, or None."""
    row = connection.execute(_FIND, {"channel_": channel, "address_": address}).first()
    return None if row is None else Chat(*row)


def of_participant(connection: Connection, participant_id: str) -> tuple[Chat, ...]:
    """Every chat a participant has now, oldest first."""
    return tuple(Chat(*row) for row in connection.execute(_OF_PARTICIPANT, {"participant_id": participant_id}))


def move(connection: Connection, chat_id: str, conversation_id: str) -> None:
    """Another conversation of the same person goes on in this chat."""
    connection.execute(update(chats).where(chats.c.id == chat_id).values(conversation_id=conversation_id))


def end(connection: Connection, chat_id: str, now: datetime) -> None:
    """The chat is over: nothing is sent there, and the address is free for somebody else."""
    connection.execute(update(chats).where(chats.c.id == chat_id, chats.c.ended_at.is_(None)).values(ended_at=now))


def mark_reachable(connection: Connection, channel: str, address: str, *, is_reachable: bool, now: datetime) -> bool:
    """Somebody blocked us, or let us in again; whether that changed anything.

    While a chat is unreachable nothing is tried there; when it opens again, what is due is shown.
    """
    was = chats.c.unreachable_at.is_not(None) if is_reachable else chats.c.unreachable_at.is_(None)
    changed = connection.execute(
        update(chats).where(_AT, was).values(unreachable_at=None if is_reachable else now).returning(chats.c.id),
        {"channel_": channel, "address_": address},
    ).first()
    if changed is None:
        return False
    connection.execute(
        update(conversations)
        .where(conversations.c.chat_id == changed[0], conversations.c.due != conversations.c.shown)
        .values(next_try_at=now if is_reachable else None, attempts=0, unconfirmed=0, is_held=False, lease_until=None)
    )
    return True

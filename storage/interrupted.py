"""Whose open question may have swallowed presses while nobody could receive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from domain.ids import ConversationId, ParticipantId
from storage.conversations import Kind
from storage.tables import chats, conversations, organisations

_WAITING = (
    select(conversations.c.id, conversations.c.participant_id, organisations.c.time_zone)
    .join(chats, chats.c.id == conversations.c.chat_id)
    .join(organisations, organisations.c.id == conversations.c.organisation_id)
    .where(
        conversations.c.kind == Kind.MAIN.value,
        conversations.c.due_at >= bindparam("since"),
        conversations.c.due_at <= bindparam("until"),
        conversations.c.id > bindparam("after"),
        chats.c.channel.in_(bindparam("channels", expanding=True)),
        chats.c.unreachable_at.is_(None),
        chats.c.ended_at.is_(None),
    )
    .order_by(conversations.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=conversations)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who may wait for an answer that never comes."""

    conversation_id: ConversationId
    participant_id: ParticipantId
    time_zone: str


def waiting(
    connection: Connection, *, channels: Sequence[str], since: datetime, until: datetime, after: str, most: int
) -> tuple[Waiting, ...]:
    """Up to ``most`` people on these channels whose screen last changed between ``since`` and ``until``, locked.

    In the order of their conversations' ids, beginning behind ``after``.
    """
    values = {"channels": list(channels), "since": since, "until": until, "after": after, "most": most}
    return tuple(Waiting(*row) for row in connection.execute(_WAITING, values))

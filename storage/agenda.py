"""The agenda of a coach: follow-ups by the calendar, cards to hand over, and webs that were shared just now.

By the calendar and by what the coach did, and never by what people did or did not do: but for what they share.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from domain.consent import Decision, Purpose
from domain.ids import ParticipantId
from domain.looks import Look
from storage.conversations import Kind as ConversationKind
from storage.measurements import Kind
from storage.tables import audit, chats, consents, conversations, invitations, measurements, participants


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up of somebody. ``is_unreachable``: messages to the chat do not arrive; only for who may know it."""

    participant_id: ParticipantId
    name: str
    due_at: datetime
    is_unreachable: bool


@dataclass(frozen=True, slots=True)
class Card:
    """An invitation whose card was not given to the person yet, as far as the coach said."""

    participant_id: ParticipantId
    name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewlyShared:
    """Somebody who said yes to a topic of a finished measurement, and whose page the coach has not seen since."""

    participant_id: ParticipantId
    name: str
    shared_at: datetime


def _at(name: str) -> Any:
    return bindparam(name, type_=measurements.c.due_at.type)


# Whoever erased everything has no name any more: there is nobody to talk to, and nothing to say about it.
_OWN_PEOPLE = and_(
    participants.c.organisation_id == bindparam("organisation_id"),
    participants.c.coach_id == bindparam("coach_id"),
    participants.c.archived_at.is_(None),
    participants.c.name != "",
)
_FOLLOW_UPS = (
    select(
        participants.c.id,
        participants.c.name,
        measurements.c.due_at,
        chats.c.unreachable_at.is_not(None).label("is_unreachable"),
    )
    .select_from(participants)
    .join(measurements, measurements.c.participant_id == participants.c.id)
    .outerjoin(
        conversations,
        and_(conversations.c.participant_id == participants.c.id, conversations.c.kind == ConversationKind.MAIN.value),
    )
    .outerjoin(chats, chats.c.id == conversations.c.chat_id)
    .where(
        _OWN_PEOPLE,
        measurements.c.kind == Kind.FOLLOW_UP.value,
        measurements.c.due_at >= _at("since"),
        measurements.c.due_at < _at("until"),
    )
    .order_by(measurements.c.due_at, participants.c.name, participants.c.id)
    .limit(bindparam("most"))
)
_NEWEST = (
    select(invitations.c.participant_id, func.max(invitations.c.created_at).label("created_at"))
    .join(participants, participants.c.id == invitations.c.participant_id)
    .where(_OWN_PEOPLE)
    .group_by(invitations.c.participant_id)
    .subquery()
)
# Whether the invitation was used is the person's own affair and is not looked at.
_CARDS = (
    select(participants.c.id, participants.c.name, invitations.c.expires_at)
    .join(_NEWEST, _NEWEST.c.participant_id == participants.c.id)
    .join(
        invitations,
        and_(invitations.c.participant_id == participants.c.id, invitations.c.created_at == _NEWEST.c.created_at),
    )
    .where(_OWN_PEOPLE, invitations.c.handed_at.is_(None), invitations.c.expires_at > _at("now"))
    .order_by(invitations.c.expires_at, participants.c.name, participants.c.id)
    .limit(bindparam("most"))
)
_SEEN = (
    select(audit.c.participant_id, func.max(audit.c.done_at).label("seen_at"))
    .where(audit.c.staff_id == bindparam("coach_id"), audit.c.action == Look.SAW.value)
    .group_by(audit.c.participant_id)
    .subquery()
)
# The first yes after a measurement counts: whoever switches a topic off and on again has shared nothing new.
_FIRST_YES = (
    select(consents.c.participant_id, measurements.c.id, func.min(consents.c.decided_at).label("shared_at"))
    .join(measurements, measurements.c.participant_id == consents.c.participant_id)
    .where(
        consents.c.coach_id == bindparam("coach_id"),
        consents.c.purpose == Purpose.TOPIC.value,
        consents.c.decision == Decision.GIVEN.value,
        measurements.c.completed_at.is_not(None),
        consents.c.decided_at >= measurements.c.completed_at,
    )
    .group_by(consents.c.participant_id, measurements.c.id)
    .subquery()
)
_NEWLY_SHARED = (
    select(participants.c.id, participants.c.name, func.max(_FIRST_YES.c.shared_at).label("shared_at"))
    .join(_FIRST_YES, _FIRST_YES.c.participant_id == participants.c.id)
    .outerjoin(_SEEN, _SEEN.c.participant_id == participants.c.id)
    .where(_OWN_PEOPLE, or_(_SEEN.c.seen_at.is_(None), _SEEN.c.seen_at < _FIRST_YES.c.shared_at))
    .group_by(participants.c.id, participants.c.name)
    .order_by(func.max(_FIRST_YES.c.shared_at).desc(), participants.c.id)
    .limit(bindparam("most"))
)


def follow_ups(
    connection: Connection, organisation_id: str, coach_id: str, *, since: datetime, until: datetime, most: int
) -> tuple[FollowUp, ...]:
    """The follow-ups of a coach's people that are due in that time, whatever became of them, the first one first."""
    values = {"organisation_id": organisation_id, "coach_id": coach_id, "since": since, "until": until, "most": most}
    return tuple(FollowUp(row[0], row[1], row[2], bool(row[3])) for row in connection.execute(_FOLLOW_UPS, values))


def cards(connection: Connection, organisation_id: str, coach_id: str, *, now: datetime, most: int) -> tuple[Card, ...]:
    """The people of a coach whose newest invitation was not handed over and still works, the first to end first."""
    values = {"organisation_id": organisation_id, "coach_id": coach_id, "now": now, "most": most}
    return tuple(Card(*row) for row in connection.execute(_CARDS, values))


def newly_shared(connection: Connection, organisation_id: str, coach_id: str, *, most: int) -> tuple[NewlyShared, ...]:
    """Who shared a measurement for the first time since the coach last saw the page, the newest first.

    It may have been taken back since: who asks must leave those out.
    """
    values = {"organisation_id": organisation_id, "coach_id": coach_id, "most": most}
    return tuple(NewlyShared(*row) for row in connection.execute(_NEWLY_SHARED, values))

"""Codes: an invitation is claimed once, by a press; a re-issued one or a link elsewhere takes it all along."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection

from bot.conversation.conversation import Conversation, Stage, dump
from bot.conversation.events import Came, CodeReissued, Event, MeasurementDue
from bot.conversation.lobby import Refusal
from bot.inbound import Inbound
from bot.parts import Parts
from domain.ids import ChatId, ConversationId
from storage import chats, conversations, elsewhere_links, invitations, measurements, participants
from storage.chats import Chat
from storage.conversations import Kind, StoredConversation
from storage.invitations import Found, Invitation, State
from storage.measurements import Status, StoredMeasurement
from storage.secrets import new_id


class Worth(StrEnum):
    """What a code would do now, for whoever only looks."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """A code that opened a conversation: what happens in it now, and the chat that was left for this one."""

    stored: StoredConversation
    events: tuple[Event, ...]
    left: StoredConversation | None = None


_REFUSALS = {
    State.USED: Refusal.USED,
    State.EXPIRED: Refusal.EXPIRED,
    State.REVOKED: Refusal.EXPIRED,
    State.UNKNOWN: Refusal.UNKNOWN,
    State.TOO_MANY: Refusal.TOO_MANY,
}
_WORTH = {State.VALID: Worth.OPEN, State.USED: Worth.USED, State.EXPIRED: Worth.EXPIRED, State.REVOKED: Worth.EXPIRED}


def look(connection: Connection, parts: Parts, code: str) -> Worth:
    """What the secret of a link is worth. Claims nothing and counts no guess."""
    found = invitations.look_up_link(connection, code, key=parts.key, now=parts.now())
    if found.state is State.UNKNOWN:
        link = elsewhere_links.find(connection, code, key=parts.key, now=parts.now())
        return Worth({"valid": "open"}.get(link.state.value, link.state.value))
    return _WORTH[found.state]


def claim(
    connection: Connection, parts: Parts, inbound: Inbound, code: str, here: StoredConversation | None
) -> Claim | Refusal:
    """The conversation that a code opens in this chat, or why it opens none."""
    link = elsewhere_links.find(connection, code, key=parts.key, now=parts.now())
    if link.link is not None:
        return _go_on_here(connection, parts, inbound, code, here)
    found = invitations.find(
        connection,
        code,
        channel=inbound.channel,
        address=inbound.place or inbound.address,
        key=parts.key,
        now=parts.now(),
    )
    if here is not None and found.invitation is not None:
        is_own = found.invitation.participant_id == here.participant_id
        return Claim(here, (Came(),)) if is_own else Refusal.SHARED_PHONE
    if found.state is not State.VALID:
        return _REFUSALS[found.state]
    return _claim_invitation(connection, parts, inbound, code)


def _claim_invitation(connection: Connection, parts: Parts, inbound: Inbound, code: str) -> Claim | Refusal:
    chat_id = ChatId(new_id())
    found: Found = invitations.claim(
        connection,
        code,
        chat_id=chat_id,
        channel=inbound.channel,
        address=inbound.place or inbound.address,
        key=parts.key,
        now=parts.now(),
    )
    if found.state is not State.VALID or found.invitation is None:
        return _REFUSALS[found.state]
    main = conversations.of_participant(connection, found.invitation.participant_id)
    if main is None:
        return _begin(connection, parts, inbound, found.invitation, chat_id)
    _ask_old_chat(connection, parts, main)
    stored = _move(connection, parts, inbound, main, chat_id)
    return Claim(stored, (CodeReissued(has_pin=stored.pin_hash is not None),))


def _begin(
    connection: Connection, parts: Parts, inbound: Inbound, invitation: Invitation, chat_id: ChatId
) -> Claim | Refusal:
    """The first claim: a new conversation, with the baseline waiting behind the welcome."""
    participant = participants.get(connection, invitation.organisation_id, invitation.participant_id)
    if participant is None:
        return Refusal.UNKNOWN
    conversation_id, now = ConversationId(new_id()), parts.now()
    conversations.add(
        connection,
        conversation_id=conversation_id,
        organisation_id=invitation.organisation_id,
        participant_id=invitation.participant_id,
        state=dump(Conversation(language=participant.language, same_order=participant.same_order)),
        due=0,
        now=now,
        chat_id=chat_id,
    )
    stored = _in_new_chat(connection, parts, inbound, conversation_id, invitation, chat_id)
    waiting = measurements.current_of(connection, invitation.participant_id)
    planned = [waiting] if waiting else _planned(connection, invitation.participant_id)
    events: list[Event] = []
    for measurement in planned[:1]:
        measurements.mark(connection, measurement.id, Status.INVITED, now)
        events.append(due_event(measurement))
    return Claim(stored, (*events, inbound.event))


def _planned(connection: Connection, participant_id: str) -> list[StoredMeasurement]:
    return [one for one in measurements.of_participant(connection, participant_id) if one.status is Status.PLANNED]


def _ask_old_chat(connection: Connection, parts: Parts, main: StoredConversation) -> None:
    """The chat where it went on until now is told, and asked; it shows nothing of the conversation any more."""
    if main.chat_id is None or main.channel is None or main.address is None:
        return
    now, guard = parts.now(), ConversationId(new_id())
    conversations.add(
        connection,
        conversation_id=guard,
        organisation_id=main.organisation_id,
        participant_id=main.participant_id,
        state=dump(Conversation(stage=Stage.OLD_CHAT, language=main.language)),
        due=1,
        now=now,
        kind=Kind.OLD_CHAT,
        chat_id=main.chat_id,
        next_try_at=now,
    )
    chats.move(connection, main.chat_id, guard)


def _move(
    connection: Connection, parts: Parts, inbound: Inbound, main: StoredConversation, chat_id: ChatId
) -> StoredConversation:
    """The conversation goes on in a new chat."""
    stored = _in_new_chat(connection, parts, inbound, main.id, main, chat_id)
    conversations.go_on_in(connection, main.id, chat_id)
    return replace(stored, placed=None)


def _go_on_here(
    connection: Connection, parts: Parts, inbound: Inbound, code: str, here: StoredConversation | None
) -> Claim | Refusal:
    """A link to go on in another chat: the same conversation, now here."""
    found = elsewhere_links.spend(connection, code, key=parts.key, now=parts.now())
    if found.link is None or found.state.value == "expired":
        return Refusal.ELSEWHERE_EXPIRED
    if here is not None:
        is_own = here.participant_id == found.link.participant_id
        return Claim(here, (Came(),)) if is_own else Refusal.SHARED_PHONE
    if found.state.value != "valid":
        return Refusal.ELSEWHERE_USED
    main = conversations.by_id(connection, found.link.conversation_id)
    if main is None:
        return Refusal.ELSEWHERE_EXPIRED
    stored = _move(connection, parts, inbound, main, ChatId(new_id()))
    return Claim(stored, (Came(),), left=main)


def come_back(
    connection: Connection, stored: StoredConversation
) -> tuple[StoredConversation, StoredConversation | None]:
    """The conversation in the chat where the person is now, and the one that was left for it, if there was another."""
    if stored.chat_id == stored.found_chat_id or stored.found_chat_id is None:
        return stored, None
    left = conversations.by_id(connection, stored.id)
    conversations.go_on_in(connection, stored.id, stored.found_chat_id)
    return replace(stored, chat_id=stored.found_chat_id, placed=None), left


def _in_new_chat(
    connection: Connection,
    parts: Parts,
    inbound: Inbound,
    conversation_id: ConversationId,
    whose: Invitation | StoredConversation,
    chat_id: ChatId,
) -> StoredConversation:
    chats.add(
        connection,
        Chat(
            id=chat_id,
            organisation_id=whose.organisation_id,
            participant_id=whose.participant_id,
            conversation_id=conversation_id,
            channel=inbound.channel,
            address=inbound.address,
            created_at=parts.now(),
        ),
    )
    stored = conversations.in_chat(connection, inbound.channel, inbound.address)
    assert stored is not None  # noqa: S101 - it was added a line above, in this transaction
    return stored


def due_event(stored: StoredMeasurement) -> MeasurementDue:
    """The event of a stored measurement that becomes due."""
    return MeasurementDue(
        measurement_id=stored.id,
        ordinal=stored.ordinal,
        modules=tuple(stored.modules),
        seed=stored.seed,
        same_order=stored.same_order,
    )

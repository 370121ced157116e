"""Codes: an invitation is claimed once, by a press; a re-issued one or a link elsewhere takes it all along."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.around import PUSHING, conversation_of
from bot.conversation.conversation import Conversation, Stage, dump
from bot.conversation.events import Came, CameElsewhere, CodeReissued, Event, MeasurementDue, OldChatDecided
from bot.conversation.lobby import Refusal
from bot.inbound import Inbound
from bot.parts import Parts
from domain.ids import ChatId, ConversationId
from domain.questionnaire import LANGUAGES
from storage import (
    chats,
    conversations,
    elsewhere_links,
    invitations,
    measurements,
    organisations,
    participants,
    sample_links,
)
from storage.chats import Chat
from storage.conversations import Kind, StoredConversation
from storage.invitations import Found, Invitation, State
from storage.measurements import Status, StoredMeasurement
from storage.sample_links import SampleLink
from storage.secrets import new_id


class Worth(StrEnum):
    """What a code would do now, for whoever only looks."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    SAMPLED = "sampled"


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
        if link.link is None and (sample := sample_links.find(connection, code, key=parts.key)):
            return _sample_worth(sample, parts.now())
        return Worth({"valid": "open"}.get(link.state.value, link.state.value))
    return _WORTH[found.state]


def _sample_worth(link: SampleLink, now: datetime) -> Worth:
    if link.taken_at is not None:
        return Worth.SAMPLED
    return Worth.EXPIRED if link.expires_at <= now else Worth.OPEN


def languages_of(connection: Connection, parts: Parts, code: str) -> tuple[str, ...]:
    """The languages that the organisation of an invitation offers; all for any other code. Counts no guess."""
    found = invitations.look_up_link(connection, code, key=parts.key, now=parts.now())
    if found.invitation is None:
        return LANGUAGES
    organisation = organisations.get(connection, found.invitation.organisation_id)
    if organisation is None:
        return LANGUAGES
    person = participants.get(connection, organisation.id, found.invitation.participant_id)
    return tuple(one for one in LANGUAGES if one in organisation.offered or (person and one == person.language))


def is_known(connection: Connection, parts: Parts, inbound: Inbound, code: str) -> bool:
    """Whether a typed code is anybody's. A wrong one is counted as a guess."""
    return _find(connection, parts, inbound, code).invitation is not None


def _find(connection: Connection, parts: Parts, inbound: Inbound, code: str) -> Found:
    place = inbound.place or inbound.address
    return invitations.find(connection, code, channel=inbound.channel, address=place, key=parts.key, now=parts.now())


def claim(
    connection: Connection, parts: Parts, inbound: Inbound, code: str, here: StoredConversation | None
) -> Claim | Refusal:
    """The conversation that a code opens in this chat, or why it opens none."""
    link = elsewhere_links.find(connection, code, key=parts.key, now=parts.now())
    if link.link is not None:
        return _go_on_here(connection, parts, inbound, code, here, link)
    found = _find(connection, parts, inbound, code)
    if here is not None and found.invitation is not None:
        if found.invitation.participant_id != here.participant_id:
            return Refusal.SHARED_PHONE
        if here.kind == Kind.OLD_CHAT and found.state is State.VALID:
            return _give_back(connection, parts, inbound, code, here)
        return _own_again(connection, here)
    if found.state is not State.VALID:
        return _REFUSALS[found.state]
    return _claim_invitation(connection, parts, inbound, code)


def _own_again(connection: Connection, here: StoredConversation) -> Claim:
    """The own code or link once more, in a chat of the person's own: the conversation goes on here."""
    stored, left = come_back(connection, here)
    return Claim(stored, (Came(),), left)


def _give_back(
    connection: Connection, parts: Parts, inbound: Inbound, code: str, here: StoredConversation
) -> Claim | Refusal:
    """The first chat itself comes with a new code: the conversation is its own again, and nothing stays hidden."""
    main = conversations.of_participant(connection, here.participant_id)
    if main is None or here.found_chat_id is None:
        return Refusal.UNKNOWN
    place = inbound.place or inbound.address
    invitations.claim(
        connection,
        code,
        chat_id=here.found_chat_id,
        channel=inbound.channel,
        address=place,
        key=parts.key,
        now=parts.now(),
    )
    for chat in _chats_of(connection, main):
        chats.end(connection, chat.id, parts.now())
    chats.move(connection, here.found_chat_id, main.id)
    conversations.go_on_in(connection, main.id, here.found_chat_id)
    stored = conversations.in_chat(connection, inbound.channel, inbound.address)
    assert stored is not None  # noqa: S101 - moved here a line above, in this transaction
    return Claim(replace(stored, placed=None), (OldChatDecided(agreed=True), Came()), left=main)


def _chats_of(connection: Connection, main: StoredConversation) -> list[Chat]:
    return [chat for chat in chats.of_participant(connection, main.participant_id) if chat.conversation_id == main.id]


def _claim_invitation(connection: Connection, parts: Parts, inbound: Inbound, code: str) -> Claim | Refusal:
    chat_id = ChatId(new_id())
    found = invitations.claim(
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
    left = _leave_old_chats(connection, parts, main)
    stored = _move(connection, parts, inbound, main, chat_id)
    return Claim(stored, (CodeReissued(has_pin=stored.pin_hash is not None),), left)


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


def _leave_old_chats(connection: Connection, parts: Parts, main: StoredConversation) -> StoredConversation | None:
    """Every chat where it went on until now shows nothing of it any more; the chat it was in, when that was trusted
    itself, is asked. A chat that came in by a re-issued code has nobody's trust to give: it is told, and over."""
    now, until_now = parts.now(), _chats_of(connection, main)
    if conversation_of(main).is_limited or main.chat_id is None:
        for chat in until_now:
            chats.end(connection, chat.id, now)
        return main if main.address else None
    guard = ConversationId(new_id())
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
        next_try_at=now if main.channel in PUSHING else None,
    )
    for chat in until_now:
        chats.move(connection, chat.id, guard)
    return None


def _move(
    connection: Connection, parts: Parts, inbound: Inbound, main: StoredConversation, chat_id: ChatId
) -> StoredConversation:
    """The conversation goes on in a new chat."""
    stored = _in_new_chat(connection, parts, inbound, main.id, main, chat_id)
    conversations.go_on_in(connection, main.id, chat_id)
    return replace(stored, placed=None)


def _go_on_here(
    connection: Connection,
    parts: Parts,
    inbound: Inbound,
    code: str,
    here: StoredConversation | None,
    found: elsewhere_links.Found,
) -> Claim | Refusal:
    """A link to go on in another chat: the same conversation, now here. A chat that is taken spends nothing."""
    if found.link is None or found.state is elsewhere_links.State.EXPIRED:
        return Refusal.ELSEWHERE_EXPIRED
    if here is not None and here.participant_id != found.link.participant_id:
        return Refusal.SHARED_PHONE
    spent = elsewhere_links.spend(connection, code, key=parts.key, now=parts.now())
    if here is not None:
        stored, left = come_back(connection, here)
        return Claim(stored, (CameElsewhere(),), left)
    main = conversations.by_id(connection, found.link.conversation_id)
    if main is None or spent.state is not elsewhere_links.State.VALID:
        return Refusal.ELSEWHERE_USED
    stored = _move(connection, parts, inbound, main, ChatId(new_id()))
    return Claim(stored, (CameElsewhere(),), left=main)


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

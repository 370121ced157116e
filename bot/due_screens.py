"""The screen that is due in a conversation, drawn from what is stored and without changing anything."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.around import conversation_of, for_screen, setting_of
from bot.conversation.advance import screen
from bot.conversation.conversation import Conversation
from bot.conversation.setting import Setting
from bot.inbound import Due
from bot.outcome import Outcome, reply_of
from bot.parts import Parts
from storage import claims, conversations
from storage.claims import Claim
from storage.conversations import StoredConversation
from storage.errors import StoreError


@dataclass(frozen=True, slots=True)
class Again:
    """A claimed conversation and what it has to show, or why that could not be drawn."""

    stored: StoredConversation
    outcome: Outcome | Exception


def due_screen(
    connection: Connection, parts: Parts, stored: StoredConversation, conversation: Conversation, setting: Setting
) -> Outcome:
    """What that conversation has to show in the chat where it goes on."""
    full = for_screen(connection, parts, stored, conversation, setting)
    return Outcome(
        screen=screen(conversation, full),
        setting=full,
        language=conversation.language,
        channel=stored.channel or "",
        address=stored.address or "",
        number=stored.due,
        conversation_id=stored.id,
        organisation_id=stored.organisation_id,
        participant_id=stored.participant_id,
        placed=stored.placed,
        is_bulk=stored.is_bulk,
        banned_until=stored.banned_until,
    )


def look(connection: Connection, parts: Parts, channel: str, address: str) -> Outcome | None:
    """What is due in a chat, for whoever looks at it; None for an address that nobody has."""
    stored = conversations.in_chat(connection, channel, address, lock=False)
    if stored is None:
        return None
    conversation = conversation_of(stored)
    setting = for_screen(connection, parts, stored, conversation, setting_of(parts, stored))
    return Outcome(screen(conversation, setting), setting, conversation.language, number=stored.due)


def again(connection: Connection, parts: Parts, claimed: Iterable[Claim]) -> tuple[Again, ...]:
    """What claimed conversations have to show, each drawn by itself: one that cannot be keeps no other waiting."""
    return tuple(_again(connection, parts, stored) for stored in claims.conversations_of(connection, claimed))


def _again(connection: Connection, parts: Parts, stored: StoredConversation) -> Again:
    try:
        return Again(stored, due_screen(connection, parts, stored, conversation_of(stored), setting_of(parts, stored)))
    except (DBAPIError, StoreError):
        raise  # The transaction is over: all of them come again.
    except Exception as error:  # Whatever it was: the others are shown.
        return Again(stored, error)


def due_of(parts: Parts, one: Again) -> Due | None:
    """That in words, to be shown under its claim. Raises what drawing it raised."""
    if isinstance(one.outcome, Exception):
        raise one.outcome
    stored, dues = one.stored, reply_of(parts, one.outcome).due
    claim = {name: getattr(stored, name) for name in ("attempts", "lease_token", "unconfirmed")}
    return replace(dues[0], **claim) if dues else None

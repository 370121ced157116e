"""One incoming thing, one durable transaction: seen before? → the conversation → facts, conversation, due screen."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import codes, due_screens, samples
from bot.around import PUSHING, conversation_of, setting_of
from bot.conversation import lobby
from bot.conversation.advance import advance
from bot.conversation.conversation import Conversation, dump
from bot.conversation.events import (
    Came,
    Commanded,
    Event,
    OldChatDecided,
    Pressed,
    Sent,
    Typed,
    WasAway,
)
from bot.conversation.facts import ErasureConfirmed, OldChatAnswered
from bot.conversation.lobby import Refusal
from bot.conversation.own_web import REMOVE
from bot.conversation.render import Writer
from bot.conversation.screen import Message, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Turn
from bot.due_screens import Again
from bot.inbound import Due, Inbound, Reply
from bot.outcome import Outcome, nobody, reply_of
from bot.parts import Parts
from bot.record import Recorder
from domain.errors import UnreadableConversation
from domain.questionnaire import LANGUAGES
from storage import chats, conversations, erasure, seen
from storage.claims import Claim
from storage.conversations import Kind, StoredConversation
from storage.secrets import as_typed, keyed_hash

SWEEP_AFTER = timedelta(seconds=15)
"""Whoever commits a turn shows its screen at once; if that did not happen, the sweeper does, this much later."""

_SAID_BELOW = (Typed, Commanded, Sent, Came)
"""What a person sends stands below our last message: that one cannot be edited in place any more."""

_UNHEARD = WasAway(is_heard=False)
"""It takes the place of the question: an edit makes no sound."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """The conversation after some events. Quiet: nothing changed. Silent: nothing that changed is to be shown."""

    conversation: Conversation
    toast: Say | None = None
    is_quiet: bool = True
    is_silent: bool = True
    is_erased: bool = False
    more: tuple[Outcome, ...] = ()

    def then(self, turn: Turn) -> "_Heard":
        """The same after one more turn."""
        return replace(
            self,
            conversation=turn.conversation,
            toast=turn.toast or self.toast,
            is_quiet=self.is_quiet and turn.is_quiet,
            is_silent=self.is_silent and (turn.is_silent or turn.is_quiet),
        )


class Turns:
    """Takes what comes in, one durable transaction each, and says what to show."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    # What the outside calls -------------------------------------------------------------------------------------

    async def take(self, inbound: Inbound) -> Reply:
        """One incoming thing; everything that follows from it is durable when this returns. Raises StoreUnavailable.

        Where the conversation cannot be read, nothing is changed, and the person is told so.
        """
        try:
            outcome = await self.parts.store.write(lambda connection: self._take(connection, inbound))
        except UnreadableConversation:
            outcome = await self.parts.store.read(lambda connection: self._cannot_read(connection, inbound))
        if outcome.is_erased:
            await self.parts.store.compact()
        return reply_of(self.parts, outcome)

    async def tell(self, participant_id: str, event: Event) -> Reply | None:
        """Something that the person did not do themselves; None for whoever has no conversation yet."""
        outcome = await self.parts.store.write(lambda connection: self.tell_in(connection, participant_id, event))
        return reply_of(self.parts, outcome) if outcome else None

    async def look(self, channel: str, address: str) -> Reply | None:
        """What is due now, without changing anything; None for an address that nobody has."""
        outcome = await self.parts.store.read(
            lambda connection: due_screens.look(connection, self.parts, channel, address)
        )
        return reply_of(self.parts, outcome) if outcome else None

    async def invitation(self, code: str) -> str:
        """What a code is worth now: open, used, expired or unknown. Claims nothing."""
        found = await self.parts.store.read(lambda connection: codes.look(connection, self.parts, code))
        return found.value

    async def languages(self, code: str) -> tuple[str, ...]:
        """The languages that somebody with this code is offered; all when nobody knows the code. Claims nothing."""
        return await self.parts.store.read(lambda connection: codes.languages_of(connection, self.parts, code))

    def reply_of(self, outcome: Outcome) -> Reply:
        """The reply to an outcome that was made inside another transaction."""
        return reply_of(self.parts, outcome)

    def doorstep(self, language: str) -> Message:
        """The first screen of an open invitation, before anybody pressed anything."""
        return Writer(self.parts.catalogues, language, nobody(self.parts)).message(lobby.doorstep())

    async def again(self, claimed: Iterable[Claim]) -> tuple[Again, ...]:
        """What claimed conversations have to show, each drawn by itself: one that cannot be keeps no other waiting."""
        return await self.parts.store.read(lambda connection: due_screens.again(connection, self.parts, claimed))

    def due_of(self, again: Again) -> Due | None:
        """That in words, to be shown under its claim. Raises what drawing it raised."""
        return due_screens.due_of(self.parts, again)

    # Inside the transaction -------------------------------------------------------------------------------------

    def _take(self, connection: Connection, inbound: Inbound) -> Outcome:
        key_hash = keyed_hash(self.parts.key, "seen", inbound.key)
        if not seen.is_new(connection, inbound.channel, key_hash, self.parts.now()):
            return Outcome(None, nobody(self.parts), "nl")
        stored = conversations.in_chat(connection, inbound.channel, inbound.address)
        if stored is not None and stored.unreachable_at is not None:
            # Whoever writes can be reached, whatever the channel forgot to tell.
            chats.mark_reachable(connection, inbound.channel, inbound.address, is_reachable=True, now=self.parts.now())
        if inbound.code is not None:
            return self._came_with_code(connection, inbound, inbound.code, stored)
        if stored is not None:
            if isinstance(inbound.event, Typed) and (code := as_typed(inbound.event.text)):
                return self._typed_code_here(connection, inbound, code, stored)
            here, left = codes.come_back(connection, _where_pressed(stored, inbound.pressed_on))
            return self.go_on(connection, here, inbound.event, left=left)
        typed = as_typed(inbound.event.text) if isinstance(inbound.event, Typed) else None
        if typed is None:
            return self._to_stranger(inbound, lobby.ask_for_code())
        return self._came_with_code(connection, inbound, typed, None)

    def _came_with_code(
        self, connection: Connection, inbound: Inbound, code: str, stored: StoredConversation | None
    ) -> Outcome:
        sample = samples.answer(connection, self.parts, inbound, code)
        if sample is not None:
            return sample
        claim = codes.claim(connection, self.parts, inbound, code, stored)
        if isinstance(claim, Refusal):
            if claim is Refusal.SHARED_PHONE:
                return self._to_stranger(inbound, lobby.refuse(claim, url=self.parts.link(code)))
            return self._to_stranger(inbound, lobby.refuse(claim, code=code))
        return self.go_on(connection, claim.stored, *claim.events, left=claim.left)

    def _typed_code_here(
        self, connection: Connection, inbound: Inbound, code: str, stored: StoredConversation
    ) -> Outcome:
        """Eight characters typed in a chat that is taken: somebody's code, or just a word."""
        if not codes.is_known(connection, self.parts, inbound, code):
            here, left = codes.come_back(connection, stored)
            return self.go_on(connection, here, inbound.event, left=left)
        return self._came_with_code(connection, inbound, code, stored)

    def go_on(
        self,
        connection: Connection,
        stored: StoredConversation,
        *events: Event,
        left: StoredConversation | None = None,
        is_asked_for: bool = True,
    ) -> Outcome:
        """The conversation after those events, stored, with what has to be said and shown.

        ``is_asked_for``: the person did something that this answers. What comes unasked is bulk, unless it takes the
        place of an answer that the person still waits for.
        """
        setting = setting_of(self.parts, stored)
        heard = self._heard(connection, stored, events, setting)
        if heard.is_erased:
            return self._erase(connection, stored, heard.conversation, setting)
        if heard.is_quiet and left is None:
            return _nothing_new(stored, heard, setting)
        if heard.is_silent and left is None:
            return self._kept(connection, stored, heard.conversation, setting)
        if Pressed(REMOVE) in events:
            stored = replace(stored, placed=None)  # what comes next must not stand in the message that goes
        is_bulk = not is_asked_for and (stored.is_bulk or stored.due == stored.shown)
        is_below = (is_bulk and _UNHEARD not in events) or any(isinstance(event, _SAID_BELOW) for event in events)
        outcome = self._saved(connection, stored, heard.conversation, setting, is_below=is_below, is_bulk=is_bulk)
        return replace(outcome, toast=heard.toast, more=(*self._farewell(left), *heard.more))

    def tell_in(self, connection: Connection, participant_id: str, event: Event) -> Outcome | None:
        """``tell`` inside a transaction that is already open."""
        stored = conversations.of_participant(connection, participant_id)
        return self.go_on(connection, stored, event, is_asked_for=False) if stored else None

    def _heard(
        self, connection: Connection, stored: StoredConversation, events: tuple[Event, ...], setting: Setting
    ) -> _Heard:
        """One event after the other, and what recording them brings; every fact is in its repository after this."""
        heard = _Heard(conversation_of(stored))
        recorder = Recorder(connection, self.parts, stored, stored.channel or "", self.parts.now())
        waiting = list(events)
        while waiting:
            turn = advance(heard.conversation, waiting.pop(0), recorder.now, setting)
            heard = heard.then(turn)
            for fact in turn.facts:
                if isinstance(fact, ErasureConfirmed):
                    return replace(heard, is_erased=True)
                if isinstance(fact, OldChatAnswered):
                    told = self._tell_main(connection, stored, agreed=fact.agreed)
                    heard = replace(heard, more=(*heard.more, *told))
                following = recorder.record(fact, turn.conversation, setting)
                waiting += [following] if following else []
        return heard

    def _kept(
        self, connection: Connection, stored: StoredConversation, conversation: Conversation, setting: Setting
    ) -> Outcome:
        """The conversation remembered, and nothing shown: the screen that is due stays the one that is due."""
        conversations.keep(connection, stored.id, state=dump(conversation), placed=stored.placed)
        return Outcome(
            None, setting, conversation.language, stored.channel or "", conversation_id=stored.id, is_kept=True
        )

    def _saved(
        self,
        connection: Connection,
        stored: StoredConversation,
        conversation: Conversation,
        setting: Setting,
        *,
        is_below: bool,
        is_bulk: bool,
    ) -> Outcome:
        """The conversation remembered, with a new screen that is due."""
        number, now = stored.due + 1, self.parts.now()
        placed = _below(stored.placed) if is_below else stored.placed
        conversations.save(
            connection,
            stored.id,
            state=dump(conversation),
            due=number,
            due_at=now,
            placed=placed,
            next_try_at=(now if is_bulk else now + SWEEP_AFTER) if stored.channel in PUSHING else None,
            is_bulk=is_bulk,
        )
        if stored.channel not in PUSHING:
            conversations.mark_shown(connection, stored.id, number=number, placed=None, now=now)
        outcome = due_screens.due_screen(connection, self.parts, stored, conversation, setting)
        return replace(outcome, number=number, placed=placed, is_below=is_below, is_bulk=is_bulk, is_kept=True)

    def _tell_main(self, connection: Connection, stored: StoredConversation, *, agreed: bool) -> tuple[Outcome, ...]:
        main = conversations.of_participant(connection, stored.participant_id, kind=Kind.MAIN)
        return (self.go_on(connection, main, OldChatDecided(agreed=agreed)),) if main else ()

    def _farewell(self, left: StoredConversation | None) -> tuple[Outcome, ...]:
        """The last word in a chat that was left for another: where to go on, and nothing else."""
        if left is None or left.channel not in PUSHING:
            return ()
        setting = setting_of(self.parts, left)
        moved = Screen(lines=(Say("elsewhere.moved"),))
        return (Outcome(moved, setting, left.language, left.channel or "", left.address or "", placed=left.placed),)

    def _erase(
        self, connection: Connection, stored: StoredConversation, conversation: Conversation, setting: Setting
    ) -> Outcome:
        now = self.parts.now()
        code = erasure.erase(
            connection,
            organisation_id=stored.organisation_id,
            participant_id=stored.participant_id,
            erased_by=erasure.ErasedBy.PARTICIPANT,
            key=self.parts.key,
            now=now,
        )
        receipt = lobby.erased(on=_local_day(now, stored.time_zone), code=code)
        return Outcome(
            screen=receipt,
            setting=setting,
            language=conversation.language,
            channel=stored.channel or "",
            address=stored.address or "",
            placed=stored.placed,
            is_erased=True,
        )

    def _to_stranger(self, inbound: Inbound, drawn: Screen) -> Outcome:
        language = inbound.language if inbound.language in LANGUAGES else LANGUAGES[0]
        return Outcome(drawn, nobody(self.parts), str(language), inbound.channel, inbound.address)

    def _cannot_read(self, connection: Connection, inbound: Inbound) -> Outcome:
        stored = conversations.in_chat(connection, inbound.channel, inbound.address, lock=False)
        known = replace(inbound, language=stored.language) if stored else inbound
        return self._to_stranger(known, lobby.cannot_be_read())


def _nothing_new(stored: StoredConversation, heard: _Heard, setting: Setting) -> Outcome:
    return Outcome(
        screen=None,
        setting=setting,
        language=heard.conversation.language,
        channel=stored.channel or "",
        toast=heard.toast,
        conversation_id=stored.id,
        banned_until=stored.banned_until,
    )


def _below(placed: str | None) -> str | None:
    if placed is None:
        return None
    return json.dumps({**json.loads(placed), "is_last": False})


def _where_pressed(stored: StoredConversation, message_id: str | None) -> StoredConversation:
    """As stored; a press on another message than our last one says that there is one that we do not know of: its
    receipt went lost, or we did. What comes next then stands below both."""
    if message_id is None or stored.placed is None or json.loads(stored.placed)["message_id"] == message_id:
        return stored
    return replace(stored, placed=_below(stored.placed))


def _local_day(now: datetime, time_zone: str) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()

"""Telegram's updates: read, taken in one durable transaction, and only then answered and shown."""

from bot.channels import ChatChanged, SendError
from bot.channels.telegram import Telegram
from bot.channels.telegram_updates import Ignored, InGroup, Received, parse
from bot.conversation.events import Pressed
from bot.conversation.own_web import REMOVE
from bot.delivery import Delivery
from bot.parts import Parts
from bot.turns import Turns
from domain.questionnaire import LANGUAGES
from storage import chats


class TelegramIntake:
    """Takes one update after another; ``take`` returns when what it says is durable."""

    def __init__(self, parts: Parts, turns: Turns, delivery: Delivery, telegram: Telegram) -> None:
        self._parts = parts
        self._turns = turns
        self._delivery = delivery
        self._telegram = telegram

    async def take(self, update: object) -> str:
        """One update; what became of it in one word, for the log. Raises StoreUnavailable: then it must come again."""
        match parse(update):
            case Received() as received:
                await self._received(received)
                return "taken"
            case ChatChanged() as changed:
                await self._changed(changed)
                return "reachable" if changed.is_reachable else "unreachable"
            case InGroup(address, language):
                words = self._parts.catalogues[language if language in LANGUAGES else LANGUAGES[0]]
                self._delivery.soon(self._telegram.decline_group(address, words.say("group_chat.not_possible")))
                return "group"
            case Ignored(reason):
                return f"ignored: {reason}"

    async def _received(self, received: Received) -> None:
        reply = await self._turns.take(received.inbound)
        self._delivery.heed(received.inbound.channel, reply.banned_until)
        if received.callback_id is not None:
            self._delivery.soon(self._telegram.answer(received.callback_id, reply.toast))
        self._delivery.show_soon(reply)
        if received.inbound.event == Pressed(REMOVE) and received.message_id is not None:
            self._delivery.soon(self._remove(received.inbound.address, received.message_id))

    async def _remove(self, address: str, message_id: str) -> None:
        try:
            await self._telegram.remove(address, message_id)
        except SendError as error:
            self._delivery.sends.count(error.cause)

    async def _changed(self, changed: ChatChanged) -> None:
        now = self._parts.now()
        await self._parts.store.write(
            lambda connection: chats.mark_reachable(
                connection, changed.channel, changed.address, is_reachable=changed.is_reachable, now=now
            )
        )

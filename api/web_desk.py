"""What the web chat asks of the bot, in one place: turns, pictures, codes, and the person's own data."""

from bot.conversation.screen import Picture
from bot.inbound import Inbound, Reply
from bot.mydata import my_data
from bot.turns import Turns
from bot.webs import Webs
from reports.chart import FileFormat
from storage import conversations


class WebDesk:
    """The real service behind the web chat's pages (the protocol stands in ``api.web_chat``)."""

    def __init__(self, turns: Turns, webs: Webs) -> None:
        self._turns = turns
        self._webs = webs

    async def take(self, inbound: Inbound) -> Reply:
        """One event, durably. Raises StoreUnavailable."""
        return await self._turns.take(inbound)

    async def look(self, channel: str, address: str) -> Reply | None:
        """What is due now, changing nothing."""
        return await self._turns.look(channel, address)

    async def invitation(self, code: str) -> str:
        """What a code would do: open, used, expired, sampled or unknown."""
        return await self._turns.invitation(code)

    async def languages(self, code: str) -> tuple[str, ...]:
        """The languages that somebody with this code is offered."""
        return await self._turns.languages(code)

    async def picture(self, channel: str, address: str, picture: Picture, *, file_format: str) -> bytes | None:
        """A picture of this chat's own person, drawn; None when it is not theirs. Raises DrawingError."""
        kind: FileFormat = "png" if file_format == "png" else "svg"
        drawn = await self._webs.own(channel, address, picture, file_format=kind)
        return drawn[0] if drawn else None

    async def own_data(self, channel: str, address: str) -> bytes | None:
        """Everything kept about this chat's own person, as JSON; None while that is not the screen that is due."""
        reply = await self._turns.look(channel, address)
        if reply is None or reply.message is None or not reply.message.has_file:
            return None
        parts = self._turns.parts
        stored = await parts.store.read(lambda c: conversations.in_chat(c, channel, address, lock=False))
        if stored is None:
            return None
        return await parts.store.read(
            lambda c: my_data(c, parts.catalogues, stored.organisation_id, stored.participant_id)
        )

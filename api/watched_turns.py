"""Turns as the channels see them here: each is counted and logged in one line of ids, and what it made due is shown."""

import time
from typing import cast

import structlog

from api.figures import Figures
from api.web_chat import Invitation
from api.web_desk import WebDesk
from bot.delivery import Delivery
from bot.inbound import Inbound, Reply
from bot.parts import Parts
from bot.turns import Turns
from bot.webs import Webs

log = structlog.get_logger()


class WatchedTurns(Turns):
    """Turns that are counted, with one line in the log for each: ids only."""

    def __init__(self, parts: Parts, figures: Figures) -> None:
        super().__init__(parts)
        self._figures = figures

    async def take(self, inbound: Inbound) -> Reply:
        """As Turns says."""
        begun = time.perf_counter()
        try:
            reply = await super().take(inbound)
        except Exception:
            self._note(inbound, Reply(None), "failed", begun)
            raise
        self._note(inbound, reply, "changed" if reply.message else "quiet" if reply.toast else "nothing", begun)
        return reply

    def _note(self, inbound: Inbound, reply: Reply, outcome: str, begun: float) -> None:
        self._figures.turned(inbound, outcome, reply)
        log.info(
            "turn",
            channel=inbound.channel,
            kind=type(inbound.event).__name__,
            outcome=outcome,
            number=reply.number,
            conversation=reply.conversation_id,
            milliseconds=round((time.perf_counter() - begun) * 1000, 1),
        )


class ShowingDesk(WebDesk):
    """The web chat's desk; what a press there makes due in a chat elsewhere is shown there."""

    def __init__(self, turns: Turns, webs: Webs, delivery: Delivery) -> None:
        super().__init__(turns, webs)
        self._delivery = delivery

    async def take(self, inbound: Inbound) -> Reply:
        """As WebDesk says."""
        reply = await super().take(inbound)
        self._delivery.show_soon(reply)
        return reply

    async def invitation(self, code: str) -> Invitation:
        """As WebDesk says; the bot's word for it is one of the page's."""
        return cast(Invitation, await super().invitation(code))

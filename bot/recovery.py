"""After a time in which nobody could receive: open questions that may have swallowed presses are offered once more.

Telegram keeps a press for 150 seconds only. Whoever pressed while we were away sees nothing happen, and we never hear
of it. A moment is stored while we can receive; who finds it old knows that there was a gap.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.around import PUSHING
from bot.conversation.events import WasAway
from bot.turns import Turns
from domain.consent import may_write_to
from domain.errors import UnreadableConversation
from domain.schedule import Hours
from storage import consents, interrupted, moments
from storage.interrupted import Waiting
from storage.moments import Moment

BEAT_SECONDS = 10.0
GAP = timedelta(seconds=120)
"""Telegram tries to bring a press for at least so long; nothing is lost in a shorter gap."""

RECENT = timedelta(hours=24)
"""Whose screen has not changed for longer before the gap was hardly pressing in it."""

LAST_BEAT = timedelta(seconds=60)
"""What happens so long after the last beat was still before the gap; whatever is later happened after it."""

AT_ONCE = 50

log = structlog.get_logger()


class Recovery:
    """Notices a gap, whatever made it: a stop, a crash, a machine that slept, a database that was away.

    Any number of processes may beat; a gap is one in which none did. ``monotonic``: the seconds of this process, which
    a clock that is put right or moved on cannot change: while this process went on there was no gap.
    """

    def __init__(self, turns: Turns, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._turns = turns
        self._monotonic = monotonic
        self._beaten_at: float | None = None

    async def beat(self) -> int:
        """This process can receive now. How many questions were offered again. Raises StoreUnavailable.

        The beat comes last: what a crash leaves undone is found again, and who was offered it already is left alone.
        """
        store, now = self._turns.parts.store, self._turns.parts.now()
        last = await store.read(lambda connection: moments.last(connection, Moment.RECEIVED))
        offered = 0
        if last is not None and now - last > GAP and self._may_have_been_away():
            offered = await self._offer_all(last)
            log.warning("was_away", seconds=round((now - last).total_seconds()), count=offered)
        await store.write(lambda connection: moments.put(connection, Moment.RECEIVED, self._turns.parts.now()))
        self._beaten_at = self._monotonic()
        return offered

    def _may_have_been_away(self) -> bool:
        return self._beaten_at is None or self._monotonic() - self._beaten_at > GAP.total_seconds()

    async def _offer_all(self, last: datetime) -> int:
        offered, after = 0, ""
        while True:
            count, after = await self._turns.parts.store.write(
                lambda connection, after=after: self._offer_some(connection, last, after)  # type: ignore[misc] # mypy does not infer a bound lambda
            )
            offered += count
            if not after:
                return offered

    def _offer_some(self, connection: Connection, last: datetime, after: str) -> tuple[int, str]:
        """How many of the next few were offered their question again, and where to go on; "" after the last."""
        waiting = interrupted.waiting(
            connection,
            channels=sorted(PUSHING),
            since=last - RECENT,
            until=last + LAST_BEAT,
            after=after,
            most=AT_ONCE,
        )
        offered = sum(self._offer(connection, one) for one in waiting)
        return offered, waiting[-1].conversation_id if len(waiting) == AT_ONCE else ""

    def _offer(self, connection: Connection, one: Waiting) -> bool:
        event = WasAway(is_heard=self._may_be_heard(connection, one))
        try:
            outcome = self._turns.tell_in(connection, one.participant_id, event)
        except UnreadableConversation:  # Nothing was written yet, and the log tells which: the others go on.
            return False
        return outcome is not None and outcome.screen is not None

    def _may_be_heard(self, connection: Connection, one: Waiting) -> bool:
        """A new message makes a sound: by day only, and only for who said yes to messages."""
        now = self._turns.parts.now()
        hours = Hours(ZoneInfo(one.time_zone))
        return hours.is_open(now) and may_write_to(consents.history(connection, one.participant_id), now)

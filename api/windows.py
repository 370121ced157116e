"""The windows of group results that close by themselves: looked at every few minutes, worked out, printed once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from api.results import method_of
from bot.parts import Parts
from domain.errors import NotPublishable
from domain.suppression import WORK
from domain.windows import Care, Closing
from storage import closing, windows
from storage.closing import Draft
from storage.secrets import new_id

EVERY = timedelta(minutes=5)
"""Nobody waits for a window: it closes a few minutes after it may."""


class Windows:
    """Closes what is to close. Any number of processes may: each window is claimed in the database."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._method = method_of(parts.catalogues)
        self._next_at: datetime | None = None
        self._looked: dict[tuple[str, str], tuple[int, date]] = {}
        """How many had finished, by organisation and moment, when nothing closed, and on which day that was."""

    async def close_due(self) -> int:
        """Close every window that closes now; how many. Between two looks it does nothing."""
        now = self._parts.now()
        if self._next_at is not None and now < self._next_at:
            return 0
        self._next_at = now + EVERY
        closed = 0
        for (organisation_id, moment), finished in (await self._parts.store.read(windows.finished)).items():
            seen = finished, now.date()
            if finished < WORK.fewest or self._looked.get((organisation_id, moment)) == seen:
                continue
            for care in Care:
                closed += await self._close(organisation_id, moment, care, now)
            self._looked[organisation_id, moment] = seen
        return closed

    async def _close(self, organisation_id: str, moment: str, care: Care, now: datetime) -> int:
        """1 when this window was closed by this call; 0 when it waits, or somebody else was first."""
        draft = await self._parts.store.read(self._drafting(organisation_id, moment, care, now))
        if draft is None:
            return 0
        window_id = new_id()
        try:
            await self._parts.store.write(
                lambda connection: closing.close(connection, self._method, draft, window_id=window_id, by_hand=False)
            )
        except NotPublishable:
            return 0
        return 1

    def _drafting(
        self, organisation_id: str, moment: str, care: Care, now: datetime
    ) -> Callable[[Connection], Draft | None]:
        """What would be printed; None while it waits."""

        def draft(connection: Connection) -> Draft | None:
            scope = closing.scope_of(connection, organisation_id, moment, care, now)
            if closing.state_of(connection, self._method, scope) is not Closing.NOW:
                return None
            return closing.drafted(connection, self._method, scope)

        return draft

"""Readiness: whether this process can do its work now, by doing a little of it: it reads, and it writes.

A disk that is full and a database that only reads are found by the writing. One probe at a time, and none while the
last one that went well is fresh: asking often costs nothing.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.parts import Parts
from storage import moments, schema
from storage.errors import StoreError, StoreUnavailable
from storage.moments import Moment

WITHIN_SECONDS = 3.0
FRESH_SECONDS = 3.0
UNREACHABLE, NOT_WRITABLE = "unreachable", "not writable"
CAUSES: Mapping[str, str] = {
    "SQLITE_FULL": "the disk is full",
    "53100": "the disk is full",
    "SQLITE_IOERR": "the disk cannot be written",
    "SQLITE_READONLY": "it can only be read",
    "25006": "it can only be read",
    "SQLITE_BUSY": "somebody else holds it locked",
    "53300": "it has no connection free",
}
"""What the databases' own codes mean to whoever keeps the server; others stand for themselves."""


@dataclass(frozen=True, slots=True)
class Found:
    """How the database is: a schema.State, UNREACHABLE or NOT_WRITABLE, and why, where that is known."""

    database: str
    cause: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether everything can be done that has to be done."""
        return self.database == schema.State.CURRENT


class Readiness:
    """Looks at the store of this process whenever somebody asks."""

    def __init__(self, parts: Parts, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._monotonic = monotonic
        self._probe: asyncio.Task[None] | None = None
        self._written_at: float | None = None

    async def look(self) -> Found:
        """How it is now. Never raises, and never takes longer than twice WITHIN_SECONDS."""
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                found = await asyncio.to_thread(schema.state, self._parts.store.engine)
        except (SQLAlchemyError, StoreError, OSError):  # TimeoutError is an OSError.
            return Found(UNREACHABLE)
        return await self._writing() if found == schema.State.CURRENT else Found(found)

    async def _writing(self) -> Found:
        if self._written_at is not None and self._monotonic() - self._written_at < FRESH_SECONDS:
            return Found(schema.State.CURRENT)
        if self._probe is None:
            self._probe = asyncio.create_task(self._write(self._parts.now()))
        probe = self._probe
        await asyncio.wait({probe}, timeout=WITHIN_SECONDS)
        if not probe.done():
            return Found(NOT_WRITABLE, "it does not answer in time")
        self._probe = None
        error = probe.exception()
        if error is not None:
            return Found(NOT_WRITABLE, _cause(error))
        self._written_at = self._monotonic()
        return Found(schema.State.CURRENT)

    async def _write(self, now: datetime) -> None:
        await self._parts.store.write(lambda connection: moments.put(connection, Moment.WRITTEN, now))


def _cause(error: BaseException) -> str:
    code = error.cause if isinstance(error, StoreUnavailable) else type(error).__name__
    return next((says for begin, says in CAUSES.items() if code.startswith(begin)), code)

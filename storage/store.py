"""The store: how the service reads and writes, each job in one transaction, durable before it returns."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage import engine as engines
from storage import pooled
from storage.failures import told
from storage.group_commit import GroupCommit

T = TypeVar("T")

_SQLITE_READERS = 3


class Store:
    """One database, for one process.

    A job is a function of a connection. It runs in one transaction, off the event loop, and must not commit. It may
    run more than once (a deadlock, a lost connection): whatever it makes outside the database must bear that, and
    what it writes must be the same the second time; a job that is not so says ``may_repeat=False``.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engines.for_reading(engine)
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._writer = GroupCommit(engine) if self._is_sqlite else None
        threads = _SQLITE_READERS if self._is_sqlite else engines.POSTGRESQL_CONNECTIONS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")

    @classmethod
    def open(cls, url: str) -> "Store":
        """The store at ``sqlite:////path`` or ``postgresql://…``; nothing is opened yet. Raises UnknownDatabase."""
        return cls(engines.create(url))

    async def write(self, job: Callable[[Connection], T], *, may_repeat: bool = True) -> T:
        """Run ``job``; what it wrote is durable when this returns, and gone when it raises.

        Raises what the job raises; StoreUnavailable, Conflict or StatementFailed for what the database says.
        """
        loop = asyncio.get_running_loop()
        if self._writer is not None:
            value: T = await self._writer.submit(job, loop)
            return value
        return await loop.run_in_executor(self._threads, lambda: self._write_pooled(job, may_repeat=may_repeat))

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Run ``job`` on one consistent view of the database; it cannot write."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, job)

    def run(self, job: Callable[[Connection], T], *, may_repeat: bool = True) -> T:
        """``write`` for whoever has no event loop: the command line."""
        if self._writer is not None:
            value: T = self._writer.run(job)
            return value
        return self._write_pooled(job, may_repeat=may_repeat)

    def look(self, job: Callable[[Connection], T]) -> T:
        """``read`` for whoever has no event loop."""
        return self._read(job)

    async def compact(self) -> bool:
        """Take what was deleted out of SQLite's log too, so that its bytes are nowhere; False while others use it.

        PostgreSQL does this by itself (autovacuum): there it is nothing.
        """
        if self._writer is None:
            return True
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._empty_log)

    def close(self) -> None:
        """Finish what was begun, then let everything go."""
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown()
        self.engine.dispose()

    def _write_pooled(self, job: Callable[[Connection], T], *, may_repeat: bool) -> T:
        value: T = pooled.transact(self.engine, job, may_repeat=may_repeat)
        return value

    def _empty_log(self) -> bool:
        connection = self.engine.raw_connection()
        try:
            is_busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            connection.close()
        return not is_busy

    def _read(self, job: Callable[[Connection], T]) -> T:
        if self._writer is None:
            value: T = pooled.transact(self._reading, job, may_repeat=True)
            return value
        try:
            with self._reading.connect() as connection:
                return job(connection)
        except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
            raise told(error) from None

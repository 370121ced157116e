"""Writing to SQLite: one thread, one connection, and one durable COMMIT for everything that waits.

SQLite has one writer at a time, and a commit waits for the disk. So one thread takes what has gathered, runs each job
in a savepoint of its own, commits once and only then tells everyone.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future as ThreadFuture
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.errors import StoreUnavailable
from storage.failures import told

MOST_AT_ONCE = 64
MOST_WAITING = 10_000
LOCK_DEADLINE_SECONDS = 20.0

Job = Callable[[Connection], Any]


@dataclass(slots=True)
class _Waiting:
    job: Job
    future: "asyncio.Future[Any] | ThreadFuture[Any]"
    loop: asyncio.AbstractEventLoop | None


@dataclass(slots=True)
class _Outcome:
    value: Any = None
    error: BaseException | None = None


class _TransactionLost(Exception):
    """SQLite rolled the whole transaction back by itself (disk full, I/O error)."""


class GroupCommit:
    """The one writer of a SQLite file in this process. Other processes may write too: it waits for them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._is_closed = False
        self._thread = Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[Any]":
        """Have ``job`` written; the future, of that loop, is done after the commit."""
        future = loop.create_future()
        self._put(_Waiting(job, future, loop))
        return future

    def run(self, job: Job) -> Any:
        """Have ``job`` written, and wait for it in this thread."""
        future: ThreadFuture[Any] = ThreadFuture()
        self._put(_Waiting(job, future, None))
        return future.result()

    def close(self) -> None:
        """Write what still waits, then stop."""
        if not self._is_closed:
            self._is_closed = True
            self._queue.put(None)
            self._thread.join()

    def _put(self, waiting: _Waiting) -> None:
        if self._is_closed:
            raise StoreUnavailable(cause="closed")
        if self._queue.qsize() >= MOST_WAITING:
            raise StoreUnavailable(cause="too much is waiting to be written")
        self._queue.put(waiting)

    def _work(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._gather()
            if batch:
                _deliver(batch, self._write(batch))
        self._let_go()

    def _gather(self) -> tuple[list[_Waiting], bool]:
        first = self._queue.get()
        if first is None:
            return [], False
        batch = [first]
        while len(batch) < MOST_AT_ONCE:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is None:
                return batch, False
            batch.append(waiting)
        return batch, True

    def _write(self, batch: list[_Waiting]) -> list[_Outcome]:
        try:
            connection = self._begin()
            if len(batch) == 1:
                outcomes = [_alone(connection, batch[0].job)]
            else:
                driver: Any = connection.connection.driver_connection
                outcomes = [_among(connection, driver, waiting.job) for waiting in batch]
            connection.commit()
        except Exception as error:  # Whatever it was, the one who asked is told.
            self._let_go()
            failure = error.__cause__ if isinstance(error, _TransactionLost) and error.__cause__ else error
            return [_Outcome(error=told(failure, is_whole=True)) for _ in batch]
        return outcomes

    def _begin(self) -> Connection:
        """A write transaction; waits for other processes until the deadline."""
        deadline = time.monotonic() + LOCK_DEADLINE_SECONDS
        while True:
            try:
                if self._connection is None:
                    self._connection = self._engine.connect()
                self._connection.begin()
            except (sqlite3.OperationalError, DBAPIError) as error:
                self._let_go()
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - a pause, not a secret.
            else:
                return self._connection

    def _let_go(self) -> None:
        """Give the connection up, with whatever it had begun: the pool rolls back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _alone(connection: Connection, job: Job) -> _Outcome:
    """The outcome of the only job of a transaction: when it fails, the transaction is its savepoint."""
    try:
        return _Outcome(value=job(connection))
    except Exception as error:  # Whatever it was, the one who asked is told.
        connection.rollback()
        return _Outcome(error=told(error))


def _among(connection: Connection, driver: Any, job: Job) -> _Outcome:
    """The outcome of one job among several; a failing one leaves nothing behind."""
    driver.execute("SAVEPOINT job")
    try:
        outcome = _Outcome(value=job(connection))
    except Exception as error:
        if not driver.in_transaction:
            raise _TransactionLost from error
        driver.execute("ROLLBACK TO job")
        outcome = _Outcome(error=told(error))
    driver.execute("RELEASE job")
    return outcome


def _deliver(batch: list[_Waiting], outcomes: list[_Outcome]) -> None:
    """Tell everyone; a loop is woken once for all that wait in it."""
    of_loop: dict[asyncio.AbstractEventLoop | None, list[tuple[_Waiting, _Outcome]]] = {}
    for waiting, outcome in zip(batch, outcomes, strict=True):
        of_loop.setdefault(waiting.loop, []).append((waiting, outcome))
    for loop, pairs in of_loop.items():
        if loop is None:
            _resolve(pairs)
        elif not loop.is_closed():
            try:
                loop.call_soon_threadsafe(_resolve, pairs)
            except RuntimeError:  # The loop closed just now: nobody waits there any more.
                continue


def _resolve(pairs: list[tuple[_Waiting, _Outcome]]) -> None:
    for waiting, outcome in pairs:
        if waiting.future.done():  # The one who asked gave up; what was written stays written.
            continue
        if outcome.error is not None:
            waiting.future.set_exception(outcome.error)
        else:
            waiting.future.set_result(outcome.value)

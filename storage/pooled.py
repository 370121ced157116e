"""Reading and writing on PostgreSQL: a transaction a job, on a small pool; what the server undid is done again.

A connection lost during COMMIT leaves it unknown whether the commit happened. Jobs are therefore made so that doing
them twice is the same as once (the dedupe key of the event, ids made beforehand), and are done again.
"""

import random
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import StoreUnavailable
from storage.failures import ROLLED_BACK, is_gone, told

DEADLINE_SECONDS = 15.0
_LONGEST_PAUSE_SECONDS = 0.5

Job = Callable[[Connection], Any]


def transact(engine: Engine, job: Job, *, may_repeat: bool) -> Any:
    """Run ``job`` and commit, in this thread; its value comes back only when the commit is known to be durable.

    Tried again until a deadline when the server undid it or went away. Raises StoreUnavailable; with ``is_unknown``
    when the connection was lost during a COMMIT and the job may not be repeated, or time was up.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    pause_seconds = 0.01
    is_unknown = False
    while True:
        is_committing = False
        try:
            with engine.connect() as connection:
                value = job(connection)
                is_committing = True
                connection.commit()
                return value
        except (DBAPIError, PoolTimeout) as error:
            is_lost = isinstance(error, DBAPIError) and is_gone(error)
            is_unknown = is_unknown or (is_committing and is_lost)
            may_go_on = is_lost or _is_undone(error)
            if not may_go_on or time.monotonic() > deadline or (is_unknown and not may_repeat):
                raise _told(error, is_unknown=is_unknown) from None
        time.sleep(random.uniform(0, pause_seconds))  # noqa: S311 - a pause, not a secret.
        pause_seconds = min(2 * pause_seconds, _LONGEST_PAUSE_SECONDS)


def _is_undone(error: BaseException) -> bool:
    """Whether the server itself undid the transaction, so that nothing of it happened."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in ROLLED_BACK


def _told(error: BaseException, *, is_unknown: bool) -> BaseException:
    mine = told(error)
    return StoreUnavailable(cause=str(mine), is_unknown=True) if is_unknown else mine

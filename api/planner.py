"""The planner: every twenty seconds, what became due is told to the conversation, and what is over closes.

APScheduler only wakes it, in memory; what is due is claimed in the database, so that any number of planners invite
everybody exactly once. Nothing is shown from here: telling makes a screen due, and delivery shows what is due.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from api.adding import Adding
from api.figures import Figures
from api.windows import Windows
from bot.conversation.events import MeasurementClosed
from bot.invite import invite
from bot.turns import Turns
from domain.consent import may_write_to
from storage import consents, conversations, dead_letters, measurements, moments, organisations
from storage.errors import StoreError
from storage.measurements import Status, StoredMeasurement
from storage.moments import Moment

TICK_SECONDS = 20
AT_ONCE = 200
TOLD_AT_ONCE = 25
"""How many are told in one transaction: on SQLite nobody's press is taken in meanwhile."""

FIRST_HOUR, LAST_HOUR = 8, 21
"""Nobody is written to at night: from eight in the morning until nine in the evening, where the organisation is."""

WAIT = timedelta(minutes=5)
"""What could not be told is looked at again after so long, and not at every tick."""

LETTERS_STAY = timedelta(days=7)
"""How long an update that was put aside is kept."""

log = structlog.get_logger()

Act = Callable[[Connection, StoredMeasurement], bool]


class Take(Protocol):
    """Takes what is due, for this transaction alone."""

    def __call__(self, connection: Connection, *, now: datetime, most: int) -> tuple[StoredMeasurement, ...]:
        """Up to ``most``, the oldest first."""
        ...


class Planner:
    """Sees to what becomes due. ``tick`` may run in any number of processes at once."""

    def __init__(self, turns: Turns, figures: Figures) -> None:
        self._turns = turns
        self._figures = figures
        self._adding = Adding(turns.parts)
        self._windows = Windows(turns.parts)
        self._waiting: dict[str, datetime] = {}
        """Measurements that could not be told now (night, somebody busy, nobody there yet), and until when to wait."""

    async def tick(self) -> None:
        """Everything that is due now. Never raises: what did not work is tried at the next tick."""
        try:
            now = self._turns.parts.now()
            self._waiting = {name: until for name, until in self._waiting.items() if until > now}
            self._figures.closed += await self._all(self._close)
            self._figures.invited += await self._all(self._invite)
            await self._turns.parts.store.write(self._forget)
            await self._adding.go_on()
            await self._windows.close_due()
        except StoreError as error:
            log.warning("planner", cause=type(error).__name__)
        except Exception:  # The next tick must come all the same.
            log.exception("planner")

    async def _all(self, some: Callable[[Connection], int]) -> int:
        done = 0
        while count := await self._turns.parts.store.write(some):
            done += count
        return done

    def _invite(self, connection: Connection) -> int:
        return self._each(connection, measurements.take_due, self._offer)

    def _close(self, connection: Connection) -> int:
        return self._each(connection, measurements.take_over, self._end)

    def _each(self, connection: Connection, take: Take, act: Act) -> int:
        """How many of one batch were told; each alone, so that one that cannot go on keeps nobody else waiting."""
        now, done = self._turns.parts.now(), 0
        is_awake = _Awake(connection, now)
        for measurement in take(connection, now=now, most=AT_ONCE + len(self._waiting)):
            if done == TOLD_AT_ONCE:
                break
            if measurement.id in self._waiting:
                continue
            if is_awake(measurement.organisation_id) and self._told(connection, measurement, act):
                done += 1
            else:
                self._waiting[measurement.id] = now + WAIT
        return done

    def _told(self, connection: Connection, measurement: StoredMeasurement, act: Act) -> bool:
        try:
            with connection.begin_nested():
                return act(connection, measurement)
        except (DBAPIError, StoreError):
            raise
        except Exception:
            log.exception("planner", measurement=measurement.id)
            return False

    def _offer(self, connection: Connection, measurement: StoredMeasurement) -> bool:
        return invite(connection, self._turns, measurement) is not None

    def _end(self, connection: Connection, measurement: StoredMeasurement) -> bool:
        """The window is over; whoever did not allow messages finds out at the next visit."""
        now = self._turns.parts.now()
        measurements.mark(connection, measurement.id, Status.CLOSED, now)
        outcome = self._turns.tell_in(connection, measurement.participant_id, MeasurementClosed(measurement.id))
        conversation_id = outcome.conversation_id if outcome else None
        if conversation_id and not may_write_to(consents.history(connection, measurement.participant_id), now):
            conversations.retry(connection, conversation_id, next_try_at=None)
        return True

    def _forget(self, connection: Connection) -> None:
        moments.put(connection, Moment.PLANNED, self._turns.parts.now())
        dead_letters.forget(connection, self._turns.parts.now() - LETTERS_STAY)


class _Awake:
    """Whether it is day where an organisation is."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._known: dict[str, bool] = {}

    def __call__(self, organisation_id: str) -> bool:
        if organisation_id not in self._known:
            organisation = organisations.get(self._connection, organisation_id)
            zone = ZoneInfo(organisation.time_zone if organisation else "Europe/Amsterdam")
            self._known[organisation_id] = FIRST_HOUR <= self._now.astimezone(zone).hour < LAST_HOUR
        return self._known[organisation_id]

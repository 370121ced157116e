"""The windows that closed, and where the one that runs begins: per moment and kind of limits, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, insert, select

from domain.errors import UnknownMoment
from domain.windows import Care, half_year_of
from storage.measurements import Kind, Status
from storage.tables import measurements, organisations, windows

_FIRST_FOLLOW_UP = "follow_up_"


@dataclass(frozen=True, slots=True)
class ClosedWindow:
    """One window that closed. ``number`` counts from 1 within its moment and kind of limits; the times are UTC."""

    id: str
    organisation_id: str
    moment: str
    care: Care
    number: int
    since: datetime
    closed_at: datetime

    def label(self, zone: ZoneInfo) -> str:
        """The half-year in which it closed, as that place counts days: ``2027-1``."""
        return half_year_of(self.closed_at, zone)


_COLUMNS = [windows.c[name] for name in ClosedWindow.__slots__]
_OF_ORGANISATION = (
    select(*_COLUMNS)
    .where(windows.c.organisation_id == bindparam("organisation_id"))
    .order_by(windows.c.closed_at, windows.c.number)
)
_OF_MOMENT = _OF_ORGANISATION.where(windows.c.moment == bindparam("moment"))
_RESPONSE = select(windows.c.response).where(windows.c.id == bindparam("id"))
_ASKED = (
    select(measurements.c.kind, measurements.c.number)
    .where(measurements.c.organisation_id == bindparam("organisation_id"))
    .group_by(measurements.c.kind, measurements.c.number)
    .order_by(measurements.c.kind, measurements.c.number)
)
_FINISHED = (
    select(measurements.c.organisation_id, measurements.c.kind, measurements.c.number, func.count())
    .where(measurements.c.status == Status.DONE.value)
    .group_by(measurements.c.organisation_id, measurements.c.kind, measurements.c.number)
)


def moment_name(kind: Kind, number: int) -> str:
    """The name of a moment: ``baseline``, ``follow_up_1``, …"""
    return kind.value if kind is Kind.BASELINE else f"{_FIRST_FOLLOW_UP}{number}"


def measured_at(moment: str) -> tuple[Kind, int]:
    """The measurements of a moment: their kind and their number within it. Raises UnknownMoment."""
    if moment == Kind.BASELINE.value:
        return Kind.BASELINE, 1
    number = moment.removeprefix(_FIRST_FOLLOW_UP)
    if number == moment or not number.isascii() or not number.isdecimal():
        raise UnknownMoment
    return Kind.FOLLOW_UP, int(number)


def moments_asked(connection: Connection, organisation_id: str) -> tuple[str, ...]:
    """The moments of which any measurement was ever planned, the baseline first."""
    rows = connection.execute(_ASKED, {"organisation_id": organisation_id})
    return tuple(moment_name(Kind(row[0]), row[1]) for row in rows)


def finished(connection: Connection) -> dict[tuple[str, str], int]:
    """How many measurements are finished, ever, by organisation and moment: whoever counts in a window or not."""
    return {(row[0], moment_name(Kind(row[1]), row[2])): row[3] for row in connection.execute(_FINISHED)}


def of_organisation(connection: Connection, organisation_id: str) -> tuple[ClosedWindow, ...]:
    """Every window that closed, in the order in which they did."""
    return _read(connection.execute(_OF_ORGANISATION, {"organisation_id": organisation_id}).all())


def of_moment(connection: Connection, organisation_id: str, moment: str) -> tuple[ClosedWindow, ...]:
    """The windows of one moment that closed, in the order in which they did."""
    values = {"organisation_id": organisation_id, "moment": moment}
    return _read(connection.execute(_OF_MOMENT, values).all())


def running(connection: Connection, organisation_id: str, moment: str, care: Care) -> tuple[int, datetime]:
    """The number of the window that runs, and since when: the one before closed, or the organisation began."""
    closed = [one for one in of_moment(connection, organisation_id, moment) if one.care is care]
    if closed:
        return closed[-1].number + 1, closed[-1].closed_at
    began = select(organisations.c.created_at).where(organisations.c.id == organisation_id)
    return 1, connection.execute(began).scalar_one()


def add(connection: Connection, window: ClosedWindow, response: str) -> None:
    """Remember that a window closed. Raises Conflict when its number is taken."""
    values = {name: getattr(window, name) for name in ClosedWindow.__slots__}
    connection.execute(insert(windows), values | {"care": window.care.value, "response": response})


def response_of(connection: Connection, window_id: str) -> str | None:
    """What was said of the wave when this window closed, as it was stored."""
    return connection.execute(_RESPONSE, {"id": window_id}).scalar()


def _read(rows: Sequence[Any]) -> tuple[ClosedWindow, ...]:
    return tuple(ClosedWindow(row[0], row[1], row[2], Care(row[3]), *row[4:]) for row in rows)

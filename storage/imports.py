"""Lists of people that a coach sent: looked at first, then added in portions, and forgotten.

The list says how far it came, so that any process goes on with it after a restart. A row knows beforehand which id its
person will have: adding it twice is adding it once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from domain.ids import ImportId, OrganisationId, ParticipantId, StaffId
from domain.roster import Doubt, Fault, Roster, Row, Wrong
from storage.secrets import new_id
from storage.tables import import_rows, imports, staff


class State(StrEnum):
    """How far a list came: shown to the coach, being added, or through."""

    LOOKED_AT = "looked_at"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Import:
    """One list. ``added`` people of it are there already; ``unused`` are its columns that were not read."""

    id: ImportId
    organisation_id: OrganisationId
    coach_id: StaffId
    state: State
    added: int
    unused: tuple[str, ...]
    created_at: datetime
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row whose person is to be added, under ``person_id``."""

    import_id: ImportId
    organisation_id: OrganisationId
    coach_id: StaffId
    person_id: ParticipantId
    row: Row


_COLUMNS = [imports.c[name] for name in Import.__slots__]
_ROW = [import_rows.c[name] for name in ("number", "name", "language", "email", "phone", "modules", "faults", "doubt")]
_GET = select(*_COLUMNS).where(
    imports.c.organisation_id == bindparam("organisation_id"),
    imports.c.coach_id == bindparam("coach_id"),
    imports.c.id == bindparam("id"),
)
_ROWS = select(*_ROW).where(import_rows.c.import_id == bindparam("import_id")).order_by(import_rows.c.number)
_COUNT = select(func.count()).where(
    import_rows.c.import_id == bindparam("import_id"), import_rows.c.is_wanted.is_(True)
)
_RUNNING = (
    select(imports.c.id)
    .join(staff, staff.c.id == imports.c.coach_id)
    .where(imports.c.state == State.RUNNING.value, staff.c.removed_at.is_(None))
    .order_by(imports.c.touched_at, imports.c.id)
    .limit(1)
    .with_for_update(of=imports, skip_locked=True)
)
_NEXT = (
    select(import_rows.c.import_id, import_rows.c.organisation_id, imports.c.coach_id, import_rows.c.person_id, *_ROW)
    .join(imports, imports.c.id == import_rows.c.import_id)
    .where(import_rows.c.import_id == bindparam("import_id"), import_rows.c.is_wanted.is_(True))
    .order_by(import_rows.c.number)
    .limit(bindparam("most"))
)


def add(
    connection: Connection, import_id: ImportId, organisation_id: str, coach_id: str, roster: Roster, now: datetime
) -> None:
    """Keep a list to be looked at. A coach has one such list at a time: an earlier one is forgotten."""
    earlier = select(imports.c.id).where(imports.c.coach_id == coach_id, imports.c.state == State.LOOKED_AT.value)
    _forget(connection, connection.execute(earlier).scalars().all())
    values = {"id": import_id, "organisation_id": organisation_id, "coach_id": coach_id, "added": 0}
    moments = {"created_at": now, "touched_at": now}
    connection.execute(insert(imports).values(**values, **moments, state=State.LOOKED_AT.value, unused=roster.unused))
    if roster.rows:
        connection.execute(insert(import_rows), [_written(import_id, organisation_id, row) for row in roster.rows])


def get(connection: Connection, organisation_id: str, coach_id: str, import_id: str) -> Import | None:
    """A coach's own list; None when there is none, also when it is somebody else's."""
    values = {"organisation_id": organisation_id, "coach_id": coach_id, "id": import_id}
    row = connection.execute(_GET, values).first()
    return None if row is None else Import(**{**row._asdict(), "state": State(row.state)})


def rows_of(connection: Connection, import_id: str) -> tuple[Row, ...]:
    """The rows of a list that nobody was added for, in their order."""
    return tuple(_read(row) for row in connection.execute(_ROWS, {"import_id": import_id}))


def left_of(connection: Connection, import_id: str) -> int:
    """How many people of a running list are still to be added."""
    return int(connection.execute(_COUNT, {"import_id": import_id}).scalar_one())


def begin(connection: Connection, import_id: str, *, also: Sequence[int], now: datetime) -> bool:
    """Have every sound row added, and the doubtful ones whose numbers are in ``also``; whether it begins just now."""
    begun = connection.execute(
        update(imports)
        .where(imports.c.id == import_id, imports.c.state == State.LOOKED_AT.value)
        .values(state=State.RUNNING.value, touched_at=now)
    )
    if begun.rowcount == 0:
        return False
    doubtful = (import_rows.c.import_id == import_id, import_rows.c.doubt.is_not(None), import_rows.c.faults == "[]")
    connection.execute(update(import_rows).where(*doubtful).values(is_wanted=import_rows.c.number.in_(also)))
    added(connection, import_id, (), now)  # A list without anybody to add is done at once.
    return True


def forget(connection: Connection, import_id: str) -> None:
    """The coach thought better of it: nothing of the list stays, and nobody more is added."""
    _forget(connection, [import_id])


def forget_older(connection: Connection, before: datetime) -> int:
    """Forget every list that nobody touched since; how many there were. Running ones of people who left go as well."""
    old = connection.execute(select(imports.c.id).where(imports.c.touched_at < before)).scalars().all()
    _forget(connection, old)
    return len(old)


def take_some(connection: Connection, *, most: int) -> tuple[Waiting, ...]:
    """The next rows of the list that waited longest, for this transaction alone; none when nothing is running.

    The same transaction must add their people and then call ``added``.
    """
    import_id = connection.execute(_RUNNING).scalar()
    if import_id is None:
        return ()
    rows = connection.execute(_NEXT, {"import_id": import_id, "most": most}).all()
    return tuple(Waiting(row[0], row[1], row[2], row[3], _read(row[4:])) for row in rows)


def added(connection: Connection, import_id: str, numbers: Sequence[int], now: datetime) -> None:
    """The people of those rows are there; when they were the last ones, the list is done."""
    connection.execute(
        delete(import_rows).where(import_rows.c.import_id == import_id, import_rows.c.number.in_(numbers))
    )
    state = State.RUNNING if left_of(connection, import_id) else State.DONE
    connection.execute(
        update(imports)
        .where(imports.c.id == import_id)
        .values(added=imports.c.added + len(numbers), state=state.value, touched_at=now)
    )


def _forget(connection: Connection, import_ids: Sequence[str]) -> None:
    connection.execute(delete(import_rows).where(import_rows.c.import_id.in_(import_ids)))
    connection.execute(delete(imports).where(imports.c.id.in_(import_ids)))


def _written(import_id: str, organisation_id: str, row: Row) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "import_id": import_id,
        "number": row.number,
        "person_id": new_id(),
        "name": row.name,
        "language": row.language,
        "email": row.email,
        "phone": row.phone,
        "modules": row.modules,
        "faults": json.dumps([[fault.wrong.value, fault.value] for fault in row.faults]),
        "doubt": row.doubt.value if row.doubt else None,
        "is_wanted": not row.faults and row.doubt is None,
    }


def _read(row: Any) -> Row:
    number, name, language, email, phone, modules, faults, doubt = row
    told = tuple(Fault(Wrong(wrong), value) for wrong, value in json.loads(faults))
    return Row(number, name, language, email, phone, modules, told, Doubt(doubt) if doubt else None)

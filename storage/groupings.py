"""The one grouping of an organisation: its teams or locations, and in which of them somebody works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from domain.errors import GroupingTooLate
from domain.grouping import GroupingKind, part_names
from storage.organisations import hold
from storage.secrets import new_id
from storage.tables import groupings, memberships, parts, windows
from storage.upserts import per_dialect


@dataclass(frozen=True, slots=True)
class Part:
    """One team or location."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the parts of an organisation are, and the parts in the order in which they were declared."""

    kind: GroupingKind
    parts: tuple[Part, ...]


_KIND = select(groupings.c.kind).where(groupings.c.organisation_id == bindparam("organisation_id"))
_PARTS = (
    select(parts.c.id, parts.c.name)
    .where(parts.c.organisation_id == bindparam("organisation_id"))
    .order_by(parts.c.position)
)
_PART_OF = select(memberships.c.part_id).where(memberships.c.participant_id == bindparam("participant_id"))
_MEMBERS = select(memberships.c.participant_id, memberships.c.part_id).where(
    memberships.c.organisation_id == bindparam("organisation_id")
)
_PUT_IN = per_dialect(
    lambda insert: (made := insert(memberships)).on_conflict_do_update(
        index_elements=["participant_id"], set_={"part_id": made.excluded.part_id}
    )
)


def of_organisation(connection: Connection, organisation_id: str) -> Grouping | None:
    """The grouping that was declared; None when there is none."""
    kind = connection.execute(_KIND, {"organisation_id": organisation_id}).scalar()
    if kind is None:
        return None
    rows = connection.execute(_PARTS, {"organisation_id": organisation_id})
    return Grouping(GroupingKind(kind), tuple(Part(*row) for row in rows))


def declare(
    connection: Connection, organisation_id: str, kind: GroupingKind, names: Sequence[str], now: datetime
) -> Grouping:
    """Declare the parts, in place of any declared before; nobody is in one of them yet.

    Raises GroupingTooLate when anything is published of this organisation, and BadGrouping for names that cannot be
    used.
    """
    kept = part_names(names)
    hold(connection, organisation_id)
    if is_sealed(connection, organisation_id):
        raise GroupingTooLate
    for table in (memberships, parts, groupings):
        connection.execute(delete(table).where(table.c.organisation_id == organisation_id))
    declared = {"organisation_id": organisation_id, "kind": kind.value, "declared_at": now}
    connection.execute(insert(groupings), declared)
    rows = [
        {"id": new_id(), "organisation_id": organisation_id, "name": name, "position": position}
        for position, name in enumerate(kept)
    ]
    connection.execute(insert(parts), rows)
    return Grouping(kind, tuple(Part(str(row["id"]), str(row["name"])) for row in rows))


def is_sealed(connection: Connection, organisation_id: str) -> bool:
    """Whether something is published of this organisation, so that its grouping stays as it is."""
    closed = select(windows.c.id).where(windows.c.organisation_id == organisation_id).limit(1)
    return connection.execute(closed).first() is not None


def put_in(connection: Connection, organisation_id: str, participant_id: str, part_id: str | None) -> bool:
    """Somebody works in this part from now on, or in none (None). False: the organisation has no such part."""
    if part_id is None:
        connection.execute(delete(memberships).where(memberships.c.participant_id == participant_id))
        return True
    known = select(parts.c.id).where(parts.c.id == part_id, parts.c.organisation_id == organisation_id)
    if connection.execute(known).first() is None:
        return False
    values = {"participant_id": participant_id, "organisation_id": organisation_id, "part_id": part_id}
    connection.execute(_PUT_IN[connection.dialect.name], values)
    return True


def part_of(connection: Connection, participant_id: str) -> str | None:
    """The id of the part in which somebody works; None when in none."""
    return connection.execute(_PART_OF, {"participant_id": participant_id}).scalar()


def members(connection: Connection, organisation_id: str) -> dict[str, str]:
    """The id of the part of everybody who is in one, by participant."""
    return {row[0]: row[1] for row in connection.execute(_MEMBERS, {"organisation_id": organisation_id})}

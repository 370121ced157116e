"""The log read back: for an owner in counts by month that tell of nobody, for a coach what was done about own people.

The rows themselves are written by ``storage.audit`` and never change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, distinct, func, or_, select

from domain.ids import ParticipantId, StaffId
from domain.schedule import at_local, months_later
from storage.tables import audit, participants, staff

_MIDNIGHT = datetime.min.time()


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one member of staff did things of one kind in one month (its first day)."""

    month: date
    staff_id: StaffId
    name: str
    times: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line about an own person: who did what, and when. ``about`` is the person's name."""

    done_at: datetime
    staff_id: StaffId
    name: str
    action: str
    participant_id: ParticipantId
    about: str


@dataclass(frozen=True, slots=True)
class Log:
    """The log of one organisation, its months counted in ``zone``."""

    organisation_id: str
    zone: ZoneInfo

    def months(self, connection: Connection, now: datetime) -> tuple[date, ...]:
        """Every month from the first line until now, newest first; empty when there is none."""
        first = connection.execute(
            select(func.min(audit.c.done_at)).where(audit.c.organisation_id == self.organisation_id)
        ).scalar()
        if first is None:
            return ()
        found = [self._month_of(now)]
        while found[-1] > self._month_of(first):
            found.append(months_later(found[-1], -1))
        return tuple(found)

    def members(self, connection: Connection) -> tuple[tuple[str, str], ...]:
        """Everybody who is in the log, as (id, name), by name; also who does not work here any more."""
        known = select(audit.c.staff_id).where(audit.c.organisation_id == self.organisation_id).distinct()
        query = select(staff.c.id, staff.c.name).where(staff.c.id.in_(known)).order_by(staff.c.name, staff.c.id)
        return tuple((row.id, row.name) for row in connection.execute(query))

    def counts(
        self,
        connection: Connection,
        month: date,
        kinds: Mapping[str, Collection[str]],
        *,
        people: Collection[str],
        staff_id: str | None = None,
    ) -> tuple[Counted, ...]:
        """What everybody (or one member) did in a month, by kind, by name. ``kinds``: the actions of each.

        Of the kinds in ``people`` it is told about how many people it was, not how often.
        """
        columns = [
            (
                func.count(distinct(case((audit.c.action.in_(sorted(actions)), audit.c.participant_id))))
                if kind in people
                else func.count(case((audit.c.action.in_(sorted(actions)), audit.c.action)))
            ).label(kind)
            for kind, actions in kinds.items()
        ]
        told = sorted(action for actions in kinds.values() for action in actions)
        query = (
            select(audit.c.staff_id, staff.c.name, *columns)
            .join(staff, staff.c.id == audit.c.staff_id)
            .where(self._within(month), audit.c.action.in_(told))
            .group_by(audit.c.staff_id, staff.c.name)
            .order_by(staff.c.name, audit.c.staff_id)
        )
        if staff_id:
            query = query.where(audit.c.staff_id == staff_id)
        rows = connection.execute(query)
        return tuple(Counted(month, row[0], row[1], dict(zip(kinds, row[2:], strict=True))) for row in rows)

    def about_people_of(
        self,
        connection: Connection,
        coach_id: str,
        *,
        told: Collection[str],
        month: date | None = None,
        staff_id: str | None = None,
        offset: int = 0,
        most: int = 50,
    ) -> tuple[int, Sequence[Entry]]:
        """How many lines there are about a coach's own people, and a page of them, newest first.

        The coach's own acts are all there; of others' acts only those in ``told``.
        """
        wanted: list[ColumnElement[bool]] = [
            participants.c.coach_id == coach_id,
            participants.c.organisation_id == self.organisation_id,
            or_(audit.c.staff_id == coach_id, audit.c.action.in_(sorted(told))),
        ]
        if month:
            wanted.append(self._within(month))
        if staff_id:
            wanted.append(audit.c.staff_id == staff_id)
        joined = audit.join(participants, participants.c.id == audit.c.participant_id)
        total = connection.execute(select(func.count()).select_from(joined).where(*wanted)).scalar_one()
        columns = (audit.c.done_at, audit.c.staff_id, staff.c.name, audit.c.action, participants.c.id)
        query = (
            select(*columns, participants.c.name.label("about"))
            .select_from(joined.join(staff, staff.c.id == audit.c.staff_id))
            .where(*wanted)
            .order_by(audit.c.sequence.desc())
        )
        return total, [Entry(*row) for row in connection.execute(query.offset(offset).limit(most))]

    def _within(self, month: date) -> ColumnElement[bool]:
        begins, ends = (at_local(day, _MIDNIGHT, self.zone) for day in (month, months_later(month, 1)))
        return and_(audit.c.organisation_id == self.organisation_id, audit.c.done_at >= begins, audit.c.done_at < ends)

    def _month_of(self, moment: datetime) -> date:
        return moment.astimezone(UTC).astimezone(self.zone).date().replace(day=1)

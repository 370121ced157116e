"""The owner's register of consents, page by page: what was decided in which month, and nothing that leads to a person.

A decision is one line of nobody in particular. No refusals, no ids of people, no days; a language or a channel is named
only where enough people use it. Inside a month the order is that of the record numbers, which are random.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, func, select, tuple_

from domain.consent import Decision, Purpose
from domain.schedule import at_local, months_later
from storage.tables import chats, consent_texts, consents, participants

COMMON_FROM = 5
"""A language or a channel that fewer people use would point at them."""

_SHOWN = (Decision.GIVEN.value, Decision.WITHDRAWN.value)
_MIDNIGHT = datetime.min.time()


@dataclass(frozen=True, slots=True)
class Line:
    """One decision. ``language``, ``channel`` and ``text_hash`` are None where they would point at few people."""

    record: str
    purpose: Purpose
    decision: Decision
    text_version: str
    month: date
    language: str | None
    channel: str | None
    text_hash: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; None everywhere: all of them. ``month`` is its first day."""

    purpose: Purpose | None = None
    decision: Decision | None = None
    language: str | None = None
    channel: str | None = None
    month: date | None = None


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The exact words of a consent, in one language and version."""

    purpose: Purpose
    language: str
    version: str
    text_hash: str
    text: str


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one organisation, its months counted in ``zone``."""

    organisation_id: str
    zone: ZoneInfo

    def months(self, connection: Connection, now: datetime) -> tuple[date, ...]:
        """Every month from the first decision until now, newest first; empty when nothing was decided."""
        first = connection.execute(
            select(func.min(consents.c.decided_at)).where(consents.c.organisation_id == self.organisation_id)
        ).scalar()
        if first is None:
            return ()
        month, earliest = _month_of(now, self.zone), _month_of(first, self.zone)
        found = [month]
        while found[-1] > earliest:
            found.append(months_later(found[-1], -1))
        return tuple(found)

    def languages(self, connection: Connection) -> frozenset[str]:
        """The languages that at least five people of the organisation use."""
        return _common(
            connection,
            select(participants.c.language, func.count())
            .where(participants.c.organisation_id == self.organisation_id)
            .group_by(participants.c.language),
        )

    def channels(self, connection: Connection) -> frozenset[str]:
        """The channels that at least five people of the organisation came in by."""
        return _common(
            connection,
            select(chats.c.channel, func.count(chats.c.participant_id.distinct()))
            .join(participants, participants.c.id == chats.c.participant_id)
            .where(participants.c.organisation_id == self.organisation_id)
            .group_by(chats.c.channel),
        )

    def allowed(self, connection: Connection, wanted: Wanted) -> Wanted:
        """The same wish without a language or a channel that few people use: whoever asks for it gets all of them."""
        return replace(
            wanted,
            language=wanted.language if wanted.language in self.languages(connection) else None,
            channel=wanted.channel if wanted.channel in self.channels(connection) else None,
        )

    def counts(self, connection: Connection, wanted: Wanted, now: datetime) -> dict[date, int]:
        """How many lines each month has, newest first; months without any are left out."""
        months = [wanted.month] if wanted.month else self.months(connection, now)
        counted = {
            month: connection.execute(self._of(select(func.count()), wanted, month)).scalar_one() for month in months
        }
        return {month: count for month, count in counted.items() if count}

    def lines(
        self,
        connection: Connection,
        wanted: Wanted,
        counts: dict[date, int],
        *,
        offset: int = 0,
        most: int | None = None,
    ) -> Iterator[Line]:
        """The lines from ``offset`` on, newest month first. ``counts`` is what ``counts`` gave for the same wish."""
        languages, channels = self.languages(connection), self.channels(connection)
        for month, count in counts.items():
            if most is not None and most <= 0:
                return
            if offset >= count:
                offset -= count
                continue
            query = self._of(select(*_COLUMNS), wanted, month).order_by(consents.c.id).offset(offset).limit(most)
            for row in connection.execute(query):
                yield _line(row, month, languages, channels)
            if most is not None:
                most -= count - offset
            offset = 0

    def _of(self, query: Select[Any], wanted: Wanted, month: date) -> Select[Any]:
        begins, ends = (at_local(day, _MIDNIGHT, self.zone) for day in (month, months_later(month, 1)))
        query = query.select_from(consents).where(
            consents.c.organisation_id == self.organisation_id,
            consents.c.decided_at >= begins,
            consents.c.decided_at < ends,
            consents.c.decision.in_((wanted.decision.value,) if wanted.decision else _SHOWN),
        )
        if wanted.purpose:
            query = query.where(consents.c.purpose == wanted.purpose.value)
        if wanted.language:
            query = query.where(consents.c.language == wanted.language)
        return query.where(consents.c.channel == wanted.channel) if wanted.channel else query


def texts(connection: Connection, organisation_id: str) -> Sequence[ConsentText]:
    """Every text under which a consent was given here, by purpose, language and version. They name nobody.

    A text to which nobody said yes stays out: beside the register it would tell of somebody who said no.
    """
    columns = consent_texts.c
    given = select(consents.c.text_hash, consents.c.language).where(
        consents.c.organisation_id == organisation_id, consents.c.decision == Decision.GIVEN.value
    )
    query = select(columns.purpose, columns.language, columns.version, columns.text_hash, columns.text).where(
        tuple_(columns.text_hash, columns.language).in_(given)
    )
    ordered = query.order_by(columns.purpose, columns.language, columns.version, columns.text_hash)
    return [ConsentText(Purpose(row[0]), *row[1:]) for row in connection.execute(ordered)]


_COLUMNS = [
    consents.c[name] for name in ("id", "purpose", "decision", "text_version", "language", "channel", "text_hash")
]


def _line(row: Any, month: date, languages: frozenset[str], channels: frozenset[str]) -> Line:
    """A hash belongs to a text in one language: it is as telling as the language."""
    is_common = row.language in languages
    return Line(
        record=row.id,
        purpose=Purpose(row.purpose),
        decision=Decision(row.decision),
        text_version=row.text_version,
        month=month,
        language=row.language if is_common else None,
        channel=row.channel if row.channel in channels else None,
        text_hash=row.text_hash if is_common else None,
    )


def _common(connection: Connection, counted: Select[Any]) -> frozenset[str]:
    return frozenset(name for name, count in connection.execute(counted) if count >= COMMON_FROM)


def _month_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(UTC).astimezone(zone).date().replace(day=1)

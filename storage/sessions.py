"""The sessions of signed-in staff: kept here, so that they can end at once; their secrets as keyed hashes only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.ids import OrganisationId, StaffId
from storage.secrets import keyed_hash, new_id, new_secret
from storage.staff import StaffMember
from storage.tables import sessions

IDLE = timedelta(minutes=20)
"""After so long without a page a session is over."""

LONGEST = timedelta(hours=10)
"""A session lasts a working day at most, however busy."""

FRESH = timedelta(minutes=10)
"""For so long after both factors were shown, dangerous acts need no new proof."""

KEPT_AFTER = timedelta(days=1)
"""For so long a session that is over is known: a form that comes too late is recognised as its sender's."""

NOTED_AFTER = timedelta(seconds=30)
"""That somebody is there is written down at most this often: not every page is a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody signed in. ``device`` says in a word or two which browser it was."""

    id: str
    organisation_id: OrganisationId
    staff_id: StaffId
    device: str
    created_at: datetime
    seen_at: datetime
    proved_at: datetime
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.ended_at is None and now - self.seen_at < IDLE and now - self.created_at < LONGEST

    def is_fresh(self, now: datetime) -> bool:
        """Whether both factors were shown a short while ago."""
        return now - self.proved_at < FRESH


_COLUMNS = [sessions.c[name] for name in Session.__slots__]
_BY_SECRET = select(*_COLUMNS).where(sessions.c.token_hash == bindparam("token_hash"))


def begin(
    connection: Connection,
    member: StaffMember,
    *,
    device: str,
    key: bytes,
    now: datetime,
    created_at: datetime | None = None,
) -> str:
    """A new session, begun with both factors; its secret is told this once.

    ``created_at``: when the session it goes on from began, so that proving anew makes no day longer.
    """
    secret = new_secret()
    values = {
        "id": new_id(),
        "organisation_id": member.organisation_id,
        "staff_id": member.id,
        "token_hash": _hash(key, secret),
        "device": device,
        "created_at": created_at or now,
        "seen_at": now,
        "proved_at": now,
    }
    connection.execute(insert(sessions).values(**values))
    return secret


def by_secret(connection: Connection, secret: str, *, key: bytes) -> Session | None:
    """The session of that secret, over or not; None when there never was one."""
    row = connection.execute(_BY_SECRET, {"token_hash": _hash(key, secret)}).first()
    return None if row is None else Session(*row)


def note_seen(connection: Connection, session_id: str, now: datetime) -> None:
    """Somebody is there. A session that ended meanwhile stays ended."""
    still = (sessions.c.id == session_id) & sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(still).values(seen_at=now))


def live_of(connection: Connection, staff_id: str, now: datetime) -> tuple[Session, ...]:
    """Where somebody is signed in now, the latest first."""
    query = (
        select(*_COLUMNS)
        .where(sessions.c.staff_id == staff_id, sessions.c.ended_at.is_(None), sessions.c.seen_at > now - IDLE)
        .order_by(sessions.c.seen_at.desc())
    )
    found = (Session(*row) for row in connection.execute(query))
    return tuple(session for session in found if session.is_live(now))


def end(connection: Connection, staff_id: str, session_id: str, now: datetime) -> None:
    """End one session of somebody; another's is left alone."""
    theirs = (sessions.c.id == session_id) & (sessions.c.staff_id == staff_id) & sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(theirs).values(ended_at=now))


def end_all(connection: Connection, staff_id: str, now: datetime, *, but: str | None = None) -> None:
    """End every session of somebody, ``but`` one."""
    theirs = (sessions.c.staff_id == staff_id) & sessions.c.ended_at.is_(None)
    if but is not None:
        theirs &= sessions.c.id != but
    connection.execute(update(sessions).where(theirs).values(ended_at=now))


def forget_old(connection: Connection, staff_id: str, now: datetime) -> None:
    """Remove somebody's sessions that were over long ago."""
    long_over = (sessions.c.staff_id == staff_id) & (sessions.c.created_at < now - LONGEST - KEPT_AFTER)
    connection.execute(delete(sessions).where(long_over))


def _hash(key: bytes, secret: str) -> str:
    return keyed_hash(key, "session", secret)

"""Links with which somebody of the staff tries a channel: one sample message to the own chat, ten minutes, one use.

Kept as keyed hashes. The address of the chat that comes with one is never kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.ids import OrganisationId, StaffId
from storage.secrets import keyed_hash, new_id, new_secret
from storage.staff import StaffMember
from storage.tables import sample_links

MINUTES = 10


@dataclass(frozen=True, slots=True)
class SampleLink:
    """Whose link it is, until when it works, and on which channel it was used, if it was."""

    id: str
    organisation_id: OrganisationId
    staff_id: StaffId
    expires_at: datetime
    taken_at: datetime | None
    channel: str | None


_COLUMNS = [sample_links.c[name] for name in SampleLink.__slots__]
_BY_HASH = select(*_COLUMNS).where(sample_links.c.token_hash == bindparam("hash"))
_OF_MEMBER = select(*_COLUMNS).where(sample_links.c.staff_id == bindparam("staff_id"))


def issue(connection: Connection, member: StaffMember, *, key: bytes, now: datetime) -> str:
    """The secret of a new link; the member's earlier one is forgotten."""
    connection.execute(delete(sample_links).where(sample_links.c.staff_id == member.id))
    secret = new_secret()
    values = {
        "id": new_id(),
        "organisation_id": member.organisation_id,
        "staff_id": member.id,
        "token_hash": _hash(key, secret),
        "expires_at": now + timedelta(minutes=MINUTES),
    }
    connection.execute(insert(sample_links).values(**values))
    return secret


def find(connection: Connection, secret: str, *, key: bytes) -> SampleLink | None:
    """The link of a secret, used or not, or None; spends nothing."""
    row = connection.execute(_BY_HASH, {"hash": _hash(key, secret)}).first()
    return None if row is None else SampleLink(*row)


def of_member(connection: Connection, staff_id: str) -> SampleLink | None:
    """The newest link of somebody of the staff, or None."""
    row = connection.execute(_OF_MEMBER, {"staff_id": staff_id}).first()
    return None if row is None else SampleLink(*row)


def take(connection: Connection, link: SampleLink, *, channel: str, now: datetime) -> bool:
    """Use a link up; False when it was used already, or is too old."""
    unused = (
        update(sample_links)
        .where(sample_links.c.id == link.id, sample_links.c.taken_at.is_(None), sample_links.c.expires_at > now)
        .values(taken_at=now, channel=channel)
    )
    return connection.execute(unused).rowcount == 1


def _hash(key: bytes, secret: str) -> str:
    return keyed_hash(key, "sample-link", secret)

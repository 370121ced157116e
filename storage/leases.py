"""Who does what only one process may do, such as polling Telegram; each new holder gets a higher fence."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, update

from storage.tables import leases
from storage.upserts import per_dialect

_NOW = bindparam("now", type_=leases.c.until.type)
_IS_OURS = (
    leases.c.name == bindparam("name_"),
    leases.c.holder == bindparam("holder_"),
    leases.c.fence == bindparam("fence_"),
)
_TAKE = per_dialect(
    lambda insert: (
        (made := insert(leases).values(fence=1))
        .on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": made.excluded.holder, "until": made.excluded.until, "fence": leases.c.fence + 1},
            where=or_(leases.c.until <= _NOW, leases.c.holder == made.excluded.holder),
        )
        .returning(leases.c.fence)
    )
)
_RENEW = update(leases).where(*_IS_OURS, leases.c.until > _NOW).values(until=bindparam("until_"))
_RELEASE = update(leases).where(*_IS_OURS).values(until=_NOW)


def take(connection: Connection, name: str, holder: str, *, now: datetime, seconds: float) -> int | None:
    """Take the lease of that name for so long; its fence, or None while somebody else has it."""
    values = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds), "now": now}
    return connection.execute(_TAKE[connection.dialect.name], values).scalar()


def renew(connection: Connection, name: str, holder: str, *, fence: int, now: datetime, seconds: float) -> bool:
    """Keep the lease for so long from now; False when it ran out: then it must be taken anew."""
    values = {"name_": name, "holder_": holder, "fence_": fence, "now": now, "until_": now + timedelta(seconds=seconds)}
    return connection.execute(_RENEW, values).rowcount == 1


def release(connection: Connection, name: str, holder: str, *, fence: int, now: datetime) -> None:
    """Give the lease back; nothing happens when it is somebody else's by now."""
    connection.execute(_RELEASE, {"name_": name, "holder_": holder, "fence_": fence, "now": now})

"""How much may be sent on a channel now: one row a channel, which all processes share.

The row says until when the channel's pace is spent: each message moves that moment on by its share of a second, and
what was not spent long ago is not saved up. It also says until when the provider told us all to send nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, or_, select, update

from storage.tables import buckets
from storage.upserts import per_dialect

SAVED_SECONDS = 0.5
"""How much pace is saved up while nothing is sent: it makes up for a process that comes a little late."""

OWED_SECONDS = 1.0
"""Replies are sent however much is spent; what they overspend is owed for so long at most."""

_PART_OF_A_MESSAGE = 0.01
"""Moments are kept to the microsecond: so much may be lost by that."""

_BEGIN = per_dialect(lambda insert: insert(buckets).on_conflict_do_nothing())
_LOCKED = (
    select(buckets.c.spent_until, buckets.c.banned_until)
    .where(buckets.c.channel == bindparam("channel_"))
    .with_for_update()
)
_SPEND = update(buckets).where(buckets.c.channel == bindparam("channel_")).values(spent_until=bindparam("until_"))
_UNTIL = bindparam("until_", type_=buckets.c.banned_until.type)
_BAN = (
    update(buckets)
    .where(
        buckets.c.channel == bindparam("channel_"),
        or_(buckets.c.banned_until.is_(None), buckets.c.banned_until < _UNTIL),
    )
    .values(banned_until=_UNTIL)
)
_NOW = bindparam("now", type_=_UNTIL.type)
_BANNED = select(buckets.c.banned_until).where(
    buckets.c.channel == bindparam("channel_"), buckets.c.banned_until > _NOW
)
_LONGEST_BAN = select(func.max(buckets.c.banned_until)).where(buckets.c.banned_until > _NOW)


def left(connection: Connection, channel: str, *, now: datetime, per_second: float) -> int:
    """How many messages may be sent now without going beyond the pace; none while the channel is banned.

    Nobody else takes any until this transaction ends.
    """
    spent_until, banned_until = _row(connection, channel, now)
    if banned_until is not None and banned_until > now:
        return 0
    free = (now - max(spent_until, now - timedelta(seconds=SAVED_SECONDS))).total_seconds()
    return max(0, int(free * per_second + _PART_OF_A_MESSAGE))


def spend(connection: Connection, channel: str, messages: int, *, now: datetime, per_second: float) -> None:
    """So many messages were sent, or will be at once."""
    if not messages:
        return
    spent_until, _ = _row(connection, channel, now)
    begin = max(spent_until, now - timedelta(seconds=SAVED_SECONDS))
    until = min(begin + timedelta(seconds=messages / per_second), now + timedelta(seconds=OWED_SECONDS))
    connection.execute(_SPEND, {"channel_": channel, "until_": until})


def ban(connection: Connection, channel: str, *, until: datetime, now: datetime) -> None:
    """The provider told us to send nothing on this channel until then; a longer ban stays as it is."""
    _row(connection, channel, now)
    connection.execute(_BAN, {"channel_": channel, "until_": until})


def banned_until(connection: Connection, channel: str, now: datetime) -> datetime | None:
    """Until when nothing is sent on a channel; None when nobody told us to wait."""
    until: datetime | None = connection.execute(_BANNED, {"channel_": channel, "now": now}).scalar()
    return until


def longest_ban_until(connection: Connection, now: datetime) -> datetime | None:
    """Until when nothing is sent on the channel that waits longest; None when none does."""
    until: datetime | None = connection.execute(_LONGEST_BAN, {"now": now}).scalar()
    return until


def _row(connection: Connection, channel: str, now: datetime) -> tuple[datetime, datetime | None]:
    """When the pace and the ban end, locked; a channel that has no row yet gets one."""
    row = connection.execute(_LOCKED, {"channel_": channel}).first()
    if row is None:
        connection.execute(_BEGIN[connection.dialect.name], {"channel": channel, "spent_until": now})
        row = connection.execute(_LOCKED, {"channel_": channel}).one()
    if row.spent_until > now + timedelta(seconds=OWED_SECONDS):
        # Nobody owes so much: whoever wrote it had a clock that was ahead, and was put right since.
        connection.execute(_SPEND, {"channel_": channel, "until_": now})
        return now, row.banned_until
    return row.spent_until, row.banned_until

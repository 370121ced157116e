"""Which incoming things were taken in already. Remembered for ever, as keyed hashes: senders repeat for days."""

from datetime import datetime

from sqlalchemy import Connection

from storage.tables import seen
from storage.upserts import per_dialect

_ADD = per_dialect(lambda insert: insert(seen).on_conflict_do_nothing().returning(seen.c.key_hash))


def is_new(connection: Connection, channel: str, key_hash: str, now: datetime) -> bool:
    """Whether this is the first time; remembers it with the transaction. A second one at once waits for the first."""
    values = {"channel": channel, "key_hash": key_hash, "seen_at": now}
    return connection.execute(_ADD[connection.dialect.name], values).first() is not None

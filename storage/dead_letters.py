"""What could not be taken in, or not be shown: tried a few times, then put aside for somebody to look at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.secrets import new_id
from storage.tables import dead_letters
from storage.upserts import per_dialect

MOST_TRIES = 5
UNSHOWN = "unshown"
"""The name in a payload of the conversation whose screen could not be shown."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One thing that failed again and again. ``cause`` is the kind of error; ``payload`` what came, while that is kept,
    or under UNSHOWN whose screen it is."""

    id: str
    channel: str
    tries: int
    cause: str
    payload: str | None
    created_at: datetime


_COLUMNS = [dead_letters.c[name] for name in DeadLetter.__slots__]
_COUNT = per_dialect(
    lambda insert: (
        (made := insert(dead_letters).values(tries=1))
        .on_conflict_do_update(
            index_elements=["channel", "key_hash"],
            set_={"tries": dead_letters.c.tries + 1, "cause": made.excluded.cause, "payload": made.excluded.payload},
        )
        .returning(dead_letters.c.tries)
    )
)
_PUT_ASIDE = per_dialect(
    lambda insert: (made := insert(dead_letters)).on_conflict_do_update(
        index_elements=["channel", "key_hash"],
        set_={name: made.excluded[name] for name in ("cause", "payload", "created_at", "done_at")},
    )
)
_OPEN = (
    select(*_COLUMNS)
    .where(dead_letters.c.done_at.is_(None), dead_letters.c.tries >= bindparam("tries"))
    .order_by(dead_letters.c.created_at, dead_letters.c.id)
)


def count_try(
    connection: Connection,
    *,
    channel: str,
    key_hash: str,
    chat_hash: str | None,
    cause: str,
    payload: str | None,
    now: datetime,
) -> int:
    """Something could not be taken in: how many times now. From MOST_TRIES on it is a dead letter.

    ``chat_hash`` is ``invitations.place_of`` its chat, so that erasing a person finds it.
    """
    values = {"id": new_id(), "channel": channel, "key_hash": key_hash, "chat_hash": chat_hash, "created_at": now}
    values |= {"cause": cause, "payload": payload}
    tries: int = connection.execute(_COUNT[connection.dialect.name], values).scalar_one()
    return tries


def put_aside(
    connection: Connection, *, channel: str, key_hash: str, chat_hash: str, cause: str, payload: str, now: datetime
) -> None:
    """A dead letter at once: whoever puts it aside has counted the tries. One that was dealt with is open again."""
    values = {"id": new_id(), "channel": channel, "key_hash": key_hash, "chat_hash": chat_hash, "created_at": now}
    values |= {"cause": cause, "payload": payload, "tries": MOST_TRIES, "done_at": None}
    connection.execute(_PUT_ASIDE[connection.dialect.name], values)


def still_open(connection: Connection) -> tuple[DeadLetter, ...]:
    """Every dead letter that nobody dealt with, oldest first."""
    return tuple(DeadLetter(*row) for row in connection.execute(_OPEN, {"tries": MOST_TRIES}))


def count(connection: Connection) -> int:
    """How many there are that nobody dealt with."""
    is_open = (dead_letters.c.done_at.is_(None), dead_letters.c.tries >= MOST_TRIES)
    return connection.execute(select(func.count()).select_from(dead_letters).where(*is_open)).scalar_one()


def close(connection: Connection, letter_id: str, now: datetime) -> None:
    """Dealt with: what came is forgotten, that it came is not."""
    connection.execute(update(dead_letters).where(dead_letters.c.id == letter_id).values(done_at=now, payload=None))


def forget(connection: Connection, before: datetime) -> int:
    """Drop what came before that moment; how many there were."""
    return connection.execute(delete(dead_letters).where(dead_letters.c.created_at < before)).rowcount

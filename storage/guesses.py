"""How many codes were typed at a place in a while, so that nobody can guess one. Exact under several processes."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, update

from storage.tables import guesses
from storage.upserts import per_dialect

_NOW = bindparam("now", type_=guesses.c.window_started_at.type)
_IS_OVER = guesses.c.window_started_at <= bindparam("ended", type_=guesses.c.window_started_at.type)
_COUNT = per_dialect(
    lambda insert: (
        insert(guesses)
        .values(place=bindparam("place"), window_started_at=_NOW, count=1)
        .on_conflict_do_update(
            index_elements=["place"],
            set_={
                "window_started_at": case((_IS_OVER, _NOW), else_=guesses.c.window_started_at),
                "count": case((_IS_OVER, 1), else_=guesses.c.count + 1),
            },
        )
        .returning(guesses.c.count)
    )
)
_TAKE_BACK = update(guesses).where(guesses.c.place == bindparam("place_")).values(count=guesses.c.count - 1)


def is_allowed(connection: Connection, place: str, *, most: int, window_seconds: float, now: datetime) -> bool:
    """Count one guess at a place; False when there were ``most`` of them in this window already.

    Until the transaction ends, nobody else can guess there: so the count cannot be outrun.
    """
    values = {"place": place, "now": now, "ended": now - timedelta(seconds=window_seconds)}
    count: int = connection.execute(_COUNT[connection.dialect.name], values).scalar_one()
    return count <= most


def take_back(connection: Connection, place: str) -> None:
    """The guess just counted was right, and does not count."""
    connection.execute(_TAKE_BACK, {"place_": place})

"""Small things this installation must remember by name, such as how far Telegram's updates were read."""

from sqlalchemy import Connection, bindparam, select

from storage.tables import settings
from storage.upserts import per_dialect

_GET = select(settings.c.value).where(settings.c.name == bindparam("name"))
_PUT = per_dialect(
    lambda insert: (made := insert(settings)).on_conflict_do_update(
        index_elements=["name"], set_={"value": made.excluded.value}
    )
)


def get(connection: Connection, name: str) -> str | None:
    """The value of that name, or None."""
    return connection.execute(_GET, {"name": name}).scalar()


def put(connection: Connection, name: str, value: str) -> None:
    """Remember a value under that name, in place of an earlier one."""
    connection.execute(_PUT[connection.dialect.name], {"name": name, "value": value})

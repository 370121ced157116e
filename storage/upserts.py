"""INSERT … ON CONFLICT, which SQLite and PostgreSQL both have but SQLAlchemy builds for each apart."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def per_dialect(build: Callable[[Any], Executable]) -> Mapping[str, Executable]:
    """The same statement for each database, by dialect name; ``build`` is given that dialect's ``insert``."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}


def add_once(table: Table) -> Mapping[str, Executable]:
    """An INSERT by id that does nothing when that id is there already, so that doing it twice is doing it once."""
    return per_dialect(lambda insert: insert(table).on_conflict_do_nothing(index_elements=["id"]))

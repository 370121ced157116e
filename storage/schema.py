"""Whether the database has the tables this code expects, and how it gets them."""

import re
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from storage import engine as engines
from storage.errors import SchemaForeign, SchemaTooNew, SchemaTooOld, SchemaUnknown

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7837737)")
_VERSION = text("SELECT version_num FROM alembic_version")
_OURS = re.compile(r"\d{4}_\d{2}_\d{2}_\w+")


class State(StrEnum):
    """How the database's tables compare with what this code expects."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


def state(engine: Engine) -> State:
    """How the database compares with the code; changes nothing."""
    with engines.for_reading(engine).connect() as connection:
        return _compare(connection)[0]


def upgrade(engine: Engine) -> None:
    """Bring an empty or older database to what this code expects, whole or not at all.

    May run in several processes at once: one does it, the others find it done. Raises SchemaTooNew, SchemaUnknown or
    SchemaForeign.
    """
    _bring_up(engine, only_when_empty=False)


def prepare(engine: Engine) -> None:
    """Create the tables in an empty database; otherwise only check that they fit.

    Raises SchemaTooOld, SchemaTooNew, SchemaUnknown or SchemaForeign.
    """
    if state(engine) is not State.CURRENT:
        _bring_up(engine, only_when_empty=True)


def newest() -> str:
    """The revision that this code expects: the last migration's name."""
    return sorted(_revisions())[-1]


def _revisions() -> set[str]:
    """Every migration's name. The files begin with their date, so that their names sort in the order they run."""
    return {path.stem for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}


def _compare(connection: Connection) -> tuple[State, str]:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        return (State.FOREIGN if tables else State.EMPTY), ""
    revision = connection.execute(_VERSION).scalar() or ""
    if not revision and tables == {"alembic_version"}:
        return State.EMPTY, revision
    if revision == newest():
        return State.CURRENT, revision
    if revision in _revisions():
        return State.OLDER, revision
    if "conversations" not in tables:
        return State.FOREIGN, revision  # Others keep their versions in a table of that name too.
    is_later = _OURS.fullmatch(revision) is not None and revision > newest()
    return (State.NEWER if is_later else State.UNKNOWN), revision


def _bring_up(engine: Engine, *, only_when_empty: bool) -> None:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = '60s'"))
            connection.execute(_ONE_AT_A_TIME)
        found, revision = _compare(connection)
        if found is State.FOREIGN:
            raise SchemaForeign
        if found is State.NEWER:
            raise SchemaTooNew(revision=revision)
        if found is State.UNKNOWN:
            raise SchemaUnknown(revision=revision)
        if found is State.OLDER and only_when_empty:
            raise SchemaTooOld(revision=revision)
        if found is not State.CURRENT:
            _migrate(connection)


def _migrate(connection: Connection) -> None:
    # Alembic is slow to import, and only needed when there is something to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

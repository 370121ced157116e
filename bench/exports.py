"""The export of answers: how much more memory the service needs while it gives a million of them, and how long."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection, insert

from bench.crowd import crowd_of
from bench.ours import Werkstem
from bench.pages import Rows
from bench.service import Service
from domain.questionnaire import Questionnaire
from storage import engine, staff
from storage.catalogue import Catalogues
from storage.secrets import new_id

ANSWERS = 1_000_000
BOUND_MB = 40.0
KINDS = ("csv", "xlsx")
PATIENCE = aiohttp.ClientTimeout(total=3600)
_PIECE = 200
"""So many people are written at once."""


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """Megabytes above idle while each kind of file is given, its size, and how long it took."""
    wanted = ANSWERS // 20 if is_short else ANSWERS
    async with crowd_of(0, folder) as crowd:
        written = await asyncio.to_thread(_fill, crowd.house, wanted)
        (service,) = crowd.services
        found = [await _given(crowd.house, service, kind) for kind in KINDS]
    return {"answers": written, "files": found, "most_more_mb": max(one["more_mb"] for one in found)}


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    rows = [
        f"  {one['kind']:4}: {one['more_mb']:5.1f} MB above idle, {one['megabytes']:.0f} MB in {one['seconds']:.0f} s"
        for one in found["files"]
    ]
    return [f"The export of {found['answers']:,} answers (bound {BOUND_MB:.0f} MB above idle):", *rows]


async def _given(house: Werkstem, service: Service, kind: str) -> dict[str, Any]:
    """One file, read as it comes; the memory is looked at all the while."""
    idle, most, size, begun = service.resident_megabytes(), 0.0, 0, time.perf_counter()
    done = asyncio.Event()

    async def watch() -> float:
        highest = 0.0
        while not done.is_set():
            highest = max(highest, await asyncio.to_thread(service.resident_megabytes))
            await asyncio.sleep(0.05)
        return highest

    watching = asyncio.create_task(watch())
    async with house.session() as session, session.get(f"/api/v1/exports/answers.{kind}", timeout=PATIENCE) as answer:
        answer.raise_for_status()
        async for piece in answer.content.iter_chunked(1 << 16):
            size += len(piece)
    done.set()
    most = await watching
    seconds = time.perf_counter() - begun
    return {"kind": kind, "more_mb": most - idle, "megabytes": size / 1e6, "seconds": seconds}


def _fill(house: Werkstem, wanted: int) -> int:
    """So many answers of people who answered everything once and share it all; how many there are."""
    questionnaire, written = Catalogues.load().questionnaire, 0
    made = engine.create(house.database_url)
    try:
        while written < wanted:
            with made.begin() as connection:
                written += _write(connection, questionnaire)
    finally:
        made.dispose()
    return written


def _write(connection: Connection, questionnaire: Questionnaire) -> int:
    """Some more people; how many answers they gave."""
    coach = staff.by_email(connection, "coach@bench.example")
    if coach is None:
        raise LookupError("the installation has lost its coach")
    done_at = datetime.now(UTC) - timedelta(days=1)
    rows, modules = Rows(coach, done_at), questionnaire.default_modules()
    asked = [one.id for one in questionnaire.statements if one.group in modules]
    for number in range(_PIECE):
        person = new_id()
        rows.person(person, number)
        measurement = rows.measurement(person, 1, modules, done_at)
        rows.answers(person, measurement, asked, done_at)
        rows.topics(person, modules, done_at)
    for table, values in rows.all.items():
        connection.execute(insert(table), values)
    return _PIECE * len(asked)

"""Replicas: one, two and four processes on one PostgreSQL, every press at another of them; what an answer costs."""

import asyncio
import time
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from bench.crowd import Crowd, crowd_of
from bench.postgresql import Server, server_in

COUNTS = (1, 2, 4)
PEOPLE, WARM_UP, ANSWERS = 40, 8, 50
BOUND_RATIO = 1.1


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """For each number of replicas: doubles, who did how much, and the CPU of all processes for an answer."""
    answers = 15 if is_short else ANSWERS
    with server_in(folder / "postgresql") as server:
        rows = [await _measure(folder / f"replicas-{count}", server, count, answers) for count in COUNTS]
    return {"rows": rows, "by_one": [row["cpu_ms_per_answer"] / rows[0]["cpu_ms_per_answer"] for row in rows]}


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    rows = [
        f"  {row['replicas']}: {row['cpu_ms_per_answer']:.2f} ms CPU an answer ({ratio:.2f} of one), "
        f"{row['database_ms_per_answer']:.2f} of it PostgreSQL's, "
        f"{row['answers_per_second']:.0f} answers/s, doubles {row['doubles']}, lost {row['lost']}, "
        f"share of each {', '.join(f'{share:.0%}' for share in row['shares'])}"
        for row, ratio in zip(found["rows"], found["by_one"], strict=True)
    ]
    return [f"Replicas on one PostgreSQL, all processes counted (bound {BOUND_RATIO} of one):", *rows]


async def _measure(folder: Path, server: Server, count: int, answers: int) -> dict[str, Any]:
    url = server.create(f"bench_{count}")
    async with crowd_of(PEOPLE, folder, processes=count, database_url=url) as crowd:
        await asyncio.gather(*(person.answer(WARM_UP) for person in crowd.people))
        turns = await _turns(crowd)
        service, database, begun = crowd.cpu_seconds(), server.cpu_seconds(), time.perf_counter()
        await asyncio.gather(*(person.answer(answers) for person in crowd.people))
        seconds = time.perf_counter() - begun
        service, database = crowd.cpu_seconds() - service, server.cpu_seconds() - database
        taken = [after - before for before, after in zip(turns, await _turns(crowd), strict=True)]
        pressed = sum(person.answered for person in crowd.people)
    kept, different = _kept(url)
    return {
        "replicas": count,
        "cpu_ms_per_answer": 1000 * (service + database) / (PEOPLE * answers),
        "database_ms_per_answer": 1000 * database / (PEOPLE * answers),
        "answers_per_second": PEOPLE * answers / seconds,
        "doubles": kept - different,
        "lost": pressed - different,
        "shares": [one / sum(taken) for one in taken],
    }


async def _turns(crowd: Crowd) -> list[float]:
    """How many turns each process has taken."""
    taken = []
    async with aiohttp.ClientSession() as session:
        for port in crowd.ports:
            async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
                told = (await response.text()).splitlines()
            taken.append(sum(float(line.split()[-1]) for line in told if line.startswith("werkstem_turns_total{")))
    return taken


def _kept(url: str) -> tuple[int, int]:
    """Answers that are stored, and statements answered."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*), count(DISTINCT (measurement_id, statement_id)) FROM answers")
        row = found.fetchone()
    assert row is not None
    return int(row[0]), int(row[1])

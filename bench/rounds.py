"""One round of one bot: started fresh, warmed up, answered by everybody at once, measured, stopped."""

import asyncio
import secrets
import socket
import sqlite3
import statistics
import sys
import time
from collections.abc import Coroutine, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from bench import bot_api, ours
from bench.people import Person
from bench.service import Service

START_PATIENCE_SECONDS = 60
REFERENCES = ("aiogram", "ptb", "bare")
"""Two plain bots, and the floor: no framework at all."""

_FINISHERS = 3
"""How many people of ours go on to the end, so that there are charts to draw."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked: people at once, and answers of each before and during the measuring."""

    people: int
    warm_up: int
    answers: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round found; the chart figures only for ours."""

    ready_seconds: float
    cpu_ms_per_answer: float
    latency_ms_median: float
    latency_ms_p95: float
    answers_per_second: float
    calls_per_answer: float
    memory_mb: float
    memory_with_charts_mb: float | None = None
    memory_most_mb: float | None = None
    chart_first_ms: float | None = None
    chart_warm_ms: float | None = None
    health_check_while_drawing_ms: float | None = None


async def reference(kind: str, folder: Path, load: Load) -> Figures:
    """A round of one of the two plain bots."""
    api = bot_api.BotApi()
    server, api_base = await bot_api.serve(api)
    port, database = free_port(), folder / "answers.sqlite"
    command = [sys.executable, "-m", f"bench.reference_{kind}", "--port", str(port), "--api-base", api_base]
    command += ["--token", f"4242:{secrets.token_urlsafe(26)}", "--secret", secrets.token_urlsafe(24)]
    with Service([*command, "--database", str(database)], log=folder / "log") as service:
        ready_seconds = await ready(service, port, api, path=None)
        crowd = [Person(api, number, language="nl", start="/start") for number in range(load.people)]
        figures = await _answered(service, api, crowd, load, ready_seconds)
        _put_away(crowd)
    server.close()
    with closing(sqlite3.connect(database)) as connection:
        kept = connection.execute("SELECT count(*) FROM answers").fetchone()[0]
    assert kept == sum(person.answered for person in crowd), f"{kept} answers were kept"
    return figures


async def werkstem(folder: Path, load: Load) -> Figures:
    """A round of ours; afterwards a few people finish, and their charts are drawn."""
    api = bot_api.BotApi()
    server, api_base = await bot_api.serve(api)
    port = free_port()
    service_under_test = ours.Werkstem(folder, api_base=api_base, port=port)
    service_under_test.found()
    with Service(service_under_test.command, log=folder / "log", environment=service_under_test.environment) as service:
        ready_seconds = await ready(service, port, api, path="/readyz")
        guests = await service_under_test.invite(load.people)
        crowd = [Person(api, number, language=guest.language, start=guest.start) for number, guest in enumerate(guests)]
        figures = await _answered(service, api, crowd, load, ready_seconds)
        finishers = crowd[:_FINISHERS]
        await asyncio.gather(*(person.finish() for person in finishers))
        kept = await service_under_test.kept_answers()
        shared = sum(person.answered - person.answered_sensitive for person in finishers)
        assert kept >= shared, f"{kept} answers are shared with the coach, not {shared}"
        charts = await service_under_test.draw_charts(guests[0])
        memory_with_charts = service.resident_megabytes()
        memory_most = await _most_memory(service, service_under_test.draw_pdf(guests[0]))
        _put_away(crowd)
    server.close()
    return replace(
        figures,
        memory_with_charts_mb=memory_with_charts,
        memory_most_mb=memory_most,
        chart_first_ms=charts.first,
        chart_warm_ms=statistics.median(charts.warm),
        health_check_while_drawing_ms=charts.slowest_health_check,
    )


async def _answered(
    service: Service, api: bot_api.BotApi, crowd: Sequence[Person], load: Load, ready_seconds: float
) -> Figures:
    """Everybody begins, warms up, waits for the others, and answers while we measure."""
    await asyncio.gather(*(person.begin() for person in crowd))
    await asyncio.gather(*(person.answer(load.warm_up) for person in crowd))
    calls, cpu, begun_at = sum(api.calls.values()), service.cpu_seconds(), time.perf_counter()
    tapped = await asyncio.gather(*(person.answer(load.answers) for person in crowd))
    seconds = time.perf_counter() - begun_at
    await asyncio.sleep(0.1)  # What a bot still does for the last taps belongs to it.
    cpu, calls = service.cpu_seconds() - cpu, sum(api.calls.values()) - calls
    service.check_running()
    waits = sorted(tap.seconds * 1000 for taps in tapped for tap in taps if tap.is_answer)
    assert len(waits) == load.people * load.answers
    return Figures(
        ready_seconds=ready_seconds,
        cpu_ms_per_answer=cpu * 1000 / len(waits),
        latency_ms_median=statistics.median(waits),
        latency_ms_p95=waits[int(len(waits) * 0.95)],
        answers_per_second=len(waits) / seconds,
        calls_per_answer=calls / len(waits),
        memory_mb=service.resident_megabytes(),
    )


async def _most_memory(service: Service, work: Coroutine[None, None, None]) -> float:
    """The most memory that was seen while the work was done."""
    done = asyncio.create_task(work)
    most = service.resident_megabytes()
    while not done.done():
        await asyncio.wait([done], timeout=0.005)
        most = max(most, service.resident_megabytes())
    await done
    return most


async def ready(service: Service, port: int, api: bot_api.BotApi, *, path: str | None) -> float:
    """Seconds from the start until the service listens, says it is ready, and has set its webhook."""
    while time.perf_counter() - service.started_at < START_PATIENCE_SECONDS:
        service.check_running()
        if api.webhook_url and await _says_yes(port, path):
            return time.perf_counter() - service.started_at
        await asyncio.sleep(0.02)
    raise RuntimeError(f"not ready after {START_PATIENCE_SECONDS} s")


async def _says_yes(port: int, path: str | None) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        if path is None:
            return True
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return b" 200 " in await reader.readline()
    finally:
        writer.close()


def _put_away(crowd: Sequence[Person]) -> None:
    for person in crowd:
        person.close()


def free_port() -> int:
    """A port on loopback that nobody uses just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

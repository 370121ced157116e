"""Health: whether the process is alive, whether it can do its work, and a few figures for whoever watches it."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.figures import Figures
from bot.parts import Parts
from bot.setbacks import Sends
from storage import claims, dead_letters, schema
from storage.errors import StoreError

READY_WITHIN_SECONDS = 3.0
Labels = Mapping[str, str]


def health(parts: Parts, figures: Figures, sends: Sends) -> APIRouter:
    """The three routes; none of them says anything about anybody."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        found = await readiness(parts)
        is_ready = found == schema.State.CURRENT
        return JSONResponse(
            {"status": "ready" if is_ready else "not ready", "database": found},
            200 if is_ready else 503,
            headers={"Cache-Control": "no-store"},
        )

    @router.get("/metrics")
    async def metrics() -> PlainTextResponse:
        try:
            stored = await parts.store.read(lambda connection: _stored(connection, parts))
        except StoreError:
            stored = []
        return PlainTextResponse(
            _text([*_counted(figures, sends), *stored, *_process()]), media_type="text/plain; version=0.0.4"
        )

    return router


async def readiness(parts: Parts) -> str:
    """How the database is: a schema.State, or "unreachable"."""
    try:
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            return await asyncio.to_thread(schema.state, parts.store.engine)
    except (SQLAlchemyError, StoreError, OSError):  # TimeoutError is an OSError.
        return "unreachable"


Figure = tuple[str, str, str, list[tuple[Labels, float]]]
"""Name, kind, what it says, and its values by label."""


def _counted(figures: Figures, sends: Sends) -> Iterable[Figure]:
    turns = [({"channel": channel, "outcome": outcome}, n) for (channel, outcome), n in figures.turns.items()]
    answers = [({"channel": channel}, n) for channel, n in figures.answers.items()]
    sent = [({"outcome": outcome}, n) for outcome, n in sends.by_outcome.items()]
    refused = sum(n for outcome, n in sends.by_outcome.items() if outcome != "shown")
    yield "werkstem_turns_total", "counter", "Turns, by channel and outcome.", [(a, float(n)) for a, n in turns]
    yield "werkstem_answers_total", "counter", "Presses on an answer.", [(a, float(n)) for a, n in answers]
    yield "werkstem_sends_total", "counter", "Sends, by outcome.", [(a, float(n)) for a, n in sent]
    yield "werkstem_sends_failed_total", "counter", "Sends that did not work, to be tried again.", [({}, refused)]
    yield "werkstem_updates_failed_total", "counter", "Updates that raised.", [({}, figures.failed_updates)]
    yield "werkstem_invited_total", "counter", "Measurements that became due.", [({}, figures.invited)]
    yield "werkstem_closed_total", "counter", "Measurements whose window closed.", [({}, figures.closed)]


def _stored(connection: Connection, parts: Parts) -> list[Figure]:
    now = parts.now()
    waiting = claims.backlog(connection)
    age = max(0.0, (now - waiting.oldest_due_at).total_seconds()) if waiting.oldest_due_at else 0.0
    letters = float(len(dead_letters.still_open(connection)))
    return [
        ("werkstem_unshown_screens", "gauge", "Screens that are due and not shown.", [({}, waiting.screens)]),
        ("werkstem_unshown_age_seconds", "gauge", "How long the oldest of them waits.", [({}, age)]),
        ("werkstem_dead_letters", "gauge", "Updates put aside that nobody dealt with.", [({}, letters)]),
    ]


def _process() -> Iterable[Figure]:
    statm = Path("/proc/self/statm")
    if statm.exists():
        resident = float(int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE"))
        yield "process_resident_memory_bytes", "gauge", "Memory of this process.", [({}, resident)]


def _text(figures: Iterable[Figure]) -> str:
    """The text format that Prometheus reads (prometheus.io/docs/instrumenting/exposition_formats)."""
    lines = []
    for name, kind, says, values in figures:
        lines += [f"# HELP {name} {says}", f"# TYPE {name} {kind}"]
        for labels, value in values:
            inside = ",".join(f'{label}="{text}"' for label, text in labels.items())
            lines.append(f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}")
    return "\n".join(lines) + "\n"

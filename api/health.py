"""Health: whether the process is alive, whether it can do its work, and a few figures for whoever watches it."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Connection

from api.figures import Figures
from api.planner import TICK_SECONDS
from api.readiness import Readiness
from bot.parts import Parts
from bot.setbacks import Sends
from storage import buckets, claims, dead_letters, moments
from storage.errors import StoreError
from storage.moments import Moment

Labels = Mapping[str, str]


def health(parts: Parts, figures: Figures, sends: Sends) -> APIRouter:
    """The three routes; none of them says anything about anybody."""
    router, readiness = APIRouter(include_in_schema=False), Readiness(parts)

    @router.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        found = await readiness.look()
        told = {"status": "ready" if found.is_ready else "not ready", "database": found.database}
        told |= {"cause": found.cause} if found.cause else {}
        return JSONResponse(told, 200 if found.is_ready else 503, headers={"Cache-Control": "no-store"})

    @router.get("/metrics")
    async def metrics() -> PlainTextResponse:
        try:
            stored = await parts.store.read(lambda connection: list(_stored(connection, parts)))
        except StoreError:
            stored = []
        return PlainTextResponse(
            _text([*_counted(figures, sends), *stored, *_process()]), media_type="text/plain; version=0.0.4"
        )

    return router


Figure = tuple[str, str, str, list[tuple[Labels, float]]]
"""Name, kind, what it says, and its values by label."""


def _counted(figures: Figures, sends: Sends) -> Iterable[Figure]:
    turns = [({"channel": channel, "outcome": outcome}, n) for (channel, outcome), n in figures.turns.items()]
    answers = [({"channel": channel}, n) for channel, n in figures.answers.items()]
    sent = [({"outcome": outcome}, n) for outcome, n in sends.by_outcome.items()]
    told: list[tuple[Labels, float]] = [({"of": who}, float(sends.bans[who])) for who in ("chat", "bot")]
    yield "werkstem_turns_total", "counter", "Turns, by channel and outcome.", [(a, float(n)) for a, n in turns]
    yield "werkstem_answers_total", "counter", "Presses on an answer.", [(a, float(n)) for a, n in answers]
    yield "werkstem_sends_total", "counter", "Sends, by outcome.", [(a, float(n)) for a, n in sent]
    yield "werkstem_retries_total", "counter", "Sends that are tried again later.", [({}, sends.retries)]
    yield "werkstem_bans_total", "counter", "Times that the provider told us to wait, for a chat or for all.", told
    yield "werkstem_updates_failed_total", "counter", "Updates that raised.", [({}, figures.failed_updates)]
    yield "werkstem_invited_total", "counter", "Measurements that became due.", [({}, figures.invited)]
    yield "werkstem_closed_total", "counter", "Measurements whose window closed.", [({}, figures.closed)]


def _stored(connection: Connection, parts: Parts) -> Iterable[Figure]:
    now = parts.now()
    waiting = claims.backlog(connection)
    age = _seconds(waiting.oldest_due_at, now)
    ban = _seconds(now, buckets.longest_ban_until(connection, now))
    yield _gauge("werkstem_unshown_screens", "Screens that are due and not shown.", waiting.screens)
    yield _gauge("werkstem_held_screens", "Those of them that may have arrived, and wait.", waiting.held)
    yield _gauge("werkstem_unshown_age_seconds", "How long the oldest of them waits.", age)
    yield _gauge("werkstem_ban_seconds", "How long nothing may be sent on some channel.", ban)
    yield _gauge("werkstem_dead_letters", "What was put aside and nobody dealt with.", dead_letters.count(connection))
    if (planned_at := moments.last(connection, Moment.PLANNED)) is not None:
        lag = max(0.0, _seconds(planned_at, now) - TICK_SECONDS)
        yield _gauge("werkstem_planner_lag_seconds", "How late the planners are with looking.", lag)


def _seconds(begin: datetime | None, end: datetime | None) -> float:
    """From one moment to a later one; 0 when there is none."""
    return 0.0 if begin is None or end is None else max(0.0, (end - begin).total_seconds())


def _gauge(name: str, says: str, value: float) -> Figure:
    return name, "gauge", says, [({}, float(value))]


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

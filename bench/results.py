"""Group results: what reading and closing cost with 2,000 people measured five times, on both databases, and what other
organisations' data adds to it."""

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from api.results import method_of, view_of, waiting_for
from bench.postgresql import server_in
from domain.ids import OrganisationId, StaffId
from domain.windows import Care
from storage import closing, engine, organisations, schema, staff
from storage.catalogue import Catalogues
from storage.organisations import Organisation
from storage.secrets import new_id
from storage.staff import Role, StaffMember
from storage.store import Store
from tests.many import Many

PEOPLE, MOMENTS, SHARING = 2_000, 5, 50
OTHERS = (0, 10, 100)
OTHERS_PEOPLE = 40
"""So many other organisations, and the people of each, measured twice."""

BOUND_MS = 150.0
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
TIMES = 9
CATALOGUES = Catalogues.load()


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """Milliseconds of each read, the median of a few, by database and by how many other organisations there are."""
    people, others = (PEOPLE // 10, OTHERS[:2]) if is_short else (PEOPLE, OTHERS)
    found = await asyncio.to_thread(_of_both, folder, people, others)
    return {"people": people, "moments": MOMENTS, "bound_ms": BOUND_MS, **found}


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    told = [
        f"Group results with {found['people']:,} people x {found['moments']} measurements (bound {BOUND_MS:.0f} ms):"
    ]
    for name in ("sqlite", "postgresql"):
        told.append(f"  {name}: closing a window {found[name]['closing_ms']:.0f} ms, of which it holds others up")
        told[-1] += f" {found[name]['holding_ms']:.0f} ms"
        for row in found[name]["curve"]:
            reads = ", ".join(f"{what} {ms:.1f}" for what, ms in row["ms"].items())
            told.append(f"    {row['others']:>4} other organisations: {reads} ms")
    return told


def _of_both(folder: Path, people: int, others: tuple[int, ...]) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "results.sqlite"
    file.unlink(missing_ok=True)
    with server_in(folder / "postgresql") as server:
        urls = {"sqlite": f"sqlite:///{file}", "postgresql": server.create("results")}
        return {name: _of_database(url, people, others) for name, url in urls.items()}


def _of_database(url: str, people: int, others: tuple[int, ...]) -> dict[str, Any]:
    made = engine.create(url)
    schema.prepare(made)
    made.dispose()
    store = Store.open(url)
    try:
        many, owner, coach = _organisation(store)
        closed = _years(store, many, people)
        curve, there = [], 0
        for count in others:
            for _ in range(count - there):
                _years(store, _organisation(store)[0], OTHERS_PEOPLE, moments=2)
            there = count
            curve.append({"others": count, "ms": _reads(store, many, owner, coach)})
        return {**closed, "curve": curve}
    finally:
        store.close()


def _organisation(store: Store) -> tuple[Many, StaffMember, StaffMember]:
    organisation = OrganisationId(new_id())
    groups = CATALOGUES.questionnaire.default_modules()
    members = [
        StaffMember(
            StaffId(new_id()),
            organisation,
            f"{new_id()}@bench.example",
            role,
            is_also_boss=False,
            name="B",
            created_at=BEGAN,
        )
        for role in (Role.OWNER, Role.COACH)
    ]

    def write(connection: Connection) -> None:
        organisations.add(connection, Organisation(organisation, "Bench", groups, BEGAN))
        for member in members:
            staff.add(connection, member)

    store.run(write)
    many = Many(organisation, members[1].id, CATALOGUES.questionnaire, groups, BEGAN)
    return many, members[0], members[1]


def _years(store: Store, many: Many, people: int, *, moments: int = MOMENTS) -> dict[str, float]:
    """Everybody is measured so often, and the windows close each time; how long the longest closing took."""
    ids = store.run(lambda connection: many.join(connection, people))
    store.run(lambda connection: many.share(connection, ids[:SHARING], many.groups, BEGAN))
    method, longest, holding = method_of(CATALOGUES), 0.0, 0.0
    for moment in range(moments):
        at = BEGAN + timedelta(days=100 * (moment + 1))
        kind, number = ("baseline", 1) if moment == 0 else ("follow_up", moment)
        levels = {person: 1 + (place * 7 + moment) % 5 for place, person in enumerate(ids)}
        store.run(lambda c, k=kind, n=number, v=levels, t=at: many.finish(c, v, t, kind=k, number=n))  # type: ignore[misc]
        for care in Care:
            name, window_id = kind if moment == 0 else f"{kind}_{number}", new_id()
            began = time.perf_counter()
            draft = store.look(
                lambda c, m=name, k=care, t=at + timedelta(days=1): closing.drafted(  # type: ignore[misc] # bound now, used now
                    c, method, closing.scope_of(c, many.organisation_id, m, k, t)
                )
            )
            drafted = time.perf_counter()
            store.run(
                lambda c, d=draft, w=window_id: closing.close(c, method, d, window_id=w, by_hand=True)  # type: ignore[misc]
            )
            longest = max(longest, time.perf_counter() - began)
            holding = max(holding, time.perf_counter() - drafted)
    return {"closing_ms": 1000 * longest, "holding_ms": 1000 * holding}


def _reads(store: Store, many: Many, owner: StaffMember, coach: StaffMember) -> dict[str, float]:
    now, questionnaire = BEGAN + timedelta(days=700), CATALOGUES.questionnaire
    method = method_of(CATALOGUES)
    return {
        "owner": _median(store, lambda c: view_of(c, questionnaire, owner, "follow_up_4", now)),
        "coach": _median(store, lambda c: view_of(c, questionnaire, coach, "follow_up_4", now)),
        "what waits": _median(store, lambda c: waiting_for(c, method, many.organisation_id, now)),
    }


def _median(store: Store, job: Callable[[Connection], Any]) -> float:
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        store.look(job)
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)

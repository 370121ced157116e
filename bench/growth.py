"""Growth: what an answer costs when a thousand, ten thousand, a hundred thousand, a million are stored already."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from bench.crowd import crowd_of
from bench.ours import Werkstem
from storage import engine
from storage.catalogue import Catalogues
from storage.tables import answers, chats, conversations, measurements, organisations, participants, seen, staff

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PEOPLE, WARM_UP, ANSWERS = 20, 10, 50
_PIECE = 200
"""So many people are written at once."""


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """By how many answers are stored, what an answer of twenty people at once costs."""
    sizes = SIZES[:3] if is_short else SIZES
    curve, house, stored = [], None, 0
    for size in sizes:
        if house is None:
            async with crowd_of(0, folder) as crowd:
                house = crowd.house
        await asyncio.to_thread(_fill, house, size - stored)
        async with crowd_of(PEOPLE, folder, house=house) as crowd:
            await asyncio.gather(*(person.answer(WARM_UP) for person in crowd.people))
            before = crowd.cpu_seconds()
            taps = await asyncio.gather(*(person.answer(ANSWERS) for person in crowd.people))
            cpu = crowd.cpu_seconds() - before
        answered = sum(tap.is_answer for one in taps for tap in one)
        stored = size + PEOPLE * (WARM_UP + ANSWERS)
        waits = sorted(tap.seconds * 1000 for one in taps for tap in one)
        curve.append(
            {
                "stored": size,
                "cpu_ms_per_answer": 1000 * cpu / answered,
                "median_ms": waits[len(waits) // 2],
                "megabytes": (folder / "werkstem.sqlite").stat().st_size / 1e6,
            }
        )
    return {"curve": curve, "last_by_first": curve[-1]["cpu_ms_per_answer"] / curve[0]["cpu_ms_per_answer"]}


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    rows = [
        f"  {row['stored']:>9,} stored, {row['megabytes']:.0f} MB: {row['cpu_ms_per_answer']:.2f} ms CPU an answer, "
        f"median {row['median_ms']:.1f} ms"
        for row in found["curve"]
    ]
    return ["Cost of an answer by answers stored:", *rows, f"  last by first: {found['last_by_first']:.2f}"]


def _fill(house: Werkstem, more: int) -> None:
    """So many more answers, of people who have answered everything, with what else a measurement leaves behind."""
    statements = list(Catalogues.load().questionnaire.statements)
    made = engine.create(house.database_url)
    try:
        with made.begin() as connection:
            while more > 0:
                more -= _write(connection, min(_PIECE, -(-more // len(statements))), statements, more)
    finally:
        made.dispose()


def _write(connection: Connection, people: int, statements: list[Any], most: int) -> int:
    organisation = connection.execute(select(organisations.c.id)).scalar_one()
    coach = connection.execute(select(staff.c.id).where(staff.c.role == "coach")).scalar_one()
    now = datetime.now(UTC) - timedelta(days=30)
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (participants, conversations, chats, measurements, answers, seen)
    }
    for _ in range(people):
        person, conversation, chat, measurement = (secrets.token_hex(16) for _ in range(4))
        whose = {"organisation_id": organisation, "participant_id": person}
        rows[participants].append(
            {"id": person, "organisation_id": organisation, "coach_id": coach, "name": "P", "language": "nl"}
            | {"phone_opt_in": False, "same_order": False, "created_at": now}
        )
        rows[conversations].append(
            {
                "id": conversation,
                **whose,
                "kind": "main",
                "chat_id": chat,
                "state": "{}" * 200,
                "due": 120,
                "shown": 120,
            }
            | {"due_at": now, "attempts": 0, "is_held": False, "lease_token": 0}
        )
        rows[chats].append(
            {"id": chat, **whose, "conversation_id": conversation, "channel": "telegram"}
            | {"address": str(10**12 + secrets.randbelow(10**12)), "created_at": now}
        )
        rows[measurements].append(
            {"id": measurement, **whose, "kind": "baseline", "number": 1, "ordinal": 1, "questionnaire_version": "1"}
            | {"modules": ("money",), "seed": 1, "same_order": False, "due_at": now, "closes_at": now, "status": "done"}
        )
        for position, statement in enumerate(statements[: most - len(rows[answers])], 1):
            rows[answers].append(
                {**whose, "measurement_id": measurement, "statement_id": getattr(statement, "id", statement)}
                | {"answer": "4", "position": position, "answered_at": now, "language": "nl", "wording_version": 1}
                | {"channel": "telegram", "layout": "rows", "assisted": False, "is_corrected": False}
            )
            rows[seen].append({"channel": "telegram", "key_hash": secrets.token_hex(32), "seen_at": now})
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)
    return len(rows[answers])

"""A wave: something is due for 10,000 people at once, at a Bot API that takes 300 messages a second, beside people who
talk. How long it takes, against the time that the limit itself needs, and what the talking people notice."""

import asyncio
import json
import secrets
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bench.bot_api import BotApi, Limit
from bench.crowd import Crowd, Waits, crowd_of, talk
from storage import engine
from storage.tables import chats, conversations, participants

PEOPLE, PER_SECOND, TALKING = 10_000, 300, 50
BOUND_PERCENT = 3
_FIRST_CHAT = 7_000_000_000


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """The wave's time by the limit's, refused messages, and the replies before and beside it."""
    people = 1_500 if is_short else PEOPLE
    settings = {"WERKSTEM_TELEGRAM_PER_SECOND": str(PER_SECOND)}
    async with crowd_of(TALKING, folder, settings=settings) as crowd:
        ids = await asyncio.to_thread(_add, crowd, people)
        before = Waits.of(await talk(crowd.people, 6))
        limit = crowd.api.limit = Limit(PER_SECOND)
        replies, cpu = _messages(crowd.api), crowd.cpu_seconds()
        talking = asyncio.create_task(talk(crowd.people, people / PER_SECOND))
        begun = time.perf_counter()
        await asyncio.to_thread(_make_due, crowd, ids)
        await _all_shown(crowd.api, people)
        seconds = max(chat.shown_at for number, chat in crowd.api.chats.items() if number >= _FIRST_CHAT) - begun
        waits = await talking
        cpu, replies = crowd.cpu_seconds() - cpu, _messages(crowd.api) - replies - people
    allowed = (people + replies) / PER_SECOND
    twice = sum(len(chat.messages) - 1 for number, chat in crowd.api.chats.items() if number >= _FIRST_CHAT)
    return {
        "people": people,
        "per_second": PER_SECOND,
        "seconds": seconds,
        "allowed_seconds": allowed,
        "over_percent": 100 * (seconds / allowed - 1),
        "refused": limit.refused,
        "twice": twice,
        "replies": replies,
        "cpu_share": cpu / seconds,
        "before": asdict(before),
        "beside": asdict(Waits.of(waits)),
    }


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    before, beside = ("95 % {p95:.0f} ms, 99 % {p99:.0f} ms".format_map(found[name]) for name in ("before", "beside"))
    allowed = f"with its {found['replies']} replies the limit allows {found['allowed_seconds']:.1f} s"
    over = f"{found['over_percent']:+.1f} % (bound +{BOUND_PERCENT} %)"
    return [
        f"A wave of {found['people']:,} at {found['per_second']} messages a second, on SQLite, in one process:",
        f"  {found['seconds']:.1f} s; {allowed}: {over}; refused {found['refused']}, shown twice {found['twice']}",
        f"  replies beside it {beside}; before it {before}; the process uses {found['cpu_share']:.2f} of a core",
    ]


def _messages(api: BotApi) -> int:
    return sum(count for name, count in api.calls.items() if name in {"sendmessage", "editmessagetext"})


def _add(crowd: Crowd, people: int) -> list[str]:
    """So many more people who are where the first of the crowd is, in chats that exist; their conversations."""
    made = engine.create(crowd.house.database_url)
    try:
        with made.begin() as connection:
            return _copies(connection, crowd, people)
    finally:
        made.dispose()


def _copies(connection: Connection, crowd: Crowd, people: int) -> list[str]:
    like = connection.execute(select(conversations).where(conversations.c.due == conversations.c.shown)).mappings()
    conversation = dict(next(iter(like)))
    whose = participants.c.id == conversation["participant_id"]
    person = dict(connection.execute(select(participants).where(whose)).mappings().one())
    rows: dict[Any, list[dict[str, Any]]] = {participants: [], conversations: [], chats: []}
    for number in range(people):
        person_id, conversation_id, chat_id = (secrets.token_hex(16) for _ in range(3))
        theirs = {"organisation_id": person["organisation_id"], "participant_id": person_id}
        rows[participants].append({**person, "id": person_id})
        placed = json.dumps({"message_id": "1", "is_last": False})
        rows[conversations].append(
            {**conversation, **theirs, "id": conversation_id, "chat_id": chat_id, "placed": placed}
        )
        rows[chats].append(
            {"id": chat_id, **theirs, "conversation_id": conversation_id, "channel": "telegram"}
            | {"address": str(_FIRST_CHAT + number), "created_at": datetime.now(UTC)}
        )
        crowd.api.chat(_FIRST_CHAT + number, "Invited")
    for table, values in rows.items():
        connection.execute(insert(table), values)
    return [row["id"] for row in rows[conversations]]


def _make_due(crowd: Crowd, ids: list[str]) -> None:
    """Something that nobody asked for is due for all of them at this moment."""
    made, now = engine.create(crowd.house.database_url), datetime.now(UTC)
    due = {"due": conversations.c.due + 1, "due_at": now, "next_try_at": now, "is_bulk": True, "placed": None}
    try:
        with made.begin() as connection:
            for begin in range(0, len(ids), 500):
                some = conversations.c.id.in_(ids[begin : begin + 500])
                connection.execute(update(conversations).where(some).values(due))
    finally:
        made.dispose()


async def _all_shown(api: BotApi, people: int) -> None:
    """Wait until every one of them sees something."""
    async with asyncio.timeout(20 + 3 * people / PER_SECOND):
        while sum(chat.shown is not None for number, chat in api.chats.items() if number >= _FIRST_CHAT) < people:  # noqa: ASYNC110 - a look twice a second costs less than a word from each chat
            await asyncio.sleep(0.5)

"""A wave: something new becomes due for many at once, without any of them having asked."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, update

from storage.store import Store
from storage.tables import chats, conversations
from tests.faults.crowd import Person


async def settled(database_url: str) -> None:
    """Wait until everything that is due counts as shown."""
    query = select(func.count()).where(conversations.c.due != conversations.c.shown)
    with closing(Store.open(database_url)) as store:
        async with asyncio.timeout(30):
            while await store.read(lambda connection: connection.execute(query).scalar_one()):  # noqa: ASYNC110 - it asks another process
                await asyncio.sleep(0.1)


def make_due(database_url: str, people: Sequence[Person]) -> None:
    """Something new is due for all of them at once, in a message of its own."""
    addresses = [str(person.phone.chat_id) for person in people]
    now = datetime.now(UTC)

    def due(connection: Connection) -> None:
        theirs = select(chats.c.conversation_id).where(chats.c.address.in_(addresses))
        connection.execute(
            update(conversations)
            .where(conversations.c.id.in_(theirs))
            .values(due=conversations.c.due + 1, due_at=now, next_try_at=now, placed=None, is_bulk=True)
        )

    with closing(Store.open(database_url)) as store:
        store.run(due)

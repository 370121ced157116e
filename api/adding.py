"""Adds the people of the lists that coaches sent, in portions, wherever the last process left off."""

from datetime import timedelta
from itertools import groupby

from sqlalchemy import Connection

from api import people
from api.people import Told
from bot.parts import Parts
from domain.roster import Row
from storage import audit, imports, staff
from storage.imports import Waiting

AT_ONCE = 50
"""So many people are added in one transaction: answers that come in meanwhile hardly wait."""

KEPT_FOR = timedelta(days=1)
"""A list that nobody touched for so long is forgotten, with every name in it."""


class Adding:
    """Goes on with every list that is running. Any number of processes may: each portion is one process's own."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def go_on(self) -> int:
        """Add until nothing is waiting; how many were added here. Raises StoreError."""
        done = 0
        while count := await self._parts.store.write(self._some):
            done += count
        await self._parts.store.write(lambda c: imports.forget_older(c, self._parts.now() - KEPT_FOR))
        return done

    def _some(self, connection: Connection) -> int:
        taken = imports.take_some(connection, most=AT_ONCE)
        for import_id, rows in groupby(taken, lambda waiting: waiting.import_id):
            numbers = [self._one(connection, waiting) for waiting in rows]
            imports.added(connection, import_id, numbers, self._parts.now())
        return len(taken)

    def _one(self, connection: Connection, waiting: Waiting) -> int:
        coach = staff.get(connection, waiting.organisation_id, waiting.coach_id)
        if coach is not None:
            people.add(connection, self._parts, coach, waiting.person_id, _told(waiting.row))
            now = self._parts.now()
            audit.record(connection, coach, "person.imported", participant_id=waiting.person_id, at=now)
        return waiting.row.number


def _told(row: Row) -> Told:
    return Told(name=row.name, language=row.language, modules=row.modules, phone=row.phone, email=row.email)

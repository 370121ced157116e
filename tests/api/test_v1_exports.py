"""The export of answers: many need no more memory than few, and nobody who was just erased is in it."""

import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from api.v1 import exports
from api.v1.desk import Desk
from domain.looks import Look
from storage import erasure, looks, staff
from storage.erasure import ErasedBy
from storage.secrets import new_id
from storage.staff import StaffMember
from storage.store import Store
from storage.tables import answers, consents, measurements, participants
from tests.api.staff.sharing_people import QuickHouse, add_person
from tests.bot.people import KEY

MOST_MORE_MB = 1.5


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[QuickHouse]:
    store = Store.open(sqlite_url)
    made = QuickHouse(store)
    yield made
    await made.studio.close()
    store.close()


def _copy(connection: Connection, person: str, numbers: range) -> None:
    """More people who answered and shared exactly the same."""
    found = {
        table: [dict(row) for row in connection.execute(select(table).where(whose == person)).mappings()]
        for table, whose in (
            (participants, participants.c.id),
            (measurements, measurements.c.participant_id),
            (answers, answers.c.participant_id),
            (consents, consents.c.participant_id),
        )
    }
    for table, rows in found.items():
        copies: list[dict[str, Any]] = []
        for number in numbers:
            for row in rows:
                copy = {name: value for name, value in row.items() if name != "sequence"}
                for name in ("id", "participant_id", "measurement_id"):
                    if name in copy:
                        copy[name] = f"{number:08x}{row[name][8:]}"
                copies.append(copy | ({"id": new_id()} if table is consents else {}))
        connection.execute(insert(table), copies)


def _coach(house: QuickHouse) -> StaffMember:
    found = house.store.look(lambda c: staff.get(c, house.place.organisation_id, house.place.coach_id))
    assert found is not None
    return found


def _desk(house: QuickHouse) -> Desk:
    return Desk(house.place.parts, house.webs, house.place.turns, lambda _: None)


def _erase(connection: Connection, house: QuickHouse, person: str) -> None:
    erasure.erase(
        connection,
        organisation_id=house.place.organisation_id,
        participant_id=person,
        erased_by=ErasedBy.PARTICIPANT,
        key=KEY,
        now=house.clock(),
    )


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_four_times_as_many_answers_take_no_more_memory(house: QuickHouse, file_format: Any) -> None:
    person, desk, coach = add_person(house), _desk(house), _coach(house)
    peaks, sizes = [], []
    for numbers in (range(19), range(19, 79)):
        house.store.run(lambda c, numbers=numbers: _copy(c, person, numbers))
        tracemalloc.start()
        file, people = house.store.look(lambda c: exports._read(c, desk, coach, file_format))
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
        sizes.append((len(people), file.tell()))
        file.close()
    assert [people for people, _ in sizes] == [20, 80]
    assert sizes[1][1] > 3 * sizes[0][1]
    assert peaks[1] - peaks[0] < MOST_MORE_MB, peaks


async def test_whoever_is_erased_while_the_file_is_read_is_not_in_it(
    house: QuickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = add_person(house), add_person(house)
    read, times = exports._read, []

    def slowly(*asked: Any) -> Any:
        found = read(*asked)
        times.append(len(found[1]))
        if len(times) == 1:
            house.store.run(lambda c: _erase(c, house, gone))
        return found

    monkeypatch.setattr(exports, "_read", slowly)
    async with house.client() as client:
        answer = await client.get("/exports/answers.csv")
    assert times == [2, 1]
    assert gone not in answer.text
    assert stays in answer.text
    assert [one.look for one in house.store.look(lambda c: looks.at(c, stays))] == [Look.EXPORTED]

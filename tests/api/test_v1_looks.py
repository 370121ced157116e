"""Every look at answers over the JSON API is written down with it, so that the person can ask who looked."""

from collections.abc import AsyncIterator

import pytest

from domain.looks import Look
from storage import looks
from storage.store import Store
from tests.api.staff.sharing_people import QuickHouse, add_person


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[QuickHouse]:
    store = Store.open(sqlite_url)
    made = QuickHouse(store)
    yield made
    await made.studio.close()
    store.close()


async def test_scores_pictures_and_exports_are_looks_and_a_refusal_is_none(house: QuickHouse) -> None:
    person = add_person(house)
    silent = add_person(house, shared=())
    (measured,), (unshared,) = await house.measurements(person), await house.measurements(silent)
    paths = ("/measurements/{}/scores", "/measurements/{}/charts/inner.svg", "/exports/answers.csv")
    async with house.client() as client:
        for path in paths:
            assert (await client.get(path.format(measured["id"]))).status_code == 200
        for path in paths[:2]:
            assert (await client.get(path.format(unshared["id"]))).status_code == 403
    told = house.store.look(lambda c: looks.at(c, person))
    assert [(one.name, one.look) for one in told] == [
        ("Joke", Look.EXPORTED),
        ("Joke", Look.DREW),
        ("Joke", Look.SAW),
    ]
    assert house.store.look(lambda c: looks.at(c, silent)) == ()

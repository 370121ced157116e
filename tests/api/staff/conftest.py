"""A house with its staff pages, on SQLite: what differs between databases is tested with the storage."""

from collections.abc import AsyncIterator

import pytest

from storage.store import Store
from tests.api.staff.sharing_people import QuickHouse
from tests.api.staff_house import StaffHouse


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[StaffHouse]:
    """Coaches and owners in front of the staff pages."""
    store = Store.open(sqlite_url)
    made = StaffHouse(store)
    yield made
    await made.studio.close()
    store.close()


@pytest.fixture
async def quick_house(sqlite_url: str) -> AsyncIterator[QuickHouse]:
    """The same, with pictures that are empty and drawn in no time."""
    store = Store.open(sqlite_url)
    made = QuickHouse(store)
    yield made
    await made.studio.close()
    store.close()

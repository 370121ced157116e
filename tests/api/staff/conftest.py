"""A house with its staff pages, on SQLite: what differs between databases is tested with the storage."""

from collections.abc import AsyncIterator

import pytest

from storage.store import Store
from tests.api.staff_house import StaffHouse


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[StaffHouse]:
    """Coaches and owners in front of the staff pages."""
    store = Store.open(sqlite_url)
    made = StaffHouse(store)
    yield made
    await made.studio.close()
    store.close()

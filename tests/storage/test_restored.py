"""Whoever was erased stays erased when an older backup is put back; whoever came anew stays."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from storage import conversations, erasure, restored
from storage.erasure import ErasedBy
from storage.secrets import new_id
from storage.store import Store
from storage.tables import chats as chat_rows
from storage.tables import erasures, participants
from tests.storage.conftest import KEY, NOW, House, Person, add_house

LATER = NOW + timedelta(days=3)


def _receipt(connection: Connection, house: House, person: Person, erased_by: ErasedBy) -> None:
    """The receipt alone, as it is taken over into an older backup that still holds the person."""
    values = {"code": new_id()[:8].upper(), "organisation_id": house.organisation, "erased_at": LATER}
    values |= {"erased_by": erased_by.value, "person_hash": erasure.hash_of(KEY, person.id)}
    connection.execute(erasures.insert(), values)


def _names(store: Store) -> dict[str, str]:
    return store.look(lambda c: {row.id: row.name for row in c.execute(select(participants))})


@pytest.mark.parametrize("erased_by", list(ErasedBy))
def test_who_was_erased_is_erased_again_and_nobody_else(
    store: Store, house: House, person: Person, erased_by: ErasedBy
) -> None:
    other = store.run(lambda c: house.add_person(c, name="Anna"))
    elsewhere = store.run(lambda c: add_house(c, name="Elders"))
    third = store.run(lambda c: elsewhere.add_person(c, name="Bo"))
    store.run(lambda c: _receipt(c, house, person, erased_by))
    assert store.run(lambda c: restored.erase_again(c, KEY)) == 1

    left = _names(store)
    assert left.get(person.id, "") == ""
    assert (person.id in left) is (erased_by is ErasedBy.PARTICIPANT)
    assert (left[other.id], left[third.id]) == ("Anna", "Bo")
    assert store.look(lambda c: conversations.of_participant(c, person.id, lock=False)) is None
    assert store.run(lambda c: restored.erase_again(c, KEY)) == 0


def test_without_receipts_nobody_is_erased(store: Store, person: Person) -> None:
    assert store.run(lambda c: restored.erase_again(c, KEY)) == 0
    assert _names(store)[person.id] == "Sam"


def test_an_erasing_that_this_database_has_seen_is_no_reason_to_erase(
    store: Store, house: House, person: Person
) -> None:
    def erase(connection: Connection) -> None:
        erasure.erase(
            connection,
            organisation_id=house.organisation,
            participant_id=person.id,
            erased_by=ErasedBy.PARTICIPANT,
            key=KEY,
            now=NOW,
        )

    store.run(erase)
    assert store.run(lambda c: restored.erase_again(c, KEY)) == 0


def test_who_comes_anew_into_the_empty_place_stays(store: Store, house: House, person: Person) -> None:
    store.run(lambda c: _receipt(c, house, person, ErasedBy.PARTICIPANT))
    much_later = LATER + timedelta(days=1)
    store.run(lambda c: c.execute(update(chat_rows).values(created_at=much_later)))
    assert store.run(lambda c: restored.erase_again(c, KEY)) == 0
    assert store.look(lambda c: conversations.of_participant(c, person.id, lock=False)) is not None


def test_another_key_erases_nobody(store: Store, house: House, person: Person) -> None:
    """Hashes of another installation say nothing here."""
    store.run(lambda c: _receipt(c, house, person, ErasedBy.COACH))
    assert store.run(lambda c: restored.erase_again(c, b"another key, long enough for this")) == 0

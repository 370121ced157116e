"""Lists of people on both databases: portions are one process's own, and doing one twice is doing it once."""

import pytest
from sqlalchemy import Connection

from domain.ids import ImportId
from domain.roster import Doubt, Fault, Roster, Row, Wrong
from storage import imports, invitations, participants, staff
from storage.imports import State
from storage.secrets import new_id
from storage.store import Store
from tests.storage.conftest import NOW, House

ROWS = (
    Row(2, "Sam", "nl", "s@example.org", "+31612345678", ("money",)),
    Row(3, "", "nl", faults=(Fault(Wrong.NO_NAME), Fault(Wrong.PHONE, "12"))),
    Row(4, "Kim", "ar", doubt=Doubt.NAME_KNOWN),
    Row(5, "Kim", "tr", doubt=Doubt.NAME_TWICE),
    Row(6, "Zoë", "fr"),
)


@pytest.fixture
def kept(store: Store, house: House) -> ImportId:
    import_id = ImportId(new_id())
    roster = Roster(ROWS, ("BSN",))
    store.run(lambda c: imports.add(c, import_id, house.organisation, house.coach, roster, NOW))
    return import_id


def state_of(store: Store, house: House, import_id: ImportId) -> State | None:
    found = store.look(lambda c: imports.get(c, house.organisation, house.coach, import_id))
    return found.state if found else None


def test_a_list_comes_back_as_it_was(store: Store, house: House, kept: ImportId) -> None:
    assert store.look(lambda c: imports.rows_of(c, kept)) == ROWS
    found = store.look(lambda c: imports.get(c, house.organisation, house.coach, kept))
    assert found is not None
    assert (found.state, found.unused, found.added) == (State.LOOKED_AT, ("BSN",), 0)
    assert store.look(lambda c: imports.get(c, house.organisation, house.owner, kept)) is None


def test_nothing_is_taken_of_a_list_that_was_only_looked_at(store: Store, kept: ImportId) -> None:
    assert store.run(lambda c: imports.take_some(c, most=10)) == ()
    assert kept


def test_what_is_sound_and_what_was_ticked_is_taken_in_portions_until_done(
    store: Store, house: House, kept: ImportId
) -> None:
    assert store.run(lambda c: imports.begin(c, kept, also=[3, 5], now=NOW))
    assert not store.run(lambda c: imports.begin(c, kept, also=[4], now=NOW)), "it began already"
    taken = []

    def some(connection: Connection) -> int:
        portion = imports.take_some(connection, most=2)
        taken.extend(portion)
        if portion:
            imports.added(connection, kept, [one.row.number for one in portion], NOW)
        return len(portion)

    assert [store.run(some) for _ in range(3)] == [2, 1, 0]
    assert [one.row.number for one in taken] == [2, 5, 6]
    assert len({one.person_id for one in taken}) == 3
    assert state_of(store, house, kept) is State.DONE


def test_a_portion_that_was_not_committed_is_taken_again_with_the_same_ids(store: Store, kept: ImportId) -> None:
    store.run(lambda c: imports.begin(c, kept, also=[], now=NOW))

    def broken(connection: Connection) -> None:
        ids.append([one.person_id for one in imports.take_some(connection, most=10)])
        raise ValueError("the power went")

    ids: list[list[str]] = []
    for _ in range(2):
        with pytest.raises(ValueError, match="power"):
            store.run(broken)
    assert len(ids[0]) == 2
    assert ids[0] == ids[1]


def test_a_list_with_nobody_to_add_is_done_at_once(store: Store, house: House) -> None:
    import_id = ImportId(new_id())
    roster = Roster((ROWS[1], ROWS[2]))
    store.run(lambda c: imports.add(c, import_id, house.organisation, house.coach, roster, NOW))
    store.run(lambda c: imports.begin(c, import_id, also=[], now=NOW))
    assert state_of(store, house, import_id) is State.DONE


def test_a_coach_who_left_adds_nobody(store: Store, house: House, kept: ImportId) -> None:
    store.run(lambda c: imports.begin(c, kept, also=[], now=NOW))
    store.run(lambda c: staff.remove(c, house.coach, NOW))
    assert store.run(lambda c: imports.take_some(c, most=10)) == ()


def test_a_new_list_takes_the_place_of_one_that_was_only_looked_at(store: Store, house: House, kept: ImportId) -> None:
    second = ImportId(new_id())
    store.run(lambda c: imports.add(c, second, house.organisation, house.coach, Roster(ROWS), NOW))
    assert (state_of(store, house, kept), state_of(store, house, second)) == (None, State.LOOKED_AT)


def test_an_archived_person_is_found_in_the_archive_only(store: Store, house: House) -> None:
    people = [store.run(lambda c, name=name: house.add_person(c, name=name)) for name in ("Zoë B", "zoe a", "Ali")]
    store.run(lambda c: participants.archive(c, people[0].id, NOW))

    def found(search: str, *, is_archived: bool) -> list[str]:
        part = store.look(
            lambda c: participants.listed(c, house.organisation, house.coach, search=search, is_archived=is_archived)
        )
        return [one.name for one in part.people]

    assert found("ZOE", is_archived=False) == ["zoe a"]
    assert found("ZOE", is_archived=True) == ["Zoë B"]
    assert found("", is_archived=False) == ["Ali", "zoe a"]


def test_whoever_was_never_invited_has_no_card_yet(store: Store, house: House) -> None:
    people = [store.run(lambda c, name=name: house.add_person(c, name=name)) for name in ("Ali", "Kim", "")]
    store.run(
        lambda c: invitations.issue(
            c, organisation_id=house.organisation, participant_id=people[0].id, key=b"k" * 32, now=NOW
        )
    )
    assert [
        one.name for one in store.look(lambda c: participants.never_invited(c, house.organisation, house.coach))
    ] == ["Kim"]

"""Agreements belong to two people; a change that crosses another is told, and loses nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.agreements import Words
from storage import agreements, staff
from storage.agreements import Agreement, Made
from storage.secrets import new_id
from storage.store import Store
from tests.storage.conftest import NOW, House, Person, add_house, an_agreement

FIRST = Words("Ik bel de gemeente", NOW.date())
SECOND = replace(FIRST, text="Ik bel woensdag de gemeente", topic="money")


@pytest.fixture
def kept(store: Store, house: House, person: Person) -> Agreement:
    """An agreement that is stored."""
    agreement = an_agreement(house, person, text=FIRST.text)
    store.run(lambda c: agreements.add(c, agreement))
    return agreement


def _now(store: Store, house: House, person: Person) -> tuple[Agreement, ...]:
    return store.look(lambda c: agreements.of_two(c, person.id, house.coach))


def test_a_form_that_is_sent_twice_makes_one_agreement(
    store: Store, house: House, person: Person, kept: Agreement
) -> None:
    store.run(lambda c: agreements.add(c, kept))
    assert _now(store, house, person) == (kept,)


def test_a_change_counts_one_version_on(store: Store, house: House, person: Person, kept: Agreement) -> None:
    assert store.run(lambda c: agreements.change(c, kept, SECOND, version=1))
    (changed,) = _now(store, house, person)
    assert (changed.words, changed.version) == (SECOND, 2)


def test_a_change_of_what_somebody_else_changed_meanwhile_leaves_it_as_it_is(
    store: Store, house: House, person: Person, kept: Agreement
) -> None:
    store.run(lambda c: agreements.change(c, kept, SECOND, version=1))
    (between,) = _now(store, house, person)
    assert not store.run(lambda c: agreements.change(c, between, replace(FIRST, is_done=True), version=1))
    assert _now(store, house, person) == (between,)


def test_the_same_change_arriving_twice_is_one_change(
    store: Store, house: House, person: Person, kept: Agreement
) -> None:
    store.run(lambda c: agreements.change(c, kept, SECOND, version=1))
    (changed,) = _now(store, house, person)
    assert store.run(lambda c: agreements.change(c, changed, SECOND, version=1))
    assert _now(store, house, person) == (changed,)


def test_open_ones_come_first_and_then_the_newest(store: Store, house: House, person: Person) -> None:
    days = {"old": 9, "new": 1, "done": 0}
    for text, ago in days.items():
        made = replace(an_agreement(house, person, text=text), agreed_on=NOW.date() - timedelta(days=ago))
        store.run(lambda c, made=made: agreements.add(c, replace(made, is_done=made.text == "done")))  # type: ignore[misc]  # mypy cannot type a lambda's default
    assert [one.text for one in _now(store, house, person)] == ["new", "old", "done"]


def test_the_person_reads_everything_and_another_coach_nothing(
    store: Store, house: House, person: Person, kept: Agreement
) -> None:
    """After a hand-over an agreement stays with the coach with whom it was made."""
    other = store.run(add_house).coach
    later = an_agreement(house, person, text="Ik kom op tijd", coach_id=other)
    store.run(lambda c: agreements.add(c, later))
    store.run(lambda c: staff.rename(c, other, "Truus"))
    assert [one.id for one in _now(store, house, person)] == [kept.id]
    assert [one.id for one in store.look(lambda c: agreements.of_two(c, person.id, other))] == [later.id]
    theirs = store.look(lambda c: agreements.of_participant(c, person.id))
    assert {(one.coach, one.words.text) for one in theirs} == {("Kees", FIRST.text), ("Truus", "Ik kom op tijd")}
    assert all(isinstance(one, Made) for one in theirs)
    assert store.look(lambda c: agreements.count_of(c, person.id)) == 2
    assert store.look(lambda c: agreements.count_of(c, new_id())) == 0

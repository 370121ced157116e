"""Consents are only ever added; the owner's register knows nobody."""

from dataclasses import replace
from datetime import timedelta

from domain import consent as rules
from domain.consent import Consent, Decision, Purpose
from storage import consents, participants
from storage.store import Store
from tests.storage.conftest import NOW, House, Person, add_house

YES = Consent(Purpose.KEEP, Decision.GIVEN, NOW, "2026-11", "hash", "nl", "telegram")


def _append(store: Store, house: House, person: Person, *decisions: Consent) -> None:
    for decision in decisions:
        store.run(lambda c, d=decision: consents.append(c, house.organisation, person.id, d))


def test_a_history_comes_back_in_the_order_it_was_decided(store: Store, house: House, person: Person) -> None:
    sharing = replace(YES, purpose=Purpose.TOPIC, topic="money", coach_id=house.coach, ends_at=NOW + timedelta(days=1))
    decided = (YES, sharing, replace(YES, decision=Decision.WITHDRAWN), YES)
    _append(store, house, person, *decided)
    history = store.look(lambda c: consents.history(c, person.id))
    assert history == decided
    assert rules.is_in_force(history, Purpose.KEEP, NOW)


def test_the_register_shows_what_was_given_and_withdrawn_and_no_refusal(
    store: Store, house: House, person: Person
) -> None:
    _append(
        store,
        house,
        person,
        YES,
        replace(YES, decision=Decision.WITHDRAWN, decided_at=NOW + timedelta(days=2)),
        replace(YES, purpose=Purpose.COACH, decision=Decision.REFUSED),
    )
    register = store.look(lambda c: consents.register(c, house.organisation))
    assert {(line.purpose, line.decision, line.decided_on) for line in register} == {
        (Purpose.KEEP, Decision.GIVEN, NOW.date()),
        (Purpose.KEEP, Decision.WITHDRAWN, (NOW + timedelta(days=2)).date()),
    }
    assert person.id not in str(register)
    assert len({line.record for line in register}) == 2


def test_the_register_is_of_one_organisation(store: Store, house: House, person: Person) -> None:
    foreign = store.run(add_house)
    _append(store, house, person, YES)
    assert store.look(lambda c: consents.register(c, foreign.organisation)) == ()


def test_a_coach_sees_the_histories_of_the_own_people(store: Store, house: House, person: Person) -> None:
    second = store.run(house.add_person)
    _append(store, house, person, YES, replace(YES, purpose=Purpose.GROUP))
    _append(store, house, second, YES)
    theirs = store.look(lambda c: consents.of_coach(c, house.organisation, house.coach))
    assert {who: len(history) for who, history in theirs.items()} == {person.id: 2, second.id: 1}
    store.run(lambda c: participants.set_coach(c, second.id, house.owner))
    theirs = store.look(lambda c: consents.of_coach(c, house.organisation, house.coach))
    assert set(theirs) == {person.id}


def test_the_words_of_a_consent_are_kept_once(store: Store) -> None:
    text = "Mag ik je antwoorden bewaren?"
    text_hash = rules.text_hash(text)
    for _ in range(2):
        store.run(
            lambda c: consents.remember_text(
                c, text_hash=text_hash, language="nl", purpose=Purpose.KEEP, version="1", text=text
            )
        )
    assert store.look(lambda c: consents.text_of(c, text_hash, "nl")) == text
    assert store.look(lambda c: consents.text_of(c, text_hash, "tr")) is None

"""Erasing a person removes everything that points to them, everywhere, and nothing of anybody else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from domain.answers import Answer
from domain.consent import Consent, Decision, Purpose
from storage import (
    agreements,
    answers,
    audit,
    chats,
    consents,
    conversations,
    dead_letters,
    elsewhere_links,
    erasure,
    invitations,
    measurements,
    participants,
    seen,
    staff,
)
from storage.secrets import keyed_hash, new_id
from storage.store import Store
from storage.tables import metadata
from tests.storage.conftest import KEY, NOW, House, Person, add_house, an_agreement

CANARY = "CANARY"


def _fill(connection: Connection, house: House, person: Person) -> None:
    """A trace of the person in every table that can hold one."""
    participants.set_pin(connection, person.id, f"{CANARY}-pin")
    conversations.save(
        connection,
        person.conversation,
        state=f"{CANARY}-state",
        due=2,
        due_at=NOW,
        placed=f"{CANARY}-placed",
        next_try_at=NOW,
    )
    address = f"{CANARY}-address"
    chats.add(
        connection,
        chats.Chat(new_id(), house.organisation, person.id, person.conversation, "web", address, NOW),
    )
    given = answers.StoredAnswer(f"{CANARY}-st", Answer.ONE, 1, NOW, "nl", 1, "web", "faces")
    answers.put(connection, house.organisation, person.id, person.measurement, given)
    measurements.set_talk_topics(connection, person.measurement, (f"{CANARY}-topic",))
    agreements.add(connection, an_agreement(house, person, text=f"{CANARY}-agreement"))
    yes = Consent(Purpose.KEEP, Decision.GIVEN, NOW, "1", "hash", "nl", "web")
    consents.append(connection, house.organisation, person.id, yes)
    consents.append(
        connection, house.organisation, person.id, replace(yes, purpose=Purpose.COACH, coach_id=house.coach)
    )
    ids = {"organisation_id": house.organisation, "participant_id": person.id, "key": KEY, "now": NOW}
    invitations.issue(connection, **ids)
    elsewhere_links.issue(connection, conversation_id=person.conversation, **ids)
    invitations.find(connection, "22222222", channel="web", address=address, key=KEY, now=NOW)
    place = invitations.place_of(KEY, "web", address)
    dead_letters.count_try(
        connection, channel="web", key_hash="k", chat_hash=place, cause="E", payload=f"{CANARY}-payload", now=NOW
    )
    coach = staff.get(connection, house.organisation, house.coach)
    assert coach is not None
    audit.record(connection, coach, "person.looked", participant_id=person.id, at=NOW)
    seen.is_new(connection, "web", keyed_hash(KEY, "seen", CANARY), NOW)


def _dump(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    return {name: [tuple(row) for row in connection.execute(table.select())] for name, table in metadata.tables.items()}


def _erase(store: Store, house: House, person: Person) -> str:
    return store.run(
        lambda c: erasure.erase(
            c,
            organisation_id=house.organisation,
            participant_id=person.id,
            erased_by=erasure.ErasedBy.PARTICIPANT,
            key=KEY,
            now=NOW,
        )
    )


@pytest.fixture
def full(store: Store, house: House) -> Person:
    """A participant who left a trace everywhere."""
    person = store.run(lambda c: house.add_person(c, name=f"{CANARY}-name"))
    store.run(lambda c: _fill(c, house, person))
    return person


def test_every_table_that_knows_participants_has_a_rule() -> None:
    know = {name for name, table in metadata.tables.items() if "participant_id" in table.c}
    assert know | {"participants"} == set(erasure.RULES)


def test_no_byte_of_an_erased_person_stays_in_any_row(store: Store, house: House, full: Person) -> None:
    before = store.look(_dump)
    assert {name for name, rows in before.items() if CANARY in str(rows)} >= {
        "agreements", "answers", "chats", "conversations", "dead_letters", "measurements", "participants",
    }  # fmt: skip
    _erase(store, house, full)
    after = str(store.look(_dump))
    for trace in (CANARY, full.address, full.conversation, full.chat, "+316"):
        assert trace not in after
    for name in ("invitations", "elsewhere_links", "dead_letters", "guesses"):
        gone = [row for row in store.look(_dump)[name] if row[0] != "all"]
        assert gone == []


def test_an_empty_place_stays_that_says_only_that_somebody_was_invited(
    store: Store, house: House, full: Person
) -> None:
    _erase(store, house, full)
    knows = {name for name, rows in store.look(_dump).items() if full.id in str(rows)}
    place = store.look(lambda c: participants.get(c, house.organisation, full.id))
    (asked,) = store.look(lambda c: measurements.of_participant(c, full.id))
    assert knows == {"participants", "measurements"}
    assert place is not None
    assert (place.name, place.phone, place.email, place.pin_hash) == ("", None, None, None)
    assert (asked.status, asked.opened_at, asked.completed_at, asked.talk_topics) == ("invited", None, None, None)


def test_when_the_coach_does_it_on_somebodys_word_no_place_stays(store: Store, house: House, full: Person) -> None:
    store.run(
        lambda c: erasure.erase(
            c, organisation_id=house.organisation, participant_id=full.id, erased_by=erasure.ErasedBy.COACH,
            key=KEY, now=NOW,
        )
    )  # fmt: skip
    assert full.id not in str(store.look(_dump))
    assert full.measurement not in str(store.look(_dump))


def test_the_decisions_stay_as_nobodys(store: Store, house: House, full: Person) -> None:
    _erase(store, house, full)
    register = store.look(lambda c: consents.register(c, house.organisation))
    assert {line.purpose for line in register} == {Purpose.KEEP, Purpose.COACH}
    rows = store.look(_dump)["consents"]
    assert house.coach not in str(rows)


def test_everybody_else_stays_untouched(store: Store, house: House, full: Person) -> None:
    other = store.run(house.add_person)
    store.run(lambda c: consents.append(
        c, house.organisation, other.id,
        Consent(Purpose.COACH, Decision.GIVEN, NOW, "1", "h", "nl", "web", coach_id=house.coach),
    ))  # fmt: skip

    def of_other() -> dict[str, list[tuple[object, ...]]]:
        return {name: [row for row in rows if other.id in row] for name, rows in store.look(_dump).items()}

    before = of_other()
    _erase(store, house, full)
    assert of_other() == before
    assert sum(map(len, before.values())) == 5


def test_the_receipt_is_kept_and_says_whose_it_is_to_nobody_without_the_key(
    store: Store, house: House, full: Person
) -> None:
    code = _erase(store, house, full)
    whose = erasure.hash_of(KEY, full.id)
    assert store.look(_dump)["erasures"] == [(code, house.organisation, NOW, "participant", whose)]


def test_erasing_twice_under_one_code_is_erasing_once(store: Store, house: House, full: Person) -> None:
    for _ in range(2):
        store.run(
            lambda c: erasure.erase(
                c, organisation_id=house.organisation, participant_id=full.id, erased_by=erasure.ErasedBy.COACH,
                key=KEY, now=NOW, code="ABCDEFGH",
            )
        )  # fmt: skip
    assert len(store.look(_dump)["erasures"]) == 1


def test_a_late_copy_of_an_old_message_is_still_known(store: Store, house: House, full: Person) -> None:
    _erase(store, house, full)
    assert not store.run(lambda c: seen.is_new(c, "web", keyed_hash(KEY, "seen", CANARY), NOW))
    assert store.run(lambda c: conversations.in_chat(c, "telegram", full.address)) is None


async def test_no_byte_of_an_erased_person_stays_in_sqlites_files(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    house = store.run(add_house)
    person = store.run(lambda c: house.add_person(c, name=f"{CANARY}-name"))
    store.run(lambda c: _fill(c, house, person))
    file = Path(store.engine.url.database or "")
    assert any(CANARY.encode() in path.read_bytes() for path in file.parent.glob("werkstem.sqlite*"))
    _erase(store, house, person)
    assert await store.compact()
    left = {path.name: path.read_bytes() for path in file.parent.glob("werkstem.sqlite*")}
    store.close()
    for trace in (CANARY, person.address):
        assert [name for name, content in left.items() if trace.encode() in content] == []


def test_a_dead_letter_is_one_only_after_five_tries_and_until_it_is_dealt_with(store: Store) -> None:
    def fail() -> int:
        return store.run(
            lambda c: dead_letters.count_try(
                c, channel="telegram", key_hash="k", chat_hash=None, cause="KeyError", payload="p", now=NOW
            )
        )

    assert [fail() for _ in range(4)] == [1, 2, 3, 4]
    assert store.look(dead_letters.still_open) == ()
    fail()
    (letter,) = store.look(dead_letters.still_open)
    assert (letter.tries, letter.cause, letter.payload) == (5, "KeyError", "p")
    store.run(lambda c: dead_letters.close(c, letter.id, NOW))
    assert store.look(dead_letters.still_open) == ()
    assert store.run(lambda c: dead_letters.forget(c, NOW + timedelta(days=1))) == 1

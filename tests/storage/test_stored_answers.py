"""One answer a statement, once in, never doubled; and only the own people come out."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from domain.answers import Answer
from storage import answers, conversations, participants, seen
from storage.answers import StoredAnswer
from storage.secrets import keyed_hash
from storage.store import Store
from tests.storage.conftest import KEY, NOW, House, Person, add_house

GIVEN = StoredAnswer("skl-1", Answer.FOUR, 3, NOW, "tr", 2, "telegram", "faces")


def _put(store: Store, house: House, person: Person, given: StoredAnswer) -> None:
    store.run(lambda c: answers.put(c, house.organisation, person.id, person.measurement, given))


def test_an_answer_comes_back_as_it_was_given(store: Store, house: House, person: Person) -> None:
    _put(store, house, person, GIVEN)
    assert store.look(lambda c: answers.of_measurement(c, person.measurement)) == {"skl-1": GIVEN}


def test_a_corrected_answer_replaces_the_earlier_one(store: Store, house: House, person: Person) -> None:
    _put(store, house, person, GIVEN)
    corrected = replace(GIVEN, answer=Answer.DK_ANSWER, is_corrected=True, language="ar")
    _put(store, house, person, corrected)
    assert store.look(lambda c: answers.of_measurement(c, person.measurement)) == {"skl-1": corrected}
    assert store.look(lambda c: answers.count_of(c, person.id)) == 1


def test_answers_come_in_the_order_they_were_asked(store: Store, house: House, person: Person) -> None:
    for position, statement in ((2, "b"), (10, "a"), (1, "c")):
        _put(store, house, person, replace(GIVEN, statement_id=statement, position=position))
    assert list(store.look(lambda c: answers.of_measurement(c, person.measurement))) == ["c", "b", "a"]


def test_a_measurement_without_answers_has_none(store: Store) -> None:
    assert store.look(lambda c: answers.of_measurement(c, "nothing")) == {}
    assert store.look(lambda c: answers.count_of(c, "nobody")) == 0


def test_what_came_in_before_is_not_new_on_that_channel(store: Store) -> None:
    def is_new(channel: str, key: str) -> bool:
        return store.run(lambda c: seen.is_new(c, channel, keyed_hash(KEY, "seen", key), NOW))

    assert [is_new("telegram", "1"), is_new("telegram", "1"), is_new("web", "1"), is_new("telegram", "2")] == [
        True, False, True, True,
    ]  # fmt: skip


def test_what_came_in_with_a_transaction_that_failed_is_still_new(store: Store) -> None:
    def take_and_fail(connection: Connection) -> None:
        assert seen.is_new(connection, "web", "k", NOW)
        raise ZeroDivisionError

    for _ in range(2):
        try:
            store.run(take_and_fail)
        except ZeroDivisionError:
            continue
    assert store.run(lambda c: seen.is_new(c, "web", "k", NOW))


async def test_the_same_tap_twenty_times_at_once_is_one_answer(store: Store, house: House, person: Person) -> None:
    def take(number: int) -> Callable[[Connection], bool]:
        def job(connection: Connection) -> bool:
            if not seen.is_new(connection, "telegram", "the-tap", NOW):
                return False
            found = conversations.in_chat(connection, "telegram", person.address)
            assert found is not None
            given = replace(GIVEN, position=number)
            answers.put(connection, house.organisation, person.id, person.measurement, given)
            conversations.save(
                connection, found.id, state="{}", due=found.due + 1, due_at=NOW, placed=None, next_try_at=None
            )
            return True

        return job

    taken = await asyncio.gather(*(store.write(take(number)) for number in range(20)))
    assert sum(taken) == 1
    found = store.run(lambda c: conversations.in_chat(c, "telegram", person.address))
    assert found is not None
    assert found.due == 2


def test_a_participant_of_another_organisation_is_not_there(store: Store, house: House, person: Person) -> None:
    foreign = store.run(add_house)
    assert store.look(lambda c: participants.get(c, foreign.organisation, person.id)) is None
    assert store.look(lambda c: participants.coach_of(c, foreign.organisation, person.id)) is None
    assert store.look(lambda c: participants.coach_of(c, house.organisation, person.id)) == house.coach

"""What is read for the file of answers: the own people's only, person by person, in the order asked."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from domain.answers import Answer
from storage import answers, exported_answers
from storage.answers import StoredAnswer
from storage.store import Store
from tests.storage.conftest import House, add_house

GIVEN = StoredAnswer("skl-1", Answer("4"), 1, datetime(2026, 11, 20, 9, tzinfo=UTC), "nl", 1, "telegram", "vertical")


def test_a_coach_exports_the_own_people_and_nobody_else(store: Store, house: House) -> None:
    people = [store.run(house.add_person) for _ in range(exported_answers.PEOPLE_AT_ONCE + 1)]
    foreign = store.run(add_house)
    stranger = store.run(foreign.add_person)
    for organisation, person in ((house.organisation, people[0]), (foreign.organisation, stranger)):
        for position, statement in ((2, "skl-2"), (1, "skl-1")):
            given = replace(GIVEN, statement_id=statement, position=position)
            store.run(lambda c, o=organisation, p=person, g=given: answers.put(c, o, p.id, p.measurement, g))
    mine = store.look(lambda c: list(exported_answers.people_of(c, house.organisation, house.coach)))
    assert [len(some) for some in mine] == [exported_answers.PEOPLE_AT_ONCE, 1]
    assert {one for some in mine for one in some} == {person.id for person in people}
    assert store.look(lambda c: list(exported_answers.people_of(c, foreign.organisation, house.coach))) == []
    read = store.look(lambda c: exported_answers.of_measurements(c, [people[0].measurement, people[1].measurement]))
    assert [(one.participant_id, one.kind, one.given.statement_id) for one in read] == [
        (people[0].id, "baseline", "skl-1"),
        (people[0].id, "baseline", "skl-2"),
    ]
    assert store.look(lambda c: exported_answers.are_all_there(c, [people[0].id, stranger.id]))
    assert not store.look(lambda c: exported_answers.are_all_there(c, [people[0].id, "gone"]))


def test_a_file_is_read_from_one_view_whatever_is_written_meanwhile(store: Store, house: House) -> None:
    person = store.run(house.add_person)

    def counts(connection: Connection) -> list[int]:
        exported_answers.hold_still(connection)
        first = len(exported_answers.of_measurements(connection, [person.measurement]))
        store.run(lambda c: answers.put(c, house.organisation, person.id, person.measurement, GIVEN))
        return [first, len(exported_answers.of_measurements(connection, [person.measurement]))]

    assert store.look(counts) == [0, 0]
    assert len(store.look(lambda c: exported_answers.of_measurements(c, [person.measurement]))) == 1

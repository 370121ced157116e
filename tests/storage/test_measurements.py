"""A measurement is planned once, falls due once, and never goes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from storage import measurements, participants
from storage.errors import Conflict
from storage.measurements import Kind, Status, StoredMeasurement
from storage.store import Store
from tests.storage.conftest import NOW, House, Person, add_house

LATER = NOW + timedelta(days=1)


def _add(store: Store, measurement: StoredMeasurement) -> None:
    store.run(lambda c: measurements.add(c, measurement))


def _get(store: Store, house: House, measurement_id: str) -> StoredMeasurement:
    found = store.look(lambda c: measurements.get(c, house.organisation, measurement_id))
    assert found is not None
    return found


def test_a_measurement_comes_back_as_it_was_planned(store: Store, house: House, person: Person) -> None:
    planned = house.measurement(person, Kind.FOLLOW_UP, 2)
    _add(store, planned)
    assert _get(store, house, planned.id) == planned
    assert [each.ordinal for each in store.look(lambda c: measurements.of_participant(c, person.id))] == [1, 2]


def test_a_measurement_of_another_organisation_is_not_there(store: Store, person: Person) -> None:
    foreign = store.run(add_house)
    assert store.look(lambda c: measurements.get(c, foreign.organisation, person.measurement)) is None


def test_the_same_follow_up_cannot_be_planned_twice(store: Store, house: House, person: Person) -> None:
    planned = house.measurement(person, Kind.FOLLOW_UP, 2)
    _add(store, planned)
    _add(store, planned)
    with pytest.raises(Conflict):
        _add(store, house.measurement(person, Kind.FOLLOW_UP, 3))
    assert len(store.look(lambda c: measurements.of_participant(c, person.id))) == 2


def test_numbers_count_within_the_kind_and_ordinals_over_both(store: Store, house: House, person: Person) -> None:
    def numbers(kind: Kind, of: str) -> tuple[int, int]:
        return store.look(lambda c: measurements.next_numbers(c, of, kind))

    assert numbers(Kind.BASELINE, "nobody") == (1, 1)
    assert numbers(Kind.FOLLOW_UP, person.id) == (1, 2)
    _add(store, house.measurement(person, Kind.FOLLOW_UP, 2))
    assert numbers(Kind.FOLLOW_UP, person.id) == (2, 3)


def test_what_is_due_is_taken_once_by_any_number_of_planners(store: Store, house: House, database_url: str) -> None:
    def plan(connection: Connection) -> None:
        for _ in range(40):
            person = house.add_person(connection)
            measurements.add(connection, house.measurement(person, Kind.FOLLOW_UP, 2))

    store.run(plan)
    others = [Store.open(database_url) for _ in range(4)]

    def invite(connection: Connection) -> list[str]:
        due = measurements.take_due(connection, now=NOW, most=7)
        for measurement in due:
            measurements.mark(connection, measurement.id, Status.INVITED, NOW)
        return [measurement.id for measurement in due]

    with ThreadPoolExecutor(4) as threads:
        taken = threads.map(lambda other: [id_ for _ in range(8) for id_ in other.run(invite)], others)
        ids = [id_ for each in taken for id_ in each]
    for other in others:
        other.close()
    assert len(ids) == len(set(ids)) == 40


def test_what_is_not_due_yet_is_left(store: Store, house: House, person: Person) -> None:
    _add(store, house.measurement(person, Kind.FOLLOW_UP, 2))
    early = NOW - timedelta(microseconds=1)
    assert store.run(lambda c: measurements.take_due(c, now=early, most=9)) == ()
    assert len(store.run(lambda c: measurements.take_due(c, now=NOW, most=9))) == 1


def test_nothing_falls_due_for_somebody_who_left(store: Store, house: House, person: Person) -> None:
    _add(store, house.measurement(person, Kind.FOLLOW_UP, 2))
    store.run(lambda c: participants.archive(c, person.id, NOW))
    assert store.run(lambda c: measurements.take_due(c, now=NOW, most=9)) == ()
    assert store.look(lambda c: participants.of_coach(c, house.organisation, house.coach)) == ()


def test_a_window_that_is_over_is_taken_until_it_is_closed(store: Store, house: House, person: Person) -> None:
    over = NOW + timedelta(days=60)
    assert store.run(lambda c: measurements.take_over(c, now=NOW, most=9)) == ()
    assert [m.id for m in store.run(lambda c: measurements.take_over(c, now=over, most=9))] == [person.measurement]
    store.run(lambda c: measurements.mark(c, person.measurement, Status.CLOSED, over))
    assert store.run(lambda c: measurements.take_over(c, now=over, most=9)) == ()
    assert _get(store, house, person.measurement).closed_at == over


def test_the_first_time_counts_as_the_moment(store: Store, house: House, person: Person) -> None:
    def mark(status: Status, hours: int) -> None:
        store.run(lambda c: measurements.mark(c, person.measurement, status, NOW + timedelta(hours=hours)))

    mark(Status.BUSY, 1)
    mark(Status.PAUSED, 2)
    mark(Status.BUSY, 3)
    mark(Status.DONE, 4)
    mark(Status.BUSY, 5)
    mark(Status.CLOSED, 6)
    found = _get(store, house, person.measurement)
    assert (found.status, found.opened_at, found.completed_at, found.closed_at) == (
        Status.DONE, NOW + timedelta(hours=1), NOW + timedelta(hours=4), None,
    )  # fmt: skip


def test_the_current_measurement_is_the_one_that_is_asked(store: Store, house: House, person: Person) -> None:
    follow_up = house.measurement(person, Kind.FOLLOW_UP, 2)
    _add(store, follow_up)

    def current() -> str | None:
        found = store.look(lambda c: measurements.current_of(c, person.id))
        return found.id if found else None

    assert current() == person.measurement
    store.run(lambda c: measurements.mark(c, person.measurement, Status.DONE, NOW))
    assert current() is None
    store.run(lambda c: measurements.mark(c, follow_up.id, Status.INVITED, LATER))
    assert current() == follow_up.id


def test_what_to_talk_about_is_kept_also_when_it_is_nothing(store: Store, house: House, person: Person) -> None:
    assert _get(store, house, person.measurement).talk_topics is None
    store.run(lambda c: measurements.set_talk_topics(c, person.measurement, ("money", "skills")))
    assert _get(store, house, person.measurement).talk_topics == ("money", "skills")
    store.run(lambda c: measurements.set_talk_topics(c, person.measurement, ()))
    assert _get(store, house, person.measurement).talk_topics == ()

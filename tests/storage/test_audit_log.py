"""The log read back, by month and by person, and the links for sample messages: the same on both databases."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from domain.answers import Answer
from storage import answers, audit, erasure, measurements, sample_links, staff
from storage.answers import StoredAnswer
from storage.audit_log import Log
from storage.durations import measured_seconds
from storage.erasure import ErasedBy
from storage.measurements import Status
from storage.staff import StaffMember
from storage.store import Store
from tests.storage.conftest import KEY, NOW, House, Person

KINDS = {"opened": {"person.looked", "person.opened"}, "people": {"person.added"}}
DECEMBER = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
"""In Amsterdam it is December already."""


@pytest.fixture
def log(house: House) -> Log:
    return Log(house.organisation, ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def coach(store: Store, house: House) -> StaffMember:
    found = store.look(lambda c: staff.get(c, house.organisation, house.coach))
    assert found is not None
    return found


def _done(store: Store, member: StaffMember, *actions: tuple[str, str], at: datetime = NOW) -> None:
    def job(connection: Connection) -> None:
        for action, person in actions:
            audit.record(connection, member, action, participant_id=person, at=at)

    store.run(job)


def test_a_month_is_counted_by_the_wall_clock_and_opened_pages_by_person(
    store: Store, house: House, log: Log, coach: StaffMember
) -> None:
    one, other = (store.run(lambda c: house.add_person(c)).id for _ in range(2))
    _done(store, coach, ("person.looked", one), ("person.opened", one), ("person.looked", other), ("person.added", one))
    _done(store, coach, ("person.added", one), ("person.added", other), ("person.erased", other), at=DECEMBER)

    def times(month: date) -> list[dict[str, int]]:
        return [dict(line.times) for line in store.look(lambda c: log.counts(c, month, KINDS, people={"opened"}))]

    assert store.look(lambda c: log.months(c, DECEMBER)) == (date(2026, 12, 1), date(2026, 11, 1))
    assert times(date(2026, 11, 1)) == [{"opened": 2, "people": 1}]
    assert times(date(2026, 12, 1)) == [{"opened": 0, "people": 2}]
    assert times(date(2026, 10, 1)) == []
    assert store.look(log.members) == ((coach.id, coach.name),)


def test_an_empty_log_has_no_months(store: Store, log: Log) -> None:
    assert store.look(lambda c: log.months(c, NOW)) == ()


def test_a_coach_reads_own_acts_and_of_others_only_what_is_told(
    store: Store, house: House, log: Log, person: Person, coach: StaffMember
) -> None:
    owner = store.look(lambda c: staff.get(c, house.organisation, house.owner))
    assert owner is not None
    _done(store, owner, ("person.looked", person.id), ("person.added", person.id))
    _done(store, coach, ("person.looked", person.id))

    def read(**more: object) -> tuple[int, list[tuple[str, str]]]:
        total, lines = store.look(lambda c: log.about_people_of(c, coach.id, told={"person.added"}, **more))  # type: ignore[arg-type]  # as its parameters are
        return total, [(line.name, line.action) for line in lines]

    both = [(coach.name, "person.looked"), (owner.name, "person.added")]
    assert read() == (2, both)
    assert read(most=1, offset=1) == (2, both[1:])
    assert read(month=date(2026, 10, 1)) == (0, [])
    assert read(staff_id=owner.id) == (1, both[1:])
    store.run(
        lambda c: erasure.erase(
            c,
            organisation_id=house.organisation,
            participant_id=person.id,
            erased_by=ErasedBy.PARTICIPANT,
            key=KEY,
            now=NOW,
        )
    )
    assert read() == (0, [])


def test_a_sample_link_is_taken_once_and_by_nobody_after_ten_minutes(store: Store, coach: StaffMember) -> None:
    secret = store.run(lambda c: sample_links.issue(c, coach, key=KEY, now=NOW))
    link = store.look(lambda c: sample_links.find(c, secret, key=KEY))
    assert link is not None

    def take(at: datetime) -> bool:
        return store.run(lambda c: sample_links.take(c, link, channel="web", now=at))

    late = NOW + timedelta(minutes=sample_links.MINUTES)
    assert [take(at) for at in (late, NOW, NOW)] == [False, True, False]
    store.run(lambda c: sample_links.issue(c, coach, key=KEY, now=NOW))
    assert store.look(lambda c: sample_links.find(c, secret, key=KEY)) is None


def test_seconds_of_a_statement_are_told_from_ten_people_on(store: Store, house: House) -> None:
    def finish(connection: Connection) -> None:
        person = house.add_person(connection)
        for position, (statement, seconds) in enumerate((("soc-1", 6), ("soc-2", 12), ("soc-3", 9000)), 1):
            at = NOW + timedelta(seconds=seconds)
            given = StoredAnswer(statement, Answer("4"), position, at, "nl", 1, "web", "vertical")
            answers.put(connection, house.organisation, person.id, person.measurement, given)
        measurements.mark(connection, person.measurement, Status.DONE, NOW)

    told = []
    for _ in range(10):
        store.run(finish)
        told.append(store.look(measured_seconds))
    assert told == [None] * 9 + [6.0]

"""The agenda of a coach, on both databases: by the calendar, by the coach's own acts, and by a first yes."""

from datetime import datetime, timedelta

from domain.consent import Consent, Decision, Purpose
from domain.looks import Look
from storage import agenda, audit, chats, consents, invitations, looks, measurements, participants, staff
from storage.measurements import Kind, Status
from storage.store import Store
from tests.storage.conftest import KEY, NOW, House, Person

DAY = timedelta(days=1)


def _follow_ups(store: Store, house: House, *, since: datetime, until: datetime) -> list[tuple[str, bool]]:
    found = store.look(
        lambda c: agenda.follow_ups(c, house.organisation, house.coach, since=since, until=until, most=9)
    )
    return [(one.name, one.is_unreachable) for one in found]


def _shared(store: Store, house: House) -> list[str]:
    found = store.look(lambda c: agenda.newly_shared(c, house.organisation, house.coach, most=9))
    return [one.participant_id for one in found]


def _cards(store: Store, house: House, *, now: datetime = NOW) -> list[str]:
    found = store.look(lambda c: agenda.cards(c, house.organisation, house.coach, now=now, most=9))
    return [one.participant_id for one in found]


def _says_yes(store: Store, house: House, person: Person, at: datetime) -> None:
    yes = Consent(Purpose.TOPIC, Decision.GIVEN, at, "1", "hash", "nl", "web", topic="money", coach_id=house.coach)
    store.run(lambda c: consents.append(c, house.organisation, person.id, yes))


def test_a_follow_up_is_there_by_its_day_and_says_whether_the_chat_is_closed(
    store: Store, house: House, person: Person
) -> None:
    store.run(lambda c: measurements.add(c, house.measurement(person, Kind.FOLLOW_UP, 2)))
    assert _follow_ups(store, house, since=NOW, until=NOW + DAY) == [("Sam", False)]
    assert _follow_ups(store, house, since=NOW - DAY, until=NOW) == []
    store.run(lambda c: chats.mark_reachable(c, "telegram", person.address, is_reachable=False, now=NOW))
    assert _follow_ups(store, house, since=NOW, until=NOW + DAY) == [("Sam", True)]
    store.run(lambda c: participants.archive(c, person.id, NOW))
    assert _follow_ups(store, house, since=NOW, until=NOW + DAY) == []


def test_a_card_is_there_until_it_is_given_or_too_old_and_comes_back_with_a_new_invitation(
    store: Store, house: House, person: Person
) -> None:
    for day in (NOW, NOW + DAY):
        store.run(
            lambda c, day=day: invitations.issue(  # type: ignore[misc]  # mypy cannot type a lambda's default
                c, organisation_id=house.organisation, participant_id=person.id, key=KEY, now=day
            )
        )
        assert _cards(store, house, now=day) == [person.id]
        assert _cards(store, house, now=day + 15 * DAY) == []
        store.run(lambda c: invitations.mark_handed(c, person.id, NOW))
        assert _cards(store, house, now=day) == []


def test_a_first_yes_after_a_finished_measurement_is_new_until_it_was_seen(
    store: Store, house: House, person: Person
) -> None:
    _says_yes(store, house, person, NOW)
    assert _shared(store, house) == []
    store.run(lambda c: measurements.mark(c, person.measurement, Status.DONE, NOW + DAY))
    assert _shared(store, house) == []
    _says_yes(store, house, person, NOW + DAY)
    assert _shared(store, house) == [person.id]
    coach = store.look(lambda c: staff.get(c, house.organisation, house.coach))
    assert coach is not None
    store.run(lambda c: audit.record(c, coach, Look.SAW, participant_id=person.id, at=NOW + 2 * DAY))
    assert _shared(store, house) == []
    _says_yes(store, house, person, NOW + 3 * DAY)
    assert _shared(store, house) == []
    assert [(one.name, one.is_coach_boss, one.look) for one in store.look(lambda c: looks.at(c, person.id))] == [
        ("Kees", True, Look.SAW)
    ]

"""The doctor names what is stuck, and calls nothing stuck that only waits its turn."""

from datetime import timedelta

import pytest

from api.finding import Finding, State
from api.stuck import BULK_WITHIN, PLANNED_WITHIN, REPLY_WITHIN, stuck
from bot.setbacks import Attempt, Sends, Setbacks
from domain.ids import ParticipantId
from storage import buckets, conversations, moments
from storage.conversations import StoredConversation
from storage.moments import Moment
from storage.store import Store
from tests.bot.people import Person, Workplace


@pytest.fixture
def place(store: Store) -> Workplace:
    return Workplace(store)


async def waiting(place: Workplace) -> StoredConversation:
    """Somebody whose first screen nobody showed."""
    participant_id, issued = place.invite()
    await Person(place).start(issued.code)
    return stored(place, participant_id)


def stored(place: Workplace, participant_id: ParticipantId) -> StoredConversation:
    found = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert found is not None
    return found


def findings(place: Workplace, url: str) -> dict[str, Finding]:
    return {found.about: found for found in stuck(url, place.clock())}


async def test_a_screen_on_its_way_is_not_stuck_and_one_that_nobody_shows_is(
    place: Workplace, database_url: str
) -> None:
    one = await waiting(place)
    on_its_way = findings(place, database_url)
    place.clock.now += REPLY_WITHIN + timedelta(seconds=1)
    found = findings(place, database_url)["screens"]

    assert on_its_way["screens"] == Finding("screens", State.FINE, "none is stuck; 1 on the way")
    assert set(on_its_way) == {"screens", "dead letters"}
    assert found.state is State.WRONG
    assert one.id in found.says
    assert one.due_at.isoformat(timespec="seconds").replace("+00:00", "Z") in found.says


async def test_what_is_held_or_bulk_or_forbidden_is_named_and_not_called_wrong(
    place: Workplace, database_url: str
) -> None:
    one = await waiting(place)
    place.clock.now += REPLY_WITHIN * 2
    later = place.clock() + timedelta(minutes=5)
    place.store.run(lambda c: conversations.retry(c, one.id, next_try_at=later, is_held=True))
    held = findings(place, database_url)["screens"]
    place.store.run(lambda c: conversations.retry(c, one.id, next_try_at=later))
    place.store.run(lambda c: buckets.ban(c, "telegram", until=later, now=place.clock()))
    banned = findings(place, database_url)

    assert (held.state, "held" in held.says) == (State.NOTE, True)
    assert banned["screens"].state is State.NOTE
    assert "wait until" in banned["sending"].says
    values = {"state": one.state, "due": one.due + 1, "due_at": place.clock(), "placed": None}
    place.store.run(lambda c: conversations.save(c, one.id, **values, next_try_at=later, is_bulk=True))  # type: ignore[arg-type] # mypy does not look into the mapping
    place.clock.now += BULK_WITHIN
    assert findings(place, database_url)["screens"].state is State.NOTE
    place.clock.now += timedelta(seconds=1)
    assert findings(place, database_url)["screens"].state is State.WRONG


async def test_dead_letters_and_planners_that_sleep_are_told(place: Workplace, database_url: str) -> None:
    one = await waiting(place)
    place.store.run(lambda c: moments.put(c, Moment.PLANNED, place.clock()))
    setbacks, fault = Setbacks(place.parts, Sends()), LookupError()
    attempt = Attempt(one.id, "telegram", "1001", one.due, tries=5, unconfirmed=1, lease_token=None)
    before = findings(place, database_url)
    await setbacks.broken(attempt, fault, may_have_arrived=False)
    place.clock.now += PLANNED_WITHIN + timedelta(seconds=1)
    after = findings(place, database_url)

    assert before["dead letters"].state is State.FINE
    assert "planner" not in before
    assert after["dead letters"].says.startswith("1: ")
    assert "no planner looked since" in after["planner"].says

"""The planner: everybody once, by day, only who said yes is written to, and nobody keeps anybody else waiting."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from api.figures import Figures
from api.planner import WAIT, Planner
from bot.conversation.events import Came, Pressed
from domain.ids import ParticipantId
from storage import conversations, dead_letters, measurements
from storage.measurements import Kind, Status, StoredMeasurement
from storage.store import Store
from tests.bot.people import Clock, Person, Workplace

NIGHT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Three in the night, in Amsterdam."""


@pytest.fixture
def place(store: Store) -> Iterator[Workplace]:
    return Workplace(store)


def planner_of(place: Workplace) -> Planner:
    return Planner(place.turns, Figures())


async def done_once(place: Workplace, *, number: int = 1, no: tuple[str, ...] = ()) -> tuple[ParticipantId, Person]:
    """Somebody whose baseline is done, and nothing is asked of them."""
    participant_id, issued = place.invite(modules=("social_skills",))
    person = Person(place, address=str(1000 + number))
    await person.start(issued.code)
    await person.to_statements(no=no)
    await person.answer_all()
    for _ in range(12):
        if not person.message.buttons:
            return participant_id, person
        await person.happen(Pressed(person.message.buttons[0].data))
    raise AssertionError("the conversation does not end")


def status_of(place: Workplace, participant_id: ParticipantId, ordinal: int = 2) -> Status:
    return place.store.look(lambda c: measurements.of_participant(c, participant_id))[ordinal - 1].status


def waiting_since(place: Workplace, participant_id: ParticipantId) -> datetime | None:
    """From when on the sweeper shows this person's screen; None: not by itself."""
    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert stored is not None
    return stored.next_try_at if stored.due != stored.shown else None


def follow_up(place: Workplace, participant_id: ParticipantId) -> StoredMeasurement:
    return place.plan(participant_id, Kind.FOLLOW_UP, modules=("social_skills",))


async def shown(place: Workplace, participant_id: ParticipantId) -> None:
    """What is due is on the screen by now."""

    def show(connection: object) -> None:
        stored = conversations.of_participant(connection, participant_id)  # type: ignore[arg-type] # a Connection
        assert stored is not None
        conversations.mark_shown(connection, stored.id, number=stored.due, placed=None, now=place.clock())  # type: ignore[arg-type] # a Connection

    await place.store.write(show)


async def test_what_is_due_is_offered_once_whoever_plans(place: Workplace) -> None:
    participant_id, _ = await done_once(place)
    await shown(place, participant_id)
    follow_up(place, participant_id)
    planners = [planner_of(place) for _ in range(4)]
    before = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    await asyncio.gather(*(planner.tick() for planner in planners))
    after = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert status_of(place, participant_id) is Status.INVITED
    assert before is not None
    assert after is not None
    assert after.due == before.due + 1
    assert waiting_since(place, participant_id) is not None


async def test_what_is_not_due_yet_waits(place: Workplace) -> None:
    participant_id, _ = await done_once(place)
    place.clock.pass_(-3600)
    planned = follow_up(place, participant_id)
    place.clock.pass_(-3600)
    await planner_of(place).tick()
    assert status_of(place, participant_id) is Status.PLANNED
    place.clock.now = planned.due_at
    await planner_of(place).tick()
    assert status_of(place, participant_id) is Status.INVITED


async def test_nobody_is_written_to_at_night_and_everybody_in_the_morning(store: Store) -> None:
    place = Workplace(store, Clock(NIGHT - timedelta(days=1, hours=-9)))
    participant_id, _ = await done_once(place)
    place.clock.now = NIGHT
    follow_up(place, participant_id)
    planner = planner_of(place)
    await planner.tick()
    assert status_of(place, participant_id) is Status.PLANNED
    place.clock.now = NIGHT + timedelta(hours=5, minutes=10)  # ten past eight
    await planner.tick()
    assert status_of(place, participant_id) is Status.INVITED


async def test_without_a_yes_to_messages_it_waits_until_the_person_comes(place: Workplace) -> None:
    participant_id, person = await done_once(place, no=("reminder",))
    await shown(place, participant_id)
    follow_up(place, participant_id)
    await planner_of(place).tick()
    assert status_of(place, participant_id) is Status.INVITED
    assert waiting_since(place, participant_id) is None
    await person.happen(Came())
    assert person.message.buttons


async def test_whoever_is_busy_is_told_later_and_keeps_nobody_waiting(place: Workplace) -> None:
    busy, issued = place.invite(modules=("social_skills",))
    person = Person(place, address="2000")
    await person.start(issued.code)
    await person.to_statements()
    follow_up(place, busy)
    never_came, _ = place.invite()
    follow_up(place, never_came)
    free, _ = await done_once(place, number=3)
    follow_up(place, free)
    planner = planner_of(place)
    await planner.tick()
    assert [status_of(place, one) for one in (busy, never_came, free)] == [
        Status.PLANNED,
        Status.PLANNED,
        Status.INVITED,
    ]
    await person.answer_all()
    while person.message.buttons:
        await person.happen(Pressed(person.message.buttons[0].data))
    place.clock.pass_(WAIT.total_seconds())
    await planner.tick()
    assert status_of(place, busy) is Status.INVITED


async def test_a_conversation_that_cannot_go_on_keeps_nobody_waiting(place: Workplace) -> None:
    broken, _ = await done_once(place, number=1)
    fine, _ = await done_once(place, number=2)
    stored = place.store.look(lambda c: conversations.of_participant(c, broken, lock=False))
    assert stored is not None
    await place.store.write(
        lambda c: conversations.save(
            c, stored.id, state="not JSON", due=stored.due, due_at=place.clock(), placed=None, next_try_at=None
        )
    )
    follow_up(place, broken)
    follow_up(place, fine)
    await planner_of(place).tick()
    assert status_of(place, broken) is Status.PLANNED
    assert status_of(place, fine) is Status.INVITED


async def test_a_window_that_is_over_closes_and_keeps_what_was_answered(place: Workplace) -> None:
    participant_id, issued = place.invite(modules=("social_skills",))
    person = Person(place, address="2000")
    await person.start(issued.code)
    await person.to_statements()
    await person.press("4")
    place.clock.pass_(timedelta(days=28).total_seconds())
    await planner_of(place).tick()
    assert status_of(place, participant_id, 1) is Status.CLOSED
    reply = await place.turns.look("telegram", "2000")
    assert reply is not None
    assert reply.message is not None
    assert not reply.message.is_statement
    assert waiting_since(place, participant_id) is not None


async def test_what_was_put_aside_is_forgotten_after_a_week(place: Workplace) -> None:
    def put_aside(connection: object) -> None:
        dead_letters.count_try(
            connection,  # type: ignore[arg-type] # a Connection
            channel="telegram",
            key_hash="k",
            chat_hash=None,
            cause="x",
            payload="{}",
            now=place.clock(),
        )

    await place.store.write(put_aside)
    place.clock.pass_(timedelta(days=6).total_seconds())
    await planner_of(place).tick()
    assert await place.store.write(lambda c: dead_letters.forget(c, datetime.max.replace(tzinfo=UTC))) == 1
    await place.store.write(put_aside)
    place.clock.pass_(timedelta(days=8).total_seconds())
    await planner_of(place).tick()
    assert await place.store.write(lambda c: dead_letters.forget(c, datetime.max.replace(tzinfo=UTC))) == 0


async def test_what_becomes_due_waits_its_turn_and_comes_as_a_new_message(place: Workplace) -> None:
    participant_id, _ = await done_once(place)
    placed = json.dumps({"message_id": "7", "is_last": True})

    def show(connection: Connection) -> None:
        stored = conversations.of_participant(connection, participant_id)
        assert stored is not None
        conversations.mark_shown(connection, stored.id, number=stored.due, placed=placed, now=place.clock())

    await place.store.write(show)
    follow_up(place, participant_id)
    await planner_of(place).tick()
    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert stored is not None
    assert (stored.is_bulk, stored.unconfirmed, stored.next_try_at) == (True, 0, place.clock())
    assert json.loads(stored.placed or "") == {"message_id": "7", "is_last": False}, "an edit makes no sound"

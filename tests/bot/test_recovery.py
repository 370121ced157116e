"""After a time in which nobody could receive: who is offered the open question again, and who is not."""

import json
from dataclasses import asdict, dataclass

import pytest
from sqlalchemy import update

from bot.channels import Placed
from bot.conversation.conversation import load
from bot.recovery import GAP, Recovery
from storage import chats, conversations, moments
from storage.moments import Moment
from storage.store import Store
from storage.tables import conversations as conversation_rows
from tests.bot.people import Person, Workplace

GAP_SECONDS = GAP.total_seconds()


@dataclass
class Stopwatch:
    """The seconds of one process."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def place(store: Store) -> Workplace:
    return Workplace(store)


async def at_a_question(place: Workplace, address: str = "1001", *, no: tuple[str, ...] = ()) -> Person:
    """Somebody in front of a statement that is shown."""
    _, issued = place.invite()
    person = Person(place, address=address)
    await person.start(issued.code)
    await person.to_statements(no=no)
    shown(place, person)
    return person


def shown(place: Workplace, person: Person) -> None:
    """What is due is on the person's phone."""
    placed = json.dumps(asdict(Placed("7")))
    name, number = person.last.conversation_id, person.last.number
    now = place.clock()
    place.store.run(lambda c: conversations.mark_shown(c, name, number=number, placed=placed, now=now))


def is_covered(place: Workplace, person: Person) -> bool:
    """Whether the neutral screen is due."""
    stored = place.store.look(lambda c: conversations.by_id(c, person.last.conversation_id, lock=False))
    return load(stored.state).is_covered


async def after_a_gap(place: Workplace, seconds: float) -> int:
    """The service beats, is away for so long, and another process begins; how many were offered their question."""
    await Recovery(place.turns).beat()
    place.clock.pass_(seconds)
    return await Recovery(place.turns).beat()


async def test_who_had_a_question_open_is_offered_it_once(place: Workplace) -> None:
    person = await at_a_question(place)
    assert await after_a_gap(place, GAP_SECONDS + 1) == 1
    assert is_covered(place, person)
    assert await after_a_gap(place, GAP_SECONDS + 1) == 0


async def test_in_a_short_gap_nothing_is_lost_and_nobody_is_asked_again(place: Workplace) -> None:
    person = await at_a_question(place)
    assert await after_a_gap(place, GAP_SECONDS - 1) == 0
    assert not is_covered(place, person)


async def test_the_first_beat_of_all_is_no_gap(place: Workplace) -> None:
    person = await at_a_question(place)
    assert await Recovery(place.turns).beat() == 0
    assert not is_covered(place, person)


async def test_a_clock_that_is_moved_while_the_process_goes_on_is_no_gap(place: Workplace) -> None:
    person, watch = await at_a_question(place), Stopwatch()
    recovery = Recovery(place.turns, monotonic=watch)
    await recovery.beat()
    place.clock.pass_(86_400)
    watch.seconds += 10
    assert await recovery.beat() == 0
    assert not is_covered(place, person)


async def test_a_process_that_stood_still_itself_notices(place: Workplace) -> None:
    person, watch = await at_a_question(place), Stopwatch()
    recovery = Recovery(place.turns, monotonic=watch)
    await recovery.beat()
    place.clock.pass_(GAP_SECONDS + 1)
    watch.seconds += GAP_SECONDS + 1
    assert await recovery.beat() == 1
    assert is_covered(place, person)


async def test_while_another_process_could_receive_there_is_no_gap(place: Workplace) -> None:
    person = await at_a_question(place)
    await Recovery(place.turns).beat()
    place.clock.pass_(GAP_SECONDS)
    await Recovery(place.turns).beat()
    place.clock.pass_(GAP_SECONDS)
    assert await Recovery(place.turns).beat() == 0
    assert not is_covered(place, person)


async def test_who_was_not_there_that_day_is_left_in_peace(place: Workplace) -> None:
    person = await at_a_question(place)
    place.clock.pass_(25 * 3600)
    assert await after_a_gap(place, GAP_SECONDS + 1) == 0
    assert not is_covered(place, person)


async def test_who_cannot_be_reached_is_not_tried(place: Workplace) -> None:
    person = await at_a_question(place)
    now = place.clock()
    place.store.run(lambda c: chats.mark_reachable(c, "telegram", person.address, is_reachable=False, now=now))
    assert await after_a_gap(place, GAP_SECONDS + 1) == 0


async def test_on_the_web_nothing_can_be_swallowed(place: Workplace) -> None:
    _, issued = place.invite()
    person = Person(place, address="w1", channel="web")
    await person.start(issued.code)
    await person.to_statements()
    assert await after_a_gap(place, GAP_SECONDS + 1) == 0


async def test_who_acts_after_the_return_is_not_interrupted(place: Workplace) -> None:
    """The beat comes last: a process that died in the middle is followed by one that does the rest, and only that."""
    person, other = await at_a_question(place), await at_a_question(place, "1002")
    await Recovery(place.turns).beat()
    place.clock.pass_(GAP_SECONDS + 1)
    await person.press("3")
    shown(place, person)
    assert await Recovery(place.turns).beat() == 1
    assert not is_covered(place, person)
    assert is_covered(place, other)


@pytest.mark.parametrize(("no", "hour", "is_heard"), [((), 12, True), (("reminder",), 12, False), ((), 23, False)])
async def test_it_makes_a_sound_by_day_and_for_who_said_yes_to_messages(
    place: Workplace, no: tuple[str, ...], hour: int, *, is_heard: bool
) -> None:
    place.clock.now = place.clock.now.replace(hour=hour - 1)  # Amsterdam is an hour ahead.
    person = await at_a_question(place, no=no)
    assert await after_a_gap(place, GAP_SECONDS + 1) == 1
    stored = place.store.look(lambda c: conversations.by_id(c, person.last.conversation_id, lock=False))
    assert Placed(**json.loads(stored.placed)).is_last is not is_heard


async def test_more_people_than_one_portion_holds_are_all_offered_it_once(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.recovery.AT_ONCE", 2)
    people = [await at_a_question(place, str(2000 + number)) for number in range(5)]
    assert await after_a_gap(place, GAP_SECONDS + 1) == 5
    assert all(is_covered(place, person) for person in people)


async def test_a_conversation_that_cannot_be_read_keeps_nobody_else_waiting(place: Workplace) -> None:
    damaged, other = await at_a_question(place), await at_a_question(place, "2002")
    lost = update(conversation_rows).where(conversation_rows.c.id == damaged.last.conversation_id).values(state="{}")
    place.store.run(lambda c: c.execute(lost))
    assert await after_a_gap(place, GAP_SECONDS + 1) == 1
    assert is_covered(place, other)
    stored = place.store.look(lambda c: conversations.by_id(c, damaged.last.conversation_id, lock=False))
    assert stored.state == "{}"


async def test_a_beat_is_kept(place: Workplace) -> None:
    await Recovery(place.turns).beat()
    assert place.store.look(lambda c: moments.last(c, Moment.RECEIVED)) == place.clock()

"""What stayed unshown: replies at once, bulk in portions at the channel's pace, and no screen keeps another waiting."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.channels import Placed, SendError
from bot.conversation.events import Pressed
from bot.conversation.screen import Message
from bot.delivery import Delivery
from bot.parts import Parts
from bot.setbacks import AMBIGUOUS_RETRY, HOLD, MOST_TRIES
from bot.sweeping import BULK_AT_ONCE, Pace, Sweeper
from bot.turns import SWEEP_AFTER
from bot.webs import Webs
from domain.ids import ParticipantId
from reports.studio import Studio
from storage import conversations, dead_letters, tables
from storage.conversations import StoredConversation
from storage.store import Store
from tests.bot.people import FakeChannel, Person, Workplace, unshown

PACE = Pace(per_second=5, apart_seconds=1)
BAN_SECONDS = 30


@dataclass
class Process:
    """One of several processes on a database, with a channel of its own."""

    place: Workplace
    channel: FakeChannel = field(default_factory=FakeChannel)
    parts: Parts | None = None

    def __post_init__(self) -> None:
        parts = self.parts or self.place.parts
        self.delivery = Delivery(parts, Webs(parts, Studio()), {"telegram": self.channel})
        self.sweeper = Sweeper(self.place.parts, self.place.turns, self.delivery, {"telegram": PACE})

    async def send_portions(self) -> list[str]:
        """The addresses where this portion of bulk was shown."""
        before = len(self.channel.shown)
        await self.sweeper.send_portions()
        await self.delivery.finish(within_seconds=5)
        return [address for address, _ in self.channel.shown[before:]]


@pytest.fixture
def place(store: Store) -> Workplace:
    return Workplace(store)


@pytest.fixture
async def process(place: Workplace) -> AsyncIterator[Process]:
    process = Process(place)
    yield process
    await process.delivery.finish(within_seconds=5)


async def begun(place: Workplace, process: Process, number: int = 1) -> tuple[ParticipantId, Person]:
    """Somebody who opened the chat and sees the first screen."""
    participant_id, issued = place.invite()
    person = Person(place, address=str(1000 + number))
    process.delivery.show_soon(await person.start(issued.code))
    await process.delivery.finish(within_seconds=5)
    return participant_id, person


def stored(place: Workplace, participant_id: ParticipantId) -> StoredConversation:
    found = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert found is not None
    return found


def make_due(place: Workplace, participant_id: ParticipantId) -> None:
    """Something that nobody asked for becomes due."""
    one = stored(place, participant_id)
    place.store.run(
        lambda c: conversations.save(
            c,
            one.id,
            state=one.state,
            due=one.due + 1,
            due_at=place.clock(),
            placed=one.placed,
            next_try_at=place.clock(),
            is_bulk=True,
        )
    )


def break_state(place: Workplace, participant_id: ParticipantId, *, state: str = "not a state") -> None:
    """The conversation as nothing can read it."""
    theirs = tables.conversations.c.participant_id == participant_id
    place.store.run(lambda c: c.execute(update(tables.conversations).where(theirs).values(state=state)))


def open_letters(place: Workplace) -> tuple[dead_letters.DeadLetter, ...]:
    return place.store.look(dead_letters.still_open)


# Bulk in portions -----------------------------------------------------------------------------------------------------


async def settled(place: Workplace, process: Process) -> None:
    """The replies until now are counted, and the pace is as if nothing was sent just now."""
    await process.send_portions()
    place.clock.pass_(5)
    process.delivery.replied.clear()


async def test_a_wave_goes_out_at_the_channels_pace_the_longest_due_first(place: Workplace, process: Process) -> None:
    people = [(await begun(place, process, number))[0] for number in range(8)]
    await settled(place, process)
    for participant_id in people:
        make_due(place, participant_id)
        place.clock.pass_(0.001)
    portions = []
    for seconds in (1, 0.4, 0.2, 0.1, 0.1, 10):
        place.clock.pass_(seconds)
        portions.append(await process.send_portions())

    assert [len(portion) for portion in portions] == [2, 2, 1, 1, 0, 2], "half a second is saved up, and no more"
    assert [address for portion in portions for address in portion] == [str(1000 + number) for number in range(8)]


async def test_replies_are_sent_at_once_and_bulk_gets_what_they_leave(place: Workplace, process: Process) -> None:
    people = [await begun(place, process, number) for number in range(4)]
    await settled(place, process)
    await process.send_portions()
    for participant_id, _ in people[:2]:
        make_due(place, participant_id)
    for _, person in people[2:]:
        process.delivery.show_soon(await person.press("language-nl"))
    await process.delivery.finish(within_seconds=5)
    shown = len(process.channel.shown)
    place.clock.pass_(0.4)
    beside = await process.send_portions()
    place.clock.pass_(0.2)

    assert shown == 4 + 2, "every reply went out"
    assert len(beside) == 0
    assert len(await process.send_portions()) == 1


async def test_two_processes_share_one_pace(place: Workplace, process: Process) -> None:
    other = Process(place)
    for number in range(6):
        participant_id, _ = await begun(place, process, number)
        make_due(place, participant_id)
    await settled(place, process)

    assert len(await process.send_portions()) + len(await other.send_portions()) == 2
    place.clock.pass_(0.4)
    assert len(await other.send_portions()) + len(await process.send_portions()) == 2


async def test_a_process_that_sends_no_bulk_has_its_replies_counted(place: Workplace, process: Process) -> None:
    talking = Process(place)
    participant_id, person = await begun(place, talking)
    await talking.sweeper.count_replies()
    await settled(place, process)
    make_due(place, participant_id)
    talking.delivery.show_soon(await person.press("language-nl"))
    await talking.delivery.finish(within_seconds=5)
    replied = talking.delivery.replied["telegram"]
    talking.delivery.replied["telegram"] = 7
    await talking.sweeper.count_replies()
    make_due(place, participant_id)
    place.clock.pass_(1)
    a_second_later = await process.send_portions()
    place.clock.pass_(0.2)

    assert replied == 1
    assert a_second_later == []
    assert await process.send_portions() == ["1001"]


async def test_a_chat_that_just_showed_something_is_left_alone_for_a_second(place: Workplace, process: Process) -> None:
    participant_id, person = await begun(place, process)
    await settled(place, process)
    process.delivery.show_soon(await person.press("language-nl"))
    await process.delivery.finish(within_seconds=5)
    make_due(place, participant_id)
    place.clock.pass_(0.9)
    early = await process.send_portions()
    place.clock.pass_(0.1)

    assert early == []
    assert await process.send_portions() == ["1001"]


async def test_bulk_leaves_half_of_the_connections_to_the_replies(place: Workplace, process: Process) -> None:
    participant_id, _ = await begun(place, process)
    await settled(place, process)
    make_due(place, participant_id)
    process.sweeper._under_way = BULK_AT_ONCE
    while_all_are_busy = await process.send_portions()
    process.sweeper._under_way = 0

    assert while_all_are_busy == []
    assert await process.send_portions() == ["1001"]


async def test_a_reply_takes_the_place_of_bulk_that_waits(place: Workplace, process: Process) -> None:
    participant_id, person = await begun(place, process)
    make_due(place, participant_id)
    process.delivery.show_soon(await person.type("hallo"))
    await process.delivery.finish(within_seconds=5)

    assert process.channel.shown[-1][1] == person.message
    place.clock.pass_(60)
    assert await process.send_portions() == []
    assert await process.sweeper.sweep() == 0


# Told to wait ---------------------------------------------------------------------------------------------------------


def too_many(*, bot_wide: bool) -> SendError:
    return SendError(cause="slow-down", retryable=True, retry_after_seconds=BAN_SECONDS, bot_wide=bot_wide)


async def test_a_wait_for_all_holds_in_every_process_for_replies_too(place: Workplace, process: Process) -> None:
    other = Process(place)
    participant_id, first = await begun(place, process)
    _, second = await begun(place, other, 2)
    process.channel.failures.append(too_many(bot_wide=True))
    process.delivery.show_soon(await first.press("language-nl"))
    await process.delivery.finish(within_seconds=5)
    make_due(place, participant_id)
    shown = len(other.channel.shown)
    reply = await second.press("language-nl")
    other.delivery.show_soon(reply)
    await other.delivery.finish(within_seconds=5)

    assert len(other.channel.shown) == shown
    assert reply.banned_until is not None
    assert other.channel.waits == [BAN_SECONDS - 2], "what is no screen waits as well"
    place.clock.pass_(BAN_SECONDS - 4)
    third = Process(place)
    assert await other.send_portions() == []
    assert await third.send_portions() == []
    assert third.channel.waits == [2], "who only looks for bulk knows of it too, and lets strangers wait"
    assert await other.sweeper.sweep() == 0
    place.clock.pass_(4)
    assert await other.sweeper.sweep() == 1
    assert other.channel.shown[-1][1] == second.message
    assert other.delivery.sends.by_outcome["waits"] == 1
    assert process.delivery.sends.bans == {"bot": 1}


async def test_a_press_that_changes_nothing_says_that_all_wait(place: Workplace, process: Process) -> None:
    _, person = await begun(place, process)
    process.channel.failures.append(too_many(bot_wide=True))
    process.delivery.show_soon(await person.press("language-nl"))
    await process.delivery.finish(within_seconds=5)
    again = await person.happen(Pressed("q1.7.4"))

    assert (again.due, again.toast is None) == ((), False)
    assert again.banned_until is not None


async def test_a_wait_for_one_chat_holds_for_that_chat(place: Workplace, process: Process) -> None:
    _, first = await begun(place, process)
    _, second = await begun(place, process, 2)
    process.channel.failures.append(too_many(bot_wide=False))
    for person in (first, second):
        process.delivery.show_soon(await person.press("language-nl"))
        await process.delivery.finish(within_seconds=5)

    assert process.channel.shown[-1] == ("1002", second.message)
    place.clock.pass_(BAN_SECONDS)
    assert await process.sweeper.sweep() == 1
    assert process.channel.shown[-1] == ("1001", first.message)
    assert process.delivery.sends.bans == {"chat": 1}


# What always breaks ---------------------------------------------------------------------------------------------------


async def _sweep_until_left_alone(place: Workplace, process: Process, *, seconds: float = 400) -> int:
    """How many times the sweeper took it up, a long while apart."""
    taken = 0
    for _ in range(3 * MOST_TRIES):
        place.clock.pass_(seconds)
        taken += await process.sweeper.sweep()
        await process.send_portions()
    return taken


async def test_a_screen_that_cannot_be_drawn_keeps_no_other_waiting_and_is_set_aside(
    place: Workplace, process: Process
) -> None:
    broken_id, _ = await begun(place, process)
    fine_id, fine = await begun(place, process, 2)
    for participant_id in (broken_id, fine_id):
        make_due(place, participant_id)
    intact = stored(place, broken_id).state
    break_state(place, broken_id)
    await _sweep_until_left_alone(place, process)

    assert process.channel.shown[-1][0] == fine.address
    assert process.delivery.sends.by_outcome["broken"] == MOST_TRIES
    assert [letter.cause for letter in open_letters(place)] == ["unshown UnreadableConversation"]
    assert stored(place, broken_id).next_try_at is None
    break_state(place, broken_id, state=intact)
    person = Person(place, sent=100)
    process.delivery.show_soon(await person.type("hallo"))
    await process.delivery.finish(within_seconds=5)
    assert process.channel.shown[-1][0] == "1001", "the chat goes on with what the person does next"


@dataclass
class BrokenChannel(FakeChannel):
    """A channel with a mistake in it."""

    asked: int = 0

    async def show(self, address: str, message: Message, *, placed: Placed | None, picture: bytes | None) -> Placed:
        """Raises what nobody expects, perhaps after sending."""
        self.asked += 1
        raise ZeroDivisionError


async def test_showing_never_raises_and_what_may_have_arrived_is_repeated_once_and_held(place: Workplace) -> None:
    process = Process(place, BrokenChannel())
    _, issued = place.invite()
    reply = await Person(place).start(issued.code)
    await process.delivery.show(reply.due[0])
    place.clock.now += AMBIGUOUS_RETRY
    await process.sweeper.sweep()
    place.clock.now += HOLD / 2
    assert await process.sweeper.sweep() == 0
    place.clock.now += HOLD

    assert await process.sweeper.sweep() == 1
    assert isinstance(process.channel, BrokenChannel)
    assert process.channel.asked == 3
    await _sweep_until_left_alone(place, process, seconds=HOLD.total_seconds())
    assert process.channel.asked == MOST_TRIES
    assert [letter.cause for letter in open_letters(place)] == ["unshown ZeroDivisionError"]


async def test_what_telegram_refuses_for_good_is_set_aside(place: Workplace, process: Process) -> None:
    participant_id, _ = await begun(place, process)
    process.channel.failures += [SendError(cause="refused", our_fault=True)] * 2 * MOST_TRIES
    make_due(place, participant_id)
    await _sweep_until_left_alone(place, process)

    assert process.delivery.sends.by_outcome["refused"] == MOST_TRIES
    (letter,) = open_letters(place)
    assert letter.cause == "unshown refused"
    assert json.loads(letter.payload or "{}") == {dead_letters.UNSHOWN: stored(place, participant_id).id}


async def test_with_a_wrong_token_everything_stays_due(place: Workplace, process: Process) -> None:
    participant_id, _ = await begun(place, process)
    process.channel.failures += [SendError(cause="token", our_fault=True, bot_wide=True)] * 2 * MOST_TRIES
    make_due(place, participant_id)
    await _sweep_until_left_alone(place, process)

    assert open_letters(place) == ()
    assert stored(place, participant_id).shown == stored(place, participant_id).due


async def test_a_wait_counts_no_try(place: Workplace, process: Process) -> None:
    participant_id, person = await begun(place, process)
    process.channel.failures.append(too_many(bot_wide=True))
    reply = await person.press("language-nl")
    await process.delivery.show(reply.due[0])
    tries = stored(place, participant_id).attempts
    for _ in range(MOST_TRIES):
        await process.delivery.show(reply.due[0])

    assert stored(place, participant_id).attempts == tries == 1
    assert stored(place, participant_id).next_try_at == process.delivery._banned_until["telegram"]


# Crashes --------------------------------------------------------------------------------------------------------------


async def test_senders_that_crash_again_and_again_repeat_a_question_once_at_most(
    place: Workplace, process: Process
) -> None:
    _, issued = place.invite()
    await Person(place).start(issued.code)
    sends = 1  # Whoever took it in sends, and crashes before it is marked.
    place.clock.now += SWEEP_AFTER
    begins = place.clock.now
    while place.clock.now < begins + HOLD:
        sends += len(await unshown(place))
        place.clock.pass_(5)

    assert sends == 2
    assert await process.sweeper.sweep() == 1, "and after ten minutes it is shown all the same"


async def test_a_database_that_is_away_leaves_what_is_due_to_the_next_sweep(place: Workplace, tmp_path: Path) -> None:
    away = Store.open(f"sqlite:///{tmp_path}/no-such-folder/werkstem.sqlite")
    process = Process(place, parts=replace(place.parts, store=away))
    participant_id, issued = place.invite()
    reply = await Person(place).start(issued.code)
    await process.delivery.show(reply.due[0])
    process.channel.failures.append(SendError(cause="timeout", retryable=True, ambiguous=True))
    await process.delivery.show(reply.due[0])
    away.close()

    assert process.delivery.sends.by_outcome["not_marked"] == 2
    assert stored(place, participant_id).shown == 0
    place.clock.now += SWEEP_AFTER
    assert await Process(place).sweeper.sweep() == 1

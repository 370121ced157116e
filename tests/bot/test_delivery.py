"""Due against shown: what was not shown is shown later, once, and refusals are obeyed."""

import json
from datetime import timedelta

import pytest

from bot.channels import SendError
from bot.conversation.events import Pressed
from bot.delivery import OVERTAKEN_RETRY, Delivery
from bot.inbound import Inbound
from bot.setbacks import AMBIGUOUS_RETRY, HOLD
from bot.sweeping import Pace, Sweeper
from bot.turns import SWEEP_AFTER
from bot.webs import Webs
from reports.studio import Studio
from storage import conversations
from storage.conversations import StoredConversation
from storage.store import Store
from tests.bot.people import FakeChannel, Person, Workplace


@pytest.fixture
def place(store: Store) -> Workplace:
    return Workplace(store)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def delivery(place: Workplace, channel: FakeChannel) -> Delivery:
    return Delivery(place.parts, Webs(place.parts, Studio()), {"telegram": channel})


@pytest.fixture
def sweeper(place: Workplace, delivery: Delivery) -> Sweeper:
    return Sweeper(place.parts, place.turns, delivery, {"telegram": Pace(per_second=25, apart_seconds=1)})


def _stored(place: Workplace, participant_id: str) -> StoredConversation:
    found = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert found is not None
    return found


async def test_what_a_turn_made_due_is_shown_and_marked(
    place: Workplace, channel: FakeChannel, delivery: Delivery
) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    delivery.show_soon(await person.start(issued.code))
    await delivery.finish(within_seconds=5)

    stored = _stored(place, participant_id)
    assert [message for _, message in channel.shown] == [person.message]
    assert stored.shown == stored.due
    assert json.loads(stored.placed or "{}")["message_id"] == "1"


async def test_a_screen_that_nobody_showed_is_swept_up_once(
    place: Workplace, channel: FakeChannel, delivery: Delivery, sweeper: Sweeper
) -> None:
    _, issued = place.invite()
    await Person(place).start(issued.code)  # the process died between commit and send
    early = await sweeper.sweep()
    place.clock.now += SWEEP_AFTER
    first, second = await sweeper.sweep(), await sweeper.sweep()

    assert (early, first, second) == (0, 1, 0)
    assert len(channel.shown) == 1


async def test_a_definite_refusal_is_tried_again_when_the_provider_said(
    place: Workplace, channel: FakeChannel, delivery: Delivery, sweeper: Sweeper
) -> None:
    _, issued = place.invite()
    channel.failures.append(SendError(cause="too_many_requests", retryable=True, retry_after_seconds=7))
    delivery.show_soon(await Person(place).start(issued.code))
    await delivery.finish(within_seconds=5)
    place.clock.pass_(6)
    inside_the_ban = await sweeper.sweep()
    place.clock.pass_(2)
    after_it = await sweeper.sweep()

    assert (inside_the_ban, after_it) == (0, 1)
    assert len(channel.shown) == 1


async def test_a_send_that_may_have_arrived_is_repeated_once_and_then_held(
    place: Workplace, channel: FakeChannel, delivery: Delivery, sweeper: Sweeper
) -> None:
    participant_id, issued = place.invite()
    channel.failures += [SendError(cause="timeout", retryable=True, ambiguous=True)] * 2
    person = Person(place)
    delivery.show_soon(await person.start(issued.code))
    await delivery.finish(within_seconds=5)
    place.clock.now += AMBIGUOUS_RETRY
    repeated = await sweeper.sweep()
    place.clock.now += HOLD - timedelta(seconds=10)
    held = await sweeper.sweep()

    assert (repeated, held) == (1, 0)
    assert _stored(place, participant_id).is_held
    place.clock.pass_(20)
    assert await sweeper.sweep() == 1
    assert len(channel.shown) == 1


async def test_a_person_who_writes_ends_the_hold(
    place: Workplace, channel: FakeChannel, delivery: Delivery, sweeper: Sweeper
) -> None:
    participant_id, issued = place.invite()
    channel.failures += [SendError(cause="timeout", retryable=True, ambiguous=True)] * 2
    person = Person(place)
    delivery.show_soon(await person.start(issued.code))
    await delivery.finish(within_seconds=5)
    place.clock.now += AMBIGUOUS_RETRY
    await sweeper.sweep()
    delivery.show_soon(await person.type("hallo"))
    await delivery.finish(within_seconds=5)

    assert not _stored(place, participant_id).is_held
    assert len(channel.shown) == 1


async def test_somebody_who_blocked_us_is_left_alone_until_they_come_back(
    place: Workplace, channel: FakeChannel, delivery: Delivery, sweeper: Sweeper
) -> None:
    participant_id, issued = place.invite()
    channel.failures.append(SendError(cause="blocked", opted_out=True))
    person = Person(place)
    delivery.show_soon(await person.start(issued.code))
    await delivery.finish(within_seconds=5)
    place.clock.pass_(86_400)

    assert await sweeper.sweep() == 0
    assert _stored(place, participant_id).unreachable_at is not None
    delivery.show_soon(await person.type("start"))
    await delivery.finish(within_seconds=5)
    assert len(channel.shown) == 1


async def test_somebody_who_writes_can_be_reached_whatever_telegram_forgot_to_tell(
    place: Workplace, channel: FakeChannel, delivery: Delivery
) -> None:
    participant_id, issued = place.invite()
    channel.failures.append(SendError(cause="blocked", opted_out=True))
    person = Person(place)
    delivery.show_soon(await person.start(issued.code))
    await delivery.finish(within_seconds=5)
    assert _stored(place, participant_id).unreachable_at is not None
    await person.type("hallo")

    assert _stored(place, participant_id).unreachable_at is None


async def test_an_older_screen_that_comes_late_goes_and_the_newest_is_shown_again(
    place: Workplace, channel: FakeChannel, delivery: Delivery, sweeper: Sweeper
) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    paused = await person.start(issued.code)
    place.clock.now += SWEEP_AFTER
    await sweeper.sweep()  # somebody else takes over, and the person goes on
    delivery.show_soon(await person.press("language-nl"))
    await delivery.finish(within_seconds=5)
    newest = channel.shown[-1][1]
    delivery.show_soon(paused)  # whoever was paused in the middle of sending wakes up
    await delivery.finish(within_seconds=5)
    assert channel.shown[-1][1] != newest
    place.clock.now += OVERTAKEN_RETRY
    again = await sweeper.sweep()

    assert again == 1
    assert channel.shown[-1][1] == newest
    assert channel.removed == ["3"]
    assert _stored(place, participant_id).shown == _stored(place, participant_id).due
    assert await sweeper.sweep() == 0


@pytest.mark.parametrize(("pressed_on", "stands_in"), [("1", "1"), ("7", "2")])
async def test_the_next_screen_never_stands_above_the_message_that_was_pressed(
    place: Workplace, channel: FakeChannel, delivery: Delivery, pressed_on: str, stands_in: str
) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    delivery.show_soon(await person.start(issued.code))
    await delivery.finish(within_seconds=5)
    press = Pressed(person.button("language-nl"))
    place.clock.pass_(2)
    delivery.show_soon(await place.turns.take(Inbound("telegram", person.address, "k", press, pressed_on=pressed_on)))
    await delivery.finish(within_seconds=5)

    assert json.loads(_stored(place, participant_id).placed or "{}")["message_id"] == stands_in


async def test_a_screen_that_waits_is_not_pushed_aside_by_an_older_one(
    place: Workplace, channel: FakeChannel, delivery: Delivery
) -> None:
    _, issued = place.invite()
    person = Person(place)
    first = await person.start(issued.code)
    second = await person.press("language-nl")
    for reply in (first, second, first):
        delivery.show_soon(reply)
    await delivery.finish(within_seconds=5)

    assert channel.shown[-1][1] == person.message


async def test_an_older_screen_that_fails_leaves_the_tries_of_the_newest_alone(
    place: Workplace, channel: FakeChannel, delivery: Delivery
) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    first = await person.start(issued.code)
    await person.press("language-nl")
    before = _stored(place, participant_id)
    channel.failures.append(SendError(cause="too_many_requests", retryable=True, retry_after_seconds=600))
    delivery.show_soon(first)
    await delivery.finish(within_seconds=5)

    assert _stored(place, participant_id).next_try_at == before.next_try_at
    assert _stored(place, participant_id).attempts == 0


async def test_two_turns_in_a_row_show_the_newest_screen_in_one_message(
    place: Workplace, channel: FakeChannel, delivery: Delivery
) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    first = await person.start(issued.code)
    second = await person.press("language-nl")
    third = await person.happen(Pressed(person.button("go")))
    for reply in (first, second, third):
        delivery.show_soon(reply)
    await delivery.finish(within_seconds=5)

    assert channel.shown[-1][1] == person.message
    assert _stored(place, participant_id).shown == third.number


async def test_my_data_come_as_a_file(place: Workplace, channel: FakeChannel, delivery: Delivery) -> None:
    _, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    await person.press("4")
    await person.type("mijn gegevens")
    delivery.show_soon(await person.press("file"))
    await delivery.finish(within_seconds=5)

    ((name, content),) = channel.files
    data = json.loads(content)
    assert name.endswith(".json")
    assert data["name"] == "Samira"
    assert [one["answer"] for one in data["measurements"][0]["answers"]] == ["Ja"]
    assert {choice["purpose"] for choice in data["choices"]} >= {"keep", "coach"}

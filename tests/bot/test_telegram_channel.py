"""The channel against a Bot API over real HTTP: what a person sees, and what happens when sending fails."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.channels import Placed, SendError
from bot.channels.telegram import Telegram
from bot.channels.telegram_http import TelegramApi
from bot.conversation.screen import PictureOf
from tests.bot.telegram_messages import (
    OTHER_PNG,
    PNG,
    REMOVE,
    TOOLS,
    languages,
    plain,
    statement,
    web,
    web_without_remove,
)
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_person import Person

CHAT = 4_200_000_000_000_001
ADDRESS = str(CHAT)


@dataclass
class Room:
    """The channel, the Bot API and one person who has started the bot."""

    telegram: Telegram
    api: TelegramStandIn
    person: Person
    clock: list[float]
    pauses: list[float] = field(default_factory=list)

    def asked(self) -> list[str]:
        """The methods that were called, in order."""
        return [request.method for request in self.api.requests]


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """The channel with its Bot API."""
    clock = [1_795_167_600.0]
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with TelegramStandIn(now=lambda: clock[0]).serving() as api:
        road = TelegramApi(TOKEN, api.url, total_seconds=5, monotonic_seconds=lambda: clock[0])
        telegram = Telegram(TOKEN, api=road, pause=pause)
        person = api.person(CHAT)
        person.chat.is_started = True
        yield Room(telegram, api, person, clock, pauses)
        await telegram.close()


# What the person sees ------------------------------------------------------------------------------------------------


async def test_a_statement_arrives_with_its_faces_and_no_link_preview(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)
    seen = room.person.screen
    assert placed == Placed(str(seen.message_id))
    assert seen.statement == "Ik slaap goed."
    assert [data for _, data in seen.buttons] == [label.data for label in statement().buttons]
    assert room.api.made("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}
    assert not seen.is_protected


async def test_the_next_statement_takes_the_place_of_the_last_one(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(1), placed=None, picture=None)
    again = await room.telegram.show(ADDRESS, statement(2, "Ik eet gezond."), placed=placed, picture=None)
    assert again == placed
    assert [posted.statement for posted in room.person.messages] == ["Ik eet gezond."]


async def test_after_the_person_wrote_the_message_comes_anew_and_the_old_one_goes(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(1), placed=None, picture=None)
    room.person.type("4")
    new = await room.telegram.show(ADDRESS, statement(2), placed=replace(placed, is_last=False), picture=None)
    assert new.message_id != placed.message_id
    assert [posted.message_id for posted in room.person.messages if posted.is_ours] == [int(new.message_id)]


async def test_showing_the_same_again_is_a_success(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)
    assert await room.telegram.show(ADDRESS, statement(), placed=placed, picture=None) == placed
    assert room.person.screen.edits == 0


async def test_in_a_cleared_chat_the_message_comes_anew(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)
    room.person.clear()
    new = await room.telegram.show(ADDRESS, statement(2), placed=placed, picture=None)
    assert [posted.message_id for posted in room.person.messages] == [int(new.message_id)]


async def test_when_nothing_is_asked_there_are_no_buttons(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, languages(), placed=None, picture=None)
    await room.telegram.show(ADDRESS, plain(), placed=placed, picture=None)
    assert room.person.screen.buttons == []
    assert "reply_markup" not in room.api.made("editMessageText")[0]


async def test_a_web_is_protected_from_forwarding_and_replaces_the_text(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)
    shown = await room.telegram.show(ADDRESS, web(), placed=placed, picture=PNG)
    assert shown.is_picture
    (seen,) = room.person.messages
    assert (seen.photo, seen.is_protected) == (PNG, True)
    assert seen.text.startswith("Mijn werk\n\nDit is je web")


async def test_bars_take_the_place_of_the_web_in_the_same_message(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, web(), placed=None, picture=PNG)
    again = await room.telegram.show(ADDRESS, web(PictureOf.OUTER), placed=placed, picture=OTHER_PNG)
    assert again == placed
    (seen,) = room.person.messages
    assert (seen.photo, seen.is_protected) == (OTHER_PNG, True)
    assert await room.telegram.show(ADDRESS, web(PictureOf.OUTER), placed=placed, picture=OTHER_PNG) == placed


async def test_a_web_that_can_be_removed_stays_with_that_button_only(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, web(), placed=None, picture=PNG)
    following = await room.telegram.show(ADDRESS, plain("Verder", *TOOLS), placed=placed, picture=None)
    picture, text = room.person.messages
    assert picture.buttons == [(REMOVE.text, REMOVE.data)]
    assert (picture.photo, text.message_id) == (PNG, int(following.message_id))
    # The new message is the last thing that happens: whoever looks for what changed last finds the button that goes on.
    assert [request.method for request in room.api.requests][-2:] == ["editMessageReplyMarkup", "sendMessage"]


async def test_a_web_without_such_a_button_goes(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, web_without_remove(), placed=None, picture=PNG)
    await room.telegram.show(ADDRESS, plain(), placed=placed, picture=None)
    assert [posted.photo for posted in room.person.messages] == [None]


async def test_a_web_that_could_not_be_drawn_is_shown_in_words(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, web(), placed=None, picture=None)
    assert not placed.is_picture
    assert "Plaatje van je web" in room.person.screen.text


async def test_a_picture_is_taken_out_of_the_chat(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, web(), placed=None, picture=PNG)
    await room.telegram.remove(ADDRESS, placed.message_id)
    assert room.person.messages == []
    await room.telegram.remove(ADDRESS, placed.message_id)


async def test_what_is_too_old_to_delete_is_emptied(room: Room) -> None:
    picture = await room.telegram.show(ADDRESS, web(), placed=None, picture=PNG)
    text = await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)
    room.clock[0] += 49 * 3600
    await room.telegram.remove(ADDRESS, picture.message_id)
    await room.telegram.show(ADDRESS, plain("Dag"), placed=replace(text, is_last=False), picture=None)
    old_picture, old_text, new = room.person.messages
    assert old_picture.photo not in {None, PNG}
    assert (old_picture.text, old_picture.buttons) == ("", [])
    assert (old_text.text, old_text.buttons) == ("·", [])
    assert new.text == "Dag"


async def test_the_persons_own_data_come_as_a_file(room: Room) -> None:
    await room.telegram.send_file(ADDRESS, "mijn-gegevens.json", b"{}")
    assert room.person.screen.file == b"{}"


# Presses --------------------------------------------------------------------------------------------------------------


async def test_a_press_is_answered_with_a_short_text_or_without(room: Room) -> None:
    await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)
    await room.telegram.answer(room.person.tap("q1.1.4"))
    await room.telegram.answer(room.person.tap("q1.1.4"), "Al bewaard. " * 40)
    assert room.person.toasts == [None, ("Al bewaard. " * 40)[:200]]


async def test_answering_too_late_or_twice_or_while_telegram_is_down_does_no_harm(room: Room) -> None:
    await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)
    press = room.person.tap("q1.1.4")
    await room.telegram.answer(press)
    await room.telegram.answer(press)
    room.api.fail("502")
    await room.telegram.answer(room.person.tap("q1.1.4"))
    assert [request.status for request in room.api.requests[1:]] == [200, 400]


async def test_a_group_is_told_once_that_we_do_not_work_there(room: Room) -> None:
    group = room.api.person(-1001234567890)
    group.chat.is_started, group.chat.kind = True, "supergroup"
    for _ in range(3):
        await room.telegram.decline_group("-1001234567890", "Ik werk niet in een groep.")
    assert [posted.text for posted in group.messages] == ["Ik werk niet in een groep."]
    await room.telegram.decline_group("-100999", "Ik werk niet in een groep.")


# When sending fails ---------------------------------------------------------------------------------------------------


async def refused(room: Room, placed: Placed | None = None) -> SendError:
    """The error of showing a statement."""
    with pytest.raises(SendError) as caught:
        await room.telegram.show(ADDRESS, statement(), placed=placed, picture=None)
    return caught.value


async def test_somebody_who_blocked_the_bot_has_opted_out(room: Room) -> None:
    room.person.block()
    error = await refused(room)
    assert (error.cause, error.opted_out, error.retryable) == ("blocked", True, False)


async def test_a_chat_that_telegram_does_not_know_cannot_be_reached(room: Room) -> None:
    del room.api.chats.by_id[CHAT]
    assert (await refused(room)).opted_out


async def test_a_chat_that_moved_cannot_be_reached_at_its_old_number(room: Room) -> None:
    room.api.migrate(CHAT, -1009)
    error = await refused(room)
    assert (error.cause, error.opted_out) == ("migrated", True)


async def test_a_chat_told_to_wait_says_how_long(room: Room) -> None:
    room.api.slow_down(7, CHAT)
    error = await refused(room)
    assert (error.retryable, error.ambiguous, error.retry_after_seconds, error.bot_wide) == (True, False, 7, False)
    room.clock[0] += 5
    error = await refused(room)
    assert (error.cause, error.retry_after_seconds, room.api.too_soon) == ("slow-down", 2, 1)  # nobody was asked
    room.clock[0] += 2
    await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)


async def test_a_wait_that_another_process_was_told_holds_for_everything_but_fetching(room: Room) -> None:
    room.telegram.wait(7)
    asked = len(room.asked())
    error = await refused(room, None)
    await room.telegram.answer("1", "Ja")
    assert (error.cause, error.retry_after_seconds, error.bot_wide) == ("slow-down", 7, False)
    assert len(room.asked()) == asked, "nobody was asked"
    batches = room.telegram.poll(waits_seconds=0)
    room.person.type("hallo")
    assert await anext(batches)
    await batches.aclose()
    room.clock[0] += 7
    assert await room.telegram.show(ADDRESS, statement(), placed=None, picture=None)


async def test_a_wrong_token_is_our_fault(room: Room) -> None:
    for token in ("700000001:another-token-entirely", "no-token"):
        wrong = Telegram(token, room.api.url)
        with pytest.raises(SendError) as caught:
            await wrong.show(ADDRESS, statement(), placed=None, picture=None)
        await wrong.close()
        assert (caught.value.cause, caught.value.our_fault, caught.value.bot_wide) == ("token", True, True)


@pytest.mark.parametrize("kind", ["500", "502"])
async def test_a_provider_that_is_down_may_be_asked_again(room: Room, kind: str) -> None:
    room.api.fail(kind)
    error = await refused(room)
    assert (error.retryable, error.ambiguous) == (True, False)
    assert room.person.messages == []


@pytest.mark.parametrize("kind", ["lost", "garbled"])
async def test_a_new_message_whose_reply_was_lost_is_ambiguous_and_did_arrive(room: Room, kind: str) -> None:
    room.api.fail(kind, "sendMessage")
    error = await refused(room)
    assert (error.retryable, error.ambiguous) == (True, True)
    assert room.person.screen.statement == "Ik slaap goed."


async def test_an_edit_whose_reply_was_lost_is_not_ambiguous(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, plain(), placed=None, picture=None)
    room.api.fail("lost", "editMessageText")
    error = await refused(room, placed)
    assert (error.retryable, error.ambiguous) == (True, False)
    assert await room.telegram.show(ADDRESS, statement(), placed=placed, picture=None) == placed
    assert len(room.person.messages) == 1


async def test_a_telegram_that_hangs_is_left_alone_after_the_deadline(room: Room) -> None:
    hasty = Telegram(TOKEN, api=TelegramApi(TOKEN, room.api.url, total_seconds=0.05))
    room.api.fail("slow")
    with pytest.raises(SendError) as caught:
        await hasty.show(ADDRESS, statement(), placed=None, picture=None)
    await hasty.close()
    assert caught.value.ambiguous


async def test_a_telegram_that_is_not_there_was_not_reached(room: Room) -> None:
    nowhere = Telegram(TOKEN, "http://127.0.0.1:1")
    with pytest.raises(SendError) as caught:
        await nowhere.show(ADDRESS, statement(), placed=None, picture=None)
    await nowhere.close()
    assert (caught.value.cause, caught.value.retryable, caught.value.ambiguous) == ("unreachable", True, False)


async def test_an_old_message_that_cannot_be_cleared_away_does_not_fail_the_new_one(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(1), placed=None, picture=None)
    room.api.fail("502", "deleteMessage")
    new = await room.telegram.show(ADDRESS, statement(2), placed=replace(placed, is_last=False), picture=None)
    assert room.person.screen.message_id == int(new.message_id)


async def test_when_the_new_message_is_refused_the_old_one_still_stands(room: Room) -> None:
    placed = await room.telegram.show(ADDRESS, statement(1), placed=None, picture=None)
    room.api.fail("500", "sendMessage")
    await refused(room, replace(placed, is_last=False))
    assert [posted.message_id for posted in room.person.messages] == [int(placed.message_id)]


# Fetching updates -----------------------------------------------------------------------------------------------------


async def test_updates_are_given_again_until_the_batch_after_them_is_asked_for(room: Room) -> None:
    room.person.start("code")
    room.person.type("4")
    first = [update async for update in first_of(room)]
    again = [update async for update in first_of(room)]
    assert [[u["message"]["text"] for u in batch] for batch in (first, again)] == [["/start code", "4"]] * 2
    batches = room.telegram.poll(waits_seconds=1)
    await anext(batches)
    room.person.type("5")
    assert [update["message"]["text"] for update in await anext(batches)] == ["5"]
    assert len(room.api.inbox.waiting) == 1
    await batches.aclose()


async def first_of(room: Room) -> AsyncIterator[dict[str, Any]]:
    """The updates of the first batch; the next one is never asked for."""
    batches = room.telegram.poll(waits_seconds=0)
    for update in await anext(batches):
        yield update
    await batches.aclose()


async def test_only_the_kinds_we_read_are_asked_for(room: Room) -> None:
    room.person.start()
    assert [update async for update in first_of(room)]
    assert room.api.made("getUpdates")[0]["allowed_updates"] == ["message", "callback_query", "my_chat_member"]


async def test_polling_goes_on_after_trouble_and_waits_as_long_as_it_was_told(room: Room) -> None:
    room.person.start()
    for kind in ("502", "cut", "garbled"):
        room.api.fail(kind, "getUpdates")
    assert len([update async for update in first_of(room)]) == 1
    assert room.pauses == [1, 2, 4]
    room.pauses.clear()

    class Ends(Exception):
        """The pause after which nothing follows."""

    async def pause(seconds: float) -> None:
        room.pauses.append(seconds)
        raise Ends

    room.api.slow_down(9)
    impatient = Telegram(TOKEN, room.api.url, pause=pause)
    with pytest.raises(Ends):
        await anext(impatient.poll(waits_seconds=0))
    await impatient.close()
    assert room.pauses == [9]


async def test_polling_with_a_wrong_token_ends_at_once(room: Room) -> None:
    wrong = Telegram("700000001:another-token-entirely", room.api.url)
    with pytest.raises(SendError, match="token"):
        await anext(wrong.poll(waits_seconds=0))
    await wrong.close()

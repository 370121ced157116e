"""Due against shown: what is due is shown once, by one, and never backwards."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from storage import chats, claims, conversations, organisations, staff
from storage.claims import Claim, Terms
from storage.conversations import StoredConversation
from storage.errors import Conflict
from storage.secrets import new_id
from storage.store import Store
from tests.storage.conftest import NOW, House, Person

LATER = NOW + timedelta(seconds=30)
TERMS = Terms(lease_seconds=60, hold_seconds=60)


def _load(store: Store, person: Person) -> StoredConversation:
    found = store.run(lambda c: conversations.by_id(c, person.conversation))
    assert found is not None
    return found


def _save(store: Store, person: Person, due: int) -> None:
    store.run(
        lambda c: conversations.save(
            c, person.conversation, state=f"{due}", due=due, due_at=NOW, placed="p", next_try_at=LATER
        )
    )


def _claim(store: Store, *, seconds_later: float = 0, most: int = 10) -> tuple[Claim, ...]:
    now = LATER + timedelta(seconds=seconds_later)
    return store.run(lambda c: claims.of_replies(c, now=now, most=most, terms=TERMS))


def test_a_conversation_is_found_by_its_chat_with_everything_around_it(
    store: Store, house: House, person: Person
) -> None:
    found = store.run(lambda c: conversations.in_chat(c, "telegram", person.address))
    assert found is not None
    assert (found.id, found.participant_id, found.kind) == (person.conversation, person.id, conversations.Kind.MAIN)
    assert (found.chat_id, found.found_chat_id) == (person.chat, person.chat)
    assert (found.name, found.language, found.coach, found.is_coach_boss) == ("Sam", "nl", "Kees", True)
    assert (found.organisation, found.keeper) == ("Bakkerij", "Bakkerij")
    assert found.contact == f"{house.owner}@owner.example"
    assert (found.due, found.shown, found.due_at) == (1, 0, NOW)


def test_who_keeps_the_answers_and_whom_to_ask_can_be_set(store: Store, house: House, person: Person) -> None:
    store.run(lambda c: organisations.change(c, house.organisation, keeper="Stichting", contact="06 1234"))
    found = _load(store, person)
    assert (found.keeper, found.contact) == ("Stichting", "06 1234")


def test_without_an_owner_there_is_nobody_to_ask(store: Store, house: House, person: Person) -> None:
    store.run(lambda c: staff.remove(c, house.owner, NOW))
    assert _load(store, person).contact == ""


def test_a_chat_that_nobody_has_finds_nothing(store: Store, person: Person) -> None:
    assert store.run(lambda c: conversations.in_chat(c, "web", person.address)) is None
    assert store.run(lambda c: conversations.in_chat(c, "telegram", "0")) is None


def test_looking_finds_the_same_as_taking(store: Store, person: Person) -> None:
    looked = store.look(lambda c: conversations.in_chat(c, "telegram", person.address, lock=False))
    assert looked == store.run(lambda c: conversations.in_chat(c, "telegram", person.address))
    of_person = store.look(lambda c: conversations.of_participant(c, person.id, lock=False))
    assert of_person == looked


def test_what_is_saved_is_due_and_what_is_shown_is_not_due_any_more(store: Store, person: Person) -> None:
    _save(store, person, 2)
    saved = _load(store, person)
    assert (saved.state, saved.due, saved.shown, saved.next_try_at) == ("2", 2, 0, LATER)
    is_marked = store.run(lambda c: conversations.mark_shown(c, person.conversation, number=2, placed="q", now=LATER))
    shown = _load(store, person)
    assert is_marked
    assert (shown.shown, shown.shown_at, shown.placed, shown.next_try_at) == (2, LATER, "q", None)
    assert _claim(store) == ()


def test_an_older_screen_never_takes_the_place_of_a_later_one(store: Store, person: Person) -> None:
    def mark(number: int) -> bool:
        return store.run(
            lambda c: conversations.mark_shown(c, person.conversation, number=number, placed=f"{number}", now=NOW)
        )

    _save(store, person, 3)
    assert mark(3)
    assert not mark(2)
    assert _load(store, person).placed == "3"


def test_showing_an_older_screen_leaves_the_newest_due(store: Store, person: Person) -> None:
    _save(store, person, 3)
    store.run(lambda c: conversations.mark_shown(c, person.conversation, number=2, placed="2", now=NOW))
    assert [found.due for found in _claim(store)] == [3]


def test_whoever_lost_the_lease_cannot_mark_or_retry(store: Store, person: Person) -> None:
    _save(store, person, 2)
    _claim(store)
    _claim(store, seconds_later=61)

    def mark(token: int) -> bool:
        return store.run(
            lambda c: conversations.mark_shown(
                c, person.conversation, number=2, placed="p", now=LATER, lease_token=token
            )
        )

    assert not mark(1)
    assert not store.run(lambda c: conversations.retry(c, person.conversation, next_try_at=LATER, lease_token=1))
    assert mark(2)


def test_a_refused_screen_is_tried_again_when_told(store: Store, person: Person) -> None:
    _save(store, person, 2)
    token = _claim(store)[0].lease_token
    again_at = LATER + timedelta(seconds=7)
    store.run(lambda c: conversations.retry(c, person.conversation, next_try_at=again_at, lease_token=token))
    assert _claim(store, seconds_later=6) == ()
    assert [found.due for found in _claim(store, seconds_later=7)] == [2]
    assert _load(store, person).attempts == 1


def test_a_held_screen_waits_until_the_person_writes(store: Store, person: Person) -> None:
    _save(store, person, 2)
    store.run(lambda c: conversations.retry(c, person.conversation, next_try_at=None, is_held=True))
    assert _load(store, person).is_held
    assert _claim(store, seconds_later=10_000) == ()
    _save(store, person, 3)
    assert not _load(store, person).is_held
    assert len(_claim(store)) == 1


def test_going_on_in_another_chat_forgets_where_the_last_message_was(
    store: Store, house: House, person: Person
) -> None:
    _save(store, person, 2)
    other = chats.Chat(new_id(), house.organisation, person.id, person.conversation, "web", "hash", NOW)

    def move(connection: Connection) -> None:
        chats.add(connection, other)
        conversations.go_on_in(connection, person.conversation, other.id)

    store.run(move)
    moved = _load(store, person)
    assert (moved.chat_id, moved.channel, moved.address, moved.placed) == (other.id, "web", "hash", None)
    by_old_chat = store.run(lambda c: conversations.in_chat(c, "telegram", person.address))
    assert by_old_chat is not None
    assert (by_old_chat.found_chat_id, by_old_chat.chat_id) == (person.chat, other.id)
    assert [chat.id for chat in store.look(lambda c: chats.of_participant(c, person.id))] == sorted(
        [person.chat, other.id]
    )


def test_an_address_belongs_to_one_person_until_that_chat_ends(store: Store, house: House, person: Person) -> None:
    second = store.run(house.add_person)
    taken = chats.Chat(new_id(), house.organisation, second.id, second.conversation, "telegram", person.address, NOW)
    with pytest.raises(Conflict):
        store.run(lambda c: chats.add(c, taken))
    store.run(lambda c: chats.end(c, person.chat, NOW))
    store.run(lambda c: chats.add(c, taken))
    found = store.look(lambda c: chats.find(c, "telegram", person.address))
    assert found is not None
    assert found.participant_id == second.id


def test_nothing_is_tried_where_we_are_blocked_until_the_chat_opens_again(store: Store, person: Person) -> None:
    def reachable(*, is_reachable: bool) -> bool:
        return store.run(
            lambda c: chats.mark_reachable(c, "telegram", person.address, is_reachable=is_reachable, now=NOW)
        )

    _save(store, person, 2)
    assert reachable(is_reachable=False)
    assert not reachable(is_reachable=False)
    assert _load(store, person).unreachable_at == NOW
    assert _claim(store, seconds_later=10_000) == ()
    assert reachable(is_reachable=True)
    assert _load(store, person).unreachable_at is None
    assert [found.due for found in _claim(store)] == [2]


def test_an_older_screen_that_is_shown_late_leaves_what_is_known_of_the_newest(store: Store, person: Person) -> None:
    _save(store, person, 2)
    _save(store, person, 3)
    _claim(store)
    before = _load(store, person)
    store.run(lambda c: conversations.mark_shown(c, person.conversation, number=2, placed="p", now=NOW))
    after = _load(store, person)
    assert (after.unconfirmed, after.attempts, after.next_try_at) == (2, 0, LATER)
    assert (before.unconfirmed, after.shown) == (2, 2)
    assert _claim(store, seconds_later=59) == ()


def test_what_changed_silently_leaves_the_due_screen_and_its_tries(store: Store, person: Person) -> None:
    _save(store, person, 2)
    store.run(lambda c: conversations.retry(c, person.conversation, next_try_at=LATER, may_have_arrived=True))
    before = _load(store, person)
    store.run(lambda c: conversations.keep(c, person.conversation, state="new", placed="q"))
    after = _load(store, person)
    assert (after.state, after.placed) == ("new", "q")
    assert (after.due, after.attempts, after.unconfirmed) == (before.due, 1, before.unconfirmed)


def test_what_was_set_aside_is_tried_again_when_somebody_asks(store: Store, person: Person) -> None:
    _save(store, person, 2)
    store.run(lambda c: conversations.retry(c, person.conversation, next_try_at=None))
    assert _claim(store, seconds_later=10_000) == ()
    assert store.run(lambda c: conversations.try_again(c, person.conversation, now=LATER))
    assert len(_claim(store)) == 1
    store.run(lambda c: conversations.mark_shown(c, person.conversation, number=2, placed="p", now=NOW))
    assert not store.run(lambda c: conversations.try_again(c, person.conversation, now=LATER))


def test_an_unknown_chat_cannot_change_its_reach(store: Store) -> None:
    assert not store.run(lambda c: chats.mark_reachable(c, "telegram", "0", is_reachable=False, now=NOW))

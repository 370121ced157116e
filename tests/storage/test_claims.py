"""Claims: what stayed unshown is shown by one at a time, replies first, and never a third time without a pause."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Connection

from storage import claims, conversations
from storage.claims import Backlog, Claim, Terms
from storage.conversations import StoredConversation
from storage.store import Store
from tests.storage.conftest import NOW, House, Person

LATER = NOW + timedelta(seconds=30)
TERMS = Terms(lease_seconds=60, hold_seconds=600)


def _save(store: Store, person: Person, due: int, *, is_bulk: bool = False) -> None:
    store.run(lambda c: save(c, person, due, is_bulk=is_bulk))


def save(connection: Connection, person: Person, due: int, *, is_bulk: bool) -> None:
    conversations.save(
        connection,
        person.conversation,
        state=f"{due}",
        due=due,
        due_at=NOW,
        placed="p",
        next_try_at=LATER,
        is_bulk=is_bulk,
    )


def _claim(store: Store, *, seconds_later: float = 0, most: int = 10) -> tuple[Claim, ...]:
    now = LATER + timedelta(seconds=seconds_later)
    return store.run(lambda c: claims.of_replies(c, now=now, most=most, terms=TERMS))


def _claim_bulk(
    store: Store, *, seconds_later: float = 0, most: int = 10, channel: str = "telegram", apart_seconds: float = 1
) -> tuple[Claim, ...]:
    now = LATER + timedelta(seconds=seconds_later)
    return store.run(lambda c: claims.of_bulk(c, channel, now=now, most=most, terms=TERMS, apart_seconds=apart_seconds))


def _of(store: Store, claimed: tuple[Claim, ...]) -> tuple[StoredConversation, ...]:
    return store.look(lambda c: claims.conversations_of(c, claimed))


def test_what_is_being_shown_straight_away_is_left_alone_for_a_moment(store: Store, person: Person) -> None:
    _save(store, person, 2)
    assert _claim(store, seconds_later=-1) == ()
    assert [found.conversation_id for found in _claim(store)] == [person.conversation]


def test_a_claimed_screen_is_claimed_by_nobody_else_until_the_lease_ends(store: Store, person: Person) -> None:
    _save(store, person, 2)
    first = _claim(store)
    assert _claim(store, seconds_later=599) == ()
    second = _claim(store, seconds_later=601)
    assert [found.lease_token for found in (*first, *second)] == [1, 2]


def test_a_wave_is_claimed_by_several_processes_without_overlap(store: Store, house: House, database_url: str) -> None:
    people = store.run(lambda c: [house.add_person(c) for _ in range(60)])
    others = [Store.open(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        claimed = threads.map(lambda other: [_claim(other, most=5) for _ in range(5)], others)
        ids = [found.conversation_id for batches in claimed for batch in batches for found in batch]
    for other in others:
        other.close()
    assert len(ids) == len(set(ids)) == len(people)


def test_the_backlog_is_what_should_be_on_screens_whenever_it_is_tried_next(
    store: Store, house: House, person: Person
) -> None:
    store.run(lambda c: [house.add_person(c) for _ in range(2)])
    _save(store, person, 2)
    assert store.look(claims.backlog) == Backlog(screens=3, held=0, oldest_due_at=NOW)
    held_until = NOW + timedelta(days=1)
    store.run(lambda c: conversations.retry(c, person.conversation, next_try_at=held_until, is_held=True))
    assert store.look(claims.backlog) == Backlog(screens=3, held=1, oldest_due_at=NOW)
    store.run(lambda c: conversations.mark_shown(c, person.conversation, number=2, placed="p", now=NOW))
    assert store.look(claims.backlog).screens == 2


def test_what_waits_longest_is_named_first(store: Store, house: House, person: Person) -> None:
    _save(store, person, 2)
    store.run(house.add_person)
    store.run(lambda c: conversations.retry(c, person.conversation, next_try_at=LATER, is_held=True))
    waiting = store.look(lambda c: claims.unshown_since(c, LATER, most=5))
    assert len(waiting) == 2
    assert [(one.attempts, one.is_held) for one in waiting if one.conversation_id == person.conversation] == [(1, True)]
    assert store.look(lambda c: claims.unshown_since(c, NOW - timedelta(seconds=1), most=5)) == ()


def test_a_reply_that_may_have_arrived_twice_waits_for_long_whoever_crashed(store: Store, person: Person) -> None:
    _save(store, person, 2)  # Whoever saved it shows it, and dies in the middle.
    first = _claim(store)
    assert [one.unconfirmed for one in _of(store, first)] == [2]  # This is the repetition; it dies as well.
    assert _claim(store, seconds_later=599) == ()
    assert len(_claim(store, seconds_later=601)) == 1
    _save(store, person, 3)
    assert len(_claim(store)) == 1, "the person wrote: what is new is not held"


def test_bulk_that_nobody_tried_yet_is_claimed_again_after_the_short_lease_once(store: Store, person: Person) -> None:
    _save(store, person, 2, is_bulk=True)
    assert len(_claim_bulk(store)) == 1
    assert _claim_bulk(store, seconds_later=59) == ()
    assert len(_claim_bulk(store, seconds_later=61)) == 1
    assert _claim_bulk(store, seconds_later=61 + 599) == ()


def test_a_refusal_takes_back_what_the_claim_counted(store: Store, person: Person) -> None:
    _save(store, person, 2)
    for number in range(4):
        (claim,) = _claim(store, seconds_later=number)
        again_at = LATER + timedelta(seconds=number + 1)
        store.run(
            lambda c, token=claim.lease_token, at=again_at: conversations.retry(  # type: ignore[misc] # mypy does not infer a bound lambda
                c, person.conversation, next_try_at=at, lease_token=token
            )
        )
    (claim,) = _claim(store, seconds_later=4)
    (stored,) = _of(store, (claim,))
    assert (stored.attempts, stored.unconfirmed) == (4, 2)


def test_replies_and_bulk_are_claimed_apart(store: Store, house: House, person: Person) -> None:
    other = store.run(house.add_person)
    _save(store, person, 2)
    _save(store, other, 2, is_bulk=True)
    assert [one.conversation_id for one in _claim(store)] == [person.conversation]
    assert [one.conversation_id for one in _claim_bulk(store)] == [other.conversation]


def test_bulk_is_claimed_for_its_own_channel_only(store: Store, house: House) -> None:
    elsewhere = store.run(lambda c: house.add_person(c, channel="whatsapp"))
    _save(store, elsewhere, 2, is_bulk=True)
    assert _claim_bulk(store) == ()
    assert len(_claim_bulk(store, channel="whatsapp")) == 1


def test_a_chat_that_just_got_something_is_left_alone_for_a_moment(store: Store, person: Person) -> None:
    store.run(lambda c: conversations.mark_shown(c, person.conversation, number=1, placed="p", now=LATER))
    _save(store, person, 2, is_bulk=True)
    assert _claim_bulk(store, seconds_later=0.9) == ()
    assert len(_claim_bulk(store, seconds_later=1)) == 1


def test_a_claim_is_worth_nothing_once_the_person_went_on(store: Store, house: House, person: Person) -> None:
    other = store.run(house.add_person)
    for one in (person, other):
        _save(store, one, 2)
    claimed = _claim(store)
    _save(store, person, 3)
    assert [found.id for found in _of(store, claimed)] == [other.conversation]

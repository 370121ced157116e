"""A code is claimed once, by the first; it expires, can be revoked, and cannot be guessed."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from storage import elsewhere_links, guesses, invitations
from storage.invitations import Found, Issued, State
from storage.secrets import ALPHABET, as_typed, new_code, new_id
from storage.store import Store
from tests.storage.conftest import KEY, NOW, House, Person

A_WHILE = timedelta(seconds=1)


@pytest.fixture
def issued(store: Store, house: House, person: Person) -> Issued:
    """An open invitation."""
    return store.run(_issue(house, person))


def _issue(house: House, person: Person, now: datetime = NOW):  # type: ignore[no-untyped-def]  # a job
    return lambda c: invitations.issue(
        c, organisation_id=house.organisation, participant_id=person.id, key=KEY, now=now
    )


def _claim(store: Store, code: str, *, address: str = "1", now: datetime = NOW) -> Found:
    return store.run(
        lambda c: invitations.claim(c, code, chat_id=new_id(), channel="telegram", address=address, key=KEY, now=now)
    )


def _find(store: Store, code: str, *, address: str = "1", now: datetime = NOW) -> State:
    return store.run(lambda c: invitations.find(c, code, channel="telegram", address=address, key=KEY, now=now)).state


def test_a_link_secret_fits_a_telegram_start_and_a_typed_code_cannot_be_misread(issued: Issued) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,64}", issued.code)
    assert len(issued.typed_code) == 8
    assert not set(issued.typed_code) & set("0O1Il")


def test_no_code_is_kept_as_it_is(store: Store, issued: Issued) -> None:
    row = store.look(lambda c: c.execute(text("SELECT * FROM invitations")).one())
    assert issued.code not in str(row)
    assert issued.typed_code not in str(row)


@pytest.mark.parametrize("kind", ["code", "typed_code"])
def test_a_code_is_claimed_once(store: Store, person: Person, issued: Issued, kind: str) -> None:
    first = _claim(store, getattr(issued, kind))
    second = _claim(store, getattr(issued, kind), address="2")
    assert (first.state, second.state) == (State.VALID, State.USED)
    assert first.invitation is not None
    assert first.invitation.participant_id == person.id


def test_the_link_is_used_up_with_the_typed_code(store: Store, issued: Issued) -> None:
    _claim(store, issued.typed_code)
    assert _find(store, issued.code) is State.USED


def test_a_typed_code_may_be_written_as_people_write(store: Store, issued: Issued) -> None:
    code = issued.typed_code
    assert _find(store, f" {code[:4].lower()}-{code[4:]} ") is State.VALID


def test_digits_of_another_script_are_digits() -> None:
    assert as_typed("abcd٢٣٤٥") == "ABCD2345"


@pytest.mark.parametrize("text_", ["", "ABCD234", "ABCD23456", "ABCD2340", "ABCDI345", "💥💥💥💥💥💥💥💥", "ABCD 234"])
def test_what_cannot_be_a_typed_code_is_none(text_: str) -> None:
    assert as_typed(text_) is None


def test_every_typed_code_can_be_typed() -> None:
    codes = [new_code() for _ in range(200)]
    assert [as_typed(code.lower()) for code in codes] == codes
    assert len(ALPHABET) == 32


def test_a_typed_code_lives_a_day_and_a_link_two_weeks(store: Store, issued: Issued) -> None:
    day, weeks = timedelta(hours=24), timedelta(days=14)
    assert _find(store, issued.typed_code, now=NOW + day - A_WHILE) is State.VALID
    assert _find(store, issued.typed_code, now=NOW + day) is State.EXPIRED
    assert _find(store, issued.code, now=NOW + weeks - A_WHILE) is State.VALID
    assert _claim(store, issued.code, now=NOW + weeks).state is State.EXPIRED


def test_issuing_again_revokes_the_earlier_code(store: Store, house: House, person: Person, issued: Issued) -> None:
    again = store.run(_issue(house, person))
    assert _find(store, issued.code) is State.REVOKED
    assert _claim(store, issued.typed_code).state is State.REVOKED
    assert _claim(store, again.code).state is State.VALID


def test_issuing_again_does_not_undo_a_claim(store: Store, house: House, person: Person, issued: Issued) -> None:
    _claim(store, issued.code)
    store.run(_issue(house, person))
    newest, first = store.look(lambda c: invitations.of_participant(c, person.id))
    assert _find(store, issued.code) is State.USED
    assert (first.revoked_at, newest.claimed_at) == (None, None) or (newest.revoked_at, first.claimed_at) == (
        None,
        None,
    )


@pytest.mark.parametrize("code", ["", "x", "ABCD2345", "A" * 22, "ç" * 4096, "' OR 1=1 --", "\0"])
def test_an_unknown_code_is_unknown(store: Store, issued: Issued, code: str) -> None:
    assert _claim(store, code).state is State.UNKNOWN
    assert _find(store, issued.code) is State.VALID


def test_with_another_key_no_code_is_known(store: Store, issued: Issued) -> None:
    found = store.look(lambda c: invitations.look_up_link(c, issued.code, key=b"another", now=NOW))
    assert found.state is State.UNKNOWN


def test_looking_at_a_link_claims_nothing_and_knows_no_typed_codes(store: Store, issued: Issued) -> None:
    def look(code: str) -> State:
        return store.look(lambda c: invitations.look_up_link(c, code, key=KEY, now=NOW)).state

    assert [look(issued.code), look(issued.code), look(issued.typed_code)] == [
        State.VALID, State.VALID, State.UNKNOWN,
    ]  # fmt: skip
    assert _claim(store, issued.code).state is State.VALID


async def test_of_500_claims_at_once_one_wins(store: Store, issued: Issued, database_url: str) -> None:
    others = [Store.open(database_url) for _ in range(3)]

    def claim(number: int):  # type: ignore[no-untyped-def]  # a job
        code = issued.code if number % 2 else issued.typed_code
        return lambda c: invitations.claim(
            c, code, chat_id=f"chat-{number}", channel="telegram", address=f"{number}", key=KEY, now=NOW
        )

    stores = [store, *others]
    found = await asyncio.gather(*(stores[n % 4].write(claim(n)) for n in range(500)))
    for other in others:
        other.close()
    winners = [number for number, each in enumerate(found) if each.state is State.VALID]
    assert len(winners) == 1
    assert {each.state for each in found} == {State.VALID, State.USED}
    kept = store.look(lambda c: c.execute(text("SELECT claimed_chat_id FROM invitations")).scalars().all())
    assert kept == [f"chat-{winners[0]}"]


def test_a_chat_that_guesses_too_often_must_wait(store: Store, issued: Issued) -> None:
    guessed = [_find(store, "22222222") for _ in range(5)]
    assert guessed == [State.UNKNOWN] * 5
    assert _find(store, issued.typed_code) is State.TOO_MANY
    assert _find(store, issued.typed_code, address="another") is State.VALID
    assert _find(store, issued.code) is State.VALID
    later = NOW + timedelta(seconds=invitations.CHAT_WINDOW_SECONDS)
    assert _find(store, issued.typed_code, now=later) is State.VALID


def test_a_right_code_is_no_guess(store: Store, issued: Issued) -> None:
    assert [_find(store, issued.typed_code) for _ in range(20)] == [State.VALID] * 20


def test_all_chats_together_can_guess_only_so_often(
    store: Store, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_GUESSES_IN_ALL", 7)
    guessed = [_find(store, "22222222", address=f"chat {number}") for number in range(9)]
    assert guessed == [State.UNKNOWN] * 7 + [State.TOO_MANY] * 2
    assert _find(store, issued.typed_code, address="honest") is State.TOO_MANY
    later = NOW + timedelta(seconds=invitations.WINDOW_IN_ALL_SECONDS)
    assert _find(store, issued.typed_code, address="honest", now=later) is State.VALID


def test_guesses_are_counted_exactly_under_several_processes(store: Store, database_url: str) -> None:
    others = [Store.open(database_url) for _ in range(4)]

    def guess(other: Store) -> int:
        def one(connection: Connection) -> bool:
            return guesses.is_allowed(connection, "place", most=50, window_seconds=600, now=NOW)

        return sum(other.run(one) for _ in range(30))

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(guess, others)) == 50
    for other in others:
        other.close()


def _elsewhere(house: House, person: Person):  # type: ignore[no-untyped-def]  # a job
    return lambda c: elsewhere_links.issue(
        c,
        organisation_id=house.organisation,
        participant_id=person.id,
        conversation_id=person.conversation,
        key=KEY,
        now=NOW,
    )


def test_a_link_to_go_on_elsewhere_works_once(store: Store, house: House, person: Person) -> None:
    secret = store.run(_elsewhere(house, person))
    first, second = (store.run(lambda c: elsewhere_links.spend(c, secret, key=KEY, now=NOW)) for _ in range(2))
    assert first.link is not None
    assert (first.state, second.state) == (elsewhere_links.State.VALID, elsewhere_links.State.USED)
    assert first.link.conversation_id == person.conversation


def test_a_link_to_go_on_elsewhere_works_for_ten_minutes(store: Store, house: House, person: Person) -> None:
    secret = store.run(_elsewhere(house, person))
    end = NOW + timedelta(minutes=10)
    in_time = store.look(lambda c: elsewhere_links.find(c, secret, key=KEY, now=end - A_WHILE))
    too_late = store.run(lambda c: elsewhere_links.spend(c, secret, key=KEY, now=end))
    assert (in_time.state, too_late.state) == (elsewhere_links.State.VALID, elsewhere_links.State.EXPIRED)


def test_a_newer_link_to_go_on_elsewhere_ends_the_older(store: Store, house: House, person: Person) -> None:
    older, newer = store.run(_elsewhere(house, person)), store.run(_elsewhere(house, person))
    states = [
        store.run(lambda c, s=s: elsewhere_links.spend(c, s, key=KEY, now=NOW)).state for s in (older, newer, "x")
    ]
    assert states == [elsewhere_links.State.USED, elsewhere_links.State.VALID, elsewhere_links.State.UNKNOWN]

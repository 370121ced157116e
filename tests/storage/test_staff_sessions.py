"""Sessions, recovery codes and the audit log: what ends, what counts once, and what nobody can change."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from storage import audit, erasure, recovery_codes, sessions, staff
from storage.errors import StoreError
from storage.staff import StaffMember
from storage.store import Store
from tests.storage.conftest import KEY, NOW, House, Person


@pytest.fixture
def coach(store: Store, house: House) -> StaffMember:
    found = store.look(lambda c: staff.get(c, house.organisation, house.coach))
    assert found is not None
    return found


def _begin(store: Store, member: StaffMember) -> str:
    return store.run(lambda c: sessions.begin(c, member, device="Firefox", key=KEY, now=NOW))


def _is_live(store: Store, secret: str) -> bool:
    session = store.look(lambda c: sessions.by_secret(c, secret, key=KEY))
    return session is not None and session.is_live(NOW)


def test_a_session_is_known_by_its_secret_which_is_kept_nowhere(store: Store, coach: StaffMember) -> None:
    secret = _begin(store, coach)
    assert len(secret) == 22
    assert _is_live(store, secret)
    assert not _is_live(store, "x" * 22)
    rows = store.look(lambda c: c.execute(text("SELECT * FROM sessions")).all())
    assert secret not in str(rows)


@pytest.mark.parametrize("end", [staff.reset, staff.remove])
def test_reset_and_removal_end_sessions_tokens_and_recovery_codes_at_once(
    store: Store, coach: StaffMember, end: object
) -> None:
    secret = _begin(store, coach)
    token = store.run(lambda c: staff.create_token(c, coach, key=KEY, now=NOW))
    codes = store.run(lambda c: recovery_codes.renew(c, coach, key=KEY, now=NOW))
    store.run(lambda c: end(c, coach.id, NOW))  # type: ignore[operator]  # one of the two functions above
    assert not _is_live(store, secret)
    assert store.look(lambda c: staff.by_token(c, token, key=KEY)) is None
    assert not store.run(lambda c: recovery_codes.spend(c, coach, codes[0], key=KEY, now=NOW))
    assert store.look(lambda c: recovery_codes.left(c, coach.id)) == 0


def test_nobody_ends_anybody_elses_session(store: Store, house: House, coach: StaffMember) -> None:
    secret = _begin(store, coach)
    session = store.look(lambda c: sessions.by_secret(c, secret, key=KEY))
    assert session is not None
    store.run(lambda c: sessions.end(c, house.owner, session.id, NOW))
    assert _is_live(store, secret)
    store.run(lambda c: sessions.end(c, coach.id, session.id, NOW))
    assert not _is_live(store, secret)


def test_what_was_noted_too_late_brings_no_session_back(store: Store, coach: StaffMember) -> None:
    secret = _begin(store, coach)
    session = store.look(lambda c: sessions.by_secret(c, secret, key=KEY))
    assert session is not None
    store.run(lambda c: sessions.end_all(c, coach.id, NOW))
    store.run(lambda c: sessions.note_seen(c, session.id, NOW + timedelta(minutes=1)))
    assert not _is_live(store, secret)


def test_sessions_of_long_ago_are_forgotten(store: Store, coach: StaffMember) -> None:
    secret = _begin(store, coach)
    store.run(lambda c: sessions.forget_old(c, coach.id, NOW + timedelta(hours=33)))
    assert _is_live(store, secret)
    store.run(lambda c: sessions.forget_old(c, coach.id, NOW + timedelta(hours=35)))
    assert not _is_live(store, secret)


def test_a_recovery_code_is_good_once_however_it_is_typed(store: Store, coach: StaffMember) -> None:
    codes = store.run(lambda c: recovery_codes.renew(c, coach, key=KEY, now=NOW))
    typed = f" {codes[0][:4].lower()} - {codes[0][4:].lower()}"
    assert len(set(codes)) == recovery_codes.HOW_MANY
    assert store.run(lambda c: recovery_codes.spend(c, coach, typed, key=KEY, now=NOW))
    assert not store.run(lambda c: recovery_codes.spend(c, coach, codes[0], key=KEY, now=NOW))
    assert store.look(lambda c: recovery_codes.left(c, coach.id)) == recovery_codes.HOW_MANY - 1


def test_new_recovery_codes_end_the_old_ones_and_are_of_one_member_only(
    store: Store, house: House, coach: StaffMember
) -> None:
    old = store.run(lambda c: recovery_codes.renew(c, coach, key=KEY, now=NOW))
    new = store.run(lambda c: recovery_codes.renew(c, coach, key=KEY, now=NOW))
    owner = store.look(lambda c: staff.get(c, house.organisation, house.owner))
    assert owner is not None
    assert not store.run(lambda c: recovery_codes.spend(c, coach, old[0], key=KEY, now=NOW))
    assert not store.run(lambda c: recovery_codes.spend(c, owner, new[0], key=KEY, now=NOW))


def test_the_code_of_a_half_minute_is_good_once_and_no_earlier_one_after_it(store: Store, coach: StaffMember) -> None:
    used = [store.run(lambda c, at=at: staff.use_totp_step(c, coach.id, at)) for at in (100, 100, 99, 101)]
    assert used == [True, False, False, True]


# The audit log ------------------------------------------------------------------------------------------------------


def test_what_was_done_is_told_newest_first_with_who_did_it(store: Store, coach: StaffMember, person: Person) -> None:
    for action in ("person.looked", "person.archived"):
        store.run(lambda c, action=action: audit.record(c, coach, action, participant_id=person.id, at=NOW))
    told = store.look(lambda c: audit.about(c, person.id))
    assert [(deed.name, deed.action) for deed in told] == [("Kees", "person.archived"), ("Kees", "person.looked")]
    assert store.look(lambda c: audit.of_member(c, coach.id)) == told


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit",
        "UPDATE audit SET action = 'person.nothing'",
        "UPDATE audit SET done_at = NULL",
        "UPDATE audit SET staff_id = (SELECT id FROM staff WHERE role = 'owner')",
        "UPDATE audit SET participant_id = NULL, action = 'person.nothing'",
    ],
)
def test_no_row_of_the_log_is_ever_changed_or_removed(
    store: Store, coach: StaffMember, person: Person, change: str
) -> None:
    store.run(lambda c: audit.record(c, coach, "person.looked", participant_id=person.id, at=NOW))

    def tamper(connection: Connection) -> None:
        connection.execute(text(change))

    with pytest.raises(StoreError):
        store.run(tamper)
    assert [deed.action for deed in store.look(lambda c: audit.about(c, person.id))] == ["person.looked"]


def test_erasing_somebody_forgets_only_whom_a_row_was_about(
    store: Store, house: House, coach: StaffMember, person: Person
) -> None:
    store.run(lambda c: audit.record(c, coach, "person.looked", participant_id=person.id, at=NOW))
    store.run(
        lambda c: erasure.erase(
            c,
            organisation_id=house.organisation,
            participant_id=person.id,
            erased_by=erasure.ErasedBy.COACH,
            key=KEY,
            now=NOW,
        )
    )
    (deed,) = store.look(lambda c: audit.of_member(c, coach.id))
    assert (deed.action, deed.participant_id) == ("person.looked", None)

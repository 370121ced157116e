"""Staff come in with a link or a token, and are out the moment they are removed."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from domain.ids import StaffId
from storage import organisations, staff
from storage.errors import Conflict
from storage.secrets import new_id
from storage.staff import Role, StaffMember
from storage.store import Store
from storage.tables import api_tokens, setup_links
from tests.storage.conftest import KEY, NOW, House, add_house


def _member(house: House, email: str = "Ana@Example.org") -> StaffMember:
    return StaffMember(
        StaffId(new_id()), house.organisation, email, Role.COACH, is_also_boss=False, name="Ana", created_at=NOW
    )


@pytest.fixture
def ana(store: Store, house: House) -> StaffMember:
    """A coach."""
    store.run(lambda c: staff.add(c, _member(house)))
    found = store.look(lambda c: staff.by_email(c, "ana@example.org"))
    assert found is not None
    return found


def _token(store: Store, member: StaffMember) -> str:
    return store.run(lambda c: staff.create_token(c, member, key=KEY, now=NOW))


def _whose(store: Store, token: str) -> StaffMember | None:
    return store.look(lambda c: staff.by_token(c, token, key=KEY))


def test_an_address_is_found_in_any_case_of_letters(store: Store, ana: StaffMember) -> None:
    assert ana.email == "ana@example.org"
    assert store.look(lambda c: staff.by_email(c, "ANA@example.ORG ")) == ana
    assert store.look(lambda c: staff.by_email(c, "an@example.org")) is None


def test_one_address_is_one_member_of_staff_in_the_whole_installation(store: Store, ana: StaffMember) -> None:
    foreign = store.run(add_house)
    with pytest.raises(Conflict, match="email") as caught:
        store.run(lambda c: staff.add(c, _member(foreign, "ANA@EXAMPLE.ORG")))
    assert "example.org" not in str(caught.value)
    assert store.look(lambda c: staff.by_email(c, "ana@example.org")) == ana


def test_adding_the_same_member_twice_is_adding_once(store: Store, house: House, ana: StaffMember) -> None:
    store.run(lambda c: staff.add(c, ana))
    everyone = store.look(lambda c: staff.of_organisation(c, house.organisation))
    assert sorted(member.name for member in everyone) == ["Ana", "Kees", "Olga"]


def test_a_token_says_whose_it_is_until_that_person_is_removed(store: Store, ana: StaffMember) -> None:
    token = _token(store, ana)
    assert _whose(store, token) == ana
    store.run(lambda c: staff.remove(c, ana.id, NOW))
    assert _whose(store, token) is None
    assert store.look(lambda c: staff.get(c, ana.organisation_id, ana.id)) is None


def test_a_reset_ends_tokens_and_both_factors(store: Store, ana: StaffMember) -> None:
    token = _token(store, ana)
    store.run(lambda c: staff.set_sign_in(c, ana.id, password_hash="hash", totp_secret="secret"))
    store.run(lambda c: staff.reset(c, ana.id, NOW))
    assert _whose(store, token) is None
    assert store.look(lambda c: staff.by_email(c, ana.email)) == ana


def test_both_factors_are_set_together(store: Store, ana: StaffMember) -> None:
    store.run(lambda c: staff.set_sign_in(c, ana.id, password_hash="hash", totp_secret="secret"))
    found = store.look(lambda c: staff.get(c, ana.organisation_id, ana.id))
    assert found is not None
    assert (found.password_hash, found.totp_secret) == ("hash", "secret")


@pytest.mark.parametrize("token", ["", "ws_", "nonsense", "' OR 1=1"])
def test_an_unknown_token_is_nobodys(store: Store, ana: StaffMember, token: str) -> None:
    _token(store, ana)
    assert _whose(store, token) is None


def test_no_token_or_link_is_kept_as_it_is(store: Store, ana: StaffMember) -> None:
    token = _token(store, ana)
    link = store.run(lambda c: staff.create_setup_link(c, ana, key=KEY, now=NOW))

    def everything(connection: Connection) -> str:
        rows = [*connection.execute(api_tokens.select()), *connection.execute(setup_links.select())]
        return str(rows)

    kept = store.look(everything)
    assert token not in kept
    assert token.removeprefix("ws_") not in kept
    assert link not in kept


def test_a_set_up_link_works_once_and_for_a_week(store: Store, ana: StaffMember) -> None:
    def spend(secret: str, days: int = 0) -> StaffMember | None:
        return store.run(lambda c: staff.spend_setup_link(c, secret, key=KEY, now=NOW + timedelta(days=days)))

    first = store.run(lambda c: staff.create_setup_link(c, ana, key=KEY, now=NOW))
    assert store.look(lambda c: staff.by_setup_link(c, first, key=KEY, now=NOW)) == ana
    assert [spend(first), spend(first)] == [ana, None]
    second = store.run(lambda c: staff.create_setup_link(c, ana, key=KEY, now=NOW))
    assert [spend(second, days=7), spend("x")] == [None, None]


def test_a_newer_set_up_link_ends_the_older(store: Store, ana: StaffMember) -> None:
    older = store.run(lambda c: staff.create_setup_link(c, ana, key=KEY, now=NOW))
    newer = store.run(lambda c: staff.create_setup_link(c, ana, key=KEY, now=NOW))
    assert store.run(lambda c: staff.spend_setup_link(c, older, key=KEY, now=NOW)) is None
    assert store.run(lambda c: staff.spend_setup_link(c, newer, key=KEY, now=NOW)) == ana


def test_the_address_of_somebody_who_was_removed_is_free(store: Store, house: House, ana: StaffMember) -> None:
    store.run(lambda c: staff.remove(c, ana.id, NOW))
    again = _member(house)
    store.run(lambda c: staff.add(c, again))
    found = store.look(lambda c: staff.by_email(c, "ana@example.org"))
    assert found is not None
    assert found.id == again.id


def test_staff_of_another_organisation_are_not_there(store: Store, ana: StaffMember) -> None:
    foreign = store.run(add_house)
    assert store.look(lambda c: staff.get(c, foreign.organisation, ana.id)) is None


def test_a_coach_can_be_renamed(store: Store, ana: StaffMember) -> None:
    store.run(lambda c: staff.rename(c, ana.id, "Anna"))
    found = store.look(lambda c: staff.by_email(c, ana.email))
    assert found is not None
    assert found.name == "Anna"


def test_an_organisations_settings_can_be_changed_and_nothing_else(store: Store, house: House) -> None:
    store.run(lambda c: organisations.change(c, house.organisation, modules=("money",), time_zone="Europe/Brussels"))
    found = store.look(lambda c: organisations.get(c, house.organisation))
    assert found is not None
    assert (found.modules, found.time_zone, found.name) == (("money",), "Europe/Brussels", "Bakkerij")
    with pytest.raises(ValueError, match="settings are"):
        store.run(lambda c: organisations.change(c, house.organisation, id="other"))


def test_every_organisation_is_listed(store: Store, house: House) -> None:
    other = store.run(add_house)
    found = {each.id for each in store.look(organisations.every)}
    assert found == {house.organisation, other.organisation}

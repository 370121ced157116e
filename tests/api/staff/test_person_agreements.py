"""Agreements on a person's page: nothing that was typed is ever lost, and nobody else's can be reached."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from domain.consent import Decision, Purpose
from storage import agreements, audit, participants
from storage.agreements import Agreement
from storage.secrets import new_id
from tests.api.staff.sharing_people import GROUPS, QuickHouse, add_person, decide
from tests.api.staff_house import StaffHouse

TEXT = "Ik bel woensdag de gemeente"


@pytest.fixture
def house(quick_house: QuickHouse) -> StaffHouse:
    """A house whose pictures are empty."""
    return quick_house


@pytest.fixture
def person(house: StaffHouse) -> str:
    """Somebody who shares everything with the coach."""
    return add_person(house)


@pytest.fixture
async def coach(house: StaffHouse) -> AsyncIterator[httpx.AsyncClient]:
    """The coach's browser."""
    async with house.signed_in() as client:
        yield client


def _kept(house: StaffHouse, person: str) -> tuple[Agreement, ...]:
    return house.store.look(lambda c: agreements.of_two(c, person, house.place.coach_id))


def _typed(**fields: str) -> dict[str, str]:
    return {"id": new_id(), "text": TEXT, "topic": "", "agreed_on": "2026-11-20", **fields}


async def _added(house: StaffHouse, coach: httpx.AsyncClient, person: str, **fields: str) -> Agreement:
    answer = await house.send(coach, f"/people/{person}/agreements", _typed(**fields))
    assert answer.status_code == 303, answer.text
    return _kept(house, person)[0]


def _actions(house: StaffHouse, person: str) -> list[str]:
    return [deed.action for deed in house.store.look(lambda c: audit.about(c, person))]


async def test_an_agreement_is_kept_and_stands_on_the_page(
    house: StaffHouse, coach: httpx.AsyncClient, person: str
) -> None:
    made = await _added(house, coach, person, text=f"  {TEXT}\n vandaag\u202e ", topic="money")
    assert (made.text, made.topic, made.agreed_on) == (f"{TEXT} vandaag", "money", date(2026, 11, 20))
    page = await coach.get(f"/people/{person}")
    assert f"{TEXT} vandaag" in page.text
    assert "De afspraak is bewaard" in page.text
    assert _actions(house, person) == ["person.looked", "agreement.added"]


async def test_a_form_that_is_sent_twice_makes_one_agreement(
    house: StaffHouse, coach: httpx.AsyncClient, person: str
) -> None:
    typed = _typed()
    for _ in range(2):
        assert (await house.send(coach, f"/people/{person}/agreements", typed)).status_code == 303
    assert len(_kept(house, person)) == 1


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"text": "\u200b "}, "Schrijf op"),
        ({"text": "x" * 201}, "langer dan 200"),
        ({"agreed_on": "2026-11-21"}, "een dag die er al is"),
        ({"agreed_on": "20 november"}, "een dag die er al is"),
        ({"topic": "police_justice"}, "niet met u gedeeld"),
    ],
)
async def test_what_cannot_be_kept_comes_back_with_the_reason(
    house: StaffHouse, coach: httpx.AsyncClient, person: str, fields: dict[str, str], fault: str
) -> None:
    answer = await house.send(coach, f"/people/{person}/agreements", _typed(**fields))
    assert (answer.status_code, fault in answer.text) == (422, True)
    assert fields.get("text", TEXT).strip("\u200b ") in answer.text
    assert _kept(house, person) == ()


async def test_two_tabs_that_change_the_same_agreement_lose_nothing(
    house: StaffHouse, coach: httpx.AsyncClient, person: str
) -> None:
    made = await _added(house, coach, person)
    path = f"/people/{person}/agreements/{made.id}"
    first = await house.send(coach, path, _typed(text="Eerste tekst", version="1"))
    second = await house.send(coach, path, _typed(text="Tweede tekst", version="1", topic="money"))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "intussen veranderd" in second.text
    assert "Eerste tekst" in second.text
    assert "Tweede tekst</textarea>" in second.text
    assert [one.text for one in _kept(house, person)] == ["Eerste tekst"]
    version = second.text.split('name="version" value="')[1].split('"')[0]
    assert (await house.send(coach, path, _typed(text="Tweede tekst", version=version))).status_code == 303
    assert [one.text for one in _kept(house, person)] == ["Tweede tekst"]


async def test_done_in_one_tab_while_another_changes_it_is_told(
    house: StaffHouse, coach: httpx.AsyncClient, person: str
) -> None:
    made = await _added(house, coach, person)
    path = f"/people/{person}/agreements/{made.id}"
    await house.send(coach, path, _typed(text="Andere tekst", version="1"))
    crossed = await house.send(coach, f"{path}/done", {"version": "1"})
    assert (crossed.status_code, "Andere tekst" in crossed.text) == (409, True)
    assert not _kept(house, person)[0].is_done
    assert (await house.send(coach, f"{path}/done", {"version": "2"})).status_code == 303
    assert _kept(house, person)[0].is_done


async def test_when_sharing_ends_meanwhile_the_room_is_quiet_and_the_text_is_shown_once_more(
    house: StaffHouse, coach: httpx.AsyncClient, person: str
) -> None:
    made = await _added(house, coach, person)
    house.clock.pass_(60)
    decide(house, person, Purpose.COACH, Decision.WITHDRAWN)
    for path in ("", f"/{made.id}"):
        answer = await house.send(coach, f"/people/{person}/agreements{path}", _typed(text="Net getypt", version="1"))
        assert (answer.status_code, "Net getypt" in answer.text, TEXT in answer.text) == (200, True, False)
    assert TEXT not in (await coach.get(f"/people/{person}/agreements/{made.id}")).text
    assert [one.text for one in _kept(house, person)] == [TEXT]


async def test_an_agreement_about_a_topic_that_is_taken_back_is_out_of_sight(
    house: StaffHouse, coach: httpx.AsyncClient, person: str
) -> None:
    made = await _added(house, coach, person, topic="money")
    house.clock.pass_(60)
    decide(house, person, Purpose.TOPIC, Decision.WITHDRAWN, topic="money")
    assert TEXT not in (await coach.get(f"/people/{person}")).text
    path = f"/people/{person}/agreements/{made.id}"
    absent = await coach.get(f"/people/{person}/agreements/{new_id()}")
    hidden = await coach.get(path)
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert (await house.send(coach, path, _typed(version="1"))).status_code == 404


async def test_another_coachs_agreements_are_nobodys(house: StaffHouse, coach: httpx.AsyncClient, person: str) -> None:
    made = await _added(house, coach, person)
    other = add_person(house)
    for path in (f"/people/{person}/agreements/{new_id()}", f"/people/{other}/agreements/{made.id}"):
        assert (await coach.get(path)).status_code == 404
        assert (await house.send(coach, path, _typed(version="1"))).status_code == 404
    house.store.run(lambda c: participants.set_coach(c, person, house.colleague_id))
    async with house.signed_in("colleague") as colleague:
        page = await colleague.get(f"/people/{person}/agreements/{made.id}")
        assert TEXT not in page.text
    assert (await coach.get(f"/people/{person}/agreements/{made.id}")).status_code == 404
    assert [one.text for one in _kept(house, person)] == [TEXT]


async def test_a_text_that_is_a_script_stays_a_text(house: StaffHouse, coach: httpx.AsyncClient, person: str) -> None:
    script = "\"><script>alert('x')</script>"
    made = await _added(house, coach, person, text=script)
    for path in ("", f"/agreements/{made.id}"):
        page = (await coach.get(f"/people/{person}{path}")).text
        assert script not in page
        assert "&lt;script&gt;" in page


async def test_only_shared_topics_can_be_chosen(house: StaffHouse, coach: httpx.AsyncClient) -> None:
    person = add_person(house, shared=("money", "household"))
    page = (await coach.get(f"/people/{person}")).text
    offered = [name for name in GROUPS if f'<option value="{name}"' in page]
    assert offered == ["money", "household"]

"""Today tells what to do, and its difference from one moment to the next tells nothing that a person kept private."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.conversation.events import Pressed
from domain.consent import Decision, Purpose
from domain.ids import ParticipantId
from storage import chats, erasure, participants
from storage.measurements import Kind
from tests.api.staff.sharing_people import QuickHouse, add_person, decide
from tests.api.staff_house import StaffHouse
from tests.bot.people import KEY, Person

WEEK = timedelta(days=7)


@pytest.fixture
def house(quick_house: QuickHouse) -> StaffHouse:
    """A house whose pictures are empty."""
    return quick_house


async def _today(house: StaffHouse, who: str = "coach") -> str:
    """The page without the proof of the session, which is new each time."""
    async with house.signed_in(who) as coach:
        page = await coach.get("/today")
    assert page.status_code == 200
    proof = page.text.split('name="proof" value="')[1].split('"')[0]
    return page.text.replace(proof, "PROOF")


def _part(page: str, heading: str) -> str:
    """What stands under that heading; nothing on a page without it, which says that there is nothing to do."""
    _, is_there, rest = page.partition(f"<h2>{heading}</h2>")
    assert is_there or "niets te doen" in page
    return rest.split("</section>")[0]


NEW, DUE, CARDS = "Nieuw met u gedeeld", "Vervolgmetingen van deze week", "Kaarten om mee te geven"


# What a person does and keeps private --------------------------------------------------------------------------------


async def _comes_in(_house: StaffHouse, _person: Person) -> None:
    """That was all."""


async def _refuses(_house: StaffHouse, person: Person) -> None:
    await person.press("language-nl")
    for _ in range(3):
        await person.press("go")
    await person.press("no")


async def _pauses(_house: StaffHouse, person: Person) -> None:
    await person.to_statements()
    await person.press("4")
    await person.press("later")


async def _stops(_house: StaffHouse, person: Person) -> None:
    await person.to_statements()
    await person.type("stop")
    await person.happen(Pressed(person.message.buttons[0].data))


async def _wants_no_messages(_house: StaffHouse, person: Person) -> None:
    await person.to_statements(no=("reminder",))


async def _finishes_and_shares_nothing(house: StaffHouse, person: Person) -> None:
    await house.finish(person, no=("coach",))


async def _finishes_and_leaves_the_list_open(house: StaffHouse, person: Person) -> None:
    await house.finish(person, share=False)


async def _blocks_us(house: StaffHouse, person: Person) -> None:
    now = house.clock()
    house.store.run(lambda c: chats.mark_reachable(c, person.channel, person.address, is_reachable=False, now=now))


PRIVATE: dict[str, Callable[[StaffHouse, Person], Awaitable[None]]] = {
    "comes in": _comes_in,
    "refuses": _refuses,
    "pauses": _pauses,
    "stops": _stops,
    "wants no messages": _wants_no_messages,
    "finishes and shares nothing": _finishes_and_shares_nothing,
    "finishes and leaves the list open": _finishes_and_leaves_the_list_open,
    "blocks us": _blocks_us,
}


@pytest.mark.parametrize("act", PRIVATE)
async def test_what_somebody_keeps_private_changes_no_byte_of_today(house: StaffHouse, act: str) -> None:
    invited = await house.invite()
    house.place.plan(ParticipantId(invited["id"]), Kind.FOLLOW_UP)
    before = await _today(house)
    assert "Samira" in _part(before, CARDS)
    assert "Samira" in _part(before, DUE)
    person = await house.come_in(invited)
    await PRIVATE[act](house, person)
    assert await _today(house) == before


@pytest.mark.parametrize("purpose", [Purpose.KEEP, Purpose.COACH])
async def test_what_is_taken_back_brings_no_row_and_leaves_the_calendar_as_it_was(
    house: StaffHouse, purpose: Purpose
) -> None:
    person = add_person(house, measured=(2 * WEEK, timedelta(hours=1)))
    async with house.signed_in() as coach:
        await coach.get(f"/people/{person}")
    before = await _today(house)
    house.clock.pass_(60)
    decide(house, person, purpose, Decision.WITHDRAWN)
    assert await _today(house) == before
    house.clock.pass_(60)
    decide(house, person, purpose, Decision.GIVEN)
    decide(house, person, Purpose.TOPIC, Decision.GIVEN, topic="money")
    assert await _today(house) == before


async def test_whoever_erased_everything_is_not_there_any_more(house: StaffHouse) -> None:
    empty = await _today(house)
    invited = await house.invite()
    house.place.plan(ParticipantId(invited["id"]), Kind.FOLLOW_UP)
    house.store.run(
        lambda c: erasure.erase(
            c,
            organisation_id=house.place.organisation_id,
            participant_id=invited["id"],
            erased_by=erasure.ErasedBy.PARTICIPANT,
            key=KEY,
            now=house.clock(),
        )
    )
    assert await _today(house) == empty


# What stands there ---------------------------------------------------------------------------------------------------


async def test_a_web_is_new_until_its_page_was_seen(house: StaffHouse) -> None:
    person = add_person(house)
    assert f"/people/{person}" in _part(await _today(house), NEW)
    async with house.signed_in() as coach:
        await coach.get(f"/people/{person}")
    assert person not in _part(await _today(house), NEW)


async def test_switching_a_topic_off_and_on_again_is_nothing_new(house: StaffHouse) -> None:
    person = add_person(house)
    async with house.signed_in() as coach:
        await coach.get(f"/people/{person}")
    for decision in (Decision.WITHDRAWN, Decision.GIVEN):
        house.clock.pass_(60)
        decide(house, person, Purpose.TOPIC, decision, topic="money")
    assert person not in _part(await _today(house), NEW)


async def test_what_was_taken_back_before_it_was_seen_is_not_new(house: StaffHouse) -> None:
    person = add_person(house)
    house.clock.pass_(60)
    decide(house, person, Purpose.COACH, Decision.WITHDRAWN)
    assert person not in _part(await _today(house), NEW)


async def test_a_card_stands_there_until_the_coach_says_that_it_was_given(house: StaffHouse) -> None:
    invited = await house.invite()
    async with house.signed_in() as coach:
        given = await house.send(coach, f"/today/cards/{invited['id']}")
        assert (given.status_code, given.headers["location"]) == (303, "/today#cards")
    assert "Samira" not in await _today(house)
    async with house.client() as api:
        await api.post(f"/participants/{invited['id']}/invitations")
    assert "Samira" in _part(await _today(house), CARDS)
    house.clock.pass_(15 * 24 * 3600)
    assert "Samira" not in await _today(house)


async def test_a_follow_up_stands_there_by_the_calendar(house: StaffHouse) -> None:
    person, _ = house.place.invite("Ali")
    house.clock.pass_(15 * 24 * 3600)
    house.place.plan(person, Kind.FOLLOW_UP)
    for days, is_there in ((0, True), (7, True), (1, False)):
        house.clock.pass_(days * 24 * 3600)
        assert ("Ali" in _part(await _today(house), DUE)) is is_there


async def test_that_messages_do_not_arrive_is_said_only_of_who_shares(house: StaffHouse) -> None:
    invited = await house.invite()
    person = await house.come_in(invited)
    await house.finish(person)
    house.place.plan(ParticipantId(invited["id"]), Kind.FOLLOW_UP)
    reached = _part(await _today(house), DUE)
    await _blocks_us(house, person)
    told = _part(await _today(house), DUE)
    assert ("komen nu niet aan" in reached, "komen nu niet aan" in told) == (False, True)
    decide(house, invited["id"], Purpose.COACH, Decision.WITHDRAWN)
    assert _part(await _today(house), DUE) == reached


async def test_today_knows_own_people_only(house: StaffHouse) -> None:
    invited = await house.invite()
    person = add_person(house, name="Ali")
    assert "Ali" not in await _today(house, "colleague")
    assert "Samira" not in await _today(house, "foreign coach")
    async with house.signed_in("colleague") as colleague:
        assert (await house.send(colleague, f"/today/cards/{invited['id']}")).status_code == 404
    house.store.run(lambda c: participants.archive(c, person, house.clock()))
    assert "Ali" not in await _today(house)

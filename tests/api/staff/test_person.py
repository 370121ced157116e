"""A person's page: what is shared now and nothing else; and a quiet room that tells no reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.conversation.events import Commanded
from domain.consent import Decision, Purpose
from domain.looks import LOOKS
from storage import audit, erasure, measurements, participants
from storage.audit import Deed
from storage.secrets import new_id
from tests.api.staff.sharing_people import BACK, GROUPS, QuickHouse, add_person, decide
from tests.api.staff_house import StaffHouse
from tests.bot.people import CATALOGUES, KEY

NL = CATALOGUES["nl"]
TWICE = (BACK, timedelta(hours=1))


@pytest.fixture
def house(quick_house: QuickHouse) -> StaffHouse:
    """A house whose pictures are empty."""
    return quick_house


def _never(house: StaffHouse) -> str:
    return add_person(house, measured=())


def _unshared(house: StaffHouse) -> str:
    return add_person(house, shared=())


def _then(change: Callable[[StaffHouse, str], None]) -> Callable[[StaffHouse], str]:
    """Somebody who shared everything, and then changed that."""

    def changed(house: StaffHouse) -> str:
        person = add_person(house, talk=("money",))
        house.clock.pass_(60)
        change(house, person)
        return person

    return changed


def _says(purpose: Purpose, decision: Decision = Decision.WITHDRAWN) -> Callable[[StaffHouse, str], None]:
    return lambda house, person: decide(house, person, purpose, decision)


def _takes_every_topic_back(house: StaffHouse, person: str) -> None:
    for group in GROUPS:
        decide(house, person, Purpose.TOPIC, Decision.WITHDRAWN, topic=group)


def _erases(house: StaffHouse, person: str) -> None:
    house.store.run(
        lambda c: erasure.erase(
            c,
            organisation_id=house.place.organisation_id,
            participant_id=person,
            erased_by=erasure.ErasedBy.PARTICIPANT,
            key=KEY,
            now=house.clock(),
        )
    )


def _waits_for_the_end(house: StaffHouse, _person: str) -> None:
    house.clock.pass_(190 * 24 * 3600)


def _refuses(house: StaffHouse) -> str:
    person = add_person(house, measured=())
    decide(house, person, Purpose.KEEP, Decision.REFUSED)
    return person


def _says_no_to_the_coach(house: StaffHouse) -> str:
    person = add_person(house, shared=())
    decide(house, person, Purpose.COACH, Decision.REFUSED)
    return person


QUIET = {
    "never opened": _never,
    "refused": _refuses,
    "finished and shared nothing": _unshared,
    "no to the coach": _says_no_to_the_coach,
    "stopped": _then(_says(Purpose.KEEP)),
    "coach taken back": _then(_says(Purpose.COACH)),
    "every topic taken back": _then(_takes_every_topic_back),
    "erased": _then(_erases),
    "expired": _then(_waits_for_the_end),
}


async def _get(house: StaffHouse, path: str) -> bytes:
    async with house.signed_in() as coach:
        return (await coach.get(path)).content


def _deeds(house: StaffHouse, person: str) -> list[Deed]:
    return [deed for deed in house.store.look(lambda c: audit.about(c, person)) if deed.action in LOOKS]


async def _bare(house: StaffHouse, person: str, *, more: str = "") -> bytes:
    """The page without what is the browser's own: the session's proof and the person's address."""
    async with house.signed_in() as coach:
        page = await coach.get(f"/people/{person}{more}")
        proof = page.text.split('name="proof" value="')[1].split('"')[0]
    assert page.status_code == 200
    return page.content.replace(proof.encode(), b"PROOF").replace(person.encode(), b"ID")


@pytest.mark.parametrize("why", QUIET)
async def test_where_nothing_is_shared_the_room_is_the_same_to_the_byte(house: StaffHouse, why: str) -> None:
    nothing = await _bare(house, _never(house))
    person = QUIET[why](house)
    assert await _bare(house, person) == nothing
    for more in ("?form=bars&then=1", "/groups/money", "/charts/inner.svg", "/charts/nothing.png", "/talk-sheet.pdf"):
        assert await _bare(house, person, more=more) == nothing
    assert _deeds(house, person) == []
    assert b"Samira" not in nothing


async def test_the_page_shows_the_webs_the_talk_list_and_until_when(house: StaffHouse) -> None:
    page = (await _get(house, f"/people/{add_person(house, talk=('money', 'participation'))}")).decode()
    assert page.count("<svg ") == 4
    for words in ("Samira", "Nu: 20 november 2026", "Tot 20 mei 2027", NL.say("group.money")):
        assert words in page
    assert any(NL.say(f"topic.{kind}") in page for kind in ("a", "b", "c", "d", "e", "a_ask"))
    assert "Toen en nu" not in page


async def test_only_picked_topics_reach_the_coach(house: StaffHouse) -> None:
    page = (await _get(house, f"/people/{add_person(house, talk=('money',))}")).decode()
    listed = page.split('class="topics"')[1].split("</ul>")[0]
    assert NL.say("group.money") in listed
    assert listed.count("<li>") == 1


async def test_a_topic_that_is_not_shared_is_a_gap_and_has_no_page(house: StaffHouse) -> None:
    person = add_person(house, shared=[name for name in GROUPS if name != "money"], talk=("money",))
    page = (await _get(house, f"/people/{person}")).decode()
    assert page.count("/groups/") == len(GROUPS) - 1
    assert "/groups/money" not in page
    assert 'class="topics"' not in page
    assert NL.say("chart.not_shared") in page
    quiet = await _bare(house, _never(house))
    assert await _bare(house, person, more="/groups/money") == quiet
    assert await _bare(house, person, more="/charts/money.svg") == quiet


async def test_a_group_shows_its_statements_with_the_answers_now_and_then(house: StaffHouse) -> None:
    page = (await _get(house, f"/people/{add_person(house, measured=TWICE)}/groups/money")).decode()
    statements = CATALOGUES.questionnaire.of_group("money")
    assert all(NL.statement(one.id) in page for one in statements)
    table = page.split("De zinnen en de antwoorden</caption>")[1]
    assert table.count("<tr>") == len(statements) + 1
    assert f"4 · {NL.say('scale.4')}" in table
    assert NL.say("web.axis_missing") in table
    assert NL.say("reason.dk_answer") not in page


async def test_then_and_now_are_compared_in_words_and_on_demand(house: StaffHouse) -> None:
    person = add_person(house, measured=(timedelta(days=400), *TWICE))
    page = (await _get(house, f"/people/{person}")).decode()
    assert "Toen: 24 mei 2026" in page
    assert "hoger" in page
    assert "beter" not in page
    alone = (await _get(house, f"/people/{person}?then=none")).decode()
    assert "Toen en nu" not in alone
    both = (await _get(house, f"/people/{person}?then=1&then=2&form=bars")).decode()
    assert "Toen: 16 oktober 2025" in both
    assert both.count('class="badge then"') == 2


async def test_every_look_is_written_down_once(house: StaffHouse) -> None:
    person = add_person(house)
    for path in ("", "/groups/money", "/charts/outer.png", "/talk-sheet.pdf"):
        assert await _get(house, f"/people/{person}{path}")
    seen = [(deed.name, deed.action) for deed in _deeds(house, person)]
    looks = ["person.printed", "person.charted", "person.looked", "person.looked"]
    assert seen == [("Joke", look) for look in looks]


async def test_somebody_elses_person_is_nobody_to_the_byte(house: StaffHouse) -> None:
    person = add_person(house)
    for more in ("", "/groups/money", "/charts/inner.svg", "/talk-sheet.pdf"):
        for who in ("colleague", "foreign coach"):
            async with house.signed_in(who) as other:
                foreign = await other.get(f"/people/{person}{more}")
                absent = await other.get(f"/people/{new_id()}{more}")
            assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
            assert foreign.status_code == 404
    assert _deeds(house, person) == []


async def test_after_a_hand_over_the_new_coach_sees_nothing_and_the_old_one_nobody(house: StaffHouse) -> None:
    person = add_person(house)
    house.store.run(lambda c: participants.set_coach(c, person, house.colleague_id))
    async with house.signed_in("colleague") as new, house.signed_in() as old:
        page = await new.get(f"/people/{person}")
        assert (page.status_code, "<svg" in page.text) == (200, False)
        assert (await old.get(f"/people/{person}")).status_code == 404


async def test_a_newer_measurement_is_not_seen_before_its_own_list_was_confirmed(house: StaffHouse) -> None:
    person = add_person(house, measured=(BACK,))
    house.clock.pass_(60)
    earlier = (await _get(house, f"/people/{person}")).decode()
    house.store.run(
        lambda c: measurements.add(
            c,
            _done(house, person),
        )
    )
    assert (await _get(house, f"/people/{person}")).decode().count("Nu: 24 mei 2026") == earlier.count(
        "Nu: 24 mei 2026"
    )


def _done(house: StaffHouse, person: str) -> measurements.StoredMeasurement:
    (first,) = house.store.look(lambda c: measurements.of_participant(c, person))
    return measurements.StoredMeasurement(
        id=type(first.id)(new_id()),
        organisation_id=first.organisation_id,
        participant_id=first.participant_id,
        kind=measurements.Kind.FOLLOW_UP,
        number=1,
        ordinal=2,
        questionnaire_version=first.questionnaire_version,
        modules=first.modules,
        seed=1,
        same_order=False,
        due_at=house.clock(),
        closes_at=house.clock() + timedelta(days=28),
        status=measurements.Status.DONE,
        completed_at=house.clock(),
    )


async def test_a_picture_that_cannot_be_drawn_leaves_the_table(house: StaffHouse) -> None:
    await house.studio.close()
    page = (await _get(house, f"/people/{add_person(house)}")).decode()
    assert "<svg" not in page
    assert page.count("<details open>") == 2


async def test_a_file_that_cannot_be_drawn_is_said_to_be_so(house: StaffHouse) -> None:
    await house.studio.close()
    person = add_person(house)
    async with house.signed_in() as coach:
        for path in ("charts/inner.png", "talk-sheet.pdf"):
            answer = await coach.get(f"/people/{person}/{path}")
            assert (answer.status_code, "kan nu niet getekend worden" in answer.text) == (503, True)


async def test_the_room_opens_when_the_list_is_confirmed_and_is_quiet_at_once_when_it_is_taken_back(
    house: StaffHouse,
) -> None:
    invited = await house.invite()
    nothing = await _bare(house, _never(house))
    person = await house.come_in(invited)
    await house.finish(person, share=False)
    assert await _bare(house, invited["id"]) == nothing
    await person.press("go")
    assert b"<svg" in await _bare(house, invited["id"])
    await person.happen(Commanded("choices"))
    await person.press("switch-coach")
    assert await _bare(house, invited["id"]) == nothing

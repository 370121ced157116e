"""The People room: a coach's own people, and nothing about anybody that the person did not choose to show."""

import re

import httpx
import pypdfium2

from domain.ids import ParticipantId
from storage import audit, invitations, participants
from storage.invitations import State
from storage.participants import Participant
from storage.secrets import new_id
from tests.api.staff_house import StaffHouse
from tests.bot.people import KEY


def names(page: httpx.Response) -> list[str]:
    return re.findall(r'class="name"[^>]*><bdi>([^<]*)<', page.text)


def add(house: StaffHouse, *called: str, who: str = "coach") -> list[str]:
    """People who were added and not yet invited."""
    organisation_id, coach_id = house.who[who]
    people = [
        Participant(ParticipantId(new_id()), organisation_id, coach_id, name, "nl", house.clock()) for name in called
    ]
    for person in people:
        house.store.run(lambda c, person=person: participants.add(c, person))
    return [person.id for person in people]


def deeds(house: StaffHouse) -> list[str]:
    _, coach_id = house.who["coach"]
    return [deed.action for deed in reversed(house.store.look(lambda c: audit.of_member(c, coach_id)))]


def coach_of(house: StaffHouse, participant_id: str) -> str | None:
    organisation_id, _ = house.who["coach"]
    return house.store.look(lambda c: participants.coach_of(c, organisation_id, participant_id))


def worth(house: StaffHouse, code: str) -> State:
    return house.store.look(lambda c: invitations.look_up_link(c, code, key=KEY, now=house.clock())).state


def code_in(page: str) -> str:
    found = re.search(r"/c/([A-Za-z0-9_-]{22})", page)
    assert found
    return found[1]


# The list -----------------------------------------------------------------------------------------------------------


async def test_a_coach_sees_the_own_people_by_name_and_nobody_else_s(house: StaffHouse) -> None:
    add(house, "Zoë", "ali", "Ömer")
    add(house, "Somebody else's", who="colleague")
    add(house, "From elsewhere", who="foreign coach")
    async with house.signed_in("coach") as coach:
        assert names(await coach.get("/people")) == ["ali", "Ömer", "Zoë"]


async def test_people_are_found_by_the_beginnings_of_their_names_however_typed(house: StaffHouse) -> None:
    add(house, "Zoë van den Berg", "Zorah Berg", "Alizoe", "سميرة")
    async with house.signed_in("coach") as coach:

        async def found(search: str) -> list[str]:
            return names(await house.send(coach, "/people", {"search": search}))

        assert await found("zoe") == ["Zoë van den Berg"]
        assert await found("BERG zo") == ["Zoë van den Berg", "Zorah Berg"]
        assert await found("سمي") == ["سميرة"]
        assert await found("oe") == []
        page = (await house.send(coach, "/people", {"search": "zoe"})).text
        assert not [address for address in re.findall(r'(?:href|action)="([^"]*)"', page) if "zo" in address]


async def test_of_many_found_some_are_shown_and_it_is_said_so(house: StaffHouse) -> None:
    add(house, *(f"Person {number:03}" for number in range(60)))
    async with house.signed_in("coach") as coach:
        page = await house.send(coach, "/people", {"search": "person"})
        assert len(names(page)) == 50
        assert "De eerste 50 staan hier" in page.text
        cards = await house.send(coach, "/people/cards/search", {"search": "person 05"})
        assert cards.text.count('name="person"') == 10


async def test_the_list_has_pages_and_none_beyond_the_last_one_fails(house: StaffHouse) -> None:
    add(house, *(f"Person {number:03}" for number in range(120)))
    async with house.signed_in("coach") as coach:
        third = await coach.get("/people", params={"page": "3"})
        assert names(third) == [f"Person {number:03}" for number in range(100, 120)]
        assert "120 mensen" in third.text
        for page in ("9", "0", "-1", "x", "99999999999999999999", "٣"):
            assert (await coach.get("/people", params={"page": page})).status_code == 200


async def test_beside_a_name_stands_the_same_whatever_somebody_did_who_shares_nothing(house: StaffHouse) -> None:
    never, finished, refused = [await house.invite(name=f"Person {at}") for at in range(3)]
    await house.finish(await house.come_in(finished, address="1"), share=False)
    person = await house.come_in(refused, address="2")
    await person.press("language-nl")
    for action in ("go", "go", "go", "no"):
        await person.press(action)
    async with house.signed_in("coach") as coach:
        lines = re.findall(r"<li>.*?</li>", (await coach.get("/people")).text, re.DOTALL)
    ids = (never["id"], finished["id"], refused["id"])
    alike = {re.sub("|".join(ids), "ID", re.sub(r"Person \d", "NAME", line)) for line in lines}
    assert len(lines) == 3
    assert len(alike) == 1
    assert "uitgenodigd" in alike.pop()


async def test_who_shares_is_seen_to_be_done(house: StaffHouse) -> None:
    await house.finish(await house.come_in(await house.invite()))
    async with house.signed_in("coach") as coach:
        assert "klaar" in (await coach.get("/people")).text


async def test_who_took_everything_back_has_no_name_and_can_only_be_removed(house: StaffHouse) -> None:
    invited = await house.invite(name="Samira")
    person = await house.come_in(invited)
    await person.press("language-nl")
    await person.type("wissen")
    for _ in range(2):
        await person.press("yes")
    async with house.signed_in("coach") as coach:
        page = await coach.get("/people")
        assert names(page) == ["zonder naam"]
        manage = (await coach.get(f"/people/{invited['id']}/manage")).text
        assert "/people/cards" not in manage
        assert "/erase" in manage
        assert (await house.send(coach, f"/people/{invited['id']}/invitation")).status_code == 404


# Somebody new -------------------------------------------------------------------------------------------------------


async def new_form(client: httpx.AsyncClient) -> dict[str, str]:
    page = (await client.get("/people/add")).text
    sealed = re.search(r'name="new" value="([^"]+)"', page)
    assert sealed
    return {"new": sealed[1], "name": "Ali", "language": "ar", "modules": "money"}


async def test_a_name_and_a_language_are_enough_and_the_form_sent_twice_adds_one(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        form = await new_form(coach)
        first, again = [await house.send(coach, "/people/add", form) for _ in range(2)]
        assert first.status_code == again.status_code == 303
        assert first.headers["location"] == again.headers["location"]
        assert "Toegevoegd" in (await coach.get(first.headers["location"])).text
        assert names(await coach.get("/people")) == ["Ali"]
    assert deeds(house) == ["person.added"]


async def test_a_form_of_somebody_else_names_no_id(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach, house.signed_in("colleague") as colleague:
        form = await new_form(coach)
        mine = await house.send(coach, "/people/add", form)
        theirs = await house.send(colleague, "/people/add", form)
        assert mine.headers["location"] != theirs.headers["location"]
        assert names(await coach.get("/people")) == names(await colleague.get("/people")) == ["Ali"]


WRONG = (
    ("name", " \u202e ", "Vul een naam in"),
    ("name", "x" * 81, "te lang"),
    ("phone", "112", "geen telefoonnummer"),
    ("email", "nobody", "geen e-mailadres"),
    ("modules", "chess", "ten minste één onderwerp"),
)


async def test_what_cannot_be_used_is_said_and_everything_typed_stays(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        form = {**await new_form(coach), "phone": "06 12345678", "name": "Ali B."}
        for field, typed, fault in WRONG:
            answer = await house.send(coach, "/people/add", {**form, field: typed})
            assert answer.status_code == 422, field
            assert fault in answer.text
            for other in {"name", "phone"} - {field}:
                assert f'value="{form[other]}"' in answer.text, field
        assert names(await coach.get("/people")) == []
        assert (await house.send(coach, "/people/add", form)).status_code == 303


HOSTILE = {
    "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "Jan 🎉": "Jan 🎉",
    "a\u202ebc": "abc",
    '"><img src=x onerror=alert(1)>': "&#34;&gt;&lt;img src=x onerror=alert(1)&gt;",
}


async def test_a_name_is_text_whatever_it_looks_like(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        for name in HOSTILE:
            await house.send(coach, "/people/add", {**await new_form(coach), "name": name})
        assert set(names(await coach.get("/people"))) == set(HOSTILE.values())


# Invitations --------------------------------------------------------------------------------------------------------


async def test_a_link_and_a_code_are_shown_once_and_both_open_the_chat(house: StaffHouse) -> None:
    (id_,) = add(house, "Ali")
    async with house.signed_in("coach") as coach:
        page = (await house.send(coach, f"/people/{id_}/invitation")).text
        assert code_in(page) not in (await coach.get(f"/people/{id_}/manage")).text
    assert worth(house, code_in(page)) is State.VALID
    typed = re.search(r'class="typed-code code">([A-Z0-9 ]+)<', page)
    assert typed
    found = house.store.run(
        lambda c: invitations.find(c, typed[1], channel="web", address="x", key=KEY, now=house.clock())
    )
    assert found.state is State.VALID
    assert [one["status"] for one in await house.measurements(id_)] == ["invited"]
    assert deeds(house) == ["invitation.issued"]


async def test_a_new_invitation_ends_the_one_before_and_makes_no_second_measurement(house: StaffHouse) -> None:
    (id_,) = add(house, "Ali")
    async with house.signed_in("coach") as coach:
        first, second = [code_in((await house.send(coach, f"/people/{id_}/invitation")).text) for _ in range(2)]
    assert (worth(house, first), worth(house, second)) == (State.REVOKED, State.VALID)
    assert len(await house.measurements(id_)) == 1


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(pages[at].get_textpage().get_text_bounded() for at in range(len(pages)))


async def test_cards_are_printed_for_whoever_has_none_with_codes_that_work(house: StaffHouse) -> None:
    ids = add(house, "Ali", "Kim", "Sam", "Zoë", "Omar")
    async with house.signed_in("coach") as coach:
        page = (await coach.get("/people/cards")).text
        assert page.count(" checked") == 5
        answer = await house.send(coach, "/people/cards", {"person": ids})
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert "Iedereen heeft een kaart" in (await coach.get("/people/cards")).text
    printed = text_of(answer.content)
    codes = re.findall(r"\b([2-9A-Z]{4} [2-9A-Z]{4})\b", printed)
    assert len(set(codes)) == 5
    assert all(name in printed for name in ("Ali", "Kim", "Sam", "Zoë", "Omar", "Je begeleider: Joke"))
    for code in codes:
        found = house.store.run(
            lambda c, code=code: invitations.find(c, code, channel="web", address="x", key=KEY, now=house.clock())
        )
        assert found.state is State.VALID
    assert deeds(house) == ["invitation.issued"] * 5


async def test_a_card_stays_in_the_language_of_the_invitation_and_tells_nothing_of_the_chat(house: StaffHouse) -> None:
    invited = await house.invite(name="Ali", language="nl")
    person = await house.come_in(invited)
    await person.press("language-tr")
    async with house.signed_in("coach") as coach:
        answer = await house.send(coach, "/people/cards", {"person": invited["id"]})
    assert "Doe je mee" in text_of(answer.content)


async def test_one_card_of_somebody_else_s_and_nobody_is_invited(house: StaffHouse) -> None:
    (own,), (foreign,) = add(house, "Ali"), add(house, "Kim", who="colleague")
    async with house.signed_in("coach") as coach:
        answer = await house.send(coach, "/people/cards", {"person": [own, foreign]})
        assert answer.status_code == 404
        assert (await house.send(coach, "/people/cards", {"person": []})).status_code == 422
    assert house.store.look(lambda c: invitations.of_participant(c, own)) == ()


# Leaving ------------------------------------------------------------------------------------------------------------


async def test_somebody_in_the_archive_is_out_of_the_list_and_their_open_code_ends(house: StaffHouse) -> None:
    invited = await house.invite(name="Ali")
    async with house.signed_in("coach") as coach:
        await house.send(coach, f"/people/{invited['id']}/archive")
        assert names(await coach.get("/people")) == []
        assert names(await coach.get("/people", params={"archived": "1"})) == ["Ali"]
        assert worth(house, invited["invitation"]["code"]) is State.REVOKED
        await house.send(coach, f"/people/{invited['id']}/bring-back")
        assert names(await coach.get("/people")) == ["Ali"]
    assert deeds(house)[-2:] == ["person.archived", "person.brought_back"]


async def test_handing_over_takes_the_person_out_of_sight_at_once(house: StaffHouse) -> None:
    invited = await house.invite(name="Ali")
    await house.finish(await house.come_in(invited))
    path = f"/people/{invited['id']}"
    async with house.signed_in("coach") as coach, house.signed_in("colleague") as colleague:
        assert house.colleague_id in (await coach.get(f"{path}/hand-over")).text
        await house.send(coach, f"{path}/hand-over", {"coach": house.colleague_id})
        assert names(await coach.get("/people")) == []
        for page in (f"{path}/manage", f"{path}/hand-over", f"{path}/erase"):
            assert (await coach.get(page)).status_code == 404
        assert names(await colleague.get("/people")) == ["Ali"]
        assert "uitgenodigd" in (await colleague.get("/people")).text
    assert deeds(house)[-1] == "person.handed_over"


async def test_nobody_is_handed_to_who_is_no_other_coach_of_the_house(house: StaffHouse) -> None:
    (id_,) = add(house, "Ali")
    async with house.signed_in("coach") as coach:
        for to in (house.owner_id, house.elsewhere.coach_id, house.place.coach_id, "x", ""):
            await house.send(coach, f"/people/{id_}/hand-over", {"coach": to})
        assert names(await coach.get("/people")) == ["Ali"]
    assert coach_of(house, id_) == house.who["coach"][1]
    assert deeds(house) == []


async def test_erasing_is_asked_once_more_then_done_and_told_in_the_chat(house: StaffHouse) -> None:
    invited = await house.invite(name="Ali")
    await house.finish(await house.come_in(invited))
    async with house.signed_in("coach") as coach:
        page = (await coach.get(f"/people/{invited['id']}/erase")).text
        assert "Alles van Ali wissen?" in page
        assert coach_of(house, invited["id"]) is not None
        house.shown.clear()
        await house.send(coach, f"/people/{invited['id']}/erase")
        assert names(await coach.get("/people")) == []
    assert coach_of(house, invited["id"]) is None
    assert len(house.shown) == 1
    assert deeds(house)[-1] == "person.erased"


async def test_erasing_takes_both_factors_shown_lately(house: StaffHouse) -> None:
    (id_,) = add(house, "Ali")
    async with house.signed_in("coach") as coach:
        house.clock.pass_(11 * 60)
        answer = await house.send(coach, f"/people/{id_}/erase")
        assert answer.status_code == 401
        assert names(await coach.get("/people")) == ["Ali"]


async def test_somebody_else_s_person_and_nobody_are_answered_alike(house: StaffHouse) -> None:
    (foreign,) = add(house, "Kim", who="colleague")
    async with house.signed_in("coach") as coach:
        for act in ("manage", "hand-over", "erase"):
            answers = [await coach.get(f"/people/{id_}/{act}") for id_ in (foreign, new_id())]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert answers[0].content == answers[1].content


async def test_nothing_is_done_to_somebody_else_s_person(house: StaffHouse) -> None:
    (foreign,) = add(house, "Kim", who="colleague")
    async with house.signed_in("coach") as coach, house.signed_in("colleague") as colleague:
        for act in ("invitation", "archive", "bring-back", "hand-over", "erase"):
            to = {"coach": house.colleague_id}
            answers = [await house.send(coach, f"/people/{id_}/{act}", to) for id_ in (foreign, new_id())]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert answers[0].content == answers[1].content
        assert names(await colleague.get("/people")) == ["Kim"]
    assert deeds(house) == []

"""The owner and the staff: adding, resetting, removing at once, and handing people over without seeing one."""

import asyncio
import re

from storage import audit, staff
from storage.staff import Role
from storage.store import Store
from tests.api.staff.test_sign_in import is_in
from tests.api.staff_house import StaffHouse
from tests.bot.people import KEY

NEW = {"name": "Mo de Boer", "email": "Mo@Werk.example", "role": "coach", "is_also_boss": "1"}


async def test_somebody_new_gets_a_link_that_is_shown_once(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner, house.visitor() as browser:
        page = await house.send(owner, "/settings/staff", NEW)
        (link,) = re.findall(r"https://werkstem\.example(/setup/[\w-]{22})", page.text)
        assert "Mo de Boer" in (await browser.get(link)).text
        listed = (await owner.get("/settings/staff")).text
        assert link not in listed
        assert "Moet nog instellen" in listed
    member = house.store.look(lambda c: staff.by_email(c, "mo@werk.example"))
    assert member is not None
    assert (member.role, member.is_also_boss, member.organisation_id) == (Role.COACH, True, house.place.organisation_id)


async def test_what_cannot_be_used_gets_a_sentence_beside_it_and_nothing_typed_is_lost(house: StaffHouse) -> None:
    taken = house.member("foreign coach").email
    async with house.signed_in("owner") as owner:
        for wrong, told in (
            ({"name": " "}, "120 tekens"),
            ({"name": "x" * 121}, "120 tekens"),
            ({"email": "mo at werk"}, "geen e-mailadres"),
            ({"email": taken.upper()}, "heeft dit adres al"),
        ):
            page = await house.send(owner, "/settings/staff", NEW | wrong)
            assert page.status_code == 422
            assert told in page.text
            assert "aria-invalid" in page.text
            assert ("Mo de Boer" in page.text) or "name" in wrong
    assert house.store.look(lambda c: staff.by_email(c, "mo@werk.example")) is None


async def test_an_owner_is_never_also_boss_of_anybody(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner:
        await house.send(owner, "/settings/staff", NEW | {"role": "owner"})
    member = house.store.look(lambda c: staff.by_email(c, "mo@werk.example"))
    assert member is not None
    assert (member.role, member.is_also_boss) == (Role.OWNER, False)


async def test_the_mark_of_who_is_also_boss_goes_on_and_off(house: StaffHouse) -> None:
    path = f"/settings/staff/{house.colleague_id}/boss"
    async with house.signed_in("owner") as owner:
        await house.send(owner, path, {"is_also_boss": "1"})
        assert house.member("colleague").is_also_boss
        await house.send(owner, path)
        assert not house.member("colleague").is_also_boss


async def test_a_reset_ends_everything_at_once_and_gives_a_new_link(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner, house.signed_in("colleague") as colleague:
        assert "meteen niet meer" in (await owner.get(f"/settings/staff/{house.colleague_id}/reset")).text
        assert await is_in(colleague)
        page = await house.send(owner, f"/settings/staff/{house.colleague_id}/reset")
        assert re.search(r"/setup/[\w-]{22}", page.text)
        assert not await is_in(colleague)
    async with house.client("colleague") as program:
        assert (await program.get("/participants")).status_code == 401


async def test_a_removal_counts_for_twenty_requests_under_way_from_the_very_next(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner, house.signed_in("colleague") as colleague:
        assert await is_in(colleague)
        assert (await house.send(owner, f"/settings/staff/{house.colleague_id}/remove")).status_code == 303
        answers = await asyncio.gather(*(colleague.get("/people") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {303}
        assert {answer.headers["location"] for answer in answers} == {"/sign-in?next=/people"}


async def test_an_owner_cannot_reset_or_remove_the_own_account_here(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner:
        for act in ("reset", "remove"):
            assert (await house.send(owner, f"/settings/staff/{house.owner_id}/{act}")).status_code == 404
        assert await is_in(owner)


async def test_the_people_of_who_left_wait_unseen_until_they_are_handed_over_as_one_act(house: StaffHouse) -> None:
    invited = await house.invite(name="Kanarie")
    person = await house.come_in(invited)
    await house.finish(person)
    seen = []
    async with house.signed_in("owner") as owner, house.signed_in("colleague") as colleague:
        await house.send(owner, f"/settings/staff/{house.place.coach_id}/remove")
        assert (await colleague.get(f"/people/{invited['id']}")).status_code == 404
        listed = await owner.get("/settings/staff")
        assert "De mensen van Joke wachten" in listed.text
        path = f"/settings/staff/{house.place.coach_id}/hand-over"
        seen += [listed, await owner.get(path), await house.send(owner, path, {"to": house.colleague_id})]
        seen.append(await owner.get("/settings/staff"))
        assert "wachten" not in seen[-1].text
        assert (await colleague.get(f"/people/{invited['id']}")).status_code == 200
    assert not any("Kanarie" in answer.text or invited["id"] in answer.text for answer in seen)
    async with house.client("colleague") as program:
        measurement = (await program.get(f"/participants/{invited['id']}/measurements")).json()["items"][0]
        assert (measurement["status"], measurement["completed_at"]) == ("invited", None)


async def test_nobody_is_handed_over_to_another_organisation_an_owner_or_who_left(house: StaffHouse) -> None:
    invited = await house.invite()
    gone = house.hire(Role.COACH)
    house.store.run(lambda c: staff.remove(c, gone, house.clock()))
    path = f"/settings/staff/{house.place.coach_id}/hand-over"
    async with house.signed_in("owner") as owner:
        for to in (house.elsewhere.coach_id, house.owner_id, gone, "", "x"):
            assert (await house.send(owner, path, {"to": to})).status_code == 404
    async with house.client() as program:
        assert (await program.get(f"/participants/{invited['id']}")).status_code == 200


async def test_whatever_an_owner_does_is_written_down(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner:
        await house.send(owner, "/settings/staff", NEW)
        await house.send(owner, f"/settings/staff/{house.colleague_id}/boss")
        await house.send(owner, f"/settings/staff/{house.place.coach_id}/hand-over", {"to": house.colleague_id})
        await house.send(owner, f"/settings/staff/{house.colleague_id}/reset")
        await house.send(owner, f"/settings/staff/{house.colleague_id}/remove")
    done = [deed.action for deed in house.store.look(lambda c: audit.of_member(c, house.owner_id))]
    assert done == ["staff.removed", "staff.reset", "staff.handed_over", "staff.marked_boss", "staff.added"]


# The demo's door ----------------------------------------------------------------------------------------------------


async def test_a_demo_link_lets_in_by_one_press_once_for_a_day_and_in_a_demo_only(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    demo = StaffHouse(store, is_demo=True)
    member = demo.member("coach")
    one, other = (store.run(lambda c: staff.create_demo_link(c, member, key=KEY, now=demo.clock())) for _ in range(2))
    async with demo.visitor() as browser, demo.visitor() as late:
        assert "Joke" in (await browser.get(f"/demo/{one}")).text
        assert not await is_in(browser)
        assert (await demo.send(browser, f"/demo/{one}")).headers["location"] == "/"
        assert await is_in(browser)
        demo.clock.pass_(11 * 60)
        asked = await demo.send(browser, "/settings/tokens")
        assert "één druk" in asked.text
        fields = {"kept": re.findall(r'name="kept" value="([^"]*)"', asked.text)[0]}
        assert (await demo.send(browser, "/prove", fields)).status_code == 200
        assert (await late.get(f"/demo/{one}")).status_code == 404
        assert (await late.get(f"/setup/{other}")).status_code == 404, "it sets nothing up"
        demo.clock.pass_(24 * 3600)
        assert (await late.get(f"/demo/{other}")).status_code == 404
    await demo.studio.close()
    store.close()


async def test_elsewhere_there_is_no_such_door(house: StaffHouse) -> None:
    member = house.member("coach")
    link = house.store.run(lambda c: staff.create_demo_link(c, member, key=KEY, now=house.clock()))
    async with house.visitor() as browser:
        assert (await browser.get(f"/demo/{link}")).status_code == 404
        assert (await house.send(browser, f"/demo/{link}")).status_code == 404
        assert not await is_in(browser)

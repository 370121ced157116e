"""A person's pictures and the sheet for a talk, drawn for real."""

from tests.api.staff.sharing_people import add_person
from tests.api.staff_house import StaffHouse
from tests.bot.people import CATALOGUES

NL = CATALOGUES["nl"]


async def test_the_files_are_what_they_say_and_name_nobody(house: StaffHouse) -> None:
    person = add_person(house, name="Ali", language="ar")
    async with house.signed_in() as coach:
        page = (await coach.get(f"/people/{person}")).text
        sheet = await coach.get(f"/people/{person}/talk-sheet.pdf")
        svg = await coach.get(f"/people/{person}/charts/outer.svg")
        assert (await coach.get(f"/people/{person}/charts/outer.gif")).status_code == 404
        assert (await coach.get(f"/people/{person}/groups/nothing")).status_code == 404
    assert [page.count(f">{NL.say(f'group.{name}')}</text>") for name in ("money", "self_confidence")] == [2, 2]
    assert sheet.content.startswith(b"%PDF")
    assert sheet.content.count(b"/Type /Page ") + sheet.content.count(b"/Type /Page\n") == 1
    assert sheet.headers["content-disposition"] == 'inline; filename="talk.pdf"'
    assert svg.content.startswith(b"<svg")
    assert svg.headers["content-disposition"] == 'attachment; filename="outer.svg"'
    assert sheet.headers["cache-control"] == svg.headers["cache-control"] == "no-store"

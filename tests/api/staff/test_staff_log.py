"""The log: everything that is written down is told or left out on purpose, and nothing in it tells who shares."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from api.staff.settings_log import KINDS, TOLD, UNTOLD
from domain.looks import LOOKS
from storage import audit, participants
from storage.staff_texts import StaffTexts
from tests.api.staff.sharing_people import add_person
from tests.api.staff_house import StaffHouse

API = Path(__file__).parents[3] / "api"
ACTION = re.compile(r"[a-z]+\.[a-z_]+")
ABOUT_NOBODY = ("organisation.", "channels.", "register.", "results.", "staff.", "token.", "import.")


def _written_down() -> set[str]:
    """Every action that the code writes into the log."""
    found = set(LOOKS)
    for path in sorted(API.rglob("*.py")):
        if path.name == "settings_log.py":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for called in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(called.func) in {"audit.record", "enter"}:
                found |= set(_texts(called))
        defaults = [
            one for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for one in node.args.kw_defaults
        ]
        found |= {text for one in defaults if one is not None for text in _texts(one)}
    return found


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and ACTION.fullmatch(part.value):
            yield part.value


def test_whatever_is_written_down_is_told_to_an_owner_or_left_out_on_purpose() -> None:
    written = _written_down()
    assert len(written) > 25
    assert written <= TOLD | UNTOLD
    assert not TOLD & UNTOLD
    assert sum(map(len, KINDS.values())) == len(TOLD), "an action of two kinds"


def test_whatever_a_coach_can_read_in_the_log_has_words() -> None:
    about_people = {one for one in TOLD | UNTOLD if not one.startswith(ABOUT_NOBODY)} - {"person.erased"}
    for words in StaffTexts.load().values():
        assert {one for one in about_people if f"log.did.{one.replace('.', '_')}" not in words} == set()


def _row(page: str, name: str) -> list[str]:
    """The numbers of somebody's row in the owner's log."""
    found = re.findall(rf"<td>{name}</td>(.*?)</tr>", page)
    assert len(found) == 1
    return re.findall(r">(\d+)<", found[0])


async def test_an_owner_cannot_tell_from_the_log_who_shares(house: StaffHouse) -> None:
    sharing, silent = add_person(house, name="Kanarie"), add_person(house, name="Stil", shared=())
    house.store.run(lambda c: participants.set_coach(c, silent, house.colleague_id))
    async with house.signed_in("coach") as coach, house.signed_in("colleague") as colleague:
        for way in ("", "/groups/money", "", "/charts/inner.svg"):
            assert (await coach.get(f"/people/{sharing}{way}")).status_code == 200
        assert "Kanarie" in (await coach.get(f"/people/{sharing}")).text
        assert (await colleague.get(f"/people/{silent}")).status_code == 200
    async with house.signed_in("owner") as owner:
        page = (await owner.get("/settings/log")).text
    names = [house.member(who).name for who in ("coach", "colleague")]
    assert _row(page, names[0]) == _row(page, names[1]) == ["1", "0", "0", "0"]
    assert not any(told in page for told in ("Kanarie", "Stil", sharing, silent))


async def test_what_only_sharing_allows_is_not_told_at_all(house: StaffHouse) -> None:
    person = add_person(house)
    coach = house.member("coach")

    def everything(connection: Connection) -> None:
        for action in sorted(UNTOLD):
            audit.record(connection, coach, action, participant_id=person, at=house.clock())

    house.store.run(everything)
    async with house.signed_in("owner") as owner:
        page = (await owner.get("/settings/log")).text
    assert "Hier staat nog niets" in page


async def test_an_owner_filters_by_colleague_and_month(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        await house.send(coach, "/settings/language", {"language": "nl"})
    house.clock.pass_(timedelta(days=40).total_seconds())
    async with house.signed_in("owner") as owner:
        await house.send(owner, "/settings/language", {"language": "nl"})
        everything = (await owner.get("/settings/log")).text
        by_month = (await owner.get(f"/settings/log?month={house.clock():%Y-%m}")).text
        by_member = (await owner.get(f"/settings/log?member={house.place.coach_id}")).text
        foreign = (await owner.get(f"/settings/log?member={house.elsewhere.coach_id}&month=1999-01&page=x")).text
    rows = [page.count("</td></tr>") for page in (everything, by_month, by_member)]
    assert rows == [2, 1, 1]
    assert "<td>Joke</td>" in by_member
    assert "<td>Joke</td>" not in by_month
    assert foreign.count("</td></tr>") == 2


async def test_the_months_of_an_owners_log_come_by_the_page(house: StaffHouse) -> None:
    owner_member = house.member("owner")
    for _ in range(8):
        house.store.run(lambda c: audit.record(c, owner_member, "token.made", at=house.clock()))
        house.clock.pass_(timedelta(days=31).total_seconds())
    async with house.signed_in("owner") as owner:
        first, second = [(await owner.get(f"/settings/log?page={page}")).text for page in (1, 2)]
    assert first.count("</td></tr>") + second.count("</td></tr>") == 8
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


async def test_a_coach_reads_the_own_acts_about_own_people(house: StaffHouse) -> None:
    person, theirs = add_person(house, name="Samira"), add_person(house, name="Vreemd")
    async with house.signed_in("coach") as coach:
        await coach.get(f"/people/{person}")
        await coach.get(f"/people/{theirs}")
        house.store.run(lambda c: participants.set_coach(c, theirs, house.colleague_id))
        page = (await coach.get("/settings/log")).text
        other_month = (await coach.get("/settings/log?month=1999-01")).text
    assert "Web of antwoorden bekeken" in page
    assert "Samira" in page
    assert "Vreemd" not in page
    assert other_month.count("</td></tr>") == 1


async def test_a_new_coach_does_not_learn_that_somebody_shared_with_the_former_one(house: StaffHouse) -> None:
    person = add_person(house, name="Samira")
    async with house.signed_in("coach") as coach, house.signed_in("colleague") as colleague:
        await coach.get(f"/people/{person}")
        await house.send(coach, f"/people/{person}/archive")
        house.store.run(lambda c: participants.set_coach(c, person, house.colleague_id))
        page = (await colleague.get("/settings/log")).text
    assert "Gearchiveerd" in page
    assert "bekeken" not in page
    assert page.count("</td></tr>") == 1

"""Try it yourself: a whole conversation for staff, after which the database is as it was."""

import re
from html import unescape

import httpx
import pytest

from storage.tables import metadata
from tests.api.staff_house import StaffHouse


def stored(house: StaffHouse) -> dict[str, list[str]]:
    """Everything in every table but that somebody was there."""
    tables = (table for table in metadata.tables.values() if table.name != "sessions")
    return house.store.look(lambda c: {table.name: sorted(map(str, c.execute(table.select()))) for table in tables})


def kept(page: httpx.Response) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def buttons(page: httpx.Response) -> list[str]:
    return [unescape(data) for data in re.findall(r'name="data" value="([^"]+)"', page.text)]


async def press(house: StaffHouse, client: httpx.AsyncClient, page: httpx.Response, action: str) -> httpx.Response:
    data = next((one for one in buttons(page) if one.rpartition(".")[2] == action), None)
    assert data, f"no {action!r} among {buttons(page)}"
    house.clock.pass_(2)
    answer = await house.send(client, "/try", {"kept": kept(page), "data": data})
    assert answer.status_code == 200
    return answer


async def to_the_web(
    house: StaffHouse, client: httpx.AsyncClient, language: str, *, begin: str = "short"
) -> httpx.Response:
    """Everything answered with the gladdest face and a yes, up to the own web."""
    page = await house.send(client, "/try", {"begin": begin})
    page = await press(house, client, page, f"language-{language}")
    for _ in range(400):
        if "<figure" in page.text:
            return page
        actions = [data.rpartition(".")[2] for data in buttons(page)]
        page = await press(
            house, client, page, next(one for one in (*actions,) if one not in {"back", "later", "more"})
        )
    raise AssertionError("no web")


@pytest.mark.parametrize(("who", "language"), [("coach", "nl"), ("owner", "ar")])
async def test_the_way_through_ends_with_the_own_web_and_nothing_was_stored(
    house: StaffHouse, who: str, language: str
) -> None:
    async with house.signed_in(who) as client:
        before = stored(house)
        page = await to_the_web(house, client, language)
        assert stored(house) == before
        assert f'<html lang="{language}"' in page.text
        assert "<svg" in page.text
        assert {"nl": "Ik bewaar niets", "ar": "لا أحفظ شيئًا"}[language] in page.text
        assert house.shown == []


async def test_every_screen_says_that_nothing_is_kept(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        page = await house.send(coach, "/try", {"begin": "whole"})
        for action in ("language-nl", "go", "go", "go", "yes"):
            page = await press(house, coach, page, action)
            assert "Ik bewaar niets" in page.text
        assert "Samira" not in page.text


async def test_an_answer_cannot_be_read_from_the_page_and_going_back_goes_back(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        page = await house.send(coach, "/try", {"begin": "short"})
        earlier = await press(house, coach, page, "language-en")
        later = await press(house, coach, earlier, "go")
        again = await press(house, coach, earlier, "go")
        assert buttons(later) == buttons(again)
        assert kept(later) != kept(again), "sealed anew each time"
        assert "language" not in kept(later)


async def test_typed_words_and_the_menu_work_as_in_the_chat(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        page = await house.send(coach, "/try", {"begin": "short"})
        page = await press(house, coach, page, "language-nl")
        told = await house.send(coach, "/try", {"kept": kept(page), "text": "ik ben vandaag heel erg verdrietig"})
        assert "113" in told.text
        menu = await house.send(coach, "/try", {"kept": kept(page), "command": "help"})
        assert menu.status_code == 200
        for strange in ({"data": "s1.nothing"}, {"data": "x" * 400}, {"command": "format"}, {"text": " "}, {}):
            answer = await house.send(coach, "/try", {"kept": kept(page), **strange})
            assert answer.status_code == 200, strange


async def test_what_we_did_not_seal_or_long_ago_goes_nowhere(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        page = await house.send(coach, "/try", {"begin": "short"})
        sealed = kept(page)
        seal, past = house.desk.sealer.seal, house.clock.now.replace(year=2025)
        state = {"state": "{}", "shown_at": 0}
        forged = sealed[:-6] + ("AAAAA=" if not sealed.endswith("AAAAA=") else "BBBBB=")
        for wrong in ("", "x", forged, seal("trial", state, past), seal("person-to-add", {"id": "x"}, house.clock())):
            answer = await house.send(coach, "/try", {"kept": wrong, "data": "s1.language-nl"})
            assert answer.status_code == 422
            assert "Begin gerust opnieuw" in answer.text
        assert (await house.send(coach, "/try", {"kept": sealed, "data": "s1.language-nl"})).status_code == 200


async def test_erasing_in_a_trial_ends_it_and_erases_nobody(house: StaffHouse) -> None:
    invited = await house.invite()
    async with house.signed_in() as coach:
        before = stored(house)
        page = await house.send(coach, "/try", {"begin": "short"})
        page = await press(house, coach, page, "language-nl")
        page = await house.send(coach, "/try", {"kept": kept(page), "text": "wissen"})
        for _ in range(2):
            page = await press(house, coach, page, "yes")
        assert buttons(page) == []
        assert stored(house) == before
    assert invited["id"]

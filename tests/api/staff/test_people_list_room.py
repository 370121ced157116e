"""Reading in a list: nobody is added before the coach has seen it, nobody twice, and a restart loses nobody."""

import csv
import io
import re

import httpx
import pytest

from api import adding, people_file
from api.adding import Adding
from api.staff import people_import
from api.staff.people_import import MOST_UPLOADED
from domain.roster import MOST_PEOPLE
from reports.spreadsheet import _DANGEROUS
from storage import audit, participants
from storage.secrets import new_id
from storage.tables import import_rows, imports
from tests.api.staff_house import StaffHouse

EIGHT = "naam;taal;e-mail\n" + "".join(f"Person {at};{'ar' if at % 2 else 'tr'};p{at}@example.org\n" for at in range(8))


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for every file takes its time; that it is one of its own is tested with the reader."""

    async def here(content: bytes) -> people_file.Table | people_file.Refused:
        return people_file.table_of(content)

    monkeypatch.setattr(people_import.people_file, "read", here)


@pytest.fixture
def nobody_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of three, and only when the test says so."""

    async def not_yet(_self: Adding) -> int:
        return 0

    monkeypatch.setattr(adding, "AT_ONCE", 3)
    monkeypatch.setattr(people_import.Adding, "go_on", not_yet)


def people(house: StaffHouse, who: str = "coach") -> list[str]:
    return sorted(one.name for one in house.store.look(lambda c: participants.of_coach(c, *house.who[who])))


async def send(house: StaffHouse, coach: httpx.AsyncClient, text: str | bytes) -> httpx.Response:
    content = text.encode() if isinstance(text, str) else text
    return await house.send(coach, "/people/import", files={"list": ("list.csv", content)})


async def looked_at(house: StaffHouse, coach: httpx.AsyncClient, text: str) -> tuple[str, str]:
    """The address of the list's own page, and the page."""
    answer = await send(house, coach, text)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    return address, (await coach.get(address)).text


async def add(house: StaffHouse, coach: httpx.AsyncClient, address: str, *also: str) -> None:
    await house.send(coach, f"{address}/add", {"also": also})
    await Adding(house.place.parts).go_on()


async def test_a_list_of_eight_is_looked_at_and_then_added(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        address, page = await looked_at(house, coach, EIGHT)
        assert "Er is nog niemand toegevoegd" in page
        assert "8 mensen toevoegen" in page
        assert people(house) == []
        await add(house, coach, address)
        assert people(house) == [f"Person {at}" for at in range(8)]
        assert "8 mensen toegevoegd" in (await coach.get(address)).text
        assert (await coach.get("/people/cards")).text.count(" checked") == 8
    (first, *_) = house.store.look(lambda c: participants.of_coach(c, *house.who["coach"]))
    assert (first.language, first.invited_language) in {("ar", "ar"), ("tr", "tr")}
    done = house.store.look(lambda c: audit.of_member(c, house.who["coach"][1]))
    assert sum(deed.action == "person.imported" for deed in done) == 8


async def test_every_refused_row_says_where_it_is_what_is_wrong_and_what_to_do(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        address, page = await looked_at(house, coach, "naam;taal;telefoon\nSam;nl;\n;nl;\nKim;Klingon;112\n")
        assert "2 rijen kunnen niet mee" in page
        assert re.search(r"<td>3</td>.*Er staat geen naam\. Vul de naam in\.", page, re.DOTALL)
        assert re.search(r"<td>4</td>.*Deze taal is er niet: Klingon.*Dit is geen telefoonnummer: 112", page, re.DOTALL)
        await add(house, coach, address)
    assert people(house) == ["Sam"]


async def test_a_doubtful_name_is_added_only_when_it_is_ticked(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        address, _ = await looked_at(house, coach, "naam\nSam\n")
        await add(house, coach, address)
        address, page = await looked_at(house, coach, "naam\nSAM\nKim\nKim\n")
        assert "2 namen zijn er misschien al" in page
        await add(house, coach, address, "4")
    assert people(house) == ["Kim", "Kim", "Sam"]


async def test_the_same_list_twice_adds_nobody_twice(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        address, _ = await looked_at(house, coach, EIGHT)
        for _ in range(3):
            await add(house, coach, address)
        _, page = await looked_at(house, coach, EIGHT)
        assert "8 rijen kunnen niet mee" in page
        assert "Iemand in uw lijst heeft dit al: p0@example.org" in page
    assert len(people(house)) == 8


@pytest.mark.usefixtures("nobody_goes_on")
async def test_a_list_can_be_left_and_goes_on_after_a_restart_where_it_was(
    house: StaffHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.signed_in("coach") as coach:
        address, _ = await looked_at(house, coach, EIGHT)
        await house.send(coach, f"{address}/add")
        store, now = house.store, house.clock
        assert store.run(Adding(house.place.parts)._some) == 3
        page = await coach.get(address)
        assert "3 van 8 toegevoegd" in page.text
        assert page.headers["refresh"] == "2"
        assert len(people(house)) == 3
        monkeypatch.undo()
        now.pass_(3600)
        assert await Adding(house.place.parts).go_on() == 5
        assert "refresh" not in (await coach.get(address)).headers
    assert people(house) == [f"Person {at}" for at in range(8)]


@pytest.mark.usefixtures("nobody_goes_on")
async def test_of_people_who_are_there_the_list_keeps_nothing_and_of_the_rest_nothing_after_a_day(
    house: StaffHouse,
) -> None:
    async with house.signed_in("coach") as coach:
        address, _ = await looked_at(house, coach, EIGHT)
        await house.send(coach, f"{address}/add")
        house.store.run(Adding(house.place.parts)._some)
        left = house.store.look(lambda c: [row.name for row in c.execute(import_rows.select())])
        assert sorted(left) == [f"Person {at}" for at in range(3, 8)]
        await looked_at(house, coach, "naam\nNobody yet\n")
    house.clock.pass_(25 * 3600)
    house.store.run(lambda c: adding.imports.forget_older(c, house.clock() - adding.KEPT_FOR))
    assert house.store.look(lambda c: [*c.execute(import_rows.select()), *c.execute(imports.select())]) == []


async def test_a_list_that_was_thrown_away_adds_nobody(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        address, _ = await looked_at(house, coach, EIGHT)
        await house.send(coach, f"{address}/forget")
        assert (await coach.get(address)).status_code == 404
        await add(house, coach, address)
    assert people(house) == []


async def test_a_list_is_its_coach_s_own(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach, house.signed_in("colleague") as other:
        address, _ = await looked_at(house, coach, EIGHT)
        absent = f"/people/import/{new_id()}"
        for path in ("", "/refused.csv"):
            answers = [await other.get(f"{where}{path}") for where in (address, absent)]
            assert {answer.status_code for answer in answers} == {404}
            assert answers[0].content == answers[1].content
        for act in ("add", "forget"):
            assert (await house.send(other, f"{address}/{act}")).status_code == 404
        await Adding(house.place.parts).go_on()
        assert people(house) == people(house, "colleague") == []


async def test_nothing_in_a_download_is_calculated(house: StaffHouse) -> None:
    """Every lead that a spreadsheet program may take for a formula; a file with a NUL in it is no text at all."""
    leads = [lead for lead in _DANGEROUS if lead != "\0"]
    out = io.StringIO()
    rows = [row for lead in leads for row in ([f"{lead}1+1", f"{lead}cmd"], [f" {lead}1+1", "xx"])]
    csv.writer(out, delimiter=";").writerows([["naam", "taal"], *rows])
    async with house.signed_in("coach") as coach:
        answer = await send(house, coach, out.getvalue())
        downloaded = (await coach.get(f"{answer.headers['location']}/refused.csv")).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(downloaded), delimiter=";") for cell in row]
    assert len(cells) == 3 * (1 + len(rows))
    assert [cell for cell in cells if cell.lstrip().startswith(_DANGEROUS)] == []


NO_LISTS = (
    (b"", "Kies eerst een bestand."),
    (b"  ", "staat niemand"),
    (b"naam;taal\n", "staat niemand"),
    (b"Samira;ar\nAli;ar\n", "geen kolom met namen"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "oud Excel-bestand"),
    (b"PK\x03\x04", "niet te lezen"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\r", "geen lijst"),
    (b"naam\n" + b"".join(b"P%d\n" % at for at in range(MOST_PEOPLE + 1)), "te veel"),
)


async def test_what_is_no_list_gets_a_sentence_that_says_what_to_do(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        for content, said in NO_LISTS:
            files = {"list": ("list.csv" if content else "", content)}
            answer = await house.send(coach, "/people/import", files=files)
            assert answer.status_code == 422, said
            assert said in answer.text


async def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(house: StaffHouse) -> None:
    read = 0

    async def pieces() -> "object":
        nonlocal read
        for _ in range(800):
            read += 64 * 1024
            yield b"x" * 64 * 1024

    async with house.signed_in("coach") as coach:
        headers = {"content-type": "multipart/form-data; boundary=b", "content-length": str(50 * 1024 * 1024)}
        answer = await coach.post("/people/import", content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert "te groot" in answer.text
    assert read <= 2 * MOST_UPLOADED


async def test_the_example_is_a_list_that_can_be_read_in(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        example = (await coach.get("/people/import/example.csv")).content
        _, page = await looked_at(house, coach, example.decode())
        assert "1 persoon toevoegen" in page
        assert "+31612345678" in page


async def test_modules_may_be_called_by_their_words(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach:
        address, page = await looked_at(house, coach, "naam;modules\nSam;Geld, money\nKim;police_justice\n")
        assert "staat uit: police_justice" in page
        await add(house, coach, address)
    (sam,) = house.store.look(lambda c: participants.of_coach(c, *house.who["coach"]))
    assert sam.modules == ("money",)

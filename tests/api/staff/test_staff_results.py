"""The Results room: what may be shown first, why the rest waits, closing by hand, files; and nothing given away."""

import csv
import re
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from api.results import view_of
from api.staff.results_report import report_of
from domain.consent import Decision, Purpose
from domain.windows import Care
from reports.results_report_drawing import lay_out
from storage import organisations, windows
from storage.staff_texts import StaffTexts
from tests.api.staff.answering_people import TWICE, add_crowd, close, owner_of
from tests.api.staff.sharing_people import QuickHouse, decide
from tests.api.staff_house import StaffHouse

WORK = ("social_skills", "self_esteem", "self_confidence", "employee_skills", "work_happiness")
FORBIDDEN = {
    "nl": r"\b(beter|slechter|dankzij|omdat|doordat|door het werk|verbeter\w*|effect|succes|bewijst)\b",
    "en": r"\b(better|worse|thanks to|because|due to|improve\w*|effect|success|proves?)\b",
}
TEXTS = StaffTexts.load()


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_an_owner_with_nine_people_closes_the_work_web_and_reads_why_the_life_web_waits(
    quick_house: QuickHouse,
) -> None:
    house = quick_house
    add_crowd(house, 9)
    async with house.signed_in("owner") as owner:
        before = _text((await owner.get("/results")).text)
        assert "Er is nog niets te laten zien" in before
        asked = await owner.get("/results/close", params={"moment": "baseline", "care": "work"})
        assert "Daarna veranderen deze getallen niet meer" in asked.text
        fields = dict(re.findall(r'name="(moment|care|number|window)" value="([^"]+)"', asked.text))
        answer = await house.send(owner, "/results/windows", fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/results?moment=baseline")
        page = await owner.get("/results")
        assert "Afgesloten." in _text(page.text)
        shown = _text(page.text)
        assert page.text.count("<figure") == 2
        assert "5–9" in shown
        assert "Leven, Eerste keer Vanaf 10 mensen die klaar zijn en mogen meetellen." in shown
        assert "Verslag voor anderen" not in shown, "five to nine people are not for outside"
        again = await house.send(owner, "/results/windows", {**fields, "window": "0" * 32})
        assert again.status_code == 409
        assert "Dit was al afgesloten" in again.text
    assert len(house.store.look(lambda c: windows.of_organisation(c, house.place.organisation_id))) == 1


async def test_too_few_people_and_nobody_at_all_look_the_same(quick_house: QuickHouse) -> None:
    house, pages = quick_house, []
    for people in (0, 1, 3):
        add_crowd(house, people)
        async with house.signed_in("owner") as owner:
            pages.append(await owner.get("/results?moment=baseline"))
            answer = await owner.get("/results/close", params={"moment": "baseline", "care": "life"})
            assert answer.status_code == 409
            assert "nog te weinig mensen klaar" in answer.text
    one, several = (_text(page.text) for page in pages[1:])
    assert one == several
    assert [page.status_code for page in pages] == [200, 200, 200]


@pytest.mark.parametrize(
    "path",
    [
        "/results/charts/outer.svg?moment=baseline",
        "/results/charts/police_justice.png?moment=baseline",
        "/results/charts/nothing.png?moment=baseline",
        "/results/charts/inner.png?moment=follow_up_7",
        "/results/charts/inner.png?moment=%27--",
        "/results/groups/money?moment=baseline",
        "/results/groups/substance_use?moment=baseline",
        "/results/report.pdf?moment=follow_up_1",
        "/results/figures.csv?moment=follow_up_2",
    ],
)
async def test_what_is_hidden_and_what_never_was_get_one_answer(quick_house: QuickHouse, path: str) -> None:
    add_crowd(quick_house, 7)
    close(quick_house)
    async with quick_house.signed_in("owner") as owner:
        answer = await owner.get(path)
        assert answer.status_code == 404
        assert "Dit plaatje kan nu niet worden getoond." in answer.text


async def test_the_files_hold_what_the_page_shows_and_nothing_of_one_person(house: StaffHouse) -> None:
    ids = add_crowd(house, 12, measured=TWICE, groups=(*WORK, "money"))
    for care in (Care.WORK, Care.LIFE):
        for moment in ("baseline", "follow_up_1"):
            close(house, care, moment=moment)
    async with house.signed_in("owner") as owner:
        page = await owner.get("/results?moment=follow_up_1")
        table = await owner.get("/results/figures.csv?moment=follow_up_1")
        sheet = await owner.get("/results/figures.xlsx?moment=follow_up_1")
        report = await owner.get("/results/report.pdf?moment=follow_up_1&for=others")
        picture = await owner.get("/results/charts/change-inner.svg?moment=follow_up_1&language=ar")
    rows = list(csv.DictReader(StringIO(table.content.decode("utf-8-sig"), newline="")))
    shown = [row for row in rows if row["mensen"]]
    assert [row["code"] for row in shown] == [*WORK, "money"]
    hidden = {(row["gemiddelde in woorden"], row["gemiddelde"], row["laagste"]) for row in rows if not row["mensen"]}
    assert hidden == {("te weinig mensen", "", "")}
    for row in shown:
        assert row["gemiddelde in woorden"] in _text(page.text)
        assert float(row["laagste"]) <= float(row["hoogste"])
        assert row["mensen"] == "10–19"
    book = load_workbook(BytesIO(sheet.content))
    assert book.sheetnames == ["Cijfers", "Toen en nu", "Over dit bestand"]
    cells = [cell for one in book for line in one.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert isinstance(book["Cijfers"]["I2"].value, float | int)
    assert report.content.startswith(b"%PDF")
    assert 'dir="rtl"' in picture.text
    for answer in (page, table, picture):
        assert "Kanarie" not in answer.text
        assert not [person for person in ids if person in answer.text]
    assert re.search(FORBIDDEN["nl"], _text(page.text), re.IGNORECASE) is None


async def test_a_coach_sees_a_figure_only_while_enough_others_are_in_it(quick_house: QuickHouse) -> None:
    house = quick_house
    ids = add_crowd(house, 9)
    close(house)
    async with house.signed_in("colleague") as other, house.signed_in("coach") as coach:
        assert "<figure" in (await other.get("/results")).text, "nobody shares with this coach"
        assert "<figure" in (await coach.get("/results")).text, "everybody does: nobody else remains"
        house.clock.pass_(60)
        decide(house, ids[0], Purpose.COACH, Decision.WITHDRAWN)
        page = await coach.get("/results")
        assert "<figure" not in page.text
        assert "Van deze keer laten we u niets zien" in page.text
        gone = await coach.get("/results/charts/inner.png?moment=baseline")
        assert gone.status_code == 404


async def test_a_grouping_is_declared_before_anything_is_closed_and_not_after(quick_house: QuickHouse) -> None:
    house = quick_house
    ids = add_crowd(house, 9)
    async with house.signed_in("owner") as owner, house.signed_in("coach") as coach:
        assert "De eigenaar kan teams of locaties kiezen" in (await coach.get("/results/teams")).text
        wrong = await house.send(owner, "/results/grouping", {"kind": "team", "names": "Keuken"})
        assert wrong.status_code == 422
        assert "Keuken</textarea>" in wrong.text
        made = await house.send(owner, "/results/grouping", {"kind": "team", "names": "Keuken\nTuin\n"})
        assert made.status_code == 303
        (part,) = set(re.findall(r'value="([0-9a-f]{32})">Tuin', (await coach.get("/results/teams")).text))
        assert (await house.send(coach, "/results/teams", {f"part-{ids[0]}": part})).status_code == 303
        assert "selected>Tuin" in (await coach.get("/results/teams")).text
        close(house)
        late = await house.send(owner, "/results/grouping", {"kind": "location", "names": "Noord\nZuid"})
        assert late.status_code == 409
        assert "Er is al iets afgesloten" in late.text
        assert "Keuken" in late.text


async def test_the_report_says_what_it_does_not_say_and_its_words_stay_on_the_page(house: StaffHouse) -> None:
    add_crowd(house, 12, groups=(*WORK, "money"))
    close(house)
    organisation = house.store.look(lambda c: organisations.get(c, house.place.organisation_id))
    catalogues, now = house.place.parts.catalogues, house.clock()
    owner = owner_of(house)
    view = house.store.look(lambda c: view_of(c, catalogues.questionnaire, owner, "baseline", now))
    assert organisation is not None
    for language in ("nl", "en"):
        report = report_of(
            TEXTS[language],
            catalogues[language],
            catalogues.questionnaire,
            organisation,
            view,
            now.date(),
            is_outside=False,
        )
        pages = lay_out(report)
        assert 2 <= len(pages) <= 4
        words = [box.words for page in pages for box in page.written]
        assert f"{report.foot} · 1/{len(pages)}" in words
        for page in pages:
            assert [box for box in page.written if box.right > page.width - 40 or box.bottom > page.height] == []
        said = " ".join(words)
        assert re.search(FORBIDDEN[language], said, re.IGNORECASE) is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_text_of_the_room_and_the_report_says_better_or_why(language: str) -> None:
    told = {
        key
        for key in TEXTS[language].keys()  # noqa: SIM118 - a catalogue of texts is no mapping
        if key.startswith(("results.", "report.", "said.results"))
        for form in TEXTS[language]._texts[key].forms
        if re.search(FORBIDDEN[language], "".join(form), re.IGNORECASE)
    }
    assert told == set()

"""The owner's register: what was decided, and no way to a person."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # openpyxl ships no types.

from domain.consent import Consent, Decision, Purpose, text_hash
from domain.questionnaire import LANGUAGES
from storage import audit, consents
from storage.consent_register import texts
from tests.api.staff_house import StaffHouse

WORDS = "Mag {coach} meekijken?"


def _append(house: StaffHouse, participant_id: str, said: Consent) -> None:
    house.store.run(lambda c: consents.append(c, house.place.organisation_id, participant_id, said))


async def _decide(house: StaffHouse, people: int, *, language: str = "nl", channel: str = "telegram") -> list[str]:
    """So many people who said yes to taking part, and no to messages."""
    ids = []
    for number in range(people):
        invited = await house.invite(language=language, name=f"Geheim {number}")
        person = await house.come_in(invited, address=f"{language}{number}", channel=channel)
        await person.press(f"language-{language}")
        ids.append(invited["id"])
        for purpose, decision in ((Purpose.COACH, Decision.GIVEN), (Purpose.REMINDER, Decision.REFUSED)):
            said = Consent(purpose, decision, house.clock(), "2026-11", text_hash(WORDS), language, channel)
            _append(house, invited["id"], said)
    house.store.run(
        lambda c: consents.remember_text(
            c, text_hash=text_hash(WORDS), language=language, purpose=Purpose.COACH, version="2026-11", text=WORDS
        )
    )
    return ids


async def test_the_register_shows_decisions_and_neither_people_nor_refusals(house: StaffHouse) -> None:
    ids = await _decide(house, 5)
    async with house.signed_in("owner") as owner:
        page = (await owner.get("/consent")).text
    assert "5 besluiten" in page
    assert page.count("De begeleider mag meekijken</td>") == 5
    assert "Berichten krijgen</td>" not in page
    assert "Geheim" not in page
    assert not any(one in page for one in ids)


async def test_a_language_that_few_people_use_is_neither_named_nor_to_be_filtered_on(house: StaffHouse) -> None:
    await _decide(house, 5)
    await _decide(house, 4, language="ar", channel="web")
    async with house.signed_in("owner") as owner:
        whole = (await owner.get("/consent")).text
        asked = (await owner.get("/consent?language=ar&channel=web")).text
        dutch = (await owner.get("/consent?language=nl")).text
        file = (await owner.get("/consent/register.csv?language=ar")).content.decode("utf-8-sig")
    assert "العربية" not in whole
    assert "Webchat" not in whole
    assert "9 besluiten" in whole
    assert "9 besluiten" in asked
    assert "5 besluiten" in dutch
    rows = list(csv.DictReader(StringIO(file)))
    assert len(rows) == 9
    assert {row["language"] for row in rows} == {"nl", ""}
    assert {row["text_hash"] for row in rows if not row["language"]} == {""}


async def test_the_filter_leaves_what_was_asked_for(house: StaffHouse) -> None:
    ids = await _decide(house, 6)
    house.clock.pass_(timedelta(days=40).total_seconds())
    taken_back = Consent(
        Purpose.COACH, Decision.WITHDRAWN, house.clock(), "2026-11", text_hash(WORDS), "nl", "telegram"
    )
    _append(house, ids[0], taken_back)
    month = f"{house.clock():%Y-%m}"
    async with house.signed_in("owner") as owner:
        counts = {
            query: (await owner.get(f"/consent?{query}")).text
            for query in (
                "decision=withdrawn",
                "purpose=coach",
                f"month={month}",
                "purpose=justice",
                "month=x&purpose=x",
            )
        }
    assert "1 besluit<" in counts["decision=withdrawn"]
    assert "7 besluiten" in counts["purpose=coach"]
    assert "1 besluit<" in counts[f"month={month}"]
    assert "0 besluiten" in counts["purpose=justice"]
    assert "7 besluiten" in counts["month=x&purpose=x"]


async def test_pages_together_hold_every_line_once(house: StaffHouse) -> None:
    ids = await _decide(house, 5)
    for number in range(70):
        said = Consent(
            Purpose.GROUP, Decision.GIVEN, house.clock() - timedelta(days=number), "2026-11", "x", "nl", "telegram"
        )
        _append(house, ids[0], said)
    records: list[str] = []
    async with house.signed_in("owner") as owner:
        for page in (1, 2, 99):
            text = (await owner.get(f"/consent?page={page}")).text
            records += [part.partition("<")[0] for part in text.split('<td class="code">')[1:]]
        file = (await owner.get("/consent/register.csv")).content.decode("utf-8-sig")
    listed = [row["record"][:8] for row in csv.DictReader(StringIO(file))]
    assert len(listed) == 75
    assert records[:75] == listed
    assert records[75:] == listed[50:]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_register_is_downloaded_as_text_and_that_is_written_down(house: StaffHouse, kind: str) -> None:
    await _decide(house, 5)
    async with house.signed_in("owner") as owner:
        answer = await owner.get(f"/consent/register.{kind}?purpose=coach")
        assert (await owner.get("/consent/register.pdf")).status_code == 404
    assert answer.headers["content-disposition"] == f'attachment; filename="consents.{kind}"'
    if kind == "csv":
        rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    else:
        sheet = load_workbook(BytesIO(answer.content)).active
        assert all(cell.data_type in ("s", "n") and cell.value != "=" for row in sheet.iter_rows() for cell in row)
        rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["record", "month", "purpose", "decision", "text_version", "text_hash", "language", "channel"]
    assert {tuple(row[2:]) for row in rows[1:]} == {("coach", "given", "2026-11", text_hash(WORDS), "nl", "telegram")}
    deeds = house.store.look(lambda c: audit.of_member(c, house.owner_id))
    assert [deed.action for deed in deeds] == ["register.downloaded"]


async def test_what_is_asked_now_can_be_read_in_every_language_whoever_uses_it(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner:
        before = {one: (await owner.get(f"/consent/texts?language={one}")).text for one in LANGUAGES}
        await _decide(house, 1, language="ar")
        after = {one: (await owner.get(f"/consent/texts?language={one}")).text for one in LANGUAGES}
    assert after == before, "a page that changes would tell of who said yes"
    assert "Mag {coach} je web zien?" in before["nl"]
    assert "{coach} beslist ook over je werk." in before["nl"]
    assert "May {coach} see your web?" in before["en"]
    assert all(page.count("<blockquote") == 23 for page in before.values())


async def test_the_words_on_the_page_are_those_under_which_people_decided(house: StaffHouse) -> None:
    person = await house.come_in(await house.invite())
    await house.finish(person)
    kept = house.store.look(lambda c: texts(c, house.place.organisation_id))
    async with house.signed_in("owner") as owner:
        page = (await owner.get("/consent/texts")).text
    assert len({text.purpose for text in kept}) >= 4
    assert all(f'id="{text.text_hash}"' in page for text in kept)


async def test_words_of_an_earlier_version_are_kept_where_enough_people_use_the_language(house: StaffHouse) -> None:
    await _decide(house, 4)
    async with house.signed_in("owner") as owner:
        few = (await owner.get("/consent/texts")).text
        await _decide(house, 5, language="en")
        enough = (await owner.get("/consent/texts?language=en")).text
    assert WORDS not in few
    assert WORDS in enough
    assert text_hash(WORDS)[:16] in enough


async def test_earlier_words_to_which_somebody_said_no_stand_nowhere(house: StaffHouse) -> None:
    """Whoever reads the texts beside the register would see that a question was asked and that nobody said yes."""
    person_id, *_ = await _decide(house, 5)
    words = "Mag ik vragen stellen over politie?"
    house.store.run(
        lambda c: consents.remember_text(
            c, text_hash=text_hash(words), language="nl", purpose=Purpose.JUSTICE, version="2026-01", text=words
        )
    )
    for decision, is_told in ((Decision.REFUSED, False), (Decision.GIVEN, True)):
        _append(
            house,
            person_id,
            Consent(Purpose.JUSTICE, decision, house.clock(), "2026-01", text_hash(words), "nl", "web"),
        )
        async with house.signed_in("owner") as owner:
            page = (await owner.get("/consent/texts")).text
        assert (words in page) is is_told


async def test_an_empty_register_says_so(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner:
        page = await owner.get("/consent")
    assert page.status_code == 200
    assert "Nog niets" in page.text

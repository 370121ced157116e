"""The People room in a real browser: eight people from a list to cards in the hand, by mouse and by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from api.people_file import MOST_BYTES
from domain.ids import ParticipantId
from storage import participants
from storage.participants import Participant
from storage.secrets import new_id
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.windows import barriers

pytestmark = pytest.mark.xdist_group("browser")

EIGHT = "naam;taal\n" + "".join(f"Person {at};{'ar' if at % 2 else 'tr'}\n" for at in range(8)) + ";nl\n"
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "سميرة", "a\u202ebc", "=1+1", "🎉")


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    with staff_site(sqlite_url) as here:
        yield here


def add(site: StaffSite, *names: str) -> list[str]:
    organisation_id, coach_id = site.house.who["coach"]
    people = [
        Participant(ParticipantId(new_id()), organisation_id, coach_id, name, "nl", site.house.clock())
        for name in names
    ]
    for person in people:
        site.house.store.run(lambda c, person=person: participants.add(c, person))
    return [person.id for person in people]


def choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#list", files=[{"name": name, "mimeType": "text/csv", "buffer": content}])


def test_without_script_eight_people_are_read_in_and_their_cards_printed(browser: Browser, site: StaffSite) -> None:
    with site.window(browser, has_script=False) as page:
        page.goto(f"{site.here.address}/people")
        page.get_by_role("link", name="Lijst inlezen").click()
        choose(page, "list.csv", EIGHT.encode())
        page.get_by_role("button", name="Eerst bekijken").click()
        expect(page.get_by_role("heading", name="1 rij kan niet mee")).to_be_visible()
        page.get_by_role("button", name="8 mensen toevoegen").click()
        expect(page.get_by_role("heading", name="8 mensen toegevoegd")).to_be_visible(timeout=10_000)
        page.get_by_role("link", name="Kaarten printen").click()
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Printen (PDF)").click()
        pdf = pypdfium2.PdfDocument(downloading.value.path())
        assert len(pdf) == 2
        assert "Person 7" in pdf[1].get_textpage().get_text_bounded()
        page.goto(f"{site.here.address}/people/cards")
        expect(page.get_by_role("heading", name="Iedereen heeft een kaart")).to_be_visible()


def test_somebody_is_added_invited_and_moved_to_the_archive_by_keyboard_alone(
    browser: Browser, site: StaffSite
) -> None:
    with site.window(browser, width=360, height=740) as page:
        page.goto(f"{site.here.address}/people/add")
        page.get_by_label("Naam").focus()
        page.keyboard.type("Ali")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Toegevoegd")
        page.get_by_role("button", name="Link en code laten zien").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("img", name="Vierkant met de link")).to_be_visible()
        page.get_by_role("link", name="Terug naar Ali").press("Enter")
        page.get_by_role("button", name="Naar het archief").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Naar het archief")
        expect(page.get_by_role("heading", name="Hier komen uw mensen")).to_be_visible()


def test_names_that_would_run_or_turn_the_page_around_are_only_names(browser: Browser, site: StaffSite) -> None:
    ids = add(site, *HOSTILE)
    with site.window(browser) as page:
        for path in ("/people", "/people/cards", *(f"/people/{ids[0]}/{act}" for act in ("manage", "erase"))):
            page.goto(f"{site.here.address}{path}")
            expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()


def test_a_file_that_is_too_large_is_said_to_be_so_before_it_is_sent(browser: Browser, site: StaffSite) -> None:
    with site.window(browser) as page:
        page.goto(f"{site.here.address}/people/import")
        choose(page, "large.csv", b"x" * (MOST_BYTES + 1))
        said = page.evaluate("document.querySelector('#list').validationMessage")
        assert said.startswith("Dit bestand is te groot")
        choose(page, "small.csv", b"naam\nSam\n")
        assert page.evaluate("document.querySelector('#list').validationMessage") == ""


def test_without_script_a_file_of_fifty_megabytes_gets_a_sentence_too(
    browser: Browser, site: StaffSite, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with site.window(browser, has_script=False) as page:
        page.goto(f"{site.here.address}/people/import")
        page.set_input_files("#list", huge)
        page.get_by_role("button", name="Eerst bekijken").click()
        expect(page.get_by_role("heading", name="Dit is te groot")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_room_of_people_has_a_barrier_and_none_is_wider_than_a_phone(
    browser: Browser, site: StaffSite, scheme: Literal["light", "dark"]
) -> None:
    (id_, *_) = add(site, "Samira Haddad", "Jan-Willem van den Hoogenbergh-Versteeg", "سميرة الحسن")
    rooms = ("", "/add", "/cards", f"/{id_}/manage", f"/{id_}/hand-over", "/import")
    with site.window(browser, width=360, height=740, scheme=scheme) as page:
        for room in rooms:
            page.goto(f"{site.here.address}/people{room}")
            _check(page, room)
        choose(page, "list.csv", b"naam;taal\nFatima;Arabisch\nSamira Haddad;nl\n;nl\n")
        page.get_by_role("button", name="Eerst bekijken").click()
        _check(page, "a list")
        page.goto(f"{site.here.address}/try")
        page.get_by_role("button", name="Kort").click()
        page.locator("button", has_text="العربية").click()
        _check(page, "a trial in Arabic")
        assert page.locator("html").get_attribute("dir") == "rtl"


def _check(page: Page, room: str) -> None:
    assert barriers(page) == [], room
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, room

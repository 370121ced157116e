"""Every room of the staff pages in a real browser: no barrier for anybody, and everything within reach of the keys."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.ids import AgreementId, ParticipantId
from storage import agreements, participants
from storage.agreements import Agreement
from storage.secrets import new_id
from tests.api.staff.sharing_people import BACK, add_person
from tests.api.staff.test_staff_routes import ROWS
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.windows import barriers, too_pale

pytestmark = pytest.mark.xdist_group("browser")

FILES = {
    "/",
    "/consent/register.{kind}",
    "/people/import/example.csv",
    "/people/import/{import_id}/refused.csv",
    "/people/{participant_id}/charts/{name}.{file_format}",
    "/people/{participant_id}/talk-sheet.pdf",
    "/results/charts/{name}.{file_format}",
    "/results/figures.{kind}",
    "/results/report.pdf",
}
"""What is no room: files, and the front door, which leads on."""

OF_MANY = {"/results/close", "/results/groups/{group}"}
"""Rooms that are there only when enough people answered; the results have browser tests of their own."""

QUIET = "/people/{quiet}"
LIST = "naam;taal\nAli;ar\nMehmet;tr\n;nl\nAnna;xx\n"
PHONE, DESKTOP = 320, 1180

FOCUSABLE = """() => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0)"""
NOTE_FOCUS = """() => { window.focused = []; addEventListener('focusin', (event) => {
  const box = event.target.getBoundingClientRect(), style = getComputedStyle(event.target);
  window.focused.push([event.target, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    box.width > 0 && box.bottom > 0 && box.top < innerHeight]); }); }"""
AT_THE_END = f"() => ({FOCUSABLE})().at(-1) === document.activeElement"
FOCUSED = f"""() => {{ const wanted = ({FOCUSABLE})(), reached = window.focused.map(([one]) => one);
  const name = (one) => one.outerHTML.slice(0, 90);
  return {{ missed: wanted.filter(one => !reached.includes(one)).map(name),
    unseen: window.focused.filter(([, shows, inside]) => !shows || !inside).map(([one]) => name(one)),
    jumped: reached.filter((one, at) => at &&
      !(reached[at - 1].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)).map(name) }}; }}"""


@dataclass(frozen=True)
class Filled:
    """A house with something in every room."""

    site: StaffSite
    ids: dict[str, str]

    def rooms(self, who: str) -> list[str]:
        """The addresses of every room that is for them, and of the quiet one."""
        paths = [
            route.removeprefix("GET ") for route, row in ROWS.items() if route.startswith("GET") and who in row.who
        ]
        found = [*(path for path in paths if path not in FILES | OF_MANY), *([QUIET] if who == "coach" else [])]
        ids = self.ids | self._theirs(who)
        unknown = {name for path in found for name in re.findall(r"{(\w+)}", path)} - ids.keys()
        assert not unknown, "a room of a new kind of thing: put one of them into the house, in _filled"
        return [self.site.here.address + path.format(**ids) for path in found]

    def _theirs(self, who: str) -> dict[str, str]:
        return {"staff_id": self.site.house.colleague_id} if who == "owner" else {}


@pytest.fixture(scope="module")
def filled(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """One house for all: who looks at its rooms changes nothing in them."""
    file = tmp_path_factory.mktemp("rooms") / "werkstem.sqlite"
    with staff_site(f"sqlite:///{shutil.copy(migrated_file, file)}") as site:
        yield _filled(site)


def _filled(site: StaffSite) -> Filled:
    house, now = site.house, site.house.clock()
    shares = add_person(house, name="Samira", measured=(BACK, timedelta(hours=1)), talk=("money",))
    quiet = add_person(house, name="Stil", shared=())
    archived = add_person(house, name="Weg", measured=())
    agreement = Agreement(
        id=AgreementId(new_id()),
        organisation_id=house.place.organisation_id,
        participant_id=ParticipantId(shares),
        coach_id=house.place.coach_id,
        text="Elke dag een kwartier lopen",
        topic="money",
        agreed_on=now.date(),
        is_done=False,
        version=1,
        created_at=now,
    )
    house.store.run(lambda c: agreements.add(c, agreement))
    house.store.run(lambda c: participants.archive(c, archived, now))
    site.here.do(house.invite(name="Nieuw"))
    ids = {"participant_id": shares, "quiet": quiet, "agreement_id": agreement.id, "group": "money"}
    return Filled(site, ids | {"import_id": site.here.do(_list_read(site))})


async def _list_read(site: StaffSite) -> str:
    """A list that was read and waits to be added; its id."""
    async with site.house.signed_in("coach") as coach:
        files = {"list": ("lijst.csv", LIST.encode(), "text/csv")}
        answer = await site.house.send(coach, "/people/import", files=files)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


@pytest.mark.parametrize("who", ["coach", "owner"])
def test_no_room_has_a_barrier_and_every_control_is_reached_by_the_keys(
    browser: Browser, filled: Filled, who: str
) -> None:
    with filled.site.window(browser, who, width=DESKTOP) as page:
        for address in filled.rooms(who):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            assert page.locator("h1").count() == 1, address
            _walk_with_tab(page, address)
            assert barriers(page) == [], address


@pytest.mark.parametrize("who", ["coach", "owner"])
def test_on_a_phone_in_the_dark_no_room_is_too_pale_and_none_scrolls_sideways(
    browser: Browser, filled: Filled, who: str
) -> None:
    with filled.site.window(browser, who, width=PHONE, height=640, scheme="dark") as page:
        for address in filled.rooms(who):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE, address
            assert too_pale(page) == [], address
            assert _too_small(page) == [], address


def _walk_with_tab(page: Page, address: str) -> None:
    """Tab through the page from its top: everything is reached, in the order in which it is written, in sight."""
    wanted = page.evaluate(f"({FOCUSABLE})().length")
    page.evaluate(NOTE_FOCUS)
    for _ in range(wanted):
        page.keyboard.press("Tab")
    while page.locator("input[type=date]").count() and not page.evaluate(AT_THE_END):
        page.keyboard.press("Tab")  # Day, month, year and the calendar are stops within one field.
    found = page.evaluate(FOCUSED)
    assert found == {"missed": [], "unseen": [], "jumped": []}, (address, found)


def _too_small(page: Page) -> list[str]:
    """Buttons and links that stand by themselves and are smaller than a fingertip (WCAG 2.5.8: 24 by 24)."""
    small: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('button, summary, a.button, nav a, input:not([type=hidden])')]"
        ".filter(one => one.checkVisibility() && !one.matches('.unseen, .skip'))"
        ".filter(one => { const box = (one.type === 'checkbox' ? one.closest('.tick') ?? one : one)"
        ".getBoundingClientRect(); return box.width < 24 || box.height < 24; })"
        ".map(one => one.outerHTML.slice(0, 90))"
    )
    return small


# The owner's settings -----------------------------------------------------------------------------------------------


def test_an_owner_sets_everything_by_keyboard_without_script(browser: Browser, filled: Filled) -> None:
    address = filled.site.here.address
    with filled.site.window(browser, "owner", has_script=False) as page:
        page.goto(f"{address}/settings/organisation")
        page.get_by_label("Naam van de organisatie").fill("De Kringloop")
        page.get_by_label("Tijdzone").fill("brussels")
        page.get_by_label("Türkçe").press("Space")
        page.get_by_role("button", name="Bewaren").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Er is nog niets bewaard")
        expect(page.get_by_label("Tijdzone")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Naam van de organisatie")).to_have_value("De Kringloop")
        expect(page.get_by_label("Türkçe")).not_to_be_checked()
        expect(page.get_by_text("Europe/Brussels", exact=True).first).to_be_attached()
        page.get_by_label("Tijdzone").fill("Europe/Brussels")
        page.get_by_label("Tijdzone").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("bewaard")
        page.get_by_role("link", name="Modules").press("Enter")
        page.get_by_label("Alcohol en drugs").press("Space")
        page.get_by_role("button", name="Bewaren").press("Enter")
        expect(page.get_by_label("Alcohol en drugs")).to_be_checked()
        page.get_by_role("link", name="Kanalen").press("Enter")
        page.get_by_role("button", name="Maak een link").press("Enter")
        expect(page.get_by_role("img", name="Vierkant om te scannen: Webchat")).to_be_visible()


def test_the_faulty_form_and_the_sample_have_no_barrier_either(browser: Browser, filled: Filled) -> None:
    with filled.site.window(browser, "owner", width=PHONE, height=640) as page:
        for path, button in (("organisation", "Bewaren"), ("channels", "Maak een link")):
            page.goto(f"{filled.site.here.address}/settings/{path}")
            if path == "organisation":
                page.fill("#time_zone", "Amsterdam")
            page.get_by_role("button", name=button).click()
            assert barriers(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE, path
            page.emulate_media(color_scheme="dark")
            assert too_pale(page) == [], path
            page.emulate_media(color_scheme="light")

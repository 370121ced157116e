"""A person's page, the agreements and Today in a real browser: nobody is kept out, with or without script."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from domain.consent import Decision, Purpose
from storage import agreements
from tests.api.staff.sharing_people import BACK, add_person, decide
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.windows import barriers

pytestmark = pytest.mark.xdist_group("browser")

TWICE = (BACK, timedelta(hours=1))


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    with staff_site(sqlite_url) as here:
        yield here


def _add_agreement(page: Page, text: str) -> None:
    page.get_by_text("Afspraak toevoegen").click()
    page.get_by_label("Wat spreken jullie af?").fill(text)
    page.get_by_label("Onderwerp", exact=True).select_option("money")
    page.get_by_role("button", name="Bewaren").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_in_any_of_these_rooms(
    browser: Browser, site: StaffSite, scheme: Literal["light", "dark"]
) -> None:
    person = add_person(site.house, measured=TWICE, talk=("money",))
    quiet = add_person(site.house, name="Ali", measured=())
    site.here.do(site.house.invite(name="Noor"))
    with site.window(browser, scheme=scheme) as page:
        page.goto(f"{site.here.address}/people/{person}")
        _add_agreement(page, "Ik bel de gemeente")
        page.get_by_role("link", name="Wijzigen: Ik bel de gemeente").click()
        changing = page.url
        rooms = ["/today", f"/people/{person}", f"/people/{person}?form=bars", f"/people/{person}/groups/money"]
        for room in (*(site.here.address + each for each in rooms), f"{site.here.address}/people/{quiet}", changing):
            page.goto(room)
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            assert barriers(page) == [], room


@pytest.mark.parametrize("width", [320, 1180])
def test_nothing_is_wider_than_the_window_and_one_picture_of_each_ring_is_seen(
    browser: Browser, site: StaffSite, width: int
) -> None:
    person = add_person(site.house, measured=TWICE, talk=("money",))
    with site.window(browser, width=width) as page:
        for room in ("", "/groups/money"):
            page.goto(f"{site.here.address}/people/{person}{room}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            seen = [figure for figure in page.locator("figure.picture").all() if figure.is_visible()]
            assert len(seen) == (1 if room else 2)


def test_without_script_a_coach_compares_agrees_and_prints_and_the_room_goes_quiet(
    browser: Browser, site: StaffSite
) -> None:
    person = add_person(site.house, measured=TWICE, talk=("money",))
    with site.window(browser, has_script=False) as page:
        page.goto(f"{site.here.address}/today")
        page.get_by_role("link", name="Samira", exact=True).click()
        page.get_by_role("link", name="Balken").first.click()
        assert "form=bars" in page.url
        page.get_by_role("link", name="Alleen nu").click()
        assert page.get_by_role("heading", name="Toen en nu").count() == 0
        _add_agreement(page, "Ik bel de gemeente")
        assert page.get_by_role("status").inner_text().startswith("De afspraak is bewaard")
        page.get_by_role("button", name="Klaar: Ik bel de gemeente").click()
        (kept,) = site.house.store.look(lambda c: agreements.of_two(c, person, site.house.place.coach_id))
        assert kept.is_done
        href = page.get_by_role("link", name="Gespreksblad").get_attribute("href")
        sheet = page.request.get(f"{site.here.address}{href}")
        assert sheet.body().startswith(b"%PDF")
        site.house.clock.pass_(60)
        decide(site.house, person, Purpose.COACH, Decision.WITHDRAWN)
        page.reload()
        assert page.get_by_role("heading", name="Hier is nu niets te zien").is_visible()
        assert "gemeente" not in page.content()


def test_by_keyboard_alone_the_tabs_the_table_and_the_form_are_reached(browser: Browser, site: StaffSite) -> None:
    person = add_person(site.house)
    with site.window(browser) as page:
        page.goto(f"{site.here.address}/people/{person}")
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("(document.activeElement.textContent || '').trim().slice(0, 40)"))
        assert {"Balken", "Als tabel, en om te bewaren", "Afspraak toevoegen", "Gespreksblad (PDF)"} <= reached

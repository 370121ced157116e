"""The Results room in a real browser: no barrier, on a phone and in the dark, and every file without script."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser

from domain.grouping import GroupingKind
from domain.windows import Care
from storage import groupings
from tests.api.staff.answering_people import TWICE, add_crowd, close
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.windows import barriers, too_pale

pytestmark = pytest.mark.xdist_group("browser")

GROUPS = ("social_skills", "self_esteem", "self_confidence", "employee_skills", "work_happiness", "money", "household")


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    with staff_site(sqlite_url) as here:
        house = here.house
        ids = add_crowd(house, 12, measured=TWICE, groups=GROUPS)
        organisation = house.place.organisation_id
        made = house.store.run(
            lambda c: groupings.declare(c, organisation, GroupingKind.TEAM, ("Keuken", "Tuin"), house.clock())
        )
        for number, person in enumerate(ids):
            part = made.parts[number % 2].id
            house.store.run(lambda c, p=person, part=part: groupings.put_in(c, organisation, p, part))
        close(house)
        close(house, Care.LIFE)
        close(house, moment="follow_up_1")
        yield here


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1180)])
def test_nothing_in_the_results_keeps_anybody_out(
    browser: Browser, site: StaffSite, scheme: Literal["light", "dark"], width: int
) -> None:
    rooms = ("/results", "/results?moment=baseline&form=bars", "/results/groups/self_esteem", "/results/grouping")
    with site.window(browser, "owner", width=width, scheme=scheme) as page:
        for room in rooms:
            page.goto(site.here.address + room)
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            found = barriers(page) if scheme == "light" else too_pale(page)
            assert found == [], room
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), room


def test_without_script_an_owner_closes_a_window_and_keeps_pictures_and_a_report(
    browser: Browser, site: StaffSite
) -> None:
    with site.window(browser, "owner", has_script=False) as page:
        page.goto(f"{site.here.address}/results")
        page.get_by_role("link", name="Nu afsluiten en laten zien Leven, Keer 2").click()
        page.get_by_role("button", name="Ja, nu afsluiten").click()
        assert page.get_by_role("status").inner_text().startswith("Afgesloten.")
        page.get_by_role("link", name="Eerste keer").click()
        work = page.locator("#inner")
        work.get_by_label("Taal van het plaatje").select_option("ar")
        with page.expect_download() as picture:
            work.get_by_role("button", name="PNG").click()
        assert picture.value.suggested_filename == "inner-ar.png"
        href = page.get_by_role("link", name="Verslag voor anderen (PDF)").get_attribute("href")
        assert page.request.get(f"{site.here.address}{href}").body().startswith(b"%PDF")

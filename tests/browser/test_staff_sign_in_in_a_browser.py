"""Signing in and the settings in a real browser: set up, in, out, proving again, and what an owner does with staff."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page, expect

from api.staff.browser import Cookies
from api.staff.pages import Pages
from api.static_files import OwnFiles
from api.web_guard import PRIVATE_HEADERS
from storage import staff
from storage.catalogue import Text
from storage.staff_texts import StaffTexts, StaffWords
from tests.api.staff_house import TEXTS
from tests.bot.people import KEY
from tests.browser.conftest import listening
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.windows import barriers, too_pale, window

pytestmark = pytest.mark.xdist_group("browser")
PASSWORD = "paars fietst door de regen"
LIKE_ANOTHER = {"app, fault", "prove, fault", "code, fault", "reset", "in again", "signed out", "removed"}
"""Steps of the walk whose page has nothing that another has not."""

GO = "main form:not(.inline) button:not(.quiet)"


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    with staff_site(sqlite_url) as here:
        yield here


def code(site: StaffSite, secret: str) -> str:
    site.house.clock.pass_(30)
    return pyotp.TOTP(secret).at(int(site.house.clock().timestamp()))


def walk(site: StaffSite, page: Page, look: Callable[[str], None]) -> None:
    """An owner sets up, looks at every room of the settings, proves again, goes out and comes in; ``look`` at each."""
    house, at = site.house, site.here.address
    member = house.member("owner")
    link = house.store.run(lambda c: staff.create_setup_link(c, member, key=KEY, now=house.clock()))

    def go(path: str, name: str) -> None:
        page.goto(f"{at}{path}")
        look(name)

    def press(step: str, selector: str = GO, /, **fields: str) -> None:
        for field, value in fields.items():
            page.fill(f"#{field}", value)
        with page.expect_navigation():
            page.locator(selector).first.click()
        look(step)

    go(f"/setup/{link}", "set up")
    press("set up, fault", password="kort maar krachtig", again="iets anders dan dit")
    press("app", password=PASSWORD, again=PASSWORD)
    secret = page.locator("main .code").inner_text().replace(" ", "")
    press("app, fault", code="000000")
    press("recovery codes", code=code(site, secret))
    press("front", "main a.button")
    go("/settings", "account")
    press("token", "form[action='/settings/tokens'] button")
    go("/settings/staff", "staff")
    page.locator("summary").first.click()
    press("staff, fault", "form[action='/settings/staff'] button", name="Mo", email="mo@example")
    press("staff, link", "form[action='/settings/staff'] button", email="mo@werk.example")
    for act in ("reset", "hand-over", "remove"):
        go(f"/settings/staff/{house.colleague_id}/{act}", act)
    house.clock.pass_(11 * 60)
    press("prove", "main button.grave")
    press("prove, fault", password=PASSWORD, code="000000")
    press("go on", password=PASSWORD, code=code(site, secret))
    press("removed")
    expect(page.get_by_role("status")).to_contain_text("niet meer in")
    go("/settings/staff/nobody/remove", "nothing")
    press("signed out", "form.leave button")
    press("sign in, fault", email=member.email, password="not the password")
    press("code", email=member.email, password=PASSWORD)
    press("code, fault", code="000000")
    press("in again", code=code(site, secret))
    assert urlsplit(page.url).path == "/results"


def test_axe_finds_no_barrier_and_nothing_scrolls_sideways_on_the_whole_walk(browser: Browser, site: StaffSite) -> None:
    seen = []
    with site.window(browser, None, width=320, height=640) as page:
        page.set_extra_http_headers({"Accept-Language": "nl"})

        def look(name: str) -> None:
            seen.append(name)
            assert page.evaluate("document.documentElement.scrollWidth") == 320, name
            if name in LIKE_ANOTHER:
                return
            assert barriers(page) == [], name
            assert page.locator("h1").count() == 1, name
            page.emulate_media(color_scheme="dark")
            assert too_pale(page) == [], f"{name}, dark"
            page.emulate_media(color_scheme="light")

        walk(site, page, look)
    assert len(seen) > 20


def test_the_whole_walk_works_without_script(browser: Browser, site: StaffSite) -> None:
    with site.window(browser, None, has_script=False) as page:
        page.set_extra_http_headers({"Accept-Language": "nl"})
        walk(site, page, lambda _name: None)


def test_everything_on_the_account_is_reached_by_the_keyboard_with_the_focus_in_sight(
    browser: Browser, site: StaffSite
) -> None:
    with site.window(browser, "owner") as page:
        page.goto(f"{site.here.address}/settings")
        wanted = page.locator("a[href], button:visible, main input:visible:not(.unseen), select").count()
        reached = []
        for _ in range(wanted + 2):
            page.keyboard.press("Tab")
            place = page.evaluate(
                "(() => { const at = document.activeElement; if (at === document.body) return null;"
                " const box = at.getBoundingClientRect(); const style = getComputedStyle(at);"
                " return [at.outerHTML.slice(0, 120) + box.y, style.outlineStyle, box.top >= 0]; })()"
            )
            if place is None:
                break
            assert place[1:] == ["solid", True], place[0]
            reached.append(place[0])
        assert len(set(reached)) == wanted
        assert 'href="#main"' in reached[0]


def test_a_page_that_was_signed_out_shows_nothing_when_somebody_goes_back(browser: Browser, site: StaffSite) -> None:
    with site.window(browser, "owner") as page:
        page.goto(f"{site.here.address}/settings")
        page.click("form.leave button")
        page.go_back()
        page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in")
        assert "Olga" not in page.content()


def test_in_a_language_that_is_written_from_right_to_left_the_frame_mirrors(browser: Browser) -> None:
    """No staff text is in Arabic; the frame keeps its direction honest with the Dutch ones."""
    forms = {key: Text(tuple(text.forms[-1:] * 6)) for key, text in TEXTS["nl"]._texts.items()}
    words = StaffTexts(dict.fromkeys(("nl", "en"), StaffWords("ar", forms)))
    cookies = Cookies(is_secure=False)
    pages = Pages(words, cookies)
    app = FastAPI()
    app.mount("/static", OwnFiles())

    @app.get("/")
    async def show(request: Request) -> HTMLResponse:
        page = pages.show(request, "sign_in.html", next="/", kept="", email="noor@werk.example", fault="sign_in.wrong")
        page.headers.update(PRIVATE_HEADERS)
        return page

    with listening(app) as here, window(browser, width=1180) as page:
        page.goto(here.address)
        assert page.locator("html").get_attribute("dir") == "rtl"
        brand, card = page.locator(".brand").bounding_box(), page.locator(".card").bounding_box()
        button = page.locator("main button").bounding_box()
        assert brand is not None
        assert card is not None
        assert button is not None
        assert brand["x"] > 590
        assert button["x"] + button["width"] > card["x"] + card["width"] - 40
        assert page.locator("#email").evaluate("one => getComputedStyle(one).direction") == "ltr"
        assert barriers(page) == []

"""The staff pages in a real browser: the house of their tests behind a socket, and windows in which somebody is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page

from storage.store import Store
from tests.api.staff_house import StaffHouse
from tests.browser.conftest import Listening, listening
from tests.browser.windows import window


@dataclass(frozen=True)
class StaffSite:
    """The house, and where it listens. ``here.do(house.invite(…))`` does what is asynchronous."""

    house: StaffHouse
    here: Listening

    def sign_in(self, page: Page, who: str = "coach") -> None:
        """From now on somebody is signed in in this window."""
        name = self.house.cookies._name("staff")
        cookie = {"name": name, "value": self.house.session(who), "url": self.here.address}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # a cookie is a dictionary

    @contextmanager
    def window(
        self,
        browser: Browser,
        who: str | None = "coach",
        *,
        width: int = 1180,
        height: int = 900,
        scheme: Literal["light", "dark"] = "light",
        has_script: bool = True,
    ) -> Iterator[Page]:
        """A window in which somebody is signed in, or nobody; any complaint of the browser is a fault."""
        with window(browser, width=width, height=height, scheme=scheme, has_script=has_script) as page:
            if who:
                self.sign_in(page, who)
            yield page


@contextmanager
def staff_site(url: str, *, is_demo: bool = False) -> Iterator[StaffSite]:
    """The staff pages on a database, on loopback."""
    store = Store.open(url)
    house = StaffHouse(store, is_secure=False, is_demo=is_demo)
    with listening(house.app) as here:
        yield StaffSite(house, here)
        here.do(house.studio.close())
    store.close()

"""The house of api/v1's tests with its staff pages: clients that are signed in, and forms as a browser sends them."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from api.staff import staff_pages
from api.staff.browser import Cookies, proof_of
from api.staff.desk import StaffDesk
from api.staff.pages import Pages
from api.staff.passwords import Passwords
from api.staff.sealing import Sealer
from api.static_files import OwnFiles
from domain.ids import OrganisationId, StaffId
from storage import sessions, staff
from storage.staff import StaffMember
from storage.staff_texts import StaffTexts
from storage.store import Store
from tests.api.v1_house import House
from tests.bot.people import KEY

TEXTS = StaffTexts.load()
BASE = "https://werkstem.example"


class CountedPasswords(Passwords):
    """Passwords that count how often one was compared."""

    def __init__(self) -> None:
        super().__init__()
        self.compared = 0

    async def is_right(self, kept: str | None, password: str) -> bool:
        """As Passwords says."""
        self.compared += 1
        return await super().is_right(kept, password)


class StaffHouse(House):
    """Everybody of House, in front of the staff pages. Who: coach, owner, colleague, foreign coach, foreign owner."""

    def __init__(self, store: Store, *, is_secure: bool = True, is_demo: bool = False) -> None:
        super().__init__(store)
        self.cookies = Cookies(is_secure=is_secure)
        self.passwords = CountedPasswords()
        self.desk = StaffDesk(
            parts=self.place.parts,
            webs=self.webs,
            studio=self.studio,
            turns=self.place.turns,
            show=self._show,
            texts=TEXTS,
            cookies=self.cookies,
            pages=Pages(TEXTS, self.cookies),
            sealer=Sealer(KEY),
            is_demo=is_demo,
            passwords=self.passwords,
        )
        self.staff_router = staff_pages(self.desk)
        self.app.include_router(self.staff_router)
        self.app.mount("/static", OwnFiles())
        self.who: dict[str, tuple[OrganisationId, StaffId]] = {
            "coach": (self.place.organisation_id, self.place.coach_id),
            "owner": (self.place.organisation_id, self.owner_id),
            "colleague": (self.place.organisation_id, self.colleague_id),
            "foreign coach": (self.elsewhere.organisation_id, self.elsewhere.coach_id),
        }

    def member(self, who: str) -> StaffMember:
        """Somebody of the staff, as stored now."""
        found = self.store.look(lambda c: staff.get(c, *self.who[who]))
        assert found is not None
        return found

    def session(self, who: str) -> str:
        """The secret of a new session of somebody, begun a moment ago with both factors."""
        member = self.member(who)
        return self.store.run(lambda c: sessions.begin(c, member, device="Firefox", key=KEY, now=self.clock()))

    def visitor(self, **headers: str) -> httpx.AsyncClient:
        """A browser in which nobody is signed in."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        usual = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "nl"}
        return httpx.AsyncClient(transport=transport, base_url=BASE, headers=usual | headers)

    def signed_in(self, who: str = "coach", **headers: str) -> httpx.AsyncClient:
        """A browser in which somebody is signed in."""
        client = self.visitor(**headers)
        client.cookies.set(self.cookies._name("staff"), self.session(who), domain="werkstem.example")
        return client

    async def send(
        self, client: httpx.AsyncClient, path: str, fields: Mapping[str, str | Sequence[str]] | None = None, **more: Any
    ) -> httpx.Response:
        """A form of ours sent from that browser, with its proof; ``files`` and others go to httpx as they are."""
        of = "visitor" if path.startswith(("/sign-in", "/setup/", "/demo/")) else "staff"
        secret = client.cookies.get(self.cookies._name(of))
        return await client.post(path, data={"proof": proof_of(secret or ""), **(fields or {})}, **more)

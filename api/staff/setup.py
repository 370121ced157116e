"""Setting up: through a link that only the last press spends, somebody chooses a password and a second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from sqlalchemy import Connection

from api.staff import second_factor
from api.staff.browser import language_of
from api.staff.desk import StaffDesk
from api.staff.entering import Entered, as_entered, enter
from api.staff.factors import sealed_totp_secret
from api.staff.forms import Fields, Form
from api.staff.passwords import fault_of
from api.staff.second_factor import Looked, Verdict
from storage import audit, recovery_codes, staff
from storage.staff import StaffMember

WITHIN = timedelta(minutes=30)
"""How long the second step may take; after that the first comes again."""

_TICKET = "set-up-ticket"
FAULTS = {Verdict.WRONG: "second.wrong", Verdict.CLOCK_OFF: "second.clock_off"}


def add_doors(router: APIRouter, desk: StaffDesk) -> None:
    """``/setup/<secret>``. Looking at a link spends nothing."""
    setting_up = SettingUp(desk)

    @router.get("/setup/{secret}")
    async def show(request: Request, secret: str) -> Response:
        return await setting_up.show(request, secret)

    @router.post("/setup/{secret}")
    async def first(request: Request, secret: str, form: Form) -> Response:
        return await setting_up.first(request, secret, form)

    @router.post("/setup/{secret}/code")
    async def second(request: Request, secret: str, form: Form) -> Response:
        return await setting_up.second(request, secret, form)


@dataclass(frozen=True, slots=True)
class SettingUp:
    """The two steps: a password, then an app that makes codes."""

    desk: StaffDesk

    async def show(self, request: Request, secret: str) -> Response:
        """The first step, for an open link; the same word for every other."""
        member = await self._whose(secret)
        return self._password_page(request, secret, member) if member else self._gone(request)

    async def first(self, request: Request, secret: str, form: Fields) -> Response:
        """A password that is good enough, typed twice alike; then the second step. Nothing is kept yet."""
        member = await self._whose(secret)
        if member is None:
            return self._gone(request)
        password, again = (next(iter(form.all(name)), "") for name in ("password", "again"))
        fault = fault_of(password, email=member.email, name=member.name)
        if fault is None and password != again:
            fault = "password.differs"
        if fault is not None:
            return self._password_page(request, secret, member, fault=fault)
        kept = await self.desk.passwords.hashed(password)
        ticket = {"staff_id": member.id, "password_hash": kept, "totp_secret": second_factor.new_totp_secret()}
        return self._code_page(request, secret, member, ticket)

    async def second(self, request: Request, secret: str, form: Fields) -> Response:
        """A first code from the app: now the link is spent, everything is kept, and ten recovery codes are told."""
        now = self.desk.parts.now()
        ticket = self.desk.sealer.open(_TICKET, form.text("ticket"), now=now, within=WITHIN)
        member = await self._whose(secret)
        if member is None:
            return self._gone(request)
        if ticket is None or ticket["staff_id"] != member.id:
            return self._password_page(request, secret, member, fault="setup.too_slow")
        looked = second_factor.look(ticket["totp_secret"], form.text("code", most=60), now)
        if looked.verdict is not Verdict.RIGHT:
            return self._code_page(request, secret, member, ticket, fault=FAULTS[looked.verdict])
        done = await self.desk.parts.store.write(
            lambda c: self._kept(c, request, secret, ticket, looked, now), may_repeat=False
        )
        if done is None:
            return self._gone(request)
        entered, codes = done
        as_entered(request, entered)
        response = self.desk.pages.show(request, "recovery_codes.html", codes=codes, back="/", is_new=True)
        self.desk.cookies.keep_session(response, entered.secret)
        return response

    def _kept(
        self,
        connection: Connection,
        request: Request,
        secret: str,
        ticket: dict[str, Any],
        looked: Looked,
        now: datetime,
    ) -> tuple[Entered, tuple[str, ...]] | None:
        member = staff.spend_setup_link(connection, secret, key=self.desk.parts.key, now=now)
        if member is None:
            return None
        staff.set_sign_in(
            connection,
            member.id,
            password_hash=ticket["password_hash"],
            totp_secret=sealed_totp_secret(self.desk, ticket["totp_secret"], now),
            totp_step=looked.step,
        )
        # Whoever reads this page in a language will read the next ones in it too.
        staff.set_language(connection, member.id, language_of(request, self.desk.cookies))
        codes = recovery_codes.renew(connection, member, key=self.desk.parts.key, now=now)
        audit.record(connection, member, "staff.set_up", at=now)
        as_set_up = staff.get(connection, member.organisation_id, member.id) or member
        return enter(connection, self.desk, request, as_set_up, now=now), codes

    async def _whose(self, secret: str) -> StaffMember | None:
        key, now = self.desk.parts.key, self.desk.parts.now()
        return await self.desk.parts.store.read(lambda c: staff.by_setup_link(c, secret, key=key, now=now))

    def _password_page(
        self, request: Request, secret: str, member: StaffMember, *, fault: str | None = None
    ) -> Response:
        status = 422 if fault else 200
        return self.desk.pages.show(
            request, "setup.html", status=status, action=f"/setup/{secret}", whose=member, fault=fault
        )

    def _code_page(
        self, request: Request, secret: str, member: StaffMember, ticket: dict[str, Any], *, fault: str | None = None
    ) -> Response:
        return self.desk.pages.show(
            request,
            "second_factor.html",
            status=422 if fault else 200,
            action=f"/setup/{secret}/code",
            ticket=self.desk.sealer.seal(_TICKET, ticket, self.desk.parts.now()),
            fault=fault,
            is_renewal=False,
            **shown(ticket["totp_secret"], member.email),
        )

    def _gone(self, request: Request) -> Response:
        return self.desk.pages.show(request, "refused.html", status=404, why="refused.link")


def shown(totp_secret: str, email: str) -> dict[str, Any]:
    """What a page shows of a new second factor: the picture to scan, the address to press, the letters to type."""
    address = second_factor.address_of(totp_secret, email)
    # Drawn by our own library from an address that we made; the picture holds no text.
    picture = Markup(second_factor.picture_of(address))  # noqa: S704
    return {"picture": picture, "address": address, "letters": second_factor.in_fours(totp_secret)}

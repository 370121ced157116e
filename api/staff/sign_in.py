"""Signing in: e-mail and password, then a code; and out again. Nothing here tells which accounts exist."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Staff
from api.staff import attempts
from api.staff.carried import MOST_CHARACTERS
from api.staff.desk import StaffDesk
from api.staff.entering import Entered, enter, let_in
from api.staff.factors import Checked, check_second
from api.staff.forms import Fields, Form
from storage import audit, sessions, staff
from storage.staff import StaffMember
from storage.staff_texts import STAFF_LANGUAGES

BETWEEN = timedelta(minutes=5)
"""How long the first step is good for the second."""

_TICKET = "sign-in-ticket"


def add_doors(router: APIRouter, desk: StaffDesk) -> None:
    """``/sign-in`` and its second step."""
    sign_in = SignIn(desk)

    @router.get("/sign-in")
    async def show(request: Request) -> Response:
        return sign_in.show(request)

    @router.post("/sign-in")
    async def first(request: Request, form: Form) -> Response:
        return await sign_in.first(request, form)

    @router.post("/sign-in/code")
    async def second(request: Request, form: Form) -> Response:
        return await sign_in.second(request, form)


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/sign-out``."""

    @router.post("/sign-out")
    async def out(request: Request, member: Staff) -> Response:
        now = desk.parts.now()

        def end(connection: Connection) -> None:
            sessions.end(connection, member.id, request.state.session.id, now)
            audit.record(connection, member, "staff.signed_out", at=now)

        await desk.parts.store.write(end)
        response = desk.pages.go_to("/sign-in", said="said.signed_out")
        desk.cookies.forget_session(response)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


@dataclass(frozen=True, slots=True)
class SignIn:
    """The two steps."""

    desk: StaffDesk

    def show(self, request: Request) -> Response:
        """The page with the two fields, perhaps in another language."""
        chosen = request.query_params.get("language", "")
        if chosen in STAFF_LANGUAGES:
            response: Response = self.desk.pages.go_to("/sign-in")
            self.desk.cookies.keep_language(response, chosen)
            return response
        return self._page(request, Fields((("next", request.query_params.get("next", "/")),)))

    async def first(self, request: Request, form: Fields) -> Response:
        """E-mail and password. Whoever they are of, or of nobody: one comparison, one answer."""
        key, now = self.desk.parts.key, self.desk.parts.now()
        email = form.text("email", most=254)
        account, address = attempts.place_of_account(key, email), attempts.place_of_address(key, request)
        places = ((account, attempts.PER_ACCOUNT), (address, attempts.PER_ADDRESS))
        if not await self.desk.parts.store.write(lambda c: attempts.may_try(c, places, now)):
            return self._page(request, form, fault="sign_in.too_many", status=429)
        member = await self.desk.parts.store.read(lambda c: staff.by_email(c, email))
        is_right = await self.desk.passwords.is_right(member.password_hash if member else None, _password(form))
        if member is None or not is_right or not member.totp_secret:
            return self._page(request, form, fault="sign_in.wrong", status=401)
        await self.desk.parts.store.write(lambda c: attempts.was_right(c, (account, address)))
        return self._second_page(request, form, self._ticket(member, now))

    async def second(self, request: Request, form: Fields) -> Response:
        """The code of the app, or a recovery code."""
        now = self.desk.parts.now()
        ticket = self.desk.sealer.open(_TICKET, form.text("ticket"), now=now, within=BETWEEN)
        if ticket is None:
            return self._page(request, form, fault="sign_in.too_slow", status=401)
        place = attempts.place_of_code(self.desk.parts.key, ticket["staff_id"])
        if not await self.desk.parts.store.write(lambda c: attempts.may_try(c, ((place, attempts.PER_CODE),), now)):
            return self._second_page(request, form, form.text("ticket"), fault="sign_in.too_many", status=429)
        found = await self.desk.parts.store.write(
            lambda c: self._entered(c, request, form, ticket, place, now), may_repeat=False
        )
        if found is None:
            return self._page(request, form, fault="sign_in.too_slow", status=401)
        if not isinstance(found, Entered):
            fault = found.fault or "second.wrong"
            return self._second_page(request, form, form.text("ticket"), fault=fault, status=401)
        return let_in(self.desk, request, found, next_path=form.text("next"), kept=form.text("kept"))

    def _entered(
        self, connection: Connection, request: Request, form: Fields, ticket: dict[str, Any], place: str, now: datetime
    ) -> Entered | Checked | None:
        """In with a right code, which is used up in the same moment; None when the account changed in between."""
        member = staff.get(connection, ticket["organisation_id"], ticket["staff_id"])
        if member is None or _mark(member) != ticket["mark"]:
            return None
        checked = check_second(connection, self.desk, member, form.text("code", most=60), now)
        if checked.fault is not None:
            return checked
        attempts.was_right(connection, (place,))
        return enter(connection, self.desk, request, member, now=now)

    def _ticket(self, member: StaffMember, now: datetime) -> str:
        value = {"staff_id": member.id, "organisation_id": member.organisation_id, "mark": _mark(member)}
        return self.desk.sealer.seal(_TICKET, value, now)

    def _page(self, request: Request, form: Fields, *, fault: str | None = None, status: int = 200) -> Response:
        return self.desk.pages.show(
            request,
            "sign_in.html",
            status=status,
            email=form.text("email", most=254),
            next=form.text("next", most=300),
            kept=form.text("kept", most=MOST_CHARACTERS),
            fault=fault,
        )

    def _second_page(
        self, request: Request, form: Fields, ticket: str, *, fault: str | None = None, status: int = 200
    ) -> Response:
        return self.desk.pages.show(
            request,
            "sign_in_code.html",
            status=status,
            ticket=ticket,
            next=form.text("next", most=300),
            kept=form.text("kept", most=MOST_CHARACTERS),
            fault=fault,
        )


def _password(form: Fields) -> str:
    """As it was typed: a blank at an end is part of a password."""
    return next(iter(form.all("password")), "")


def _mark(member: StaffMember) -> str:
    """Changes when either factor does: a ticket for the old ones opens nothing."""
    return hashlib.sha256(f"{member.password_hash}\n{member.totp_secret}".encode()).hexdigest()

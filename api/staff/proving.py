"""Both factors once more, before what matters: a right answer begins a new session and brings the form back."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Staff
from api.staff import attempts
from api.staff.carried import MOST_CHARACTERS
from api.staff.desk import StaffDesk
from api.staff.entering import Entered, enter, let_in
from api.staff.factors import Checked, check_second
from api.staff.forms import Fields, Form
from storage.staff import StaffMember


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/prove``."""

    @router.post("/prove")
    async def prove(request: Request, member: Staff, form: Form) -> Response:
        now, key = desk.parts.now(), desk.parts.key
        kept = form.text("kept", most=MOST_CHARACTERS)
        places = (
            (attempts.place_of_account(key, member.email), attempts.PER_ACCOUNT),
            (attempts.place_of_code(key, member.id), attempts.PER_CODE),
        )
        if not await desk.parts.store.write(lambda c: attempts.may_try(c, places, now)):
            return _again(desk, request, kept, "sign_in.too_many", 429)
        if not await _is_password(desk, member, form):
            return _again(desk, request, kept, "prove.wrong", 401)
        found = await desk.parts.store.write(
            lambda c: _proved(c, desk, request, member, form, now, tuple(place for place, _ in places)),
            may_repeat=False,
        )
        if not isinstance(found, Entered):
            return _again(desk, request, kept, found.fault or "second.wrong", 401)
        return let_in(desk, request, found, kept=kept, is_proof=True)


async def _is_password(desk: StaffDesk, member: StaffMember, form: Fields) -> bool:
    if is_without_factors(desk, member):
        return True
    return await desk.passwords.is_right(member.password_hash, next(iter(form.all("password")), ""))


def is_without_factors(desk: StaffDesk, member: StaffMember) -> bool:
    """Whether somebody came in by a link of the demo and has neither factor: a press is all there is to ask for."""
    return desk.is_demo and member.password_hash is None


def _proved(
    connection: Connection,
    desk: StaffDesk,
    request: Request,
    member: StaffMember,
    form: Fields,
    now: datetime,
    places: tuple[str, ...],
) -> Entered | Checked:
    if not is_without_factors(desk, member):
        checked = check_second(connection, desk, member, form.text("code", most=60), now)
        if checked.fault is not None:
            return checked
    attempts.was_right(connection, places)
    began = request.state.session.created_at
    return enter(connection, desk, request, member, now=now, action="staff.proved", created_at=began)


def _again(desk: StaffDesk, request: Request, kept: str, fault: str, status: int) -> Response:
    is_bare = is_without_factors(desk, request.state.member)
    return desk.pages.show(request, "prove.html", status=status, kept=kept, fault=fault, is_bare=is_bare)

"""The own account: the language, the password, and where one is signed in."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Staff
from api.staff.access import is_dangerous
from api.staff.desk import StaffDesk
from api.staff.forms import Fields, Form
from api.staff.passwords import fault_of
from storage import audit, recovery_codes, sessions, staff
from storage.staff import StaffMember
from storage.staff_texts import STAFF_LANGUAGES


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/settings``, and what is changed there."""

    @router.get("/settings")
    async def show(request: Request, member: Staff) -> Response:
        return await account_page(desk, request, member)

    @router.post("/settings/language")
    async def speak(member: Staff, form: Form) -> Response:
        language = form.text("language")
        if language in STAFF_LANGUAGES:
            await desk.parts.store.write(lambda c: _speak(c, desk, member, language))
        return desk.pages.go_to("/settings", said="said.language")

    @router.post("/settings/password")
    @is_dangerous
    async def change_password(request: Request, member: Staff, form: Form) -> Response:
        return await _change_password(desk, request, member, form)

    @router.post("/settings/sessions/{session_id}/end")
    async def end_one(request: Request, member: Staff, session_id: str) -> Response:
        await desk.parts.store.write(lambda c: _end(c, desk, member, session_id))
        return desk.pages.go_to("/settings", said="said.session_ended")

    @router.post("/settings/sign-out-everywhere")
    async def end_all(member: Staff) -> Response:
        await desk.parts.store.write(lambda c: _end_all(c, desk, member))
        response = desk.pages.go_to("/sign-in", said="said.signed_out_everywhere")
        desk.cookies.forget_session(response)
        return response


async def account_page(
    desk: StaffDesk, request: Request, member: StaffMember, *, fault: str | None = None, status: int = 200
) -> Response:
    """The page of the own account; ``fault`` is the key of what was wrong with a new password."""
    now = desk.parts.now()

    def found(connection: Connection) -> dict[str, Any]:
        return {
            "live": sessions.live_of(connection, member.id, now),
            "tokens": staff.tokens_of(connection, member.id),
            "codes_left": recovery_codes.left(connection, member.id),
        }

    values = await desk.parts.store.read(found)
    own = request.state.session.id
    return desk.pages.show(request, "account.html", status=status, fault=fault, own_session=own, **values)


async def _change_password(desk: StaffDesk, request: Request, member: StaffMember, form: Fields) -> Response:
    password, again = (next(iter(form.all(name)), "") for name in ("password", "again"))
    fault = fault_of(password, email=member.email, name=member.name)
    if fault is None and password != again:
        fault = "password.differs"
    if fault is not None:
        return await account_page(desk, request, member, fault=fault, status=422)
    kept, now = await desk.passwords.hashed(password), desk.parts.now()

    def change(connection: Connection) -> None:
        staff.set_password(connection, member.id, kept)
        sessions.end_all(connection, member.id, now, but=request.state.session.id)
        audit.record(connection, member, "staff.changed_password", at=now)

    await desk.parts.store.write(change)
    return desk.pages.go_to("/settings", said="said.password")


def _speak(connection: Connection, desk: StaffDesk, member: StaffMember, language: str) -> None:
    staff.set_language(connection, member.id, language)
    audit.record(connection, member, "staff.changed_language", at=desk.parts.now())


def _end(connection: Connection, desk: StaffDesk, member: StaffMember, session_id: str) -> None:
    now = desk.parts.now()
    sessions.end(connection, member.id, session_id, now)
    audit.record(connection, member, "staff.ended_session", at=now)


def _end_all(connection: Connection, desk: StaffDesk, member: StaffMember) -> None:
    now = desk.parts.now()
    sessions.end_all(connection, member.id, now)
    audit.record(connection, member, "staff.signed_out_everywhere", at=now)

"""The own keys: a new second factor, new recovery codes, and tokens for the JSON API."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Staff
from api.staff import second_factor
from api.staff.access import is_dangerous
from api.staff.desk import StaffDesk
from api.staff.factors import sealed_totp_secret
from api.staff.forms import Fields, Form
from api.staff.second_factor import Looked, Verdict
from api.staff.setup import FAULTS, shown
from storage import audit, recovery_codes, sessions, staff
from storage.staff import StaffMember

WITHIN = timedelta(minutes=30)
_TICKET = "new-second-factor"


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """What is done with keys under ``/settings``."""

    @router.post("/settings/second-factor")
    @is_dangerous
    async def begin(request: Request, member: Staff) -> Response:
        return _app_page(desk, request, member, second_factor.new_totp_secret())

    @router.post("/settings/second-factor/code")
    @is_dangerous
    async def finish(request: Request, member: Staff, form: Form) -> Response:
        return await _finish(desk, request, member, form)

    @router.post("/settings/recovery-codes")
    @is_dangerous
    async def renew(request: Request, member: Staff) -> Response:
        codes = await desk.parts.store.write(lambda c: _renew(c, desk, member), may_repeat=False)
        return desk.pages.show(request, "recovery_codes.html", codes=codes, back="/settings", is_new=False)

    @router.post("/settings/tokens")
    @is_dangerous
    async def make(request: Request, member: Staff) -> Response:
        token = await desk.parts.store.write(lambda c: _make(c, desk, member), may_repeat=False)
        return desk.pages.show(request, "token.html", token=token)

    @router.post("/settings/tokens/{token_id}/revoke")
    async def revoke(member: Staff, token_id: str) -> Response:
        await desk.parts.store.write(lambda c: _revoke(c, desk, member, token_id))
        return desk.pages.go_to("/settings", said="said.token_revoked")


def _app_page(
    desk: StaffDesk, request: Request, member: StaffMember, totp_secret: str, *, fault: str | None = None
) -> Response:
    ticket = desk.sealer.seal(_TICKET, {"staff_id": member.id, "secret": totp_secret}, desk.parts.now())
    return desk.pages.show(
        request,
        "second_factor.html",
        status=422 if fault else 200,
        action="/settings/second-factor/code",
        ticket=ticket,
        fault=fault,
        is_renewal=True,
        **shown(totp_secret, member.email),
    )


async def _finish(desk: StaffDesk, request: Request, member: StaffMember, form: Fields) -> Response:
    """The old app works until the new one has shown a right code."""
    now = desk.parts.now()
    ticket = desk.sealer.open(_TICKET, form.text("ticket"), now=now, within=WITHIN)
    if ticket is None or ticket["staff_id"] != member.id:
        return _app_page(desk, request, member, second_factor.new_totp_secret(), fault="app.too_slow")
    looked = second_factor.look(ticket["secret"], form.text("code", most=60), now)
    if looked.verdict is not Verdict.RIGHT:
        return _app_page(desk, request, member, ticket["secret"], fault=FAULTS[looked.verdict])
    own = request.state.session.id
    await desk.parts.store.write(lambda c: _keep(c, desk, member, ticket, looked, now, own))
    return desk.pages.go_to("/settings", said="said.second_factor")


def _keep(
    connection: Connection,
    desk: StaffDesk,
    member: StaffMember,
    ticket: dict[str, Any],
    looked: Looked,
    now: datetime,
    own_session: str,
) -> None:
    sealed = sealed_totp_secret(desk, ticket["secret"], now)
    staff.set_second_factor(connection, member.id, totp_secret=sealed, totp_step=looked.step)
    sessions.end_all(connection, member.id, now, but=own_session)
    audit.record(connection, member, "staff.changed_second_factor", at=now)


def _renew(connection: Connection, desk: StaffDesk, member: StaffMember) -> tuple[str, ...]:
    now = desk.parts.now()
    audit.record(connection, member, "staff.renewed_recovery_codes", at=now)
    return recovery_codes.renew(connection, member, key=desk.parts.key, now=now)


def _make(connection: Connection, desk: StaffDesk, member: StaffMember) -> str:
    now = desk.parts.now()
    audit.record(connection, member, "token.made", at=now)
    return staff.create_token(connection, member, key=desk.parts.key, now=now)


def _revoke(connection: Connection, desk: StaffDesk, member: StaffMember, token_id: str) -> None:
    now = desk.parts.now()
    staff.revoke_token(connection, member.id, token_id, now)
    audit.record(connection, member, "token.revoked", at=now)

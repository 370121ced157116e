"""Handing over all people of one coach to another, by the owner: one act, without a list and without a name."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import NothingOfYours, Owner, colleague_of
from api.staff.access import is_dangerous
from api.staff.desk import StaffDesk
from api.staff.forms import Form
from bot.handing_over import hand_over_all
from storage import audit, staff
from storage.staff import Role, StaffMember


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/settings/staff/<id>/hand-over``."""

    @router.get("/settings/staff/{staff_id}/hand-over")
    async def ask(request: Request, member: Owner, staff_id: str) -> Response:
        values = await desk.parts.store.read(lambda c: _choice(c, member, staff_id))
        return desk.pages.show(request, "hand_over_all.html", **values)

    @router.post("/settings/staff/{staff_id}/hand-over")
    @is_dangerous
    async def press(member: Owner, staff_id: str, form: Form) -> Response:
        await desk.parts.store.write(lambda c: _hand_over(c, desk, member, staff_id, form.text("to")))
        return desk.pages.go_to("/settings/staff", said="said.handed_over")


def _choice(connection: Connection, owner: StaffMember, staff_id: str) -> dict[str, Any]:
    whose = _coach(colleague_of(connection, owner, staff_id, is_former=True))
    everyone = staff.of_organisation(connection, owner.organisation_id)
    others = [(one.id, one.name) for one in everyone if one.role is Role.COACH and one.id != whose.id]
    return {"whose": whose, "others": others}


def _hand_over(connection: Connection, desk: StaffDesk, owner: StaffMember, staff_id: str, to: str) -> None:
    whose = _coach(colleague_of(connection, owner, staff_id, is_former=True))
    other = _coach(colleague_of(connection, owner, to))
    hand_over_all(connection, desk.turns, owner.organisation_id, whose.id, other.id)
    audit.record(connection, owner, "staff.handed_over", at=desk.parts.now())


def _coach(member: StaffMember) -> StaffMember:
    if member.role is not Role.COACH:
        raise NothingOfYours
    return member

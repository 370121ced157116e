"""The staff of an organisation, for its owner: who works here, links to set up, and leaving at once."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Owner, colleague_of
from api.office import EMAIL, clean_name
from api.staff.access import is_dangerous
from api.staff.desk import StaffDesk
from api.staff.forms import Fields, Form
from bot.handing_over import ask_again
from domain.ids import StaffId
from storage import audit, staff
from storage.errors import Conflict
from storage.secrets import new_id
from storage.staff import Role, StaffMember


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/settings/staff``, and what an owner does there."""

    @router.get("/settings/staff")
    async def show(request: Request, member: Owner) -> Response:
        return await _page(desk, request, member)

    @router.post("/settings/staff")
    @is_dangerous
    async def add(request: Request, member: Owner, form: Form) -> Response:
        return await _add(desk, request, member, form)

    @router.post("/settings/staff/{staff_id}/boss")
    @is_dangerous
    async def mark(member: Owner, staff_id: str, form: Form) -> Response:
        is_boss = form.has("is_also_boss")
        await desk.parts.store.write(lambda c: _mark(c, desk, member, staff_id, is_boss=is_boss))
        return desk.pages.go_to("/settings/staff", said="said.boss_marked" if is_boss else "said.boss_unmarked")

    @router.get("/settings/staff/{staff_id}/reset")
    async def ask_reset(request: Request, member: Owner, staff_id: str) -> Response:
        return await _ask(desk, request, member, staff_id, "reset")

    @router.post("/settings/staff/{staff_id}/reset")
    @is_dangerous
    async def reset(request: Request, member: Owner, staff_id: str) -> Response:
        whose, link = await desk.parts.store.write(lambda c: _reset(c, desk, member, staff_id), may_repeat=False)
        return _link_page(desk, request, whose, link)

    @router.get("/settings/staff/{staff_id}/remove")
    async def ask_remove(request: Request, member: Owner, staff_id: str) -> Response:
        return await _ask(desk, request, member, staff_id, "remove")

    @router.post("/settings/staff/{staff_id}/remove")
    @is_dangerous
    async def remove(member: Owner, staff_id: str) -> Response:
        await desk.parts.store.write(lambda c: _remove(c, desk, member, staff_id))
        return desk.pages.go_to("/settings/staff", said="said.staff_removed")


async def _page(
    desk: StaffDesk,
    request: Request,
    member: StaffMember,
    *,
    typed: Fields | None = None,
    faults: dict[str, str] | None = None,
) -> Response:
    now = desk.parts.now()

    def found(connection: Connection) -> dict[str, Any]:
        return {
            "everyone": staff.of_organisation(connection, member.organisation_id),
            "links": staff.open_setup_links(connection, member.organisation_id, now),
            "leavers": staff.leavers_with_people(connection, member.organisation_id),
        }

    values = await desk.parts.store.read(found)
    status = 422 if faults else 200
    return desk.pages.show(
        request, "staff_list.html", status=status, typed=typed or Fields(), faults=faults or {}, **values
    )


async def _add(desk: StaffDesk, request: Request, member: StaffMember, form: Fields) -> Response:
    """Somebody new, with a link to set up that is shown this once."""
    name, email, role = clean_name(form.text("name")), form.text("email", most=254), form.text("role")
    faults = {} if name else {"name": "staff.name_fault"}
    faults |= {} if EMAIL.fullmatch(email) else {"email": "staff.email_fault"}
    if faults or name is None:
        return await _page(desk, request, member, typed=form, faults=faults)
    new = StaffMember(
        id=StaffId(new_id()),
        organisation_id=member.organisation_id,
        email=email.casefold(),
        role=Role.OWNER if role == Role.OWNER.value else Role.COACH,
        is_also_boss=form.has("is_also_boss") and role != Role.OWNER.value,
        name=name,
        created_at=desk.parts.now(),
    )
    try:
        link = await desk.parts.store.write(lambda c: _added(c, desk, member, new), may_repeat=False)
    except Conflict:
        return await _page(desk, request, member, typed=form, faults={"email": "staff.email_taken"})
    return _link_page(desk, request, new, link)


def _added(connection: Connection, desk: StaffDesk, owner: StaffMember, new: StaffMember) -> str:
    if staff.by_email(connection, new.email) is not None:
        raise Conflict(constraint="uq_staff_email")
    staff.add(connection, new)
    audit.record(connection, owner, "staff.added", at=desk.parts.now())
    return staff.create_setup_link(connection, new, key=desk.parts.key, now=desk.parts.now())


def _mark(connection: Connection, desk: StaffDesk, owner: StaffMember, staff_id: str, *, is_boss: bool) -> None:
    colleague = colleague_of(connection, owner, staff_id)
    is_boss = is_boss and colleague.role is Role.COACH
    staff.mark_boss(connection, colleague.id, is_also_boss=is_boss)
    if is_boss and not colleague.is_also_boss:
        ask_again(connection, desk.turns, colleague.organisation_id, colleague.id)
    audit.record(connection, owner, "staff.marked_boss", at=desk.parts.now())


def _reset(connection: Connection, desk: StaffDesk, owner: StaffMember, staff_id: str) -> tuple[StaffMember, str]:
    now = desk.parts.now()
    colleague = _another(connection, owner, staff_id)
    staff.reset(connection, colleague.id, now)
    audit.record(connection, owner, "staff.reset", at=now)
    return colleague, staff.create_setup_link(connection, colleague, key=desk.parts.key, now=now)


def _remove(connection: Connection, desk: StaffDesk, owner: StaffMember, staff_id: str) -> None:
    now = desk.parts.now()
    staff.remove(connection, _another(connection, owner, staff_id).id, now)
    audit.record(connection, owner, "staff.removed", at=now)


def _another(connection: Connection, owner: StaffMember, staff_id: str) -> StaffMember:
    """A colleague who is not the owner who asks: so an organisation never loses its last owner here."""
    return colleague_of(connection, owner, "" if staff_id == owner.id else staff_id)


async def _ask(desk: StaffDesk, request: Request, member: StaffMember, staff_id: str, act: str) -> Response:
    """What will happen, before it does."""
    colleague = await desk.parts.store.read(lambda c: _another(c, member, staff_id))
    words = desk.pages.words(request)
    lines = [words.say(f"staff.{act}_what")]
    if act == "remove" and colleague.role is Role.COACH:
        lines.append(words.say("staff.remove_people"))
    return desk.pages.show(
        request,
        "confirm.html",
        title=words.say(f"staff.{act}_title", {"name": colleague.name}),
        lines=lines,
        action=f"/settings/staff/{colleague.id}/{act}",
        fields=[],
        go=words.say(f"staff.{act}_go"),
        back="/settings/staff",
    )


def _link_page(desk: StaffDesk, request: Request, whose: StaffMember, link: str) -> Response:
    url = f"{desk.parts.public_url}/setup/{link}"
    return desk.pages.show(request, "staff_link.html", whose=whose, url=url, days=staff.SETUP_DAYS)

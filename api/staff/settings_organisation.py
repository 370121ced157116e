"""The organisation's own page: its name, who keeps the answers, whom to ask, the clock, and the languages."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Owner
from api.office import clean_name
from api.staff.consent import own_name
from api.staff.desk import StaffDesk
from api.staff.forms import Fields, Form
from domain.questionnaire import LANGUAGES
from storage import audit, organisations, staff
from storage.staff import Role, StaffMember

MOST_ZONES = 6
"""So many time zones are named to whoever typed none of them."""

_NO_PLACE = ("posix/", "right/", "Etc/", "SystemV/")


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/settings/organisation``."""

    @router.get("/settings/organisation")
    async def show(request: Request, member: Owner) -> Response:
        return await _page(desk, request, member)

    @router.post("/settings/organisation")
    async def keep(request: Request, member: Owner, form: Form) -> Response:
        faults, settings = _read(form)
        if faults:
            return await _page(desk, request, member, typed=form, faults=faults)

        def job(connection: Connection) -> None:
            organisations.change(connection, member.organisation_id, **settings)
            audit.record(connection, member, "organisation.changed", at=desk.parts.now())

        await desk.parts.store.write(job)
        return desk.pages.go_to("/settings/organisation", said="said.organisation")


async def _page(
    desk: StaffDesk,
    request: Request,
    member: StaffMember,
    *,
    typed: Fields | None = None,
    faults: dict[str, str] | None = None,
) -> Response:
    here = request.state.organisation
    known = {"name": here.name, "keeper": here.keeper or "", "contact": here.contact or "", "time_zone": here.time_zone}
    values = known if typed is None else {name: typed.text(name) for name in known}
    chosen = here.offered if typed is None else typed.all("language")
    return desk.pages.show(
        request,
        "settings_organisation.html",
        status=422 if faults else 200,
        values=values,
        faults=faults or {},
        like=zones_like(values["time_zone"]) if faults and "time_zone" in faults else (),
        zones=time_zones(),
        offered=[(one, own_name(desk, one), one in chosen) for one in LANGUAGES],
        email=await desk.parts.store.read(lambda connection: owners_email(connection, member.organisation_id)),
    )


def _read(form: Fields) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong with a form, by field, and the settings in it."""
    name, keeper, contact = (clean_name(form.text(field)) for field in ("name", "keeper", "contact"))
    zone = zone_of(form.text("time_zone"))
    languages = tuple(one for one in LANGUAGES if one in form.all("language"))
    wrong = {
        "name": name is None,
        "keeper": bool(form.text("keeper")) and keeper is None,
        "contact": bool(form.text("contact")) and contact is None,
        "time_zone": zone is None,
        "languages": not languages,
    }
    faults = {field: f"organisation.fault_{field}" for field, is_wrong in wrong.items() if is_wrong}
    # All languages means all that there will be, too.
    kept = None if languages == LANGUAGES else languages
    return faults, {"name": name, "keeper": keeper, "contact": contact, "time_zone": zone, "languages": kept}


def owners_email(connection: Connection, organisation_id: str) -> str:
    """Whom people can ask as long as the organisation names nobody: the first owner by e-mail address."""
    return min(one.email for one in staff.of_organisation(connection, organisation_id) if one.role is Role.OWNER)


@cache
def time_zones() -> tuple[str, ...]:
    """Every time zone of a place, as the system knows them, by name."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACE)))


def zone_of(typed: str) -> str | None:
    """The time zone of that name in any case of letters, blanks for underscores; None when there is none."""
    wanted = _plain(typed)
    return next((name for name in ("UTC", *time_zones()) if _plain(name) == wanted), None)


def zones_like(typed: str) -> tuple[str, ...]:
    """Some time zones with that in their name."""
    wanted = _plain(typed)
    return tuple(name for name in time_zones() if wanted and wanted in _plain(name))[:MOST_ZONES]


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "_")

"""Who did what: for an owner in counts that tell of nobody, for a coach line by line about the own people.

An owner must not learn from the log who takes part or shares. So it counts only what a coach can do whatever a person
chose, and of opened pages says about how many people it was: a page with a web invites to more pages than a quiet one.
What is left out (``UNTOLD``) can only be done with somebody who shares, or follows from what somebody asked for.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Staff
from api.staff.desk import StaffDesk
from domain.looks import OPENED, Look
from storage.audit_log import Log
from storage.staff import Role, StaffMember

ON_A_PAGE = 50
MONTHS_ON_A_PAGE = 6

OPENED_KIND = "opened"
KINDS: Mapping[str, frozenset[str]] = {
    OPENED_KIND: frozenset({OPENED, Look.SAW.value}),
    "people": frozenset(
        {
            "person.added",
            "person.imported",
            "person.archived",
            "person.brought_back",
            "person.handed_over",
            "person.placed",
            "invitation.issued",
            "invitation.handed",
            "import.begun",
        }
    ),
    "organisation": frozenset(
        {
            "organisation.changed",
            "organisation.modules_changed",
            "channels.tried",
            "register.downloaded",
            "results.window_closed",
            "results.grouping_declared",
            "staff.added",
            "staff.marked_boss",
            "staff.reset",
            "staff.removed",
            "staff.handed_over",
        }
    ),
    "account": frozenset(
        {
            "staff.set_up",
            "staff.signed_in",
            "staff.signed_out",
            "staff.used_recovery_code",
            "staff.proved",
            "staff.changed_password",
            "staff.changed_language",
            "staff.changed_second_factor",
            "staff.renewed_recovery_codes",
            "staff.ended_session",
            "staff.signed_out_everywhere",
            "token.made",
            "token.revoked",
        }
    ),
}
"""What is counted for an owner, by kind. Each can be done whatever a person chose."""

UNTOLD: frozenset[str] = frozenset(
    {
        Look.DREW.value,  # There is a picture only of what is shared.
        Look.PRINTED.value,  # There is a sheet only of what is shared.
        Look.EXPORTED.value,  # A line for everybody who shares.
        "agreement.added",  # Made on the page of somebody who shares.
        "agreement.changed",
        "person.erased",  # The person asked for it.
    }
)
"""What an owner is never told: it would say that somebody shares, or what somebody asked for."""

TOLD = frozenset[str]().union(*KINDS.values())


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/settings/log``."""

    @router.get("/settings/log")
    async def show(request: Request, member: Staff) -> Response:
        log = Log(member.organisation_id, ZoneInfo(request.state.organisation.time_zone))
        read = _for_owner if member.role is Role.OWNER else _for_coach
        values = await desk.parts.store.read(lambda connection: read(connection, desk, request, log, member))
        words = desk.pages.words(request)
        months = [(f"{month:%Y-%m}", words.month(month)) for month in values["months"]]
        return desk.pages.show(request, "settings_log.html", **{**values, "months": months, "month_name": words.month})


def _for_owner(
    connection: Connection, desk: StaffDesk, request: Request, log: Log, _owner: StaffMember
) -> dict[str, Any]:
    months, members = log.months(connection, desk.parts.now()), log.members(connection)
    month, who = _month(request, months), _one_of(request.query_params.get("member", ""), dict(members))
    wanted = [month] if month else months
    pages = max(1, -(-len(wanted) // MONTHS_ON_A_PAGE))
    page = min(_page(request), pages)
    shown = wanted[(page - 1) * MONTHS_ON_A_PAGE : page * MONTHS_ON_A_PAGE]
    lines = [
        line for one in shown for line in log.counts(connection, one, KINDS, people={OPENED_KIND}, staff_id=who or None)
    ]
    return {
        "kinds": list(KINDS),
        "lines": lines,
        "months": months,
        "members": members,
        **_asked(month, who),
        "page": page,
        "pages": pages,
    }


def _for_coach(
    connection: Connection, desk: StaffDesk, request: Request, log: Log, coach: StaffMember
) -> dict[str, Any]:
    months = log.months(connection, desk.parts.now())
    month, page = _month(request, months), _page(request)
    told = TOLD - KINDS[OPENED_KIND]
    total, lines = log.about_people_of(
        connection, coach.id, told=told, month=month, offset=(page - 1) * ON_A_PAGE, most=ON_A_PAGE
    )
    pages = max(1, -(-total // ON_A_PAGE))
    return {
        "kinds": [],
        "lines": lines,
        "months": months,
        "members": (),
        **_asked(month, ""),
        "page": min(page, pages),
        "pages": pages,
    }


def _asked(month: date | None, who: str) -> dict[str, str]:
    """What the filter is set to, and the same for an address."""
    chosen = {"month": f"{month:%Y-%m}" if month else "", "member": who}
    query = "&".join(f"{name}={value}" for name, value in chosen.items() if value)
    return {"month": chosen["month"], "who": who, "query": query}


def _month(request: Request, months: tuple[date, ...]) -> date | None:
    asked = request.query_params.get("month", "")
    return next((month for month in months if f"{month:%Y-%m}" == asked), None)


def _one_of(asked: str, known: Mapping[str, str]) -> str:
    return asked if asked in known else ""


def _page(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1

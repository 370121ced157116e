"""Teams or locations: the owner declares them before anything is closed, a coach says who works where."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import Coach, Owner, participant_of
from api.results import declare_grouping
from api.staff.desk import StaffDesk
from api.staff.forms import Form
from domain.errors import BadGrouping, GroupingTooLate
from domain.grouping import GroupingKind
from storage import audit, groupings, participants
from storage.staff import StaffMember

MOST_TYPED = 4_000
FIELD = "part-"
"""Before a participant's id: the field that says where that person works."""


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/results/grouping`` for the owner, ``/results/teams`` for a coach."""

    @router.get("/results/grouping")
    async def show(request: Request, member: Owner) -> Response:
        return await _page(desk, request, member)

    @router.post("/results/grouping")
    async def declare(request: Request, member: Owner, form: Form) -> Response:
        kind, typed = form.text("kind", most=20), form.text("names", most=MOST_TYPED)
        chosen = GroupingKind.LOCATION if kind == GroupingKind.LOCATION.value else GroupingKind.TEAM
        now = desk.parts.now()
        try:
            await desk.parts.store.write(
                lambda connection: declare_grouping(connection, member, chosen, typed.splitlines(), now),
                may_repeat=False,
            )
        except GroupingTooLate:
            return await _page(desk, request, member, status=409, typed=typed, kind=chosen)
        except BadGrouping as error:
            fault = f"results.grouping_fault.{error.fault}"
            return await _page(desk, request, member, status=422, typed=typed, kind=chosen, fault=fault)
        return desk.pages.go_to("/results/grouping", said="said.results_grouping")

    @router.get("/results/teams")
    async def teams(request: Request, member: Coach) -> Response:
        def found(connection: Connection) -> dict[str, Any]:
            grouping = groupings.of_organisation(connection, member.organisation_id)
            people = participants.of_coach(connection, member.organisation_id, member.id)
            return {
                "grouping": grouping,
                "people": sorted(people, key=lambda one: one.name.casefold()) if grouping else [],
                "part_of": {one.id: groupings.part_of(connection, one.id) or "" for one in people} if grouping else {},
            }

        values = await desk.parts.store.read(found)
        return desk.pages.show(request, "results_teams.html", field=FIELD, **values)

    @router.post("/results/teams")
    async def put(request: Request, member: Coach, form: Form) -> Response:
        def job(connection: Connection) -> None:
            for one in participants.of_coach(connection, member.organisation_id, member.id):
                wanted = form.text(f"{FIELD}{one.id}", most=40) or None
                is_asked = form.has(f"{FIELD}{one.id}") or wanted
                if is_asked and wanted != groupings.part_of(connection, one.id):
                    person = participant_of(connection, member, one.id)
                    if groupings.put_in(connection, member.organisation_id, person.id, wanted):
                        audit.record(connection, member, "person.placed", participant_id=person.id, at=now)

        now = desk.parts.now()
        await desk.parts.store.write(job)
        return desk.pages.go_to("/results/teams", said="said.results_teams")


async def _page(
    desk: StaffDesk,
    request: Request,
    member: StaffMember,
    *,
    status: int = 200,
    typed: str = "",
    kind: GroupingKind = GroupingKind.TEAM,
    fault: str = "",
) -> Response:
    """The grouping as it is, and the form as long as it may change."""

    def found(connection: Connection) -> tuple[groupings.Grouping | None, bool]:
        organisation = member.organisation_id
        return groupings.of_organisation(connection, organisation), groupings.is_sealed(connection, organisation)

    grouping, is_sealed = await desk.parts.store.read(found)
    return desk.pages.show(
        request,
        "results_grouping.html",
        status=status,
        grouping=grouping,
        is_sealed=is_sealed,
        typed=typed,
        kind=kind.value,
        fault=fault,
    )

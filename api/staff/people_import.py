"""A list of people from a spreadsheet: looked at first, every refused row explained, then added in the background."""

import asyncio
import csv
from collections.abc import Callable
from io import StringIO

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api import people, people_file
from api.access import Coach, NothingOfYours
from api.adding import Adding
from api.people_file import MOST_BYTES, Refused
from api.staff.desk import StaffDesk
from api.staff.forms import Form, takes_files
from domain.details import sameness
from domain.ids import ImportId
from domain.roster import MOST_PEOPLE, Known, NoHeader, Roster, Row, read_roster
from reports.spreadsheet import BYTE_ORDER_MARK, harmless
from storage import audit, imports, participants
from storage.errors import StoreError
from storage.imports import Import, State
from storage.secrets import new_id
from storage.staff import StaffMember

MOST_UPLOADED = MOST_BYTES + 64 * 1024
"""A file, and the rest of its form."""

MOST_SHOWN = 200
"""So many rows of one kind are on the page; the rest is counted."""

REFRESH_SECONDS = "2"

log = structlog.get_logger()


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """/people/import and what follows."""
    _add_sending(router, desk)
    _add_looking(router, desk)
    _add_going_on(router, desk)


# Sending a list -----------------------------------------------------------------------------------------------------


def _add_sending(router: APIRouter, desk: StaffDesk) -> None:
    @router.get("/people/import")
    async def ask(request: Request, member: Coach) -> Response:
        return desk.pages.show(request, "people_import.html", fault="", first=[], most=MOST_PEOPLE)

    @router.get("/people/import/example.csv")
    async def example(request: Request, member: Coach) -> Response:
        words = desk.pages.words(request)
        lines = [words.say("people.example_head"), words.say("people.example_row")]
        return _csv([line.split(";") for line in lines], "people.csv")

    @router.post("/people/import")
    @takes_files(MOST_UPLOADED)
    async def send(request: Request, member: Coach, form: Form) -> Response:
        file = form.file("list")
        if file is None:
            return _refused(desk, request, "people.file_none")
        table = await people_file.read(file)
        if isinstance(table, Refused):
            return _refused(desk, request, f"people.file_{table.cause.value}")
        roster = await _read(desk, member, table)
        if isinstance(roster, NoHeader):
            return _refused(desk, request, "people.file_no_header", first=roster.first)
        if not roster.rows:
            return _refused(desk, request, "people.file_empty")
        if len(roster.rows) > MOST_PEOPLE:
            return _refused(desk, request, "people.file_too_many")
        import_id = ImportId(new_id())
        await desk.parts.store.write(
            lambda c: imports.add(c, import_id, member.organisation_id, member.id, roster, desk.parts.now())
        )
        return desk.pages.go_to(f"/people/import/{import_id}")


def _refused(desk: StaffDesk, request: Request, fault: str, *, first: tuple[str, ...] = ()) -> Response:
    return desk.pages.show(request, "people_import.html", status=422, fault=fault, first=list(first), most=MOST_PEOPLE)


async def _read(desk: StaffDesk, member: StaffMember, table: people_file.Table) -> Roster | NoHeader:
    def around(connection: Connection) -> tuple[participants.Reached, tuple[str, ...]]:
        reached = participants.reached(connection, member.organisation_id, member.id)
        return reached, people.modules_on(connection, desk.parts, member.organisation_id)

    reached, on = await desk.parts.store.read(around)
    known = Known(reached.names, reached.emails, reached.phones)
    return await asyncio.to_thread(read_roster, table, known=known, modules=_module_names(desk, on))


def _module_names(desk: StaffDesk, on: tuple[str, ...]) -> dict[str, str | None]:
    """What a module may be called in a list: its own name, and its words in every language."""
    found: dict[str, str | None] = {}
    for group in desk.parts.catalogues.questionnaire.groups:
        called = [group.name, *(words.say(f"group.{group.name}") for words in desk.parts.catalogues.values())]
        found |= {sameness(name): group.name if group.name in on else None for name in called}
    return found


# Looking at it ------------------------------------------------------------------------------------------------------


def _add_looking(router: APIRouter, desk: StaffDesk) -> None:
    @router.get("/people/import/{import_id}")
    async def look(request: Request, member: Coach, import_id: str) -> Response:
        found, rows = await _list(desk, member, import_id)
        if found.state is not State.LOOKED_AT:
            waiting = await desk.parts.store.read(lambda c: imports.left_of(c, found.id))
            page = desk.pages.show(request, "people_import_going.html", found=found, waiting=waiting)
            if found.state is State.RUNNING:
                page.headers["Refresh"] = REFRESH_SECONDS  # Without script too, the page says how far it came.
            return page
        refused = [row for row in rows if row.faults]
        doubtful = [row for row in rows if row.doubt and not row.faults]
        ready = [row for row in rows if not row.faults and not row.doubt]
        return desk.pages.show(
            request,
            "people_import_look.html",
            found=found,
            ready=ready[:MOST_SHOWN],
            doubtful=doubtful,
            refused=refused[:MOST_SHOWN],
            counts={"ready": len(ready), "doubtful": len(doubtful), "refused": len(refused)},
            own_names={code: words.say("language.own_name") for code, words in desk.parts.catalogues.items()},
        )

    @router.get("/people/import/{import_id}/refused.csv")
    async def refused_rows(request: Request, member: Coach, import_id: str) -> Response:
        _, rows = await _list(desk, member, import_id)
        words = desk.pages.words(request)
        head = [words.say("people.row"), words.say("people.name"), words.say("people.what_is_wrong")]
        lines = [[str(row.number), row.name, " ".join(_said(words.say, row))] for row in rows if row.faults]
        return _csv([head, *lines], "refused.csv")


def _said(say: Callable[..., str], row: Row) -> list[str]:
    return [say(f"wrong.{fault.wrong.value}", {"value": fault.value}) for fault in row.faults]


async def _list(desk: StaffDesk, member: StaffMember, import_id: str) -> tuple[Import, tuple[Row, ...]]:
    """A coach's own list and its rows. Raises NothingOfYours."""

    def found(connection: Connection) -> tuple[Import, tuple[Row, ...]]:
        own = imports.get(connection, member.organisation_id, member.id, import_id)
        if own is None:
            raise NothingOfYours
        return own, imports.rows_of(connection, own.id)

    return await desk.parts.store.read(found)


def _csv(rows: list[list[str]], name: str) -> Response:
    """Rows as a file that a spreadsheet program opens as it is, with nothing in it that it would calculate."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(BYTE_ORDER_MARK + text.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


# Adding them --------------------------------------------------------------------------------------------------------


def _add_going_on(router: APIRouter, desk: StaffDesk) -> None:
    adding, at_work = Adding(desk.parts), set[asyncio.Task[None]]()

    async def go_on() -> None:
        """What does not work now, the planner goes on with."""
        try:
            await adding.go_on()
        except StoreError as error:
            log.warning("adding", cause=type(error).__name__)

    @router.post("/people/import/{import_id}/add")
    async def begin(request: Request, member: Coach, import_id: str, form: Form) -> Response:
        also = [int(number) for number in form.all("also") if number.isascii() and number.isdecimal()]

        def begun(connection: Connection) -> None:
            own = imports.get(connection, member.organisation_id, member.id, import_id)
            if own is None:
                raise NothingOfYours
            if imports.begin(connection, own.id, also=also[:MOST_PEOPLE], now=desk.parts.now()):
                audit.record(connection, member, "import.begun", at=desk.parts.now())

        await desk.parts.store.write(begun)
        task = asyncio.create_task(go_on())
        at_work.add(task)
        task.add_done_callback(at_work.discard)
        return desk.pages.go_to(f"/people/import/{import_id}")

    @router.post("/people/import/{import_id}/forget")
    async def forget(request: Request, member: Coach, import_id: str, form: Form) -> Response:
        def forgotten(connection: Connection) -> None:
            own = imports.get(connection, member.organisation_id, member.id, import_id)
            if own is None or own.state is State.RUNNING:
                raise NothingOfYours
            imports.forget(connection, own.id)

        await desk.parts.store.write(forgotten)
        return desk.pages.go_to("/people/import", said="said.people_list_forgotten")

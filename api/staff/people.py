"""People: a coach's own people by name, and somebody new."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api import people
from api.access import Coach, participant_of
from api.people import Told
from api.sharing import Reader, status_for_staff
from api.staff.desk import StaffDesk
from api.staff.forms import Fields, Form
from domain.details import LONGEST_EMAIL, LONGEST_NAME, email_of, phone_of, plain_line
from domain.ids import ParticipantId
from domain.questionnaire import LANGUAGES
from storage import audit, consents, measurements, participants
from storage.participants import Listed
from storage.secrets import new_id
from storage.staff import StaffMember

A_PAGE = 50
MOST_SEARCHED = 60
_NEW = "person-to-add"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. ``status`` is a measurement's, as staff may see it; None before the first invitation."""

    person: Listed
    status: str | None


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """/people and /people/add."""
    _add_list(router, desk)
    _add_adding(router, desk)


def _add_list(router: APIRouter, desk: StaffDesk) -> None:
    @router.get("/people")
    async def listed(request: Request, member: Coach) -> Response:
        is_archived = request.query_params.get("archived") == "1"
        return await _list(desk, request, member, is_archived=is_archived, at=page_of(request))

    @router.post("/people")
    async def search(request: Request, member: Coach, form: Form) -> Response:
        """A search is sent, not asked for: no name stands in an address, a history or a proxy's log."""
        return await _list(desk, request, member, is_archived=form.has("archived"), search=search_of(form))


async def _list(
    desk: StaffDesk, request: Request, member: StaffMember, *, is_archived: bool, search: str = "", at: int = 1
) -> Response:
    def found(connection: Connection) -> tuple[list[Line], int]:
        part = participants.listed(
            connection,
            member.organisation_id,
            member.id,
            search=search,
            is_archived=is_archived,
            first=(at - 1) * A_PAGE,
            most=A_PAGE,
        )
        return _lines(connection, desk, member, part.people), part.total

    lines, total = await desk.parts.store.read(found)
    return desk.pages.show(
        request,
        "people.html",
        lines=lines,
        total=total,
        search=search,
        is_archived=is_archived,
        page=at,
        pages=1 if search else -(-total // A_PAGE),
        href=f"/people?page={{page}}{'&archived=1' if is_archived else ''}",
    )


def search_of(form: Fields) -> str:
    """What is searched for, on one line."""
    return plain_line(form.text("search", most=MOST_SEARCHED))


def page_of(request: Request) -> int:
    """Which page is asked for, from 1; the first one when that makes no sense."""
    number = request.query_params.get("page", "")
    return max(1, int(number)) if number.isascii() and number.isdecimal() and len(number) < 6 else 1


def _lines(connection: Connection, desk: StaffDesk, member: StaffMember, listed: tuple[Listed, ...]) -> list[Line]:
    ids = [person.id for person in listed]
    newest = measurements.newest_of(connection, ids)
    histories = consents.histories(connection, ids)
    reader, questionnaire = Reader(member.id, desk.parts.now()), desk.parts.catalogues.questionnaire

    def status(person: Listed) -> str | None:
        measurement = newest.get(person.id)
        if measurement is None:
            return None
        return status_for_staff(questionnaire, measurement, histories.get(person.id, ()), reader).status.value

    return [Line(person, status(person)) for person in listed]


# Somebody new -------------------------------------------------------------------------------------------------------


def _add_adding(router: APIRouter, desk: StaffDesk) -> None:
    @router.get("/people/add")
    async def ask(request: Request, member: Coach) -> Response:
        sealed = desk.sealer.seal(_NEW, {"id": new_id(), "coach_id": member.id}, desk.parts.now())
        return await _form(desk, request, member, Fields(), sealed=sealed, faults={})

    @router.post("/people/add")
    async def add(request: Request, member: Coach, form: Form) -> Response:
        on = await desk.parts.store.read(lambda c: people.modules_on(c, desk.parts, member.organisation_id))
        told, faults = read_told(form, on)
        opened = desk.sealer.open(_NEW, form.text("new"), now=desk.parts.now())
        # The form says beforehand which id its person will have: sent twice, it adds one person.
        id_ = opened["id"] if opened and opened["coach_id"] == member.id else new_id()
        if faults:
            return await _form(desk, request, member, form, sealed=form.text("new"), faults=faults, status=422)

        def added(connection: Connection) -> str:
            if participants.get(connection, member.organisation_id, id_) is None:
                people.add(connection, desk.parts, member, ParticipantId(id_), told)
                audit.record(connection, member, "person.added", participant_id=id_, at=desk.parts.now())
            return participant_of(connection, member, id_).id

        participant_id = await desk.parts.store.write(added)
        return desk.pages.go_to(f"/people/{participant_id}/manage", said="said.people_added")


async def _form(
    desk: StaffDesk,
    request: Request,
    member: StaffMember,
    typed: Fields,
    *,
    sealed: str,
    faults: dict[str, str],
    status: int = 200,
) -> Response:
    on = await desk.parts.store.read(lambda c: people.modules_on(c, desk.parts, member.organisation_id))
    catalogue = desk.parts.catalogues[member.language]
    return desk.pages.show(
        request,
        "people_add.html",
        status=status,
        typed=typed,
        new=sealed,
        faults=faults,
        languages_of_people=languages(desk, request.state.organisation.offered),
        modules=[(name, catalogue.say(f"group.{name}")) for name in on],
        chosen=typed.all("modules") if typed.has("new") else list(on),
    )


def languages(desk: StaffDesk, offered: tuple[str, ...]) -> list[tuple[str, str]]:
    """The languages that people are offered, each by its own name."""
    return [(code, desk.parts.catalogues[code].say("language.own_name")) for code in offered]


def read_told(form: Fields, on: tuple[str, ...]) -> tuple[Told, dict[str, str]]:
    """What the form tells of somebody, and what is wrong with it: a text's key by field."""
    name, language = plain_line(form.text("name", most=1000)), form.text("language")
    email, phone = form.text("email", most=LONGEST_EMAIL + 1), form.text("phone", most=100)
    chosen = tuple(module for module in on if module in form.all("modules"))
    wrong = {
        "name": "people.wrong_no_name" if not name else "people.wrong_long_name" if len(name) > LONGEST_NAME else "",
        "language": "" if language in LANGUAGES else "people.wrong_language",
        "email": "people.wrong_email" if email and email_of(email) is None else "",
        "phone": "people.wrong_phone" if phone and phone_of(phone) is None else "",
        "modules": "" if chosen else "people.wrong_modules",
    }
    told = Told(
        name=name,
        language=language,
        modules=None if chosen == on else chosen,
        phone=phone_of(phone) if phone else None,
        email=email_of(email) if email else None,
        same_order=form.has("same_order"),
    )
    return told, {field: key for field, key in wrong.items() if key}

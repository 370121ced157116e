"""What a coach does for one person: invite, hand over, archive, erase. Nothing here tells who came in."""

import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy import Connection

from api import people
from api.access import Coach, NothingOfYours, participant_of
from api.people import Drawn
from api.staff.access import is_dangerous
from api.staff.desk import StaffDesk
from api.staff.forms import Form
from bot.handing_over import hand_over
from bot.outcome import Outcome
from storage import audit, invitations, participants, staff
from storage.invitations import Issued
from storage.participants import Participant
from storage.staff import Role, StaffMember


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """/people/{id}/manage and what is done from there."""
    _add_looking(router, desk)
    _add_inviting(router, desk)
    _add_archiving(router, desk)
    _add_handing_over(router, desk)
    _add_erasing(router, desk)


def _add_looking(router: APIRouter, desk: StaffDesk) -> None:
    @router.get("/people/{participant_id}/manage")
    async def manage(request: Request, member: Coach, participant_id: str) -> Response:
        person = await _person(desk, member, participant_id)
        return desk.pages.show(request, "people_manage.html", person=person, has_telegram=bool(_telegram(desk)))


async def _person(desk: StaffDesk, member: StaffMember, participant_id: str) -> Participant:
    return await desk.parts.store.read(lambda connection: participant_of(connection, member, participant_id))


def _telegram(desk: StaffDesk) -> str:
    return desk.parts.telegram_name


# Invitations --------------------------------------------------------------------------------------------------------


def _add_inviting(router: APIRouter, desk: StaffDesk) -> None:
    @router.post("/people/{participant_id}/invitation")
    async def invite(request: Request, member: Coach, participant_id: str, form: Form) -> Response:
        drawn = Drawn()

        def issued(connection: Connection) -> tuple[Participant, Issued]:
            person = participant_of(connection, member, participant_id)
            return person, issue(connection, desk, member, person, drawn)

        person, new = await desk.parts.store.write(issued)
        return desk.pages.show(
            request,
            "people_invitation.html",
            person=person,
            issued=new,
            typed_code=in_halves(new.typed_code),
            type_at=desk.parts.link("").rstrip("/"),
            web_url=desk.parts.link(new.code),
            telegram_url=desk.parts.telegram_link(new.code),
            square=_square(desk.parts.link(new.code)),
        )


def issue(connection: Connection, desk: StaffDesk, member: StaffMember, person: Participant, drawn: Drawn) -> Issued:
    """A new invitation with its row in the log; somebody in the archive is brought back by it. Empty places have none.

    Raises NothingOfYours for an empty place: whoever took everything back is invited anew as somebody new.
    """
    if not person.name:
        raise NothingOfYours
    if person.archived_at is not None:
        participants.bring_back(connection, person.id)
    audit.record(connection, member, "invitation.issued", participant_id=person.id, at=desk.parts.now())
    return people.invite(connection, desk.parts, person, drawn)


def in_halves(code: str) -> str:
    """A typed code so that eyes do not get lost in it."""
    return f"{code[:4]} {code[4:]}"


def _square(link: str) -> Markup:
    made = segno.make(link, error="m", micro=False)
    drawn = made.svg_inline(scale=4, border=4, svgclass="qr", lineclass=None, omitsize=True)
    return Markup(drawn)  # noqa: S704 - segno draws squares of a link of ours, and writes no words


# Archive ------------------------------------------------------------------------------------------------------------


def _add_archiving(router: APIRouter, desk: StaffDesk) -> None:
    @router.post("/people/{participant_id}/archive")
    async def archive(request: Request, member: Coach, participant_id: str, form: Form) -> Response:
        def done(connection: Connection) -> None:
            person, now = participant_of(connection, member, participant_id), desk.parts.now()
            participants.archive(connection, person.id, now)
            invitations.revoke(connection, person.id, now)
            audit.record(connection, member, "person.archived", participant_id=person.id, at=now)

        await desk.parts.store.write(done)
        return desk.pages.go_to("/people", said="said.people_archived")

    @router.post("/people/{participant_id}/bring-back")
    async def bring_back(request: Request, member: Coach, participant_id: str, form: Form) -> Response:
        def done(connection: Connection) -> None:
            person = participant_of(connection, member, participant_id)
            participants.bring_back(connection, person.id)
            audit.record(connection, member, "person.brought_back", participant_id=person.id, at=desk.parts.now())

        await desk.parts.store.write(done)
        return desk.pages.go_to(f"/people/{participant_id}/manage", said="said.people_brought_back")


# Another coach ------------------------------------------------------------------------------------------------------


def _add_handing_over(router: APIRouter, desk: StaffDesk) -> None:
    @router.get("/people/{participant_id}/hand-over")
    async def choose(request: Request, member: Coach, participant_id: str) -> Response:
        def found(connection: Connection) -> tuple[Participant, list[StaffMember]]:
            return participant_of(connection, member, participant_id), _colleagues(connection, member)

        person, colleagues = await desk.parts.store.read(found)
        options = [(one.id, one.name) for one in colleagues]
        return desk.pages.show(request, "people_hand_over.html", person=person, options=options)

    @router.post("/people/{participant_id}/hand-over")
    async def done(request: Request, member: Coach, participant_id: str, form: Form) -> Response:
        wanted = form.text("coach", most=64)

        def handed(connection: Connection) -> bool:
            person = participant_of(connection, member, participant_id)
            to = next((one for one in _colleagues(connection, member) if one.id == wanted), None)
            if to is None:
                return False
            hand_over(connection, desk.turns, person, to.id)
            audit.record(connection, member, "person.handed_over", participant_id=person.id, at=desk.parts.now())
            return True

        if not await desk.parts.store.write(handed):
            return desk.pages.go_to(f"/people/{participant_id}/hand-over", said="said.people_no_such_coach")
        return desk.pages.go_to("/people", said="said.people_handed_over")


def _colleagues(connection: Connection, member: StaffMember) -> list[StaffMember]:
    """The other coaches of the organisation who work there now, by name."""
    everyone = staff.of_organisation(connection, member.organisation_id)
    others = (one for one in everyone if one.role is Role.COACH and one.id != member.id)
    return sorted(others, key=lambda one: one.name.casefold())


# Erasing ------------------------------------------------------------------------------------------------------------


def _add_erasing(router: APIRouter, desk: StaffDesk) -> None:
    @router.get("/people/{participant_id}/erase")
    async def ask(request: Request, member: Coach, participant_id: str) -> Response:
        person = await _person(desk, member, participant_id)
        words = desk.pages.words(request)
        name = person.name or words.say("people.no_name")
        return desk.pages.show(
            request,
            "confirm.html",
            title=words.say("people.erase_title", {"name": name}),
            lines=[words.say("people.erase_what"), words.say("people.erase_told"), words.say("people.erase_word")],
            action=f"/people/{person.id}/erase",
            fields=[],
            go=words.say("people.erase_go"),
            back=f"/people/{person.id}/manage",
        )

    @router.post("/people/{participant_id}/erase")
    @is_dangerous
    async def erase(request: Request, member: Coach, participant_id: str, form: Form) -> Response:
        def done(connection: Connection) -> Outcome | None:
            person = participant_of(connection, member, participant_id)
            audit.record(connection, member, "person.erased", participant_id=person.id, at=desk.parts.now())
            return people.erase(connection, desk.parts, person)

        # The second time there would be nobody left to tell.
        farewell = await desk.parts.store.write(done, may_repeat=False)
        if farewell is not None:
            desk.show(desk.turns.reply_of(farewell))
        await desk.parts.store.compact()
        return desk.pages.go_to("/people", said="said.people_erased")

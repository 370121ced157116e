"""The people of a coach: invite somebody, look, invite again, erase on somebody's word."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api import people
from api.access import Coach, participant_of
from api.people import Drawn, Told
from api.sharing import Reader, shares_anything
from api.v1.desk import Desk
from api.v1.errors import documented, module_off, not_found, not_json
from api.v1.measurements import chosen_modules
from api.v1.schemas import Invitation, Invited, NewParticipant, ParticipantList, ParticipantOut, Reissued
from domain.consent import Consent
from domain.ids import ParticipantId
from storage import consents, participants
from storage.invitations import Issued
from storage.participants import Participant
from storage.secrets import new_id


def add_routes(router: APIRouter, desk: Desk) -> None:
    """The routes under /participants that are about somebody as such."""
    _add_inviting(router, desk)
    _add_looking(router, desk)
    _add_erasing(router, desk)


def _add_inviting(router: APIRouter, desk: Desk) -> None:
    @router.post(
        "/participants",
        status_code=201,
        summary="Invite somebody",
        responses=documented(not_json(), module_off(["money"])),
    )
    async def invite(new: NewParticipant, member: Coach) -> Invited:
        """Adds a participant of this coach, with a baseline that is due now and an invitation to it."""
        participant_id, drawn = ParticipantId(new_id()), Drawn()
        told = Told(**{**new.model_dump(), "modules": None if new.modules is None else tuple(new.modules)})

        def added(connection: Connection) -> Issued:
            chosen_modules(connection, desk, member, new.modules)
            participant = people.add(connection, desk.parts, member, participant_id, told)
            return people.invite(connection, desk.parts, participant, drawn)

        issued = await desk.parts.store.write(added)
        return Invited(id=participant_id, invitation=_invitation(desk, issued))

    @router.post(
        "/participants/{participant_id}/invitations",
        status_code=201,
        summary="Invite the same person again",
        responses=documented(not_found()),
    )
    async def reissue(participant_id: str, member: Coach) -> Reissued:
        """A new invitation; an earlier one that nobody used ends. Where the person was, the chat goes on."""
        drawn = Drawn()
        issued = await desk.parts.store.write(
            lambda connection: people.invite(
                connection, desk.parts, participant_of(connection, member, participant_id), drawn
            )
        )
        return Reissued(invitation=_invitation(desk, issued))


def _add_looking(router: APIRouter, desk: Desk) -> None:
    @router.get("/participants", summary="Your own people")
    async def listed(member: Coach) -> ParticipantList:
        """Everyone who was invited by this coach and is not erased."""

        def found(connection: Connection) -> ParticipantList:
            own = participants.of_coach(connection, member.organisation_id, member.id)
            decided = consents.of_coach(connection, member.organisation_id, member.id)
            return ParticipantList(items=[_seen(desk, one, decided.get(one.id, ())) for one in own])

        return await desk.parts.store.read(found)

    @router.get("/participants/{participant_id}", summary="One of your own people", responses=documented(not_found()))
    async def one(participant_id: str, member: Coach) -> ParticipantOut:
        """Who this is. Nothing here tells whether the invitation was used."""

        def found(connection: Connection) -> ParticipantOut:
            participant = participant_of(connection, member, participant_id)
            return _seen(desk, participant, consents.history(connection, participant.id))

        return await desk.parts.store.read(found)


def _add_erasing(router: APIRouter, desk: Desk) -> None:
    @router.delete(
        "/participants/{participant_id}",
        status_code=204,
        response_class=Response,
        summary="Erase somebody",
        responses=documented(not_found()),
    )
    async def erase(participant_id: str, member: Coach) -> Response:
        """Erases everything that points to this person, at once. Whoever came in already is told so in the chat."""
        farewell = await desk.parts.store.write(
            lambda connection: people.erase(connection, desk.parts, participant_of(connection, member, participant_id)),
            may_repeat=False,  # The second time there would be nobody left to tell.
        )
        if farewell is not None:
            desk.show(desk.turns.reply_of(farewell))
        await desk.parts.store.compact()
        return Response(status_code=204)


def _invitation(desk: Desk, issued: Issued) -> Invitation:
    return Invitation(
        code=issued.code,
        typed_code=issued.typed_code,
        web_url=desk.parts.link(issued.code),
        telegram_url=desk.parts.telegram_link(issued.code),
        whatsapp_url=None,
        expires_at=issued.expires_at,
    )


def _seen(desk: Desk, participant: Participant, history: tuple[Consent, ...]) -> ParticipantOut:
    """The language changes when the person comes in and chooses: it would tell who did."""
    reader = Reader(participant.coach_id, desk.parts.now())
    is_sharing = shares_anything(desk.questionnaire, history, reader)
    return ParticipantOut(
        id=participant.id,
        name=participant.name,
        language=participant.language if is_sharing else None,  # type: ignore[arg-type]  # one of the five
        created_at=participant.created_at,
    )

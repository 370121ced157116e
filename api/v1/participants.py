"""The people of a coach: invite somebody, look, invite again, erase on somebody's word."""

import json
import secrets
from datetime import datetime

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.access import Coach, participant_of
from api.v1.desk import Desk
from api.v1.errors import documented, module_off, not_found, not_json
from api.v1.measurements import OPEN_FOR, SEED_BITS, chosen_modules
from api.v1.schemas import Invitation, Invited, NewParticipant, ParticipantList, ParticipantOut, Reissued
from api.v1.sharing import Reader, shares_anything
from bot.around import setting_of
from bot.conversation.screen import Say, Screen
from bot.turns import Outcome
from domain.consent import Consent
from domain.ids import MeasurementId, ParticipantId
from storage import consents, conversations, erasure, invitations, measurements, participants
from storage.erasure import ErasedBy
from storage.invitations import Issued
from storage.measurements import Kind, Status, StoredMeasurement
from storage.participants import Participant
from storage.secrets import new_id
from storage.staff import StaffMember


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
        participant_id, measurement_id = ParticipantId(new_id()), MeasurementId(new_id())
        seed = secrets.randbits(SEED_BITS)

        def added(connection: Connection) -> Issued:
            modules = chosen_modules(connection, desk, member, new.modules)
            participant = _participant(member, new, participant_id, desk.parts.now())
            participants.add(connection, participant)
            measurements.add(connection, _baseline(desk, participant, modules, measurement_id, seed))
            return _issue(connection, desk, participant)

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
        issued = await desk.parts.store.write(
            lambda connection: _issue(connection, desk, participant_of(connection, member, participant_id))
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
            lambda connection: _erase(connection, desk, participant_of(connection, member, participant_id)),
            may_repeat=False,  # The second time there would be nobody left to tell.
        )
        if farewell is not None:
            desk.show(desk.turns.reply_of(farewell))
        await desk.parts.store.compact()
        return Response(status_code=204)


def _participant(coach: StaffMember, new: NewParticipant, participant_id: ParticipantId, now: datetime) -> Participant:
    return Participant(
        id=participant_id,
        organisation_id=coach.organisation_id,
        coach_id=coach.id,
        name=new.name,
        language=new.language,
        created_at=now,
        phone=new.phone,
        phone_opt_in=new.phone_opt_in,
        email=new.email,
        same_order=new.same_order,
        modules=None if new.modules is None else tuple(new.modules),
    )


def _baseline(
    desk: Desk, participant: Participant, modules: tuple[str, ...], measurement_id: MeasurementId, seed: int
) -> StoredMeasurement:
    """The first measurement: due with the invitation, which is its way in."""
    now = participant.created_at
    return StoredMeasurement(
        id=measurement_id,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        kind=Kind.BASELINE,
        number=1,
        ordinal=1,
        questionnaire_version=desk.questionnaire.version,
        modules=modules,
        seed=seed,
        same_order=participant.same_order,
        due_at=now,
        closes_at=now + OPEN_FOR,
        status=Status.INVITED,
        invited_at=now,
    )


def _issue(connection: Connection, desk: Desk, participant: Participant) -> Issued:
    return invitations.issue(
        connection,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        key=desk.parts.key,
        now=desk.parts.now(),
    )


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


def _erase(connection: Connection, desk: Desk, participant: Participant) -> Outcome | None:
    """Erases, on the person's word; what is to be said in the chat, if there is one."""
    farewell = _farewell(connection, desk, participant)
    erasure.erase(
        connection,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        erased_by=ErasedBy.COACH,
        key=desk.parts.key,
        now=desk.parts.now(),
    )
    return farewell


def _farewell(connection: Connection, desk: Desk, participant: Participant) -> Outcome | None:
    stored = conversations.of_participant(connection, participant.id)
    if stored is None:
        return None
    # Below everything else, as a message that is heard: somebody who never asked for this must notice.
    placed = stored.placed and json.dumps({**json.loads(stored.placed), "is_last": False})
    return Outcome(
        Screen(lines=(Say("delete.by_coach"),)),
        setting_of(desk.parts, stored),
        stored.language,
        stored.channel or "",
        stored.address or "",
        placed=placed,
    )

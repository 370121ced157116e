"""The consents: for the owner a register without people, for a coach what the own people share now."""

from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter
from sqlalchemy import Connection

from api.access import Staff
from api.v1.desk import Desk
from api.v1.schemas import ConsentList, ConsentOut, SharingOut
from domain.consent import History, Purpose, latest, may_share
from storage import consents
from storage.consents import Registered
from storage.staff import Role, StaffMember


def add_routes(router: APIRouter, desk: Desk) -> None:
    """The route of the consents."""

    @router.get("/consents", summary="Consents: the register, or what is shared with you")
    async def listed(member: Staff) -> ConsentList:
        """The owner gets what was given and withdrawn, in random order, without people and without refusals.

        A coach gets the sharing in force of the own people.
        """

        def found(connection: Connection) -> ConsentList:
            if member.role is Role.OWNER:
                register = consents.register(connection, member.organisation_id)
                return ConsentList(items=[_record(one) for one in register])
            return ConsentList(items=list(_sharing(connection, desk, member)))

        return await desk.parts.store.read(found)


def _record(one: Registered) -> ConsentOut:
    return ConsentOut(
        record=one.record,
        purpose=one.purpose,
        decision=one.decision,
        text_version=one.text_version,
        text_hash=one.text_hash,
        language=one.language,  # type: ignore[arg-type]  # one of the five
        channel=one.channel,
        day=one.decided_on,
    )


def _sharing(connection: Connection, desk: Desk, member: StaffMember) -> Iterator[SharingOut]:
    """Per person the groups in force, together as far as they end together."""
    now = desk.parts.now()
    for participant_id, history in consents.of_coach(connection, member.organisation_id, member.id).items():
        by_end: dict[datetime | None, list[str]] = {}
        for group in desk.questionnaire.groups:
            if may_share(history, group, coach_id=member.id, now=now):
                by_end.setdefault(_ends_at(history, group.name, member.id), []).append(group.name)
        for until, groups in by_end.items():
            yield SharingOut(participant_id=participant_id, groups=groups, until=until)


def _ends_at(history: History, group: str, coach_id: str) -> datetime | None:
    """When the sharing of a group ends: the topic's own end, or the coach's when that comes sooner."""
    said = (latest(history, Purpose.TOPIC, group, coach_id), latest(history, Purpose.COACH, None, coach_id))
    return min((one.ends_at for one in said if one and one.ends_at), default=None)

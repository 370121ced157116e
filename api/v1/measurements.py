"""The measurements of one of a coach's people: plan one, and see how far each came, as far as that is shared."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter
from sqlalchemy import Connection

from api.access import Coach, participant_of
from api.people import OPEN_FOR, SEED_BITS
from api.sharing import Reader, status_for_staff
from api.v1.desk import Desk
from api.v1.errors import conflict, documented, invalid, module_off, not_found, not_json
from api.v1.schemas import MeasurementAdded, MeasurementList, MeasurementOut, NewMeasurement
from bot.invite import invite
from bot.outcome import Outcome
from domain.consent import Consent
from domain.ids import MeasurementId
from storage import consents, measurements, organisations
from storage.measurements import Kind, StoredMeasurement
from storage.participants import Participant
from storage.secrets import new_id
from storage.staff import StaffMember

FEWEST_BETWEEN = timedelta(weeks=8)
"""Closer together, two measurements say little about change (METHOD e.3): it is allowed, with a warning."""

FURTHEST = timedelta(days=5 * 366)
"""Nothing is planned further ahead: a due moment years away is a slip of the keyboard."""


def add_routes(router: APIRouter, desk: Desk) -> None:
    """The routes under /participants/{id}/measurements."""

    @router.post(
        "/participants/{participant_id}/measurements",
        status_code=201,
        summary="Plan a follow-up",
        responses=documented(not_json(), not_found(), conflict(), module_off(["money"])),
    )
    async def plan(participant_id: str, member: Coach, new: NewMeasurement | None = None) -> MeasurementAdded:
        """Plans a follow-up; one that is due now is offered in the chat at once, if the person said yes to messages.

        Without ``modules`` it asks what this person is asked: the modules chosen at the invitation.
        """
        wanted = new or NewMeasurement()
        measurement_id, seed = MeasurementId(new_id()), secrets.randbits(SEED_BITS)

        def planned(connection: Connection) -> tuple[MeasurementAdded, Outcome | None]:
            participant = participant_of(connection, member, participant_id)
            modules = _modules(connection, desk, member, participant, wanted)
            before = measurements.of_participant(connection, participant.id)
            due_at = _due_at(wanted.due_at, desk.parts.now())
            _add(connection, desk, participant, measurement_id, seed, due_at, modules)
            others = [one for one in before if one.id != measurement_id]
            return _told(connection, desk, member, measurement_id, warning=_warning(others, due_at))

        added, outcome = await desk.parts.store.write(planned)
        if outcome is not None:
            desk.show(desk.turns.reply_of(outcome))
        return added

    @router.get(
        "/participants/{participant_id}/measurements",
        summary="Somebody's measurements",
        responses=documented(not_found()),
    )
    async def listed(participant_id: str, member: Coach) -> MeasurementList:
        """Every measurement. Who never opened, refused, stopped or took everything back looks the same."""

        def found(connection: Connection) -> MeasurementList:
            participant = participant_of(connection, member, participant_id)
            history = consents.history(connection, participant.id)
            every = measurements.of_participant(connection, participant.id)
            return MeasurementList(items=[MeasurementOut(**_seen(desk, member, one, history)) for one in every])

        return await desk.parts.store.read(found)


def chosen_modules(
    connection: Connection, desk: Desk, member: StaffMember, wanted: Sequence[str] | None
) -> tuple[str, ...]:
    """The modules to ask, in the fixed order: what is wanted, or all that the organisation has on.

    Raises the problem ``module-off`` for any other name.
    """
    organisation = organisations.get(connection, member.organisation_id)
    on = desk.questionnaire.in_order(organisation.modules if organisation else ())
    if wanted is None:
        return on
    if not set(wanted) <= set(on):
        raise module_off(on)
    return desk.questionnaire.in_order(wanted)


def _modules(
    connection: Connection, desk: Desk, member: StaffMember, participant: Participant, wanted: NewMeasurement
) -> tuple[str, ...]:
    """What is wanted; else what this person is asked, as far as the organisation still has it on."""
    on = chosen_modules(connection, desk, member, wanted.modules)
    if wanted.modules is not None:
        return on
    return tuple(name for name in on if name in (participant.modules or on)) or on


def _due_at(wanted: datetime | None, now: datetime) -> datetime:
    if wanted is None or wanted <= now:
        return now
    if wanted - now > FURTHEST:
        raise invalid("due_at", "is more than five years away")
    return wanted.astimezone(UTC)


def _warning(others: Sequence[StoredMeasurement], due_at: datetime) -> Literal["too-soon"] | None:
    return "too-soon" if any(abs(due_at - one.due_at) < FEWEST_BETWEEN for one in others) else None


def _add(
    connection: Connection,
    desk: Desk,
    participant: Participant,
    measurement_id: MeasurementId,
    seed: int,
    due_at: datetime,
    modules: tuple[str, ...],
) -> None:
    number, ordinal = measurements.next_numbers(connection, participant.id, Kind.FOLLOW_UP)
    follow_up = StoredMeasurement(
        id=measurement_id,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        kind=Kind.FOLLOW_UP,
        number=number,
        ordinal=ordinal,
        questionnaire_version=desk.questionnaire.version,
        modules=modules,
        seed=seed,
        same_order=participant.same_order,
        due_at=due_at,
        closes_at=due_at + OPEN_FOR,
    )
    measurements.add(connection, follow_up)


def _told(
    connection: Connection,
    desk: Desk,
    member: StaffMember,
    measurement_id: MeasurementId,
    *,
    warning: Literal["too-soon"] | None,
) -> tuple[MeasurementAdded, Outcome | None]:
    """The measurement as it is stored now, and what that makes due in the chat when it is due already."""
    stored = measurements.get(connection, member.organisation_id, measurement_id)
    assert stored is not None  # noqa: S101 - it was added in this transaction
    outcome = invite(connection, desk.turns, stored) if stored.due_at <= desk.parts.now() else None
    history = consents.history(connection, stored.participant_id)
    return MeasurementAdded(**_seen(desk, member, stored, history), warning=warning), outcome


def _seen(
    desk: Desk, member: StaffMember, measurement: StoredMeasurement, history: Sequence[Consent]
) -> dict[str, Any]:
    """The fields of a measurement as its coach sees it."""
    reader = Reader(member.id, desk.parts.now())
    seen = status_for_staff(desk.questionnaire, measurement, history, reader)
    return {
        "id": measurement.id,
        "kind": measurement.kind.value,
        "number": measurement.number,
        "status": seen.status,
        "due_at": measurement.due_at,
        "completed_at": seen.completed_at,
        "modules": list(measurement.modules),
    }

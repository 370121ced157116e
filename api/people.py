"""What is done with a coach's people, the same from a page and from the JSON API: add, invite, erase.

Everything here happens inside a transaction that is already open, for a person whom the caller may reach.
"""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from bot.around import setting_of
from bot.conversation.screen import Say, Screen
from bot.outcome import Outcome
from bot.parts import Parts
from domain.ids import MeasurementId, ParticipantId
from storage import conversations, erasure, invitations, measurements, organisations, participants
from storage.erasure import ErasedBy
from storage.invitations import Issued
from storage.measurements import Kind, Status, StoredMeasurement
from storage.participants import Participant
from storage.secrets import new_id
from storage.staff import StaffMember

OPEN_FOR = timedelta(days=28)
"""A measurement can be answered for four weeks: longer than most holidays, and short enough to be about one moment."""

SEED_BITS = 63
"""The seed of the order of statements is kept in a signed 64-bit column."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is random about an invitation, drawn before the transaction, which may run twice."""

    measurement_id: MeasurementId = field(default_factory=lambda: MeasurementId(new_id()))
    seed: int = field(default_factory=lambda: secrets.randbits(SEED_BITS))


@dataclass(frozen=True, slots=True)
class Told:
    """What a coach tells of somebody to be added. ``modules`` None: all that the organisation has on."""

    name: str
    language: str
    modules: tuple[str, ...] | None = None
    phone: str | None = None
    phone_opt_in: bool = False
    email: str | None = None
    same_order: bool = False


def add(
    connection: Connection, parts: Parts, coach: StaffMember, participant_id: ParticipantId, told: Told
) -> Participant:
    """Somebody new of this coach, who is not invited yet; nothing happens when the id is there already."""
    participant = Participant(
        id=participant_id,
        organisation_id=coach.organisation_id,
        coach_id=coach.id,
        name=told.name,
        language=told.language,
        created_at=parts.now(),
        phone=told.phone,
        phone_opt_in=told.phone_opt_in,
        email=told.email,
        same_order=told.same_order,
        modules=told.modules,
    )
    participants.add(connection, participant)
    return participant


def invite(connection: Connection, parts: Parts, participant: Participant, drawn: Drawn) -> Issued:
    """A new invitation, with the baseline that it is the way in to; earlier ones that nobody used end.

    Whoever was invited before keeps the measurements there are.
    """
    if not measurements.of_participant(connection, participant.id):
        measurements.add(connection, _baseline(connection, parts, participant, drawn))
    return invitations.issue(
        connection,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        key=parts.key,
        now=parts.now(),
    )


def _baseline(connection: Connection, parts: Parts, participant: Participant, drawn: Drawn) -> StoredMeasurement:
    """The first measurement: due with the invitation."""
    now = parts.now()
    return StoredMeasurement(
        id=drawn.measurement_id,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        kind=Kind.BASELINE,
        number=1,
        ordinal=1,
        questionnaire_version=parts.catalogues.questionnaire.version,
        modules=_modules(connection, parts, participant),
        seed=drawn.seed,
        same_order=participant.same_order,
        due_at=now,
        closes_at=now + OPEN_FOR,
        status=Status.INVITED,
        invited_at=now,
    )


def _modules(connection: Connection, parts: Parts, participant: Participant) -> tuple[str, ...]:
    """What this person is asked, as far as the organisation has it on; all that is on when that leaves nothing."""
    on = modules_on(connection, parts, participant.organisation_id)
    return tuple(name for name in on if name in (participant.modules or on)) or on


def modules_on(connection: Connection, parts: Parts, organisation_id: str) -> tuple[str, ...]:
    """The modules that an organisation has on, in the fixed order."""
    organisation = organisations.get(connection, organisation_id)
    return parts.catalogues.questionnaire.in_order(organisation.modules if organisation else ())


def erase(connection: Connection, parts: Parts, participant: Participant) -> Outcome | None:
    """Erases, on the person's word; what is to be said in the chat, if there is one."""
    farewell = _farewell(connection, parts, participant)
    erasure.erase(
        connection,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        erased_by=ErasedBy.COACH,
        key=parts.key,
        now=parts.now(),
    )
    return farewell


def _farewell(connection: Connection, parts: Parts, participant: Participant) -> Outcome | None:
    stored = conversations.of_participant(connection, participant.id)
    if stored is None:
        return None
    # Below everything else, as a message that is heard: somebody who never asked for this must notice.
    placed = stored.placed and json.dumps({**json.loads(stored.placed), "is_last": False})
    return Outcome(
        Screen(lines=(Say("delete.by_coach"),)),
        setting_of(parts, stored),
        stored.language,
        stored.channel or "",
        stored.address or "",
        placed=placed,
    )

"""Who may do what, for the JSON API and the staff pages alike: whom a route is for, and the only way to a person.

A route says in its signature whom it is for: ``member: Coach``, ``Owner`` or ``Staff``. A route that says nothing
cannot be made. Rights are read for each request from the rows that are stored at that moment.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Annotated, Any, get_args

from fastapi import Depends, Request
from sqlalchemy import Connection

from domain.errors import WerkstemError
from domain.ids import MeasurementId, ParticipantId
from storage import measurements, participants, staff
from storage.measurements import StoredMeasurement
from storage.participants import Participant
from storage.staff import Role, StaffMember

_ID = re.compile(r"[0-9a-f]{32}")


class NothingOfYours(WerkstemError):
    """What is not there and what is somebody else's, told apart by nothing: each edge has one answer to it."""


@dataclass(frozen=True, slots=True)
class Only:
    """Lets in staff of these roles; the one who asks is the value of the parameter."""

    roles: frozenset[Role]

    def __call__(self, request: Request) -> StaffMember:
        """The member of staff whom the route's guard let in."""
        member: StaffMember = request.state.member
        return member


Coach = Annotated[StaffMember, Depends(Only(frozenset({Role.COACH})))]
Owner = Annotated[StaffMember, Depends(Only(frozenset({Role.OWNER})))]
Staff = Annotated[StaffMember, Depends(Only(frozenset(Role)))]


def roles_of(endpoint: Callable[..., Any]) -> frozenset[Role]:
    """Whom an endpoint is for, by its signature; raises TypeError when it does not say so exactly once."""
    found = [
        meant.dependency.roles
        for parameter in signature(endpoint).parameters.values()
        for meant in get_args(parameter.annotation)
        if isinstance(getattr(meant, "dependency", None), Only)
    ]
    if len(found) != 1:
        raise TypeError(f"{endpoint.__name__} must say once whom it is for: Coach, Owner or Staff")
    roles: frozenset[Role] = found[0]
    return roles


def colleague_of(connection: Connection, owner: StaffMember, staff_id: str, *, is_former: bool = False) -> StaffMember:
    """Somebody of the own organisation's staff; with ``is_former`` also who was removed. Raises NothingOfYours."""
    found = None
    if _ID.fullmatch(staff_id):
        look = staff.ever if is_former else staff.get
        found = look(connection, owner.organisation_id, staff_id)
    if found is None:
        raise NothingOfYours
    return found


def participant_of(connection: Connection, coach: StaffMember, participant_id: str) -> Participant:
    """A coach's own participant. Raises NothingOfYours for absent and foreign ids alike."""
    found = None
    if _ID.fullmatch(participant_id):
        found = participants.get(connection, coach.organisation_id, ParticipantId(participant_id))
    if found is None or found.coach_id != coach.id:
        raise NothingOfYours
    return found


def measurement_of(
    connection: Connection, coach: StaffMember, measurement_id: str
) -> tuple[StoredMeasurement, Participant]:
    """A measurement of a coach's own participant, and that participant. Raises as ``participant_of``."""
    found = None
    if _ID.fullmatch(measurement_id):
        found = measurements.get(connection, coach.organisation_id, MeasurementId(measurement_id))
    if found is None:
        raise NothingOfYours
    return found, participant_of(connection, coach, found.participant_id)

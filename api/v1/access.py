"""Who may do what in the JSON API: the only place that looks at tokens and roles, and the only way to a person.

A route says in its signature whom it is for: ``member: Coach``, ``Owner`` or ``Staff``. A route that says nothing
cannot be made. The token comes first, then the role, then the body, and only then does anything get looked up.
"""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from inspect import signature
from typing import Annotated, Any, get_args

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Connection
from starlette.types import Message

from api.v1.desk import Desk
from api.v1.errors import no_token, not_found, problem_of, too_large, wrong_role
from domain.ids import MeasurementId, ParticipantId
from storage import measurements, participants, staff
from storage.measurements import StoredMeasurement
from storage.participants import Participant
from storage.staff import Role, StaffMember

MOST_BYTES = 64 * 1024
"""No body of ours is larger."""

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""On every answer: what is about people is kept by nobody on the way."""

_ID = re.compile(r"[0-9a-f]{32}")


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


def guarded(desk: Desk) -> type[APIRoute]:
    """The class of every route: guards it, turns what goes wrong into problems, and adds the headers."""

    class Guarded(APIRoute):
        """A route behind a token and a role."""

        def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
            self.roles = roles_of(endpoint)
            super().__init__(path, endpoint, **options)

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The handler, behind the guard."""
            handle = super().get_route_handler()

            async def guard(request: Request) -> Response:
                try:
                    request.state.member = await _let_in(desk, request, self.roles)
                    response = await handle(await _with_body(request))
                except Exception as error:
                    problem = problem_of(error)
                    if problem is None:
                        raise
                    response = problem.answer()
                response.headers.update(HEADERS)
                return response

            return guard

    return Guarded


async def _let_in(desk: Desk, request: Request, roles: frozenset[Role]) -> StaffMember:
    """The member of staff of the request's token, with the rights that are stored at this moment."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    member = None
    if scheme.lower() == "bearer" and token:
        member = await desk.parts.store.read(
            lambda connection: staff.by_token(connection, token.strip(), key=desk.parts.key)
        )
    if member is None:
        raise no_token()
    if member.role not in roles:
        raise wrong_role()
    return member


async def _with_body(request: Request) -> Request:
    """The same request with its body read, as far as it is not too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise too_large(MOST_BYTES)

    async def replay() -> Message:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return Request(request.scope, replay)


def participant_of(connection: Connection, coach: StaffMember, participant_id: str) -> Participant:
    """A coach's own participant. Raises the one problem for absent and foreign ids alike."""
    found = None
    if _ID.fullmatch(participant_id):
        found = participants.get(connection, coach.organisation_id, ParticipantId(participant_id))
    if found is None or found.coach_id != coach.id:
        raise not_found()
    return found


def measurement_of(
    connection: Connection, coach: StaffMember, measurement_id: str
) -> tuple[StoredMeasurement, Participant]:
    """A measurement of a coach's own participant, and that participant. Raises as ``participant_of``."""
    found = None
    if _ID.fullmatch(measurement_id):
        found = measurements.get(connection, coach.organisation_id, MeasurementId(measurement_id))
    if found is None:
        raise not_found()
    return found, participant_of(connection, coach, found.participant_id)

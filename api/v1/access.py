"""The guard of the JSON API: the only place that looks at its tokens.

The token comes first, then the role, then the body, and only then does anything get looked up.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from api.access import roles_of
from api.v1.desk import Desk
from api.v1.errors import no_token, problem_of, too_large, wrong_role
from storage import staff
from storage.staff import Role, StaffMember

MOST_BYTES = 64 * 1024
"""No body of ours is larger."""

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""On every answer: what is about people is kept by nobody on the way."""


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

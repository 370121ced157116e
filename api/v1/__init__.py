"""The JSON API under /api/v1: participants, measurements, scores, results, consents, exports and the questionnaire."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.routing import Route

from api.v1 import consents, exports, measurements, participants, published, questionnaire, results
from api.v1.access import HEADERS, MOST_BYTES, guarded
from api.v1.desk import Desk
from api.v1.errors import (
    Problem,
    documented,
    internal,
    invalid,
    no_token,
    not_found,
    too_large,
    unavailable,
    wrong_role,
)
from bot.inbound import Reply
from bot.parts import Parts
from bot.turns import Turns
from bot.webs import Webs

PREFIX = "/api/v1"
"""Where all of it stands."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
"""Every method that is answered, be it with a problem."""


_USELESS = invalid("language", "Input should be 'nl', 'en', 'fr', 'tr' or 'ar'")


def v1_router(parts: Parts, webs: Webs, turns: Turns, show: Callable[[Reply], None]) -> APIRouter:
    """Every route of the JSON API, to be included as it is.

    ``show`` gets what a request made due in somebody's chat, after the commit: ``Delivery.show_soon``.
    """
    desk = Desk(parts, webs, turns, show)
    token = HTTPBearer(auto_error=False, description="A token of `werkstem token create`, with that person's rights.")
    router = APIRouter(
        prefix=PREFIX,
        route_class=guarded(desk),
        dependencies=[Security(token)],  # It only tells the OpenAPI of the token: the guard looks at it.
        responses=documented(no_token(), wrong_role(), too_large(MOST_BYTES), _USELESS, internal(), unavailable()),
        tags=["v1"],
    )
    for routes in (participants, measurements, results, published, consents, exports, questionnaire):
        routes.add_routes(router, desk)
    router.routes.append(_elsewhere(router))
    return router


def _elsewhere(router: APIRouter) -> Route:
    """The problem for a path or a method that the JSON API does not have."""

    def nothing(request: Request) -> Response:
        path = f"{PREFIX}/{request.path_params['rest']}"
        known = [route for route in router.routes if isinstance(route, APIRoute) and route.path_regex.match(path)]
        allowed = sorted({method for route in known for method in route.methods or ()})
        problem = not_found()
        if allowed:
            problem = Problem(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "method",
                "This address does not take that method.",
                headers={"Allow": ", ".join(allowed)},
            )
        answer = problem.answer()
        answer.headers.update(HEADERS)
        return answer

    return Route(f"{PREFIX}/{{rest:path}}", nothing, methods=METHODS, include_in_schema=False)

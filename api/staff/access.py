"""The guard of the staff pages: session first, then role, then body and where it comes from, then anything else.

Every answer carries the private headers. Whoever is not signed in is led to the sign-in page; a form that was sent
too late is carried along, sealed, and can be sent again after signing in by the same person.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.access import NothingOfYours, roles_of
from api.staff import forms
from api.staff.browser import is_proof
from api.staff.carried import Carried, carry
from api.staff.desk import StaffDesk
from api.staff.forms import Fields
from api.web_guard import PRIVATE_HEADERS, TooLargeError, is_from_here
from reports.studio import DrawingError
from storage import organisations, sessions, staff
from storage.errors import Conflict, StoreUnavailable
from storage.organisations import Organisation
from storage.sessions import NOTED_AFTER, Session
from storage.staff import StaffMember

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, as stored at this moment."""

    member: StaffMember
    session: Session
    organisation: Organisation


def is_dangerous(endpoint: Endpoint) -> Endpoint:
    """Says of an endpoint that takes a form: only for who showed both factors in the last ten minutes."""
    endpoint.__dict__["is_dangerous"] = True
    return endpoint


def guarded(desk: StaffDesk) -> type[APIRoute]:
    """The class of every route behind the sign-in."""

    class Guarded(APIRoute):
        """A route behind a session and a role."""

        def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
            self.roles = roles_of(endpoint)
            super().__init__(path, endpoint, **options)

        @property
        def most_bytes(self) -> int:
            """How large a form may be. Read for each request: the order of decorators makes no difference."""
            return int(getattr(self.endpoint, "most_bytes", forms.MOST_BYTES))

        @property
        def is_dangerous(self) -> bool:
            """Whether both factors must have been shown a short while ago."""
            return bool(getattr(self.endpoint, "is_dangerous", False))

        def get_route_handler(self) -> Handler:
            """The handler, behind the guard."""
            handle = super().get_route_handler()

            async def guard(request: Request) -> Response:
                return await calmly(desk, request, lambda: self._let_in(request, handle))

            return guard

        async def _let_in(self, request: Request, handle: Handler) -> Response:
            secret = desk.cookies.session(request)
            found = await _signed_in(desk, secret)
            is_live = found is not None and found.session.is_live(desk.parts.now())
            if found is None or secret is None or not is_live:
                return await _sign_in_first(desk, request, found, secret or "", self.most_bytes)
            request.state.member, request.state.session = found.member, found.session
            request.state.organisation, request.state.secret = found.organisation, secret
            if found.member.role not in self.roles:
                return desk.pages.show(request, "refused.html", status=403, why="refused.role")
            if request.method not in SAFE:
                request.state.form = await forms.read(request, self.most_bytes)
                if not _is_ours(request, secret):
                    return desk.pages.show(request, "refused.html", status=403, why="refused.form")
                if self.is_dangerous and not found.session.is_fresh(desk.parts.now()):
                    return _prove_first(desk, request, found.member)
            await _note(desk, found.session)
            return await handle(request)

    return Guarded


def opened(desk: StaffDesk) -> type[APIRoute]:
    """The class of the few routes before the sign-in: no member, but the same headers, limits and proof of forms."""

    class Opened(APIRoute):
        """A route for whoever comes, whose forms must still be made by us for this browser."""

        def get_route_handler(self) -> Handler:
            """The handler, behind its small guard."""
            handle = super().get_route_handler()

            async def visit(request: Request) -> Response:
                visitor = request.state.secret = desk.cookies.visitor(request)
                if request.method not in SAFE:
                    request.state.form = await forms.read(request, forms.MOST_BYTES)
                    if not _is_ours(request, visitor):
                        response: Response = desk.pages.show(request, "refused.html", status=403, why="refused.form")
                        return response
                response = await handle(request)
                desk.cookies.keep_visitor(response, visitor)  # Whoever came in has another secret by now.
                return response

            async def guard(request: Request) -> Response:
                return await calmly(desk, request, lambda: visit(request))

            return guard

    return Opened


async def calmly(desk: StaffDesk, request: Request, answer: Callable[[], Awaitable[Response]]) -> Response:
    """The answer with our headers; what goes wrong becomes a page that says what happened and what to do."""
    try:
        response = await answer()
    except NothingOfYours:
        response = desk.pages.show(request, "refused.html", status=404, why="refused.nothing")
    except RequestValidationError:
        response = desk.pages.show(request, "refused.html", status=404, why="refused.nothing")
    except TooLargeError:
        response = desk.pages.show(request, "refused.html", status=413, why="refused.large")
    except HTTPException as error:
        why = "refused.large" if error.status_code == 413 else "refused.nothing"
        response = desk.pages.show(request, "refused.html", status=error.status_code, why=why)
    except Conflict:
        response = desk.pages.show(request, "refused.html", status=409, why="refused.conflict")
    except StoreUnavailable:
        response = desk.pages.show(request, "refused.html", status=503, why="refused.store")
        response.headers["Retry-After"] = "5"
    except DrawingError:
        response = desk.pages.show(request, "refused.html", status=503, why="refused.drawing")
    for name, value in PRIVATE_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _signed_in(desk: StaffDesk, secret: str | None) -> SignedIn | None:
    """Whose session it is, over or not; None when there is none or the member is no longer there."""
    if secret is None:
        return None

    def look(connection: Any) -> SignedIn | None:
        session = sessions.by_secret(connection, secret, key=desk.parts.key)
        member = session and staff.get(connection, session.organisation_id, session.staff_id)
        organisation = session and organisations.get(connection, session.organisation_id)
        return SignedIn(member, session, organisation) if session and member and organisation else None

    return await desk.parts.store.read(look)


async def _note(desk: StaffDesk, session: Session) -> None:
    now = desk.parts.now()
    if now - session.seen_at >= NOTED_AFTER:
        await desk.parts.store.write(lambda connection: sessions.note_seen(connection, session.id, now))


def _is_ours(request: Request, secret: str) -> bool:
    """Whether a form was made by us for this browser, and sent by a page of ours."""
    form: Fields = request.state.form
    has_proof = is_proof(secret, form.text("proof"))
    return has_proof and is_from_here(request, has_proof=has_proof)


async def _sign_in_first(
    desk: StaffDesk, request: Request, found: SignedIn | None, secret: str, most_bytes: int
) -> Response:
    """The way to the sign-in page. A form of a session that ran out comes along; one of a stranger does not."""
    if request.method in SAFE:
        response: Response = RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
    else:
        kept = ""
        if found is not None and found.session.ended_at is None:
            request.state.form = await forms.read(request, most_bytes)
            if _is_ours(request, secret):
                kept = carry(desk.sealer, Carried.of(request, found.member.id), desk.parts.now())
        request.state.secret = desk.cookies.visitor(request)
        response = desk.pages.show(
            request, "sign_in.html", status=401, next=request.url.path, kept=kept, email="", fault=None
        )
        desk.cookies.keep_visitor(response, request.state.secret)
    return response


def _prove_first(desk: StaffDesk, request: Request, member: StaffMember) -> Response:
    kept = carry(desk.sealer, Carried.of(request, member.id), desk.parts.now())
    is_bare = desk.is_demo and member.password_hash is None
    return desk.pages.show(request, "prove.html", status=401, kept=kept, fault=None, is_bare=is_bare)

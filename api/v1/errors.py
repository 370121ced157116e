"""What the JSON API answers when it does not do what was asked: problem documents (RFC 9457), never a stored value.

``type`` is ``about:blank``, so that ``title`` is the status in words; ``code`` says which problem it is, for programs,
and ``detail`` says it for people.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.access import NothingOfYours
from domain.errors import GroupingTooLate, NotEnoughFinished, UnknownMoment, WindowClosedAlready
from reports.studio import DrawingError
from storage.errors import Conflict, StoreUnavailable

MEDIA_TYPE = "application/problem+json"

_NAME = re.compile(r"[a-z_]{1,40}")


class Problem(Exception):
    """A request that is refused, with the answer to it. ``errors`` are its faulty fields, by name, with a sentence."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = tuple(errors)

    def document(self) -> dict[str, Any]:
        """The problem document."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            "code": self.code,
        }
        return body | ({"errors": [dict(error) for error in self.errors]} if self.errors else {})

    def answer(self) -> JSONResponse:
        """The answer with the problem document."""
        return JSONResponse(self.document(), self.status.value, headers=self.headers, media_type=MEDIA_TYPE)


def no_token() -> Problem:
    """Nobody's token, or none at all."""
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "token",
        "Send a valid token: Authorization: Bearer …",
        headers={"WWW-Authenticate": 'Bearer realm="werkstem"'},
    )


def wrong_role() -> Problem:
    """Coaches see persons, owners see what is published; nobody both."""
    return Problem(HTTPStatus.FORBIDDEN, "role", "This is not for your role.")


def not_found() -> Problem:
    """The one answer for what is not there and for what is somebody else's, the same to the byte."""
    return Problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing of yours at this address.")


def not_shared() -> Problem:
    """The person shares nothing of it with who asks: never opened, not finished, refused and taken back alike."""
    return Problem(HTTPStatus.FORBIDDEN, "not-shared", "This is not shared with you.")


def module_off(names: Iterable[str]) -> Problem:
    """Modules that the organisation has not switched on; ``names`` are the ones that it has on."""
    known = ", ".join(names)
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "module-off",
        f"Only modules that your organisation has switched on can be asked: {known}.",
        errors=({"field": "modules", "detail": "names a module that is not switched on"},),
    )


def invalid(field: str, detail: str) -> Problem:
    """One field has a value that cannot be used."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        "A value of the request cannot be used.",
        errors=({"field": field, "detail": detail},),
    )


def not_yet() -> Problem:
    """Group results: nobody finished, too few did, or it may not be shown; which of them is not said."""
    return Problem(
        HTTPStatus.CONFLICT,
        "not-yet",
        "This cannot be shown yet: it takes a window that closed, with enough people in it.",
    )


def window_closed() -> Problem:
    """Somebody else, or the planner, closed this window before."""
    return Problem(
        HTTPStatus.CONFLICT,
        "window-closed",
        "This window is closed already: what it says stays as it is, and the next one gathers answers.",
    )


def grouping_late() -> Problem:
    """A grouping that is declared after the first publication."""
    return Problem(
        HTTPStatus.CONFLICT,
        "grouping-late",
        "Something is published already: teams or locations can only be declared before that.",
    )


def problem_of(error: Exception) -> Problem | None:
    """The problem that an error of ours or of the framework is to who asked; None for what nobody foresaw."""
    match error:
        case Problem():
            return error
        case NothingOfYours() | UnknownMoment():
            return not_found()
        case RequestValidationError():
            return _of_validation(error)
        case HTTPException():
            return _of_status(HTTPStatus(error.status_code), error.headers or {})
        case StoreUnavailable():
            return unavailable()
        case DrawingError():
            return _later("no-drawing", "The picture could not be drawn just now. Please try again.")
        case Conflict():
            return conflict()
        case NotEnoughFinished():
            return not_yet()
        case WindowClosedAlready():
            return window_closed()
        case GroupingTooLate():
            return grouping_late()
    return None


def unavailable() -> Problem:
    """The store is away; asking again later may work."""
    return _later("unavailable", "The service cannot do this just now. Please try again.")


def internal() -> Problem:
    """A fault of ours; what it was stands in the log, and nowhere else."""
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong inside Werkstem. Please try again in a moment.",
    )


def conflict() -> Problem:
    """Two did the same at the same moment, and this one was second."""
    return Problem(
        HTTPStatus.CONFLICT, "conflict", "Somebody did the same at the same moment. Please look, and try again."
    )


def too_large(most_bytes: int) -> Problem:
    """A body larger than any of ours."""
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", f"The body is larger than {most_bytes} bytes.")


def not_json() -> Problem:
    """A body that cannot be read at all."""
    return Problem(HTTPStatus.BAD_REQUEST, "not-json", "The body is not JSON that can be read.")


def _later(code: str, detail: str) -> Problem:
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, code, detail, headers={"Retry-After": "5"})


def _of_status(status: HTTPStatus, headers: Mapping[str, str]) -> Problem:
    if status is HTTPStatus.BAD_REQUEST:
        return not_json()
    code = status.phrase.lower().replace(" ", "-")
    return Problem(status, code, f"{status.description or status.phrase}.", headers=headers)


def _of_validation(error: RequestValidationError) -> Problem:
    """Which fields are wrong and why; the values themselves are never repeated."""
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return not_json()
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        "A value of the request cannot be used.",
        errors=[{"field": _field(one["loc"]), "detail": _sentence(one)} for one in found],
    )


def _field(place: Sequence[int | str]) -> str:
    """Where a value stands, without the first word, which says body, query or path; strange names become ``?``."""
    parts = [str(part) for part in place[1:]]
    return ".".join(part if part.isdecimal() or _NAME.fullmatch(part) else "?" for part in parts) or "body"


def _sentence(one: Mapping[str, Any]) -> str:
    return "is not a field of this request" if one["type"] == "extra_forbidden" else str(one["msg"])


def documented(*problems: Problem) -> dict[int | str, dict[str, Any]]:
    """Those problems as answers of a route, for its OpenAPI; several of one status stand side by side."""
    found: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        content = {MEDIA_TYPE: {"schema": _SCHEMA, "examples": {}}}
        entry = found.setdefault(problem.status.value, {"description": problem.status.phrase, "content": content})
        entry["content"][MEDIA_TYPE]["examples"][problem.code] = {"value": problem.document()}
    return found


_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

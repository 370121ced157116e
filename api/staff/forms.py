"""The forms that staff send: read once, within a limit, and handed to the route as plain texts and files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.types import Message

from api.web_guard import TooLargeError

MOST_BYTES = 256 * 1024
"""No form without a file is larger: a long text, or a few thousand boxes that were ticked."""

MOST_FIELDS = 4_000

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Fields:
    """A form's fields in their order. Every text is as it was typed, with plain line ends and without NUL."""

    pairs: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str, *, most: int = 10_000) -> str:
        """The last field of that name without blanks around it; "" when there is none, cut after ``most``."""
        return next((value for key, value in reversed(self.pairs) if key == name), "").strip()[:most]

    def all(self, name: str) -> list[str]:
        """Every value of that name."""
        return [value for key, value in self.pairs if key == name]

    def has(self, name: str) -> bool:
        """Whether there is a field of that name: a box that was ticked, a button that was pressed."""
        return any(key == name for key, _ in self.pairs)

    def file(self, name: str) -> bytes | None:
        """What is in the file of that name; None when none was chosen."""
        return self.files.get(name)

    def without(self, *names: str) -> tuple[tuple[str, str], ...]:
        """All fields but these: what is carried on when somebody has to sign in first."""
        return tuple((key, value) for key, value in self.pairs if key not in names)


def _form(request: Request) -> Fields:
    found: Fields = request.state.form
    return found


Form = Annotated[Fields, Depends(_form)]
"""The parameter of a route that takes a form: ``form: Form``."""


def takes_files(most_bytes: int) -> Callable[[Endpoint], Endpoint]:
    """Says of an endpoint that its form may hold files, up to so many bytes in all."""

    def marked(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["most_bytes"] = most_bytes
        return endpoint

    return marked


async def read(request: Request, most_bytes: int) -> Fields:
    """The form of a request; no fields when the body is no form. Raises TooLargeError."""
    body = await _body(request, most_bytes)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        return Fields(_parsed(body))
    if kind.startswith("multipart/form-data"):
        return await _multipart(request, body)
    return Fields()


def _parsed(body: bytes) -> tuple[tuple[str, str], ...]:
    try:
        found = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise TooLargeError from None
    return tuple((name, _plain(value)) for name, value in found)


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


async def _body(request: Request, most_bytes: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise TooLargeError
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            raise TooLargeError
    return bytes(body)


async def _multipart(request: Request, body: bytes) -> Fields:
    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        form = await Request(request.scope, replay).form(max_files=4, max_fields=MOST_FIELDS)
    except (MultiPartException, HTTPException):  # Inside an application Starlette turns the one into the other.
        return Fields()
    try:
        pairs = tuple((name, _plain(value)) for name, value in form.multi_items() if isinstance(value, str))
        files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
        return Fields(pairs, {name: await file.read() for name, file in files if file.filename})
    finally:
        await form.close()

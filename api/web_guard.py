"""What keeps the web chat private: its cookies, where a form may come from, its headers, and how much it reads."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, Response
from fastapi.routing import APIRoute

PRIVATE_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every answer of the web chat (threats T8 and T26): nothing kept, nothing framed, nothing but our own files."""

PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A drawn web carries its colours in style attributes; opened by itself it may do nothing else."""

STAYS_SECONDS = 400 * 24 * 3600
"""How long a browser keeps the chat: 400 days is the most that browsers allow; the next measurement is months on."""

IDLE_SECONDS = 600
"""After ten minutes without a press or a visit the page asks to go on before it shows anything."""

MOST_BYTES = 64 * 1024
"""No form of ours is larger: 4,096 characters of three or four bytes, percent-encoded."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


class TooLargeError(Exception):
    """The body of a request is larger than any form of ours."""


def new_secret() -> str:
    """128 random bits, as 22 characters that fit a cookie, a form and an address."""
    return secrets.token_urlsafe(16)


def is_secret(text: str) -> bool:
    """Whether a text has the form of ``new_secret``."""
    return _SECRET.fullmatch(text) is not None


def address_of(cookie: str) -> str:
    """The address of a browser's chat: a hash, so that what is stored opens nothing."""
    return hashlib.sha256(cookie.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Cookies:
    """The two cookies of the web chat: whose chat it is, and that the person was here in the last ten minutes."""

    is_secure: bool

    @property
    def chat(self) -> str:
        """The name of the cookie that opens the chat."""
        return "__Host-werkstem" if self.is_secure else "werkstem"

    @property
    def open(self) -> str:
        """The name of the cookie that says the page is in use."""
        return f"{self.chat}-open"

    def secret(self, request: Request) -> str | None:
        """The browser's secret, or None."""
        value = request.cookies.get(self.chat, "")
        return value if is_secret(value) else None

    def is_open(self, request: Request) -> bool:
        """Whether the person was here in the last ten minutes."""
        return self.open in request.cookies

    def keep(self, response: Response, secret: str) -> None:
        """Keeps the chat in this browser, and open for ten minutes."""
        self._set(response, self.chat, secret, STAYS_SECONDS)
        self._set(response, self.open, "1", IDLE_SECONDS)

    def forget(self, response: Response) -> None:
        """Takes the chat out of this browser."""
        for name in (self.chat, self.open):
            self._set(response, name, "", 0)

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name, value, max_age=seconds, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )


def new_nonce(secret: str) -> str:
    """A number for one rendering of a form. It proves that the form was made for this browser."""
    random = new_secret()
    return f"{random}.{_proof(secret, random)}"


def is_own_nonce(secret: str, nonce: str) -> bool:
    """Whether ``new_nonce`` made it for this browser."""
    random, _, proof = nonce.partition(".")
    return is_secret(random) and hmac.compare_digest(proof.encode(), _proof(secret, random).encode())


def _proof(secret: str, random: str) -> str:
    return hmac.new(secret.encode(), random.encode(), hashlib.sha256).hexdigest()[:32]


def is_from_here(request: Request, *, has_proof: bool) -> bool:
    """Whether a form was sent by a page of ours.

    Under our own ``Referrer-Policy: no-referrer`` a form is sent with ``Origin: null``
    (https://fetch.spec.whatwg.org/#append-a-request-origin-header), so Sec-Fetch-Site decides where a browser has it;
    an older browser shows the form's own nonce (``has_proof``).
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True  # no browser that sends neither lets another site use a SameSite cookie
    if origin == "null":
        return site is not None or has_proof
    return urlsplit(origin).netloc == request.headers.get("host")


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; none when the body is no form of ours. Raises TooLargeError."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise TooLargeError
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=16)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}


class PrivateRoute(APIRoute):
    """A route whose every answer carries the private headers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with the headers added to what it answers."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            response = await handle(request)
            for name, value in PRIVATE_HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded

"""What a browser of the staff keeps for us: its session, the language before sign-in, and one short word said once."""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from fastapi import Request, Response

from api.web_guard import is_secret, new_secret
from storage.staff_texts import STAFF_LANGUAGES

SAID_SECONDS = 60
LANGUAGE_SECONDS = 400 * 24 * 3600

_KEY = re.compile(r"said\.[a-z_]{1,60}")
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac", "Linux")
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of the staff pages. None of them outlives the browser's window but the language."""

    is_secure: bool

    def _name(self, of: str) -> str:
        return f"{'__Host-' if self.is_secure else ''}werkstem-{of}"

    def session(self, request: Request) -> str | None:
        """The session's secret, or None."""
        return self._secret(request, "staff")

    def keep_session(self, response: Response, secret: str) -> None:
        """From now on this browser is signed in."""
        self._set(response, "staff", secret, None)

    def forget_session(self, response: Response) -> None:
        """This browser is signed in no longer."""
        self._set(response, "staff", "", 0)

    def visitor(self, request: Request) -> str:
        """Who has the sign-in page open; a new secret for who has none."""
        return self._secret(request, "visitor") or new_secret()

    def keep_visitor(self, response: Response, secret: str) -> None:
        """Knows this browser's forms again before anybody signs in."""
        self._set(response, "visitor", secret, None)

    def language(self, request: Request) -> str | None:
        """The language that was chosen on the sign-in page, or None."""
        value = request.cookies.get(self._name("language"), "")
        return value if value in STAFF_LANGUAGES else None

    def keep_language(self, response: Response, language: str) -> None:
        """Remembers the language of the sign-in page."""
        self._set(response, "language", language, LANGUAGE_SECONDS)

    def say(self, response: Response, key: str) -> None:
        """Have the next page say that text, once. A key of ours, never a name or a value."""
        self._set(response, "said", key, SAID_SECONDS)

    def said(self, request: Request) -> str | None:
        """The key to be said on this page, or None."""
        value = request.cookies.get(self._name("said"), "")
        return value if _KEY.fullmatch(value) else None

    def forget_said(self, response: Response) -> None:
        """It was said."""
        self._set(response, "said", "", 0)

    def _secret(self, request: Request, of: str) -> str | None:
        value = request.cookies.get(self._name(of), "")
        return value if is_secret(value) else None

    def _set(self, response: Response, of: str, value: str, seconds: int | None) -> None:
        response.set_cookie(
            self._name(of), value, max_age=seconds, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )


def proof_of(secret: str) -> str:
    """What every form of a browser carries: it shows that the form was made for whoever has the secret."""
    return hmac.new(secret.encode(), b"staff-form", sha256).hexdigest()[:32]


def is_proof(secret: str, proof: str) -> bool:
    """Whether ``proof_of`` gave it for that secret."""
    return hmac.compare_digest(proof.encode(), proof_of(secret).encode())


def language_of(request: Request, cookies: Cookies) -> str:
    """The language before anybody signed in: as chosen, as the browser asks, or Dutch."""
    if chosen := cookies.language(request):
        return chosen
    asked = request.headers.get("accept-language", "")[:200].split(",")
    wanted = (part.split(";")[0].strip().lower().split("-")[0] for part in asked)
    return next((code for code in wanted if code in STAFF_LANGUAGES), STAFF_LANGUAGES[0])


def device_of(request: Request) -> str:
    """Browser and system in two words, so that somebody knows the own sessions apart; never the whole header."""
    told = request.headers.get("user-agent", "")[:400]
    browser = next((name for mark, name in _BROWSERS if mark in told), "")
    system = next((name for name in _SYSTEMS if name in told), "")
    return " · ".join(part for part in (browser, system) if part) or "?"

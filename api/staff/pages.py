"""Draws every staff page: its template, with who asks, the language, the way round, and the proof for its forms."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.staff.browser import Cookies, language_of, proof_of
from api.static_files import static_address
from api.web_words import direction_of
from storage.organisations import Organisation
from storage.staff import Role, StaffMember
from storage.staff_texts import STAFF_LANGUAGES, StaffTexts, StaffWords

ROOMS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("nav.today", "/today", frozenset({Role.COACH})),
    ("nav.people", "/people", frozenset({Role.COACH})),
    ("nav.results", "/results", frozenset(Role)),
    ("nav.consent", "/consent", frozenset({Role.OWNER})),
    ("nav.settings", "/settings", frozenset(Role)),
)
"""The rooms in the order of the way round: the text, the address, and whose it is."""


SETTINGS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("settings.account", "/settings", frozenset(Role)),
    ("settings.staff", "/settings/staff", frozenset({Role.OWNER})),
    ("settings.organisation", "/settings/organisation", frozenset({Role.OWNER})),
    ("settings.modules", "/settings/modules", frozenset({Role.OWNER})),
    ("settings.channels", "/settings/channels", frozenset({Role.OWNER})),
    ("settings.log", "/settings/log", frozenset(Role)),
)
"""The pages of the settings, likewise."""


@cache
def _environment() -> Environment:
    """The templates, compiled once for a process: they hold nothing of anybody."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static_address, direction_of=direction_of)
    return environment


class Pages:
    """Makes HTML of templates; every text in them is escaped."""

    def __init__(self, texts: StaffTexts, cookies: Cookies) -> None:
        self._texts = texts
        self._cookies = cookies
        self._open: frozenset[str] = frozenset()
        self._environment = _environment()

    def know_rooms(self, paths: frozenset[str]) -> None:
        """Which addresses there are: the way round leads nowhere else."""
        self._open = paths

    def words(self, request: Request) -> StaffWords:
        """The texts in the language of who asks."""
        return self._texts[self._language(request)]

    def show(
        self, request: Request, template: str, *, status: int = 200, said: str | None = None, **values: Any
    ) -> HTMLResponse:
        """The page of ``templates/staff/<template>``.

        ``said`` is the key of a text to be said above it; otherwise what ``go_to`` asked the next page to say.
        """
        carried = self._cookies.said(request)
        response = HTMLResponse(self.drawn(request, template, said=said or carried, **values), status)
        if carried:
            self._cookies.forget_said(response)
        return response

    def drawn(self, request: Request, template: str, *, said: str | None = None, **values: Any) -> str:
        """The same as text."""
        words = self._texts[self._language(request)]
        known = _around(request)
        page = self._environment.get_template(f"staff/{template}")
        return page.render(
            language=words.language,
            languages=STAFF_LANGUAGES,
            rooms=self._of(ROOMS, known["member"]),
            settings=self._of(SETTINGS, known["member"]),
            here=request.url.path,
            said=words.say(said) if said and said in words else None,
            **_sayings(words, known["organisation"]),
            **known,
            **values,
        )

    def go_to(self, path: str, *, said: str | None = None) -> RedirectResponse:
        """On to another page, after a form was taken. ``said``: a key under ``said.`` that it shall say."""
        response = RedirectResponse(path, 303)
        if said:
            self._cookies.say(response, said)
        return response

    def _of(
        self, places: tuple[tuple[str, str, frozenset[Role]], ...], member: StaffMember | None
    ) -> list[tuple[str, str]]:
        if member is None:
            return []
        return [(key, path) for key, path, roles in places if member.role in roles and path in self._open]

    def _language(self, request: Request) -> str:
        member: StaffMember | None = getattr(request.state, "member", None)
        if member is not None and member.language in STAFF_LANGUAGES:
            return member.language
        return language_of(request, self._cookies)


def _around(request: Request) -> dict[str, Any]:
    """Who asks, and the proof for forms: that of the session, or of the visitor before sign-in."""
    secret: str = getattr(request.state, "secret", "")
    return {
        "member": getattr(request.state, "member", None),
        "organisation": getattr(request.state, "organisation", None),
        "proof": proof_of(secret) if secret else "",
    }


def _sayings(words: StaffWords, organisation: Organisation | None) -> Mapping[str, Any]:
    """What templates say things with: ``t`` texts, ``number``, ``day``, ``short_day`` and ``moment``."""
    zone = organisation.time_zone if organisation else "Europe/Amsterdam"

    def t(key: str, count: int | None = None, **values: object) -> str:
        said = {name: words.number(value) if isinstance(value, int) else str(value) for name, value in values.items()}
        return words.say(key, said, count)

    def moment(at: datetime) -> str:
        return words.moment(at, zone)

    def short_day(day: date) -> str:
        return words.short_date(day)

    return {
        "t": t,
        "number": words.number,
        "decimal": words.decimal,
        "day": words.date,
        "short_day": short_day,
        "moment": moment,
    }

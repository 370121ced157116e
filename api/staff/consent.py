"""The consent register for the owner: what was given and withdrawn, the exact texts, and the register as a file."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import NothingOfYours, Owner
from api.staff.desk import StaffDesk
from bot.consent_words import present_words
from domain.consent import Decision, Purpose, text_hash
from domain.questionnaire import LANGUAGES
from reports.spreadsheet import table_csv, table_xlsx
from storage import audit
from storage.consent_register import ConsentText, Line, Register, Wanted, texts
from storage.staff import StaffMember

ON_A_PAGE = 50
CHANNELS = ("telegram", "whatsapp", "web")
COLUMNS = ("record", "month", "purpose", "decision", "text_version", "text_hash", "language", "channel")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Choice = TypeVar("Choice", bound=StrEnum)


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """The routes under /consent."""

    @router.get("/consent")
    async def shown(request: Request, member: Owner) -> Response:
        values = await desk.parts.store.read(lambda connection: _page_of(connection, desk, request))
        return desk.pages.show(request, "consent.html", **values, **_names(desk, request, values))

    @router.get("/consent/register.{kind}")
    async def file(request: Request, member: Owner, kind: str) -> Response:
        if kind not in MEDIA_TYPES:
            raise NothingOfYours
        content = await desk.parts.store.write(lambda connection: _file(connection, desk, request, member, kind))
        disposition = f'attachment; filename="consents.{kind}"'
        return Response(content, media_type=MEDIA_TYPES[kind], headers={"Content-Disposition": disposition})

    @router.get("/consent/texts")
    async def words(request: Request, member: Owner) -> Response:
        asked = request.query_params.get("language")
        language = asked if asked in LANGUAGES else LANGUAGES[0]
        register = _register(request)
        found = await desk.parts.store.read(lambda connection: _texts(connection, desk, register, language))
        tabs = [(own_name(desk, one), f"/consent/texts?language={one}", one == language) for one in LANGUAGES]
        return desk.pages.show(request, "consent_texts.html", texts=found, wanted=language, tabs=tabs)


def _page_of(connection: Connection, desk: StaffDesk, request: Request) -> dict[str, Any]:
    """One page of the register, and what can be filtered on."""
    register = _register(request)
    wanted = register.allowed(connection, _wanted(request))
    counts = register.counts(connection, wanted, desk.parts.now())
    total = sum(counts.values())
    pages = max(1, -(-total // ON_A_PAGE))
    page = min(_page(request), pages)
    lines = register.lines(connection, wanted, counts, offset=(page - 1) * ON_A_PAGE, most=ON_A_PAGE)
    return {
        "wanted": wanted,
        "query": urlencode(_asked(wanted)),
        "lines": list(lines),
        "total": total,
        "page": page,
        "pages": pages,
        "months": register.months(connection, desk.parts.now()),
        "languages_here": [one for one in LANGUAGES if one in register.languages(connection)],
        "channels_here": [one for one in CHANNELS if one in register.channels(connection)],
    }


def _file(connection: Connection, desk: StaffDesk, request: Request, member: StaffMember, kind: str) -> bytes:
    """What the filter leaves, whole; that it was taken is written down with it."""
    register = _register(request)
    wanted = register.allowed(connection, _wanted(request))
    audit.record(connection, member, "register.downloaded", at=desk.parts.now())
    rows = map(_cells, register.lines(connection, wanted, register.counts(connection, wanted, desk.parts.now())))
    return b"".join(table_csv(COLUMNS, rows)) if kind == "csv" else table_xlsx("consents", COLUMNS, rows)


def _texts(connection: Connection, desk: StaffDesk, register: Register, language: str) -> list[ConsentText]:
    """What is asked now in that language, whoever uses it, and what was asked earlier."""
    version = desk.parts.catalogues.questionnaire.version
    now = [
        ConsentText(one.purpose, language, version, text_hash(one.text), one.text)
        for one in present_words(desk.parts, language)
    ]
    if language not in register.languages(connection):
        return now  # That there is an earlier text would tell of the few who use this language.
    here = {text.text_hash for text in now}
    kept = texts(connection, register.organisation_id)
    return now + [text for text in kept if text.language == language and text.text_hash not in here]


def own_name(desk: StaffDesk, language: str) -> str:
    """The name of a language in that language."""
    return desk.parts.catalogues[language].say("language.own_name")


def _names(desk: StaffDesk, request: Request, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the choices of the filter are called, as (value, name), and the two functions that name a line."""
    words = desk.pages.words(request)
    return {
        "purpose_names": [(one.value, words.say(f"consent.for.{one.value}")) for one in Purpose],
        "month_names": [(f"{month:%Y-%m}", words.month(month)) for month in values["months"]],
        "language_names": [(one, own_name(desk, one)) for one in values["languages_here"]],
        "channel_names": [(one, words.say(f"channel.{one}")) for one in values["channels_here"]],
        "month_name": words.month,
        "own_name": lambda language: own_name(desk, language),
    }


def _register(request: Request) -> Register:
    organisation = request.state.organisation
    return Register(organisation.id, ZoneInfo(organisation.time_zone))


def _wanted(request: Request) -> Wanted:
    """What the address asks for; what it asks for in vain is left out."""
    asked: Mapping[str, str] = request.query_params
    return Wanted(
        purpose=_one_of(Purpose, asked.get("purpose")),
        decision=_one_of((Decision.GIVEN, Decision.WITHDRAWN), asked.get("decision")),
        language=asked.get("language") if asked.get("language") in LANGUAGES else None,
        channel=asked.get("channel") if asked.get("channel") in CHANNELS else None,
        month=_month(asked.get("month", "")),
    )


def _asked(wanted: Wanted) -> dict[str, str]:
    """The same wish as the fields of an address."""
    fields = {
        "purpose": wanted.purpose,
        "decision": wanted.decision,
        "language": wanted.language,
        "channel": wanted.channel,
        "month": wanted.month and f"{wanted.month:%Y-%m}",
    }
    return {name: str(value) for name, value in fields.items() if value}


def _one_of(choices: Iterable[Choice], name: str | None) -> Choice | None:
    return next((choice for choice in choices if choice.value == name), None)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _page(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.record,
        f"{line.month:%Y-%m}",
        line.purpose.value,
        line.decision.value,
        line.text_version,
        line.text_hash or "",
        line.language or "",
        line.channel or "",
    )

"""Requests as they come in over HTTP, and replies that go wrong."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

_JSON = {"reply_markup", "media", "allowed_updates", "commands", "scope", "link_preview_options"}
_NUMBERS = {"chat_id", "message_id", "offset", "limit", "timeout", "max_connections", "cache_time"}
_FLAGS = {"protect_content", "drop_pending_updates", "show_alert", "disable_notification"}


@dataclass(frozen=True)
class Recorded:
    """One request as it came in."""

    method: str
    params: dict[str, Any]
    files: dict[str, bytes] = field(repr=False)
    status: int = 200


@dataclass
class Failure:
    """What goes wrong with the next requests: ``lost`` (done, but the reply never comes), ``cut`` (not done, the
    connection is reset), ``502`` (a proxy's page), ``500``, ``garbled`` (done, an unreadable reply), ``slow`` (waits
    until ``released``)."""

    kind: str
    method: str | None = None
    times: int = 1
    released: asyncio.Event = field(default_factory=asyncio.Event)


async def read(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Parameters and files of a request: JSON, a form, or a form with files."""
    if request.content_type == "application/json":
        return await request.json(), {}
    params: dict[str, Any] = dict(request.query)
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            params[name] = _value(name, str(value))
    return params, files


def _value(name: str, text: str) -> Any:
    if name in _JSON:
        return json.loads(text)
    if name in _NUMBERS:
        return int(text)
    return text.lower() == "true" if name in _FLAGS else text


def out_of_order(status: str) -> web.Response:
    """The reply of a service that is out of order."""
    if status == "502":
        return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
    return web.json_response({"ok": False, "error_code": 500, "description": "Internal Server Error"}, status=500)

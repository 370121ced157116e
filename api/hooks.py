"""Webhooks: what Telegram brings is checked, taken in durably, and only then acknowledged."""

import json
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.poison import NotTakenIn
from bot.channels.telegram_updates import is_genuine
from storage.errors import StoreUnavailable

TELEGRAM_HOOK = "/hooks/telegram"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header, not a secret


class Taker(Protocol):
    """Takes one update durably."""

    async def take(self, update: Any) -> None:
        """Raises StoreUnavailable or NotTakenIn: then it must come again."""
        ...


def telegram_hook(taker: Taker | None, secret: str) -> Route:
    """The route where Telegram brings updates; without a bot (``taker`` None) everybody is a stranger.

    200 means that it is committed, or put aside for good; showing what follows goes on after it. Every answer is
    empty: whoever forges one learns nothing.
    """

    async def take(request: Request) -> Response:
        if not is_genuine(request.headers.get(SECRET_HEADER), secret) or taker is None:
            return Response(status_code=401)
        try:
            update = json.loads(await request.body())
        except HTTPException as error:
            return Response(status_code=error.status_code)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if not isinstance(update, dict):
            return Response(status_code=400)
        try:
            await taker.take(update)
        except StoreUnavailable:
            return Response(status_code=503, headers={"Retry-After": "5"})
        except NotTakenIn:
            return Response(status_code=500)
        return Response(status_code=200)

    return Route(TELEGRAM_HOOK, take, methods=["POST"])

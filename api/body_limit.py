"""The outermost layer: no body larger than we ever need, and nothing uncaught reaches the server's own log."""

from collections.abc import Awaitable, Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1024 * 1024

log = structlog.get_logger()


class Gate:
    """Ends a body of more than MOST_BYTES with 413 before anybody parses it, and answers what nobody caught.

    Who reads the body gets HTTPException 413, and may answer it in a form of its own. ``failed`` answers an error that
    nobody expected.
    """

    def __init__(self, app: ASGIApp, failed: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self._app = app
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_begun = False

        async def watched(message: Message) -> None:
            nonlocal is_begun
            is_begun = True
            await send(message)

        try:
            await self._app(scope, _limited(scope, receive), watched)
        except Exception as error:  # Its message may quote what somebody wrote: the log tells only its kind and place.
            log.exception("request_failed")
            if not is_begun:
                response = await self._failed(Request(scope), error)
                await response(scope, receive, send)


def _limited(scope: Scope, receive: Receive) -> Receive:
    total = _announced(scope) if _announced(scope) > MOST_BYTES else 0

    async def limited() -> Message:
        nonlocal total
        if total > MOST_BYTES:
            raise HTTPException(413)
        message = await receive()
        total += len(message.get("body", b""))
        if total > MOST_BYTES:
            raise HTTPException(413)
        return message

    return limited


def _announced(scope: Scope) -> int:
    """The length that the request says it has; 0 when it says none."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0

"""The web chat: the same conversation as in Telegram, as pages that work without JavaScript.

A GET changes nothing. A press is one POST, one turn, and 303 back to the page. The browser holds a random secret in a
cookie; the turns know it by its hash only.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Literal, Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.web_guard import (
    PICTURE_POLICY,
    Cookies,
    PrivateRoute,
    TooLargeError,
    address_of,
    fields,
    is_from_here,
    is_own_nonce,
    is_secret,
    new_nonce,
    new_secret,
)
from api.web_pages import COMMANDS, Pages, picture_name
from api.web_words import Catalogues, best_first
from bot.conversation.events import Commanded, Event, Pressed, Typed
from bot.conversation.screen import Message, Picture
from bot.inbound import Inbound, Reply
from domain.errors import UnreadableConversation
from domain.questionnaire import LANGUAGES
from reports.studio import DrawingError
from storage.errors import StoreUnavailable
from storage.secrets import as_typed

CHANNEL = "web"
MOST_CHARACTERS = 4096
_CODE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_DATA = re.compile(r"[!-~]{1,64}")
_COMMANDS = frozenset({name for name, _ in COMMANDS} | {"start", "data"})
_PICTURE_TYPES = {"svg": "image/svg+xml", "png": "image/png"}

Handler = Callable[..., Awaitable[Response]]
Invitation = Literal["open", "used", "expired", "unknown", "sampled"]
_CODE_PAGES: dict[str, tuple[str, int]] = {
    "used": ("code.used", 410),
    "expired": ("code.expired", 410),
    "unknown": ("code.unknown", 404),
    "sampled": ("code.used", 410),
}


class Turns(Protocol):
    """What the web chat asks of the conversation's service."""

    async def take(self, inbound: Inbound) -> Reply:
        """Handles one event durably. What is due now comes back when it changed; number 0 is said once and over."""
        ...

    async def look(self, channel: str, address: str) -> Reply | None:
        """What is due now, without changing anything; None for nobody we know."""
        ...

    async def picture(self, channel: str, address: str, picture: Picture, *, file_format: str) -> bytes | None:
        """A picture of this chat's own person, drawn; None when it is not theirs. Raises DrawingError."""
        ...

    async def own_data(self, channel: str, address: str) -> bytes | None:
        """Everything kept about this chat's own person, while the screen that is due offers it."""
        ...

    async def invitation(self, code: str) -> Invitation:
        """What a code would do, without claiming it."""
        ...

    async def languages(self, code: str) -> Sequence[str]:
        """The languages that somebody with this code is offered; all when nobody knows it. Claims nothing."""
        ...


class WebChat:
    """The handlers of the web chat's routes."""

    def __init__(self, turns: Turns, catalogues: Catalogues, cookies: Cookies) -> None:
        self._turns = turns
        self._cookies = cookies
        self._pages = Pages(catalogues)

    # Coming in with a code ------------------------------------------------------------------------------------------

    async def ask_code(self, request: Request) -> Response:
        """A field for a typed code."""
        return self._in_all(request, "code.ask", 200, asks_code=True)

    async def take_code(self, request: Request) -> Response:
        """The typed code becomes the address of its own page; nothing is claimed yet."""
        form = await _form(request)
        if form is None or not is_from_here(request, has_proof=True):
            return self._refused(request, is_too_large=form is None)
        code = as_typed(form.get("code", ""))
        if code is None:
            return self._in_all(request, "code.unknown", 404, asks_code=True, code=form.get("code", "")[:40])
        return RedirectResponse(f"/c/{code}", 303)

    async def show_code(self, request: Request, code: str) -> Response:
        """The language screen of an open code; never a claim, never anything about anybody.

        A short typed code gets it without a look-up: only a press tells what it is worth, and presses are counted.
        """
        is_short = as_typed(code) == code
        state = "open" if is_short else await self._state(code)
        if state == "open":
            languages = LANGUAGES if is_short else await self._turns.languages(code)
            return HTMLResponse(self._pages.languages(code=code, ticket=new_secret(), languages=languages))
        return await self._not_open(request, code, state)

    async def claim(self, request: Request, code: str) -> Response:
        """The press that claims a code. The form's ticket becomes the cookie, so a double press is one claim."""
        form = await _form(request)
        if form is None or not is_from_here(request, has_proof=is_secret(form.get("ticket", ""))):
            return self._refused(request, is_too_large=form is None)
        data = form.get("data", "")
        if not _CODE.fullmatch(code) or not _DATA.fullmatch(data):
            return await self._not_open(request, code, "unknown")
        ticket = form.get("ticket", "")
        secret = ticket if is_secret(ticket) else new_secret()
        address = address_of(secret)
        chosen = data.rpartition("-")[2]
        language = chosen if chosen in LANGUAGES else None
        key = _key(address, "claim", data)
        place = request.client.host if request.client else None
        inbound = Inbound(CHANNEL, address, key, Pressed(data), language=language, code=code, place=place)
        reply = await self._turns.take(inbound)
        if await self._turns.look(CHANNEL, address) is None:
            return await self._not_claimed(request, code, reply)
        response = RedirectResponse("/chat", 303)
        self._cookies.keep(response, secret)
        return response

    async def _not_claimed(self, request: Request, code: str, reply: Reply) -> Response:
        state = await self._state(code)
        if reply.message is not None and state == "sampled":
            return HTMLResponse(self._pages.last_word(reply.message))
        if reply.message is None or state == "used":
            return await self._not_open(request, code, "used" if state == "open" else state)
        return HTMLResponse(self._pages.last_word(reply.message, asks_code=True), _CODE_PAGES.get(state, ("", 409))[1])

    async def _state(self, code: str) -> Invitation:
        return await self._turns.invitation(code) if _CODE.fullmatch(code) else "unknown"

    async def _not_open(self, request: Request, code: str, state: str) -> Response:
        if state == "used" and await self._due(request) is not None:
            return RedirectResponse("/chat", 303)
        key, status = _CODE_PAGES[state]
        return self._in_all(request, key, status, asks_code=True, **_shown(code, state))

    # The chat -------------------------------------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """What is due now; after ten minutes without anybody there, a button to go on first."""
        due = await self._due(request)
        if due is None:
            return self._nobody(request)
        if not self._cookies.is_open(request):
            return RedirectResponse("/chat/locked", 303)
        return await self._page(request, due.message)

    async def press(self, request: Request) -> Response:
        """One press, one typed text or one command: one turn."""
        form = await _form(request)
        secret = self._cookies.secret(request)
        nonce = (form or {}).get("nonce", "")
        if form is None or not is_from_here(request, has_proof=bool(secret) and is_own_nonce(secret or "", nonce)):
            return self._refused(request, is_too_large=form is None)
        if secret is None or await self._turns.look(CHANNEL, address_of(secret)) is None:
            return self._nobody(request)
        event = _event(form)
        if event is None:
            return RedirectResponse("/chat", 303)
        address = address_of(secret)
        reply = await self._turns.take(Inbound(CHANNEL, address, _key(address, nonce or new_secret(), form), event))
        if reply.message and reply.number == 0:
            return self._last_word(reply.message)
        if reply.toast or "x-swap" in request.headers:
            return await self._page(request, reply.message or await self._message(request), note=reply.toast)
        response = RedirectResponse("/chat", 303)
        self._cookies.keep(response, secret)
        return response

    async def picture(self, request: Request, name: str, file_format: str) -> Response:
        """The picture of the screen that is due; no other picture can be asked for."""
        due = await self._due(request) if self._cookies.is_open(request) else None
        picture = due.message.picture if due and due.message else None
        if picture is None or name != picture_name(picture) or file_format not in _PICTURE_TYPES:
            return Response(status_code=404)
        drawn = await self._drawn(self._cookies.secret(request) or "", picture, file_format)
        if drawn is None:
            return Response(status_code=404)
        headers = {"Content-Security-Policy": PICTURE_POLICY}
        return Response(drawn, media_type=_PICTURE_TYPES[file_format], headers=headers)

    async def _drawn(self, secret: str, picture: Picture, file_format: str) -> bytes | None:
        """The picture of that person's screen; None when it cannot be drawn: the words beside it stay."""
        try:
            return await self._turns.picture(CHANNEL, address_of(secret), picture, file_format=file_format)
        except DrawingError:
            return None

    async def own_data(self, request: Request) -> Response:
        """📄 Everything kept about the person, as a file; only while the screen that is due offers it."""
        secret = self._cookies.secret(request) if self._cookies.is_open(request) else None
        content = await self._turns.own_data(CHANNEL, address_of(secret)) if secret else None
        if content is None:
            return Response(status_code=404)
        headers = {"Content-Disposition": 'attachment; filename="werkstem.json"'}
        return Response(content, media_type="application/json", headers=headers)

    # Leaving the screen ---------------------------------------------------------------------------------------------

    async def locked(self, request: Request) -> Response:
        """What a screen shows that nobody touched for ten minutes."""
        due = await self._due(request)
        return HTMLResponse(self._pages.notice("web_chat.locked", self._language(request, due), go_on="/chat/unlock"))

    async def unlock(self, request: Request) -> Response:
        """The press that goes on after the lock."""
        if not is_from_here(request, has_proof=True):
            return self._refused(request, is_too_large=False)
        response = RedirectResponse("/chat", 303)
        if secret := self._cookies.secret(request):
            self._cookies.keep(response, secret)
        return response

    async def close(self, request: Request) -> Response:
        """🔒 Close: this browser forgets the chat; the answers stay."""
        form = await _form(request)
        secret = self._cookies.secret(request) or ""
        if form is None or not is_from_here(request, has_proof=is_own_nonce(secret, form.get("nonce", ""))):
            return self._refused(request, is_too_large=form is None)
        language = self._language(request, await self._due(request))
        response = HTMLResponse(self._pages.notice("web_chat.closed", language))
        self._cookies.forget(response)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    # When it cannot be done -----------------------------------------------------------------------------------------

    def calmly(self, handle: Handler) -> Handler:
        """The same handler, answering with a kind page what cannot be done: what was kept, and what to do now.

        503 while the store is away; 500 for a conversation that cannot be read, which the log has told already.
        """

        @wraps(handle)
        async def calm(request: Request, **path: str) -> Response:
            try:
                return await handle(request, **path)
            except UnreadableConversation:
                page = self._pages.notice_in_all("trouble.repair", request.headers.get("accept-language", ""))
                return HTMLResponse(page, 500)
            except StoreUnavailable:
                key = "trouble.last_lost" if request.method == "POST" else "trouble.saved"
                page = self._pages.notice(key, self._language(request, None), go_on="/chat")
                return HTMLResponse(page, 503, headers={"Retry-After": "5"})

        return calm

    # Small moves ----------------------------------------------------------------------------------------------------

    async def _due(self, request: Request) -> Reply | None:
        secret = self._cookies.secret(request)
        return await self._turns.look(CHANNEL, address_of(secret)) if secret else None

    async def _message(self, request: Request) -> Message | None:
        due = await self._due(request)
        return due.message if due else None

    async def _page(self, request: Request, message: Message | None, *, note: str | None = None) -> Response:
        secret = self._cookies.secret(request) or ""
        if message is None:
            return self._nobody(request)
        picture = await self._drawn(secret, message.picture, "svg") if message.picture else None
        page = self._pages.chat(message, nonce=new_nonce(secret), note=note, picture=picture)
        response = HTMLResponse(page)
        self._cookies.keep(response, secret)
        return response

    def _last_word(self, message: Message) -> Response:
        """What is said once, after an erasure: the chat is gone, and its cookie with it."""
        response = HTMLResponse(self._pages.last_word(message))
        self._cookies.forget(response)
        return response

    def _language(self, request: Request, due: Reply | None) -> str:
        if due and due.message:
            return due.message.language
        return best_first(request.headers.get("accept-language", ""))[0]

    def _nobody(self, request: Request) -> Response:
        return self._in_all(request, "web_chat.no_session", 404, asks_code=True)

    def _refused(self, request: Request, *, is_too_large: bool) -> Response:
        language = self._language(request, None)
        status = 413 if is_too_large else 403
        return HTMLResponse(self._pages.notice("trouble.last_lost", language, go_on="/chat"), status)

    def _in_all(self, request: Request, key: str, status: int, *, asks_code: bool = False, **values: str) -> Response:
        accepted = request.headers.get("accept-language", "")
        return HTMLResponse(self._pages.notice_in_all(key, accepted, asks_code=asks_code, **values), status)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of the form, or None when it is too large to be ours."""
    try:
        return await fields(request)
    except TooLargeError:
        return None


def _shown(code: str, state: str) -> dict[str, str]:
    return {"code": code[:40]} if state == "unknown" else {}


def _event(form: dict[str, str]) -> Event | None:
    if _DATA.fullmatch(form.get("data", "")):
        return Pressed(form["data"])
    if form.get("command") in _COMMANDS:
        return Commanded(form["command"])
    text = form.get("text", "")[:MOST_CHARACTERS]
    return Typed(text) if text.strip() else None


def _key(address: str, nonce: str, form: dict[str, str] | str) -> str:
    """The same press of the same form has the same key; no text that was typed can be read from it."""
    said = form if isinstance(form, str) else repr([form.get(name) for name in ("data", "command", "text")])
    return hashlib.sha256("\n".join((address, nonce, said)).encode(errors="replace")).hexdigest()


def web_chat(turns: Turns, catalogues: Catalogues, *, secure_cookies: bool) -> APIRouter:
    """The routes of the web chat. ``secure_cookies``: the public address is https.

    Static files are not among them: mount ``api.static_files.OwnFiles`` at ``/static``.
    """
    chat = WebChat(turns, catalogues, Cookies(is_secure=secure_cookies))
    router = APIRouter(route_class=PrivateRoute, include_in_schema=False, default_response_class=HTMLResponse)
    for path, method, handle in (
        ("/c", "GET", chat.ask_code),
        ("/c", "POST", chat.take_code),
        ("/c/{code}", "GET", chat.show_code),
        ("/c/{code}", "POST", chat.claim),
        ("/chat", "GET", chat.show),
        ("/chat", "POST", chat.press),
        ("/chat/picture/{name}.{file_format}", "GET", chat.picture),
        ("/chat/data.json", "GET", chat.own_data),
        ("/chat/locked", "GET", chat.locked),
        ("/chat/unlock", "POST", chat.unlock),
        ("/chat/close", "POST", chat.close),
    ):
        router.add_api_route(path, chat.calmly(handle), methods=[method])
    return router

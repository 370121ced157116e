"""The road to the Bot API: one bounded pool of connections, deadlines on every call, and no token in any error."""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import aiohttp

from bot.channels import SendError
from bot.channels.telegram_errors import Cause, cause_of_fault, cause_of_refusal, send_error

PUBLIC_API = "https://api.telegram.org"
CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
CONNECTIONS = 64
FETCHING = "getUpdates"
"""The one method that is called whatever Telegram refused: it sends nothing."""

Upload = Mapping[str, tuple[str, bytes]]
"""Files of a call: by the name of their field, the file's name and its content."""

_NO_FILES: Upload = MappingProxyType({})


class TelegramApi:
    """Calls methods of the Bot API. Made once; it opens its connections at the first call.

    A call ends within ``total_seconds``; within ``connect_seconds`` when it finds no connection free, and then nothing
    was sent. ``base`` is the address without ``/bot``. ``monotonic_seconds`` is the clock for how long refused chats
    wait.
    """

    def __init__(
        self,
        token: str,
        base: str = PUBLIC_API,
        *,
        total_seconds: float = TOTAL_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
        monotonic_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.base = base.rstrip("/")
        self._total_seconds = total_seconds
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None
        self._refused = _Refused(monotonic_seconds)

    def __repr__(self) -> str:
        return "TelegramApi()"

    async def call(
        self,
        method: str,
        payload: Mapping[str, Any],
        *,
        upload: Upload = _NO_FILES,
        is_repeatable: bool = False,
        waits_seconds: float = 0,
    ) -> Any:
        """The result of one method. ``waits_seconds``: how long Telegram may hold the call by intention.

        ``is_repeatable``: doing it twice is the same as once, so that a lost reply is not ambiguous. Raises SendError:
        without asking Telegram, while it told this chat or the whole bot to wait.
        """
        if method != FETCHING and (left := self._refused.seconds_left(payload.get("chat_id"))) > 0:
            raise send_error(Cause.SLOW_DOWN, retry_after_seconds=left)
        url = f"{self.base}/bot{self.token}/{method}"
        try:
            status, body = await self.post(url, _form(payload, upload) if upload else None, payload, waits_seconds)
            return self.result(status, body, payload.get("chat_id"))
        except SendError as error:
            if error.ambiguous and is_repeatable:
                error.ambiguous = False
            raise

    async def post(
        self, url: str, form: Any, payload: Mapping[str, Any] | None = None, waits_seconds: float = 0
    ) -> tuple[int, bytes]:
        """Status and body of one request: ``form`` where there is one, else ``payload`` as JSON. Raises SendError."""
        timeout = aiohttp.ClientTimeout(
            total=self._total_seconds + waits_seconds, connect=self._connect_seconds, sock_connect=self._connect_seconds
        )
        fault: BaseException
        try:
            body = {"data": form} if form is not None else {"json": payload}
            async with self._open().post(url, timeout=timeout, allow_redirects=False, **body) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, OSError) as broken:  # TimeoutError is an OSError
            fault = broken
        # Outside the except block: the fault may carry the address, and with it the token, so nothing links to it.
        raise send_error(cause_of_fault(fault))

    def result(self, status: int, body: bytes, chat_id: object = None) -> Any:
        """What a reply gives. Raises SendError when it is a refusal or cannot be read."""
        reply = _read(body)
        if status < 300 and reply.get("ok") is True:
            return reply.get("result")
        if status < 300:
            raise send_error(Cause.NO_REPLY)
        given = reply.get("parameters")
        parameters = given if isinstance(given, dict) else {}
        cause = cause_of_refusal(status, str(reply.get("description", "")), parameters)
        if cause is not Cause.SLOW_DOWN:
            raise send_error(cause)
        after = parameters.get("retry_after")
        seconds = float(after) if isinstance(after, int | float) else 1.0
        raise send_error(cause, retry_after_seconds=seconds, bot_wide=self._refused.is_bot_wide(chat_id, seconds))

    def wait(self, seconds: float) -> None:
        """Ask Telegram nothing for so long but what people sent: another process was told so for the whole bot."""
        self._refused.wait(seconds)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=60, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class _Refused:
    """Which chats were told to wait, and until when. Telegram does not say whether a 429 is for a chat or for the
    whole bot: a second chat that is refused while another still waits means the bot, and so does a call that names no
    chat."""

    def __init__(self, monotonic_seconds: Callable[[], float]) -> None:
        self._now = monotonic_seconds
        self._until: dict[object, float] = {}
        self._bot_until = 0.0

    def is_bot_wide(self, chat_id: object, seconds: float) -> bool:
        """Whether this refusal is for all chats; remembers it."""
        now = self._now()
        self._until = {chat: until for chat, until in self._until.items() if until > now}
        is_for_all = chat_id is None or any(chat != chat_id for chat in self._until)
        self._until[chat_id] = now + seconds
        if is_for_all:
            self._bot_until = max(self._bot_until, now + seconds)
        return is_for_all

    def wait(self, seconds: float) -> None:
        """All chats wait so long."""
        self._bot_until = max(self._bot_until, self._now() + seconds)

    def seconds_left(self, chat_id: object) -> float:
        """How long a call for that chat still has to wait; not more than 0 when it may go."""
        return max(self._bot_until, self._until.get(chat_id, 0.0)) - self._now()


def _read(body: bytes) -> dict[str, Any]:
    """A reply as a mapping; an empty one when it is not JSON: a proxy's error page."""
    try:
        reply = json.loads(body)
    except ValueError:
        return {}
    return reply if isinstance(reply, dict) else {}


def _form(payload: Mapping[str, Any], upload: Upload) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in payload.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    for name, (file_name, content) in upload.items():
        form.add_field(name, content, filename=file_name, content_type="application/octet-stream")
    return form


Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

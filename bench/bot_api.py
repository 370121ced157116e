"""A stand-in for the Telegram Bot API on loopback, quick enough not to be what is measured.

It keeps what each chat shows, hands out ids, refuses an edit that changes nothing or a message that is gone, and tells
whoever waits for a chat that something was shown.
"""

import asyncio
import html
import json
import re
import time
from typing import Any
from urllib.parse import parse_qsl

import httptools

BOT = {"id": 4242, "is_bot": True, "first_name": "Bench", "username": "werkstem_bench_bot"}
_TAG = re.compile(r"<[^>]*>")
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200e\u200f")

_MESSAGES = {"sendmessage", "sendphoto", "senddocument", "editmessagetext", "editmessagemedia"}
_TOO_MANY = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":1}}'

Fields = dict[str, Any]


class RefusedError(Exception):
    """The Bot API says no, in its own words."""


class Chat:
    """What one chat shows: its messages by id, the newest shown or edited one, and who waits for the next."""

    def __init__(self, chat_id: int, first_name: str) -> None:
        self.chat_id = chat_id
        self.first_name = first_name
        self.messages: dict[int, Fields] = {}
        self.shown: Fields | None = None
        self.shown_at = 0.0
        self.last_id = 0
        self._waiting: asyncio.Future[None] | None = None

    def next_shown(self) -> asyncio.Future[None]:
        """Done when the next message is sent or edited here."""
        self._waiting = asyncio.get_running_loop().create_future()
        return self._waiting

    def show(self, message: Fields) -> Fields:
        """Keeps a sent or edited message and wakes who waits."""
        self.messages[message["message_id"]] = message
        self.shown = message
        self.shown_at = time.perf_counter()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        return message


class Limit:
    """So many messages a second, and as many at once after a pause; beyond that a message is refused."""

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self.refused = 0
        self._left = per_second
        self._at = time.perf_counter()

    def allows(self) -> bool:
        """Whether one more message may go now; counts it."""
        now = time.perf_counter()
        self._left = min(self.per_second, self._left + (now - self._at) * self.per_second)
        self._at = now
        if self._left < 1:
            self.refused += 1
            return False
        self._left -= 1
        return True


class BotApi:
    """The methods of the Bot API that a bot like ours calls. ``limit``: how many messages it takes, without end when
    there is none."""

    def __init__(self, limit: Limit | None = None) -> None:
        self.limit = limit
        self.chats: dict[int, Chat] = {}
        self.webhook_url: str | None = None
        self.webhook_secret = ""
        self.calls: dict[str, int] = {}
        self._methods = {
            "getme": lambda _fields: BOT,
            "setwebhook": self._set_webhook,
            "getwebhookinfo": self._webhook_info,
            "sendmessage": self._send,
            "sendphoto": self._send,
            "senddocument": self._send,
            "editmessagetext": self._edit,
            "editmessagecaption": self._edit,
            "editmessagemedia": self._edit,
            "editmessagereplymarkup": self._edit,
            "deletemessage": self._delete,
        }

    def chat(self, chat_id: int, first_name: str) -> Chat:
        """Opens a chat with somebody."""
        return self.chats.setdefault(chat_id, Chat(chat_id, first_name))

    def answer(self, path: str, content_type: str, body: bytes) -> tuple[int, bytes]:
        """Status and body for one call."""
        name = path.rpartition("/")[2].partition("?")[0].lower()
        self.calls[name] = self.calls.get(name, 0) + 1
        method = self._methods.get(name)
        if self.limit is not None and name in _MESSAGES and not self.limit.allows():
            return 429, _TOO_MANY
        try:
            result = method(_fields(content_type, body)) if method else True
        except RefusedError as refused:
            return 400, _dump({"ok": False, "error_code": 400, "description": f"Bad Request: {refused}"})
        return 200, _dump({"ok": True, "result": result})

    def _set_webhook(self, fields: Fields) -> bool:
        self.webhook_url = fields["url"]
        self.webhook_secret = fields.get("secret_token", "")
        return True

    def _webhook_info(self, _fields: Fields) -> Fields:
        return {"url": self.webhook_url or "", "has_custom_certificate": False, "pending_update_count": 0}

    def _known(self, fields: Fields) -> Chat:
        chat = self.chats.get(int(fields["chat_id"]))
        if chat is None:
            raise RefusedError("chat not found")
        return chat

    def _send(self, fields: Fields) -> Fields:
        chat = self._known(fields)
        chat.last_id += 1
        now = int(time.time())
        private = {"id": chat.chat_id, "first_name": chat.first_name, "type": "private"}
        message = {"message_id": chat.last_id, "from": BOT, "chat": private, "date": now}
        return chat.show(message | _content(fields))

    def _edit(self, fields: Fields) -> Fields:
        chat = self._known(fields)
        old = chat.messages.get(int(fields["message_id"]))
        if old is None:
            raise RefusedError("message to edit not found")
        content = _content(fields)
        changed = {key: value for key, value in old.items() if key != "reply_markup"} | content
        if {**changed, "edit_date": 0} == {**old, "edit_date": 0}:
            raise RefusedError(
                "message is not modified: specified new message content and reply markup are exactly the same"
            )
        changed["edit_date"] = int(time.time())
        if chat.shown is not None and old["message_id"] < chat.shown["message_id"]:
            chat.messages[old["message_id"]] = changed  # Above what is read now: nobody sees that something new came.
            return changed
        return chat.show(changed)

    def _delete(self, fields: Fields) -> bool:
        if self._known(fields).messages.pop(int(fields["message_id"]), None) is None:
            raise RefusedError("message to delete not found")
        return True


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _fields(content_type: str, body: bytes) -> Fields:
    """The parameters of a call, whichever of the three documented ways they came in."""
    if content_type.startswith("application/json"):
        fields: Fields = json.loads(body)
        return fields
    if content_type.startswith("multipart/form-data"):
        return _parts(content_type, body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _parts(content_type: str, body: bytes) -> Fields:
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    fields: Fields = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'\bname="?([^";\r\n]+)', head)
        if name:
            fields[name[1].decode()] = "file" if b"filename" in head else value.decode()
    return fields


def _plain(text: str, parse_mode: str | None) -> str:
    """The text as the person reads it: no markup, no direction marks."""
    bare = html.unescape(_TAG.sub("", text)) if parse_mode and parse_mode.upper() == "HTML" else text
    return bare.translate(_ISOLATES)


def _content(fields: Fields) -> Fields:
    """What a sent or edited message holds, as the Bot API gives it back."""
    media = _value(fields.get("media")) or {}
    content: Fields = {}
    parse_mode = fields.get("parse_mode") or media.get("parse_mode")
    if "text" in fields:
        content["text"] = _plain(fields["text"], parse_mode)
    if caption := fields.get("caption") or media.get("caption"):
        content["caption"] = _plain(caption, parse_mode)
    if "photo" in fields or media.get("type") == "photo":
        content["photo"] = [{"file_id": "P1", "file_unique_id": "U1", "width": 960, "height": 960, "file_size": 90000}]
    if "document" in fields or media.get("type") == "document":
        content["document"] = {"file_id": "D1", "file_unique_id": "V1", "file_size": 9000}
    markup = _value(fields.get("reply_markup"))
    if markup and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    return content


def _value(raw: object) -> Any:
    """A parameter that is JSON inside a form, or already a value inside JSON."""
    return json.loads(raw) if isinstance(raw, str) else raw


class Connection(asyncio.Protocol):
    """One kept-alive HTTP connection of the bot under test."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._path = ""
        self._content_type = ""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers where the answers go."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Feeds the parser."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Called by the parser with a piece of the address."""
        self._path += url.decode()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser; only the content type matters."""
        if name.lower() == b"content-type":
            self._content_type = value.decode()

    def on_body(self, body: bytes) -> None:
        """Called by the parser with a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser: the call is whole, so it is answered."""
        status, body = self._api.answer(self._path, self._content_type, b"".join(self._body))
        head = f"HTTP/1.1 {status} {'OK' if status == 200 else 'Bad Request'}\r\ncontent-type: application/json\r\n"
        self._transport.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        self._path, self._content_type, self._body = "", "", []


async def serve(api: BotApi) -> tuple[asyncio.Server, str]:
    """Opens the stand-in on a free port of loopback; returns the server and its address without ``/bot``."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(api), "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

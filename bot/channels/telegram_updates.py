"""What comes in from Telegram, read into our own words. Plain dictionaries: nothing that is unknown can break it."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels import ChatChanged
from bot.conversation.events import Came, Commanded, Event, Medium, Pressed, Sent, Typed
from bot.inbound import Inbound
from domain.questionnaire import LANGUAGES

TELEGRAM = "telegram"
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""The kinds of update we ask for; every other kind is ignored when it comes all the same."""

_MOST_TEXT = 4096
_MOST_CODE = 64
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_VOICE = ("voice", "audio", "video_note")
_OTHER = (
    *("animation", "checklist", "contact", "dice", "document", "game", "live_photo", "location", "paid_media"),
    *("photo", "poll", "sticker", "story", "venue", "video"),
)


@dataclass(frozen=True, slots=True)
class Received:
    """Something a person did. ``callback_id``: the press to answer, once. ``message_id``: the message that was
    pressed, or that the person wrote."""

    inbound: Inbound
    callback_id: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class InGroup:
    """Somebody asked for us in a group chat, where nothing is asked and nothing is said but that."""

    address: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for us; ``reason`` says why, without a word of what it held."""

    reason: str


def is_genuine(header: str | None, secret: str) -> bool:
    """Whether a webhook request carries our secret (X-Telegram-Bot-Api-Secret-Token); takes the same time always."""
    given = (header or "").encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, secret.encode()) and bool(secret)


def parse(update: object) -> Received | ChatChanged | InGroup | Ignored:
    """What an update means to us. Never raises: what is not as documented is Ignored."""
    try:
        return _parse(update)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Ignored("not as documented")


def _parse(update: Any) -> Received | ChatChanged | InGroup | Ignored:
    key = str(int(update["update_id"]))
    if "callback_query" in update:
        return _pressed(key, update["callback_query"])
    if "message" in update:
        return _wrote(key, update["message"])
    if "my_chat_member" in update:
        return _changed(update["my_chat_member"])
    return Ignored("kind of update")


def _pressed(key: str, query: Mapping[str, Any]) -> Received | Ignored:
    # A message that is too old, or whose chat was cleared, comes without its content; chat and number are there.
    message, data = query.get("message"), query.get("data")
    if message is None or not isinstance(data, str):
        return Ignored("press without a message of ours")
    if not _is_private(message["chat"]):
        return Ignored("group")
    message_id = str(int(message["message_id"]))
    address, event = _address(message["chat"]), Pressed(_sound(data))
    inbound = Inbound(TELEGRAM, address, key, event, _language(query), pressed_on=message_id)
    return Received(inbound, callback_id=str(query["id"]), message_id=message_id)


def _wrote(key: str, message: Mapping[str, Any]) -> Received | InGroup | Ignored:
    chat = message["chat"]
    text = message.get("text")
    if not _is_private(chat):
        is_command = isinstance(text, str) and text.startswith("/") and chat["type"] in {"group", "supergroup"}
        return InGroup(_address(chat), _language(message)) if is_command else Ignored("group")
    event, code = _said(message)
    if event is None:
        return Ignored("service message")
    inbound = Inbound(TELEGRAM, _address(chat), key, event, _language(message), code)
    return Received(inbound, message_id=str(int(message["message_id"])))


def _said(message: Mapping[str, Any]) -> tuple[Event | None, str | None]:
    """The event of a message, and the invitation code that came with it."""
    text = message.get("text")
    if isinstance(text, str):
        return _read_text(_sound(text)[:_MOST_TEXT])
    if any(kind in message for kind in _VOICE):
        return Sent(Medium.VOICE), None
    if any(kind in message for kind in _OTHER):
        return Sent(Medium.OTHER), None
    return None, None


def _read_text(text: str) -> tuple[Event, str | None]:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Typed(text), None
    name, rest = command[1].lower(), (command[2] or "").strip()
    if name == "start":
        return Came(), rest[:_MOST_CODE] or None
    return Commanded(name), None


def _changed(member: Mapping[str, Any]) -> ChatChanged | InGroup | Ignored:
    status, before = member["new_chat_member"]["status"], member["old_chat_member"]["status"]
    address = _address(member["chat"])
    if _is_private(member["chat"]):
        if status not in {"member", "kicked"}:
            return Ignored("kind of membership")
        return ChatChanged(TELEGRAM, address, is_reachable=status == "member")
    is_new = status in {"member", "administrator"} and before in {"left", "kicked"}
    if is_new and member["chat"]["type"] in {"group", "supergroup"}:
        return InGroup(address, _language(member))
    return Ignored("group")


def _is_private(chat: Mapping[str, Any]) -> bool:
    return bool(chat["type"] == "private")


def _address(chat: Mapping[str, Any]) -> str:
    return str(int(chat["id"]))


def _language(sent: Mapping[str, Any]) -> str | None:
    """The language of the sender's app, when it is one of ours."""
    code = str((sent.get("from") or {}).get("language_code", "")).lower().split("-")[0]
    return code if code in LANGUAGES else None


def _sound(text: str) -> str:
    """The text without what no database or network takes: halves of characters, and the character zero."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")

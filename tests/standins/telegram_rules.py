"""What the Bot API refuses, in its own words (core.telegram.org/bots/api, and the Bot API server's texts)."""

import html
import re
from collections.abc import Mapping
from typing import Any

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_DATA_BYTES = 64
MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_TOAST = 200
MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_FILE_BYTES = 50 * 1024 * 1024

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_PIECE = re.compile(r"<(/?)([^<>]*)>|&(#\d+|#x[0-9a-fA-F]+|\w+);|([<>&])")
_NAMED = {"lt", "gt", "amp", "quot"}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{3,}")

Entity = dict[str, Any]


class RefusedError(Exception):
    """The Bot API says no."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = dict(parameters or {})


def bad(description: str) -> RefusedError:
    """A 400."""
    return RefusedError(400, f"Bad Request: {description}")


def units(text: str) -> int:
    """The length in UTF-16 units, in which entities are counted."""
    return len(text.encode("utf-16-le")) // 2


def read_text(params: Mapping[str, Any], name: str = "text", most: int = MOST_TEXT) -> tuple[str, list[Entity]]:
    """The text as it is shown, with its entities. Stricter than the real one: a bare ``&`` or ``>`` is refused too."""
    raw = params.get(name) or ""
    if not isinstance(raw, str):
        raise bad(f'field "{name}" must be of type String')
    mode = params.get("parse_mode")
    if mode not in {None, "HTML"}:
        raise bad("unsupported parse_mode")
    text, entities = _read_html(raw) if mode == "HTML" else (raw, [])
    if not text.strip() and name == "text":
        raise bad("message text is empty")
    if units(text) > most:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    return text, entities


def _read_html(raw: str) -> tuple[str, list[Entity]]:
    text, at, entities = "", 0, []
    open_tags: list[tuple[str, int]] = []
    for piece in _PIECE.finditer(raw):
        text += raw[at : piece.start()]
        at = piece.end()
        slash, tag, entity, bare = piece.groups()
        offset = len(raw[: piece.start()].encode())
        if bare or (entity and not entity.startswith("#") and entity not in _NAMED):
            raise bad(f"can't parse entities: Unescaped character at byte offset {offset}")
        if entity:
            text += html.unescape(piece[0])
        elif not slash:
            if tag not in _TAGS:
                raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {offset}')
            open_tags.append((tag, units(text)))
        else:
            if not open_tags or open_tags[-1][0] != tag:
                raise bad(f'can\'t parse entities: Unexpected end tag "{tag}" at byte offset {offset}')
            _, start = open_tags.pop()
            entities.append({"type": _TAGS[tag], "offset": start, "length": units(text) - start})
    if open_tags:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1][0]}\"")
    return text + raw[at:], entities


def read_keyboard(params: Mapping[str, Any]) -> list[list[dict[str, str]]]:
    """The rows of buttons; none when the message has no inline keyboard."""
    markup = params.get("reply_markup")
    if markup is None:
        return []
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list):
        raise bad("object expected as reply markup")
    if any(len(row) > MOST_IN_A_ROW for row in rows) or sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        if not str(button.get("text", "")).strip():
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= MOST_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    return rows


def check_photo(content: bytes) -> None:
    """Refuse what is no picture or too large."""
    if not content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise bad("IMAGE_PROCESS_FAILED")
    if len(content) > MOST_PHOTO_BYTES:
        raise RefusedError(413, "Request Entity Too Large")


def check_commands(params: Mapping[str, Any]) -> None:
    """Refuse a list of commands that Telegram would refuse."""
    commands = params["commands"]
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def check_language(params: Mapping[str, Any]) -> str:
    """The two letters of a language, or none for everybody."""
    code = params.get("language_code") or ""
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad("LANG_CODE_INVALID")
    return str(code)


def check_description(text: str, most: int) -> None:
    """Refuse a description that is too long."""
    if len(text) > most:
        raise bad("BOT_DESCRIPTION_TOO_LONG")


def check_secret(secret: str) -> None:
    """Refuse a webhook's secret of the wrong shape."""
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")


def check_token(given: str, real: str) -> None:
    """Refuse what is not the token: 404 when it does not look like one, 401 when it is another's."""
    if not _TOKEN.fullmatch(given):
        raise RefusedError(404, "Not Found")
    if given != real:
        raise RefusedError(401, "Unauthorized")

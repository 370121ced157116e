"""The chats of the stand-in: messages, presses and their answers, with the rules for editing and deleting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.standins import telegram_rules as rules
from tests.standins.telegram_rules import Entity, RefusedError, bad

DELETABLE_SECONDS = 48 * 3600
QUERY_SECONDS = 60
"""How long a press waits for its answer. Telegram does not publish it."""

BOT = {"id": 700000001, "is_bot": True, "first_name": "Werkstem", "username": "werkstem_standin_bot"}

Files = Mapping[str, bytes]


@dataclass
class Posted:
    """One message in a chat, as it is now."""

    message_id: int
    at: float
    is_ours: bool
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    rows: list[list[dict[str, str]]] = field(default_factory=list)
    photo: bytes | None = None
    file: bytes | None = None
    is_protected: bool = False
    edits: int = 0

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Every button: its words and its data."""
        return [(button["text"], button["callback_data"]) for row in self.rows for button in row]

    @property
    def statement(self) -> str | None:
        """What stands in bold on a line of its own."""
        for entity in self.entities:
            raw = self.text.encode("utf-16-le")
            bold = raw[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
            if entity["type"] == "bold" and bold in self.text.split("\n"):
                return bold
        return None


@dataclass
class Chat:
    """A private chat of one person with the bot."""

    chat_id: int
    language_code: str | None = "nl"
    messages: dict[int, Posted] = field(default_factory=dict)
    toasts: list[str | None] = field(default_factory=list)
    is_blocked: bool = False
    is_started: bool = False
    kind: str = "private"

    def user(self) -> dict[str, Any]:
        """The person, as updates carry them."""
        language = {"language_code": self.language_code} if self.language_code else {}
        return {"id": abs(self.chat_id), "is_bot": False, "first_name": "Invented", **language}

    def chat(self) -> dict[str, Any]:
        """The chat, as updates and messages carry it."""
        named = {"first_name": "Invented"} if self.kind == "private" else {"title": "Invented group"}
        return {"id": self.chat_id, "type": self.kind, **named}


@dataclass
class Press:
    """A press that waits for its answer."""

    chat: Chat
    at: float
    is_answered: bool = False


class Chats:
    """Every chat, and what the bot may do in them."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.by_id: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self._now = now
        self._numbers = count(1)

    def write(self, chat: Chat, text: str = "") -> Posted:
        """A message of the person."""
        posted = Posted(next(self._numbers), self._now(), is_ours=False, text=text)
        chat.messages[posted.message_id] = posted
        return posted

    def describe(self, chat: Chat, posted: Posted) -> dict[str, Any]:
        """A message as the Bot API gives it."""
        sender = BOT if posted.is_ours else chat.user()
        base = {"message_id": posted.message_id, "date": int(posted.at), "chat": chat.chat(), "from": sender}
        if posted.rows:
            base["reply_markup"] = {"inline_keyboard": posted.rows}
        if posted.photo is not None:
            size = {"file_id": "p", "file_unique_id": "u", "width": 720, "height": 720, "file_size": len(posted.photo)}
            return {**base, "photo": [size], "caption": posted.text, "caption_entities": posted.entities}
        if posted.file is not None:
            document = {"file_id": "d", "file_unique_id": "v", "file_size": len(posted.file)}
            return {**base, "document": document}
        return {**base, "text": posted.text, **({"entities": posted.entities} if posted.entities else {})}

    # What the bot does ----------------------------------------------------------------------------------------------

    def send_message(self, params: Mapping[str, Any], _files: Files) -> dict[str, Any]:
        """sendMessage"""
        chat = self._reachable(params)
        text, entities = rules.read_text(params)
        return self._post(chat, params, text=text, entities=entities)

    def send_photo(self, params: Mapping[str, Any], files: Files) -> dict[str, Any]:
        """sendPhoto"""
        chat = self._reachable(params)
        text, entities = rules.read_text(params, "caption", rules.MOST_CAPTION)
        rules.check_photo(files.get("photo", b""))
        return self._post(chat, params, text=text, entities=entities, photo=files["photo"])

    def send_document(self, params: Mapping[str, Any], files: Files) -> dict[str, Any]:
        """sendDocument"""
        chat = self._reachable(params)
        if not 0 < len(files.get("document", b"")) <= rules.MOST_FILE_BYTES:
            raise bad("file must be non-empty")
        return self._post(chat, params, file=files["document"])

    def _post(self, chat: Chat, params: Mapping[str, Any], **content: Any) -> dict[str, Any]:
        posted = Posted(next(self._numbers), self._now(), is_ours=True, rows=rules.read_keyboard(params), **content)
        posted.is_protected = bool(params.get("protect_content", False))
        chat.messages[posted.message_id] = posted
        return self.describe(chat, posted)

    def edit_text(self, params: Mapping[str, Any], _files: Files) -> dict[str, Any]:
        """editMessageText"""
        chat, posted = self._editable(params)
        if posted.photo is not None or posted.file is not None:
            raise bad("there is no text in the message to edit")
        text, entities = rules.read_text(params)
        return self._change(chat, posted, params, text=text, entities=entities)

    def edit_media(self, params: Mapping[str, Any], files: Files) -> dict[str, Any]:
        """editMessageMedia"""
        chat, posted = self._editable(params)
        media = params["media"]
        text, entities = rules.read_text(media, "caption", rules.MOST_CAPTION)
        photo = files.get(str(media["media"]).removeprefix("attach://"), b"")
        rules.check_photo(photo)
        return self._change(chat, posted, params, text=text, entities=entities, photo=photo)

    def edit_buttons(self, params: Mapping[str, Any], _files: Files) -> dict[str, Any]:
        """editMessageReplyMarkup"""
        return self._change(*self._editable(params), params)

    def _change(self, chat: Chat, posted: Posted, params: Mapping[str, Any], **content: Any) -> dict[str, Any]:
        content["rows"] = rules.read_keyboard(params)
        if all(getattr(posted, name) == value for name, value in content.items()):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        for name, value in content.items():
            setattr(posted, name, value)
        posted.edits += 1
        return self.describe(chat, posted)

    def delete(self, params: Mapping[str, Any], _files: Files) -> bool:
        """deleteMessage"""
        chat = self._reachable(params)
        posted = chat.messages.get(int(params["message_id"]))
        if posted is None:
            raise bad("message to delete not found")
        if self._now() - posted.at > DELETABLE_SECONDS:
            raise bad("message can't be deleted for everyone")
        del chat.messages[posted.message_id]
        return True

    def answer(self, params: Mapping[str, Any], _files: Files) -> bool:
        """answerCallbackQuery"""
        press = self.presses.get(str(params["callback_query_id"]))
        text = params.get("text")
        if text is not None and len(text) > rules.MOST_TOAST:
            raise bad("MESSAGE_TOO_LONG")
        if press is None or press.is_answered or self._now() - press.at > QUERY_SECONDS:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        press.is_answered = True
        press.chat.toasts.append(text)
        return True

    def _reachable(self, params: Mapping[str, Any]) -> Chat:
        chat_id = str(params.get("chat_id"))
        chat = self.by_id.get(int(chat_id)) if chat_id.lstrip("-").isdecimal() else None
        if chat is None:
            raise bad("chat not found")
        if chat.is_blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if not chat.is_started:
            raise RefusedError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _editable(self, params: Mapping[str, Any]) -> tuple[Chat, Posted]:
        chat = self._reachable(params)
        posted = chat.messages.get(int(params["message_id"]))
        if posted is None:
            raise bad("message to edit not found")
        if not posted.is_ours:
            raise bad("message can't be edited")
        return chat, posted

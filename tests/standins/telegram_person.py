"""Somebody with a phone: presses buttons, types, sends, blocks, and sees what is in the chat."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.standins.telegram_chats import BOT, Chat, Posted, Press

if TYPE_CHECKING:
    from tests.standins.telegram import TelegramStandIn

_SENT: dict[str, Any] = {
    "voice": {"file_id": "v", "file_unique_id": "v1", "duration": 3},
    "sticker": {
        "file_id": "s",
        "file_unique_id": "s1",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
    "photo": [{"file_id": "p", "file_unique_id": "p1", "width": 90, "height": 90}],
}


class Person:
    """One person and their chat with the bot. What they see is read from the stand-in; nothing is awaited here."""

    def __init__(self, standin: "TelegramStandIn", chat_id: int, language_code: str | None = "nl") -> None:
        self._standin = standin
        self.chat = standin.chats.by_id.setdefault(chat_id, Chat(chat_id, language_code))
        self.chat_id = chat_id

    # What they see --------------------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Posted]:
        """Everything in the chat, oldest first."""
        return sorted(self.chat.messages.values(), key=lambda posted: posted.message_id)

    @property
    def last(self) -> Posted | None:
        """The last message of the bot, or None."""
        return next((posted for posted in reversed(self.messages) if posted.is_ours), None)

    @property
    def screen(self) -> Posted:
        """The last message of the bot, which must be there."""
        if self.last is None:
            raise LookupError("the bot has said nothing")
        return self.last

    @property
    def toasts(self) -> list[str | None]:
        """What came back on presses, None for a press that was answered without words."""
        return self.chat.toasts

    # What they do -----------------------------------------------------------------------------------------------------

    def start(self, code: str | None = None) -> int | None:
        """Open the chat, by a link with a code or without one; the update's number."""
        if self.chat.is_blocked:
            self.unblock()
        self.chat.is_started = True
        return self.type(f"/start {code}" if code else "/start")

    def type(self, text: str) -> int | None:
        """Write something."""
        posted = self._standin.chats.write(self.chat, text)
        message = self._standin.chats.describe(self.chat, posted)
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._happen("message", message)

    def send(self, kind: str) -> int | None:
        """Send a ``voice``, a ``sticker`` or a ``photo``."""
        posted = self._standin.chats.write(self.chat)
        message = self._standin.chats.describe(self.chat, posted)
        del message["text"]
        return self._happen("message", {**message, kind: _SENT[kind]})

    def tap(self, what: str, *, message_id: int | None = None, is_cleared: bool = False) -> str:
        """Press the button with those words or that data, the newest first; the press's id.

        ``message_id``: press it on that message, even when it has no such button any more: a phone may lag behind.
        ``is_cleared``: the chat was cleared in between, and the message comes without its content.
        """
        posted, data = self._find(what, message_id)
        query_id = uuid4().hex
        self._standin.chats.presses[query_id] = Press(self.chat, self._standin.now())
        message = self._standin.chats.describe(self.chat, posted)
        if is_cleared:
            message = {"message_id": posted.message_id, "date": 0, "chat": self.chat.chat()}
        query = {
            "id": query_id,
            "from": self.chat.user(),
            "chat_instance": "1",
            "message": message,
            "data": data,
        }
        self._standin.happen("callback_query", query, f"press {self.chat_id}")
        return query_id

    def _find(self, what: str, message_id: int | None) -> tuple[Posted, str]:
        for posted in reversed(self.messages):
            if message_id == posted.message_id:
                return posted, next((data for text, data in posted.buttons if text == what), what)
            for text, data in posted.buttons if message_id is None else ():
                if what in {text, data}:
                    return posted, data
        raise LookupError(f"no button {what!r}")

    def clear(self) -> None:
        """Clear the chat on the own phone and at Telegram: every message is gone."""
        self.chat.messages.clear()

    def block(self) -> int | None:
        """Block the bot."""
        self.chat.is_blocked = True
        return self._member("member", "kicked")

    def unblock(self) -> int | None:
        """Let the bot write again."""
        self.chat.is_blocked = False
        return self._member("kicked", "member")

    def _member(self, before: str, after: str) -> int | None:
        changed = {
            "chat": self.chat.chat(),
            "from": self.chat.user(),
            "date": int(self._standin.now()),
            "old_chat_member": _membership(before),
            "new_chat_member": _membership(after),
        }
        return self._happen("my_chat_member", changed)

    def _happen(self, kind: str, content: dict[str, Any]) -> int | None:
        return self._standin.happen(kind, content, f"chat {self.chat_id}")


def _membership(status: str) -> dict[str, Any]:
    return {"user": BOT, "status": status, **({"until_date": 0} if status == "kicked" else {})}

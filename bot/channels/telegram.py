"""Telegram: shows messages in a chat, answers presses, and fetches what people sent."""

import asyncio
import json
import struct
import sys
import zlib
from asyncio.subprocess import PIPE
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict
from typing import Any

from bot.channels import Placed, SendError
from bot.channels.telegram_errors import Cause
from bot.channels.telegram_http import PUBLIC_API, Pause, TelegramApi
from bot.channels.telegram_layout import caption_of, keyboard, remove_button, text_of
from bot.channels.telegram_profile import Profile
from bot.channels.telegram_updates import ALLOWED_UPDATES, TELEGRAM
from bot.conversation.screen import Label, Message, Role

POLL_SECONDS = 50
HOOK = "/hooks/telegram"
SETUP = (sys.executable, "-m", "bot.channels.telegram_setup")
MOST_TOAST = 200
_GROUPS_REMEMBERED = 1000
_LONGEST_PAUSE_SECONDS = 30.0
_EMPTIED = "·"
"""What is left of a message that Telegram no longer lets us delete."""


class Telegram:
    """The channel to Telegram, and the rest of what Telegram asks of a bot."""

    name = TELEGRAM

    def __init__(
        self, token: str, base: str = PUBLIC_API, *, api: TelegramApi | None = None, pause: Pause = asyncio.sleep
    ) -> None:
        self._api = api or TelegramApi(token, base)
        self._pause = pause
        self.is_polling = False
        """Whether updates are being fetched, and the last fetch did not fail."""
        self._groups: OrderedDict[str, None] = OrderedDict()

    async def show(self, address: str, message: Message, *, placed: Placed | None, picture: bytes | None) -> Placed:
        """As Channel says. An edit that went lost is never ambiguous: doing it again changes nothing.

        A picture with a button to remove it stays when text follows, with that button only; everything else that is
        replaced is deleted. Without its drawing, a picture is shown as its words.
        """
        shown = picture if message.picture is not None else None
        if placed is not None and placed.is_last and placed.is_picture == (shown is not None):
            try:
                return await self._edit(address, message, placed, shown)
            except SendError as error:
                if error.cause != Cause.GONE:
                    raise
        if placed is not None and placed.remove_data:
            # First, because a change of buttons that comes after the new message looks like the newest thing there.
            await self._retire(address, placed)
            return await self._send(address, message, shown)
        new = await self._send(address, message, shown)
        if placed is not None:
            await self._retire(address, placed)
        return new

    async def _send(self, address: str, message: Message, picture: bytes | None) -> Placed:
        if picture is None:
            sent = await self._api.call("sendMessage", {"chat_id": int(address), **_text(message)})
            return Placed(str(sent["message_id"]))
        payload = {"chat_id": int(address), **_caption(message), "protect_content": True}
        sent = await self._api.call("sendPhoto", payload, upload={"photo": ("picture.png", picture)})
        return _placed_picture(str(sent["message_id"]), message)

    async def _edit(self, address: str, message: Message, placed: Placed, picture: bytes | None) -> Placed:
        where = {"chat_id": int(address), "message_id": int(placed.message_id)}
        try:
            if picture is None:
                await self._api.call("editMessageText", {**where, **_text(message)}, is_repeatable=True)
                return placed
            await self._replace_picture(where, message, picture)
        except SendError as error:
            if error.cause != Cause.UNCHANGED:
                raise
        return _placed_picture(placed.message_id, message) if picture is not None else placed

    async def _replace_picture(self, where: Mapping[str, int], message: Message, picture: bytes) -> None:
        caption = _caption(message)
        buttons = caption.pop("reply_markup", None)
        media = {"type": "photo", "media": "attach://picture", **caption}
        payload = {**where, "media": media, **({"reply_markup": buttons} if buttons else {})}
        upload = {"picture": ("picture.png", picture)}
        await self._api.call("editMessageMedia", payload, upload=upload, is_repeatable=True)

    async def _retire(self, address: str, placed: Placed) -> None:
        """Clear away what was replaced, as well as we can: the new message stands, so nothing here may fail it."""
        try:
            if placed.remove_data:
                button = Label(placed.remove_label, placed.remove_data, Role.MENU)
                where = {"chat_id": int(address), "message_id": int(placed.message_id)}
                payload = {**where, "reply_markup": keyboard([button])}
                await self._api.call("editMessageReplyMarkup", payload, is_repeatable=True)
            else:
                await self.remove(address, placed.message_id, is_picture=placed.is_picture)
        except SendError:
            return

    async def remove(self, address: str, message_id: str, *, is_picture: bool = True) -> None:
        """Take a message out of the chat. Nothing happens when it is gone already. Raises SendError.

        Telegram deletes nothing that is older than 48 hours; such a message is emptied instead.
        """
        where = {"chat_id": int(address), "message_id": int(message_id)}
        try:
            await self._api.call("deleteMessage", where, is_repeatable=True)
        except SendError as error:
            if error.cause != Cause.GONE:
                raise
            await self._empty(where, is_picture=is_picture)

    async def _empty(self, where: Mapping[str, int], *, is_picture: bool) -> None:
        try:
            if is_picture:
                media = {"type": "photo", "media": "attach://picture"}
                upload = {"picture": ("empty.png", _empty_picture())}
                await self._api.call("editMessageMedia", {**where, "media": media}, upload=upload, is_repeatable=True)
            else:
                await self._api.call("editMessageText", {**where, "text": _EMPTIED}, is_repeatable=True)
        except SendError as error:
            if error.cause not in {Cause.GONE, Cause.UNCHANGED}:
                raise

    async def send_file(self, address: str, name: str, content: bytes) -> str:
        """Hand the person a file under that name; the number of its message. Raises SendError."""
        upload = {"document": (name, content)}
        sent = await self._api.call("sendDocument", {"chat_id": int(address)}, upload=upload)
        return str(sent["message_id"])

    async def answer(self, callback_id: str, text: str | None = None) -> None:
        """End the waiting circle on a pressed button, with a short text or none. Never fails: it is a courtesy."""
        payload = {"callback_query_id": callback_id, **({"text": text[:MOST_TOAST]} if text else {})}
        try:
            await self._api.call("answerCallbackQuery", payload, is_repeatable=True)
        except SendError:
            return

    async def decline_group(self, address: str, text: str) -> None:
        """Say once in a group that we do not work there. Never fails. Remembered by this process only."""
        if address in self._groups:
            return
        self._groups[address] = None
        if len(self._groups) > _GROUPS_REMEMBERED:
            self._groups.popitem(last=False)
        try:
            await self._api.call("sendMessage", {"chat_id": int(address), "text": text})
        except SendError:
            return

    async def poll(
        self, offset: int | None = None, *, waits_seconds: int = POLL_SECONDS
    ) -> AsyncGenerator[list[dict[str, Any]]]:
        """Batches of updates, for ever. Asking for the next batch says that every update of this one was committed:
        only then Telegram forgets them. Raises SendError when the token or the request is wrong."""
        try:
            while True:
                updates = await self._fetch(offset, waits_seconds)
                if updates:
                    yield updates
                    offset = max(update["update_id"] for update in updates) + 1
        finally:
            self.is_polling = False

    async def _fetch(self, offset: int | None, waits_seconds: int) -> list[dict[str, Any]]:
        """The next updates, however long Telegram is away; none when none came in the time."""
        asked = {"timeout": waits_seconds, "allowed_updates": ALLOWED_UPDATES}
        payload = asked if offset is None else {**asked, "offset": offset}
        failures = 0
        while True:
            self.is_polling = not failures
            try:
                updates = await self._api.call("getUpdates", payload, is_repeatable=True, waits_seconds=waits_seconds)
            except SendError as error:
                self.is_polling = False
                if not error.retryable:
                    raise
                failures += 1
                await self._pause(error.retry_after_seconds or min(2.0 ** (failures - 1), _LONGEST_PAUSE_SECONDS))
            else:
                self.is_polling = True
                return list(updates)

    async def receive_by(self, mode: str, *, public_url: str, secret: str) -> None:
        """Have updates sent to ``public_url`` (``webhook``), or fetch them ourselves (``polling``). What Telegram still
        holds for us is kept. Raises SendError."""
        if mode == "webhook":
            asked = {
                "url": public_url.rstrip("/") + HOOK,
                "secret_token": secret,
                "allowed_updates": ALLOWED_UPDATES,
                "drop_pending_updates": False,
            }
            await self._api.call("setWebhook", asked, is_repeatable=True)
        else:
            await self._api.call("deleteWebhook", {"drop_pending_updates": False}, is_repeatable=True)

    async def introduce(self, profiles: Mapping[str, Profile]) -> None:
        """Tell Telegram who we are in each language, as far as it does not know. Nobody need wait for it. Raises
        SendError when something of it was refused; the rest was said all the same."""
        # python-telegram-bot takes 41 MB and half a second to import, for a minute's work: a child does it and ends.
        said = {
            "token": self._api.token,
            "api_base": self._api.base,
            "profiles": {language: asdict(profile) for language, profile in profiles.items()},
        }
        child = await asyncio.create_subprocess_exec(*SETUP, stdin=PIPE, stdout=PIPE)
        try:
            outcome, _ = await child.communicate(json.dumps(said).encode())
        except asyncio.CancelledError:
            child.kill()
            await child.communicate()
            raise
        if child.returncode != 0 or outcome:
            raise SendError(**(json.loads(outcome) if outcome else {"cause": Cause.UNUSABLE, "retryable": True}))

    async def user_name(self) -> str:
        """The bot's user name, for links; asks Telegram. Raises SendError."""
        return str((await self._api.call("getMe", {}, is_repeatable=True))["username"])

    def wait(self, seconds: float) -> None:
        """Send nothing for so long: Telegram said so to another process."""
        self._api.wait(seconds)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()


def _text(message: Message) -> dict[str, Any]:
    buttons = keyboard(message.buttons)
    return {
        "text": text_of(message),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        **({"reply_markup": buttons} if buttons else {}),
    }


def _caption(message: Message) -> dict[str, Any]:
    buttons = keyboard(message.buttons)
    return {
        "caption": caption_of(message),
        "parse_mode": "HTML",
        **({"reply_markup": buttons} if buttons else {}),
    }


def _placed_picture(message_id: str, message: Message) -> Placed:
    button = remove_button(message.buttons)
    if button is None:
        return Placed(message_id, is_picture=True)
    return Placed(message_id, is_picture=True, remove_label=button.text, remove_data=button.data)


def _empty_picture(side: int = 64) -> bytes:
    """A PNG of one plain grey square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xee" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")

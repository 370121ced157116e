"""How a message looks in Telegram: its text as HTML, and its buttons in rows."""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.channels import SendError
from bot.conversation.screen import Label, Message, Role

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_DATA_BYTES = 64
REMOVE = "remove"
"""The data of the button that takes a picture out of the chat begin with this."""

_A_ROW_HOLDS = 3
_A_ROW_IS_WIDE = 36
"""So many characters stand side by side on a phone 320 points wide without being cut off."""


@dataclass(slots=True)
class _Block:
    text: str
    is_statement: bool = False


def text_of(message: Message) -> str:
    """The message as HTML, what its picture shows said in words: the statement bold, alone on its line.

    At most 4,096 characters, counted as Telegram does: without the tags. Only the longest paragraphs are cut.
    """
    return _written(message, (message.picture_text or "",), MOST_TEXT)


def caption_of(message: Message) -> str:
    """The text under the message's picture, as ``text_of``, in at most 1,024 characters."""
    return _written(message, (), MOST_CAPTION)


def _written(message: Message, picture: Iterable[str], most: int) -> str:
    blocks = [_Block(text) for text in (message.progress_text, *message.paragraphs) if text]
    if message.statement is not None:
        blocks.append(_Block(" ".join(message.statement.split()), is_statement=True))
    blocks += [_Block(text) for text in (*picture, *message.after) if text]
    _shorten(blocks, most - 2 * (len(blocks) - 1))
    return "\n\n".join(_html(block) for block in blocks)


def _html(block: _Block) -> str:
    escaped = html.escape(block.text, quote=False)
    return f"<b>{escaped}</b>" if block.is_statement else escaped


def _shorten(blocks: Iterable[_Block], most: int) -> None:
    cuttable = [block for block in blocks if not block.is_statement]
    room = most - sum(_length(block.text) for block in blocks if block.is_statement)
    while cuttable and (excess := sum(_length(block.text) for block in cuttable) - room) > 0:
        longest = max(cuttable, key=lambda block: _length(block.text))
        kept = max(0, _length(longest.text) - excess - 1)
        longest.text = longest.text.encode("utf-16-le")[: 2 * kept].decode("utf-16-le", "ignore") + "…"
        cuttable.remove(longest)
        room -= _length(longest.text)


def _length(text: str) -> int:
    """The length as Telegram's clients count it: in UTF-16 units, so that an emoji counts for two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def keyboard(buttons: Iterable[Label]) -> dict[str, Any] | None:
    """The buttons as an inline keyboard, or None when there are none. Raises SendError for data Telegram refuses."""
    rows = [[_button(label) for label in row] for row in _rows(buttons)]
    return {"inline_keyboard": rows} if rows else None


def _button(label: Label) -> dict[str, str]:
    if not 1 <= len(label.data.encode()) <= MOST_DATA_BYTES:
        raise SendError(cause="button-data", our_fault=True)
    return {"text": label.text, "callback_data": label.data}


def _rows(buttons: Iterable[Label]) -> Iterator[list[Label]]:
    """One button a row; menu buttons, pictures and the names of languages stand side by side with their like."""
    for kind, run in groupby(buttons, _kind):
        if kind == "alone":
            yield from ([label] for label in run)
        else:
            yield from _side_by_side(run)


def _kind(label: Label) -> str:
    if label.role in {Role.MENU, Role.PICTURE}:
        return label.role
    return "language" if ".language-" in f".{label.data}" else "alone"


def _side_by_side(run: Iterable[Label]) -> Iterator[list[Label]]:
    row: list[Label] = []
    for label in run:
        is_wide = sum(len(other.text) for other in row) + len(label.text) > _A_ROW_IS_WIDE
        if row and (is_wide or len(row) == _A_ROW_HOLDS):
            yield row
            row = []
        row.append(label)
    if row:
        yield row


def remove_button(buttons: Iterable[Label]) -> Label | None:
    """The button that takes the message out of the chat, if it has one."""
    return next((label for label in buttons if label.data.rpartition(".")[2].startswith(REMOVE)), None)

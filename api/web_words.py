"""How a Message's texts are taken apart for a page: symbols that are drawn by us, direction, language, and groups."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from bot.conversation.screen import Label, Message, Role
from domain.questionnaire import LANGUAGES

RIGHT_TO_LEFT = frozenset({"ar"})

FACES: Mapping[str, int] = {"😞": 1, "🙁": 2, "😐": 3, "🙂": 4, "😀": 5}
"""The five faces, worst first: on a page our own drawings stand for them (METHOD a.4: platform emoji differ)."""

ICONS: Mapping[str, str] = {
    "↩": "back",
    "⏸": "pause",
    "➕": "more",
    "🔒": "lock",
    "🌐": "globe",
    "🔊": "listen",
    "👀": "web",
    "⏹": "stop",
    "🗑": "bin",
    "🙋": "help",
    "▶": "go",
    "✅": "yes",
    "❌": "no",
    "🔁": "again",
    "📊": "bars",
    "📄": "paper",
    "💬": "talk",
    "🙈": "hide",
    "✔": "done",
    "🐟": "fish",
    "🍎": "apple",
    "🚲": "bike",
    "🏠": "house",
    "🌳": "tree",
    "☀": "sun",
    "🐦": "bird",
    "⚽": "ball",
    "🔑": "key",
    "👁": "show",
    "🤝": "agreed",
    "🌙": "evening",
    "🌅": "morning",
    "📅": "day",
}
"""The symbols that texts use as icons, and the name of our own stroke for each (templates/icons.html)."""

_SYMBOL = re.compile(f"([{''.join({**FACES, **ICONS})}])\ufe0f?")
_EMOJI_FIRST = re.compile(r"^([^\w\s\"'«(¿¡.,-]+)\s+(?=\w)")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


class Words(Protocol):
    """The texts of one language, as a page needs them."""

    def say(self, key: str, values: Mapping[str, str], count: int | None = None) -> str:
        """The text of that key, its placeholders filled."""
        ...

    def number(self, value: int) -> str:
        """A whole number in the reader's digits."""
        ...


class Catalogues(Protocol):
    """The texts by language."""

    def __getitem__(self, language: str, /) -> Words:
        """The texts of one language."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text: plain words, or one symbol that we draw (``icon`` by name, or ``face`` 1 to 5)."""

    text: str
    icon: str | None = None
    face: int | None = None


def runs(text: str) -> list[Run]:
    """The text in pieces. Put together again, they are the text to the letter."""
    pieces, at = [], 0
    for found in _SYMBOL.finditer(text):
        if found.start() > at:
            pieces.append(Run(text[at : found.start()]))
        pieces.append(Run(found[0], icon=ICONS.get(found[1]), face=FACES.get(found[1])))
        at = found.end()
    if at < len(text):
        pieces.append(Run(text[at:]))
    return pieces


def held(text: str, *, is_after_symbol: bool) -> str:
    """Plain words, held together where a line would break badly: after a drawn symbol, and before a dot between."""
    text = text.replace(" ·", "\u00a0·")
    return f"\u00a0{text[1:]}" if is_after_symbol and text.startswith(" ") else text


@dataclass(frozen=True, slots=True)
class Caption:
    """A button's words: ``mark`` is the symbol in front with its space ("" when there is none), ``word`` the rest.

    ``icon`` or ``face`` say what we draw for the mark; with neither, the mark is shown as it is.
    """

    mark: str
    word: str
    icon: str | None = None
    face: int | None = None


def caption(text: str) -> Caption:
    """A label taken apart: mark and word together are the label to the letter."""
    found = _SYMBOL.match(text)
    if found:
        word = text[found.end() :].lstrip(" ")
        return Caption(text[: len(text) - len(word)], word, ICONS.get(found[1]), FACES.get(found[1]))
    emoji = _EMOJI_FIRST.match(text)
    return Caption(emoji[0], text[emoji.end() :]) if emoji else Caption("", text)


def is_point(text: str) -> bool:
    """Whether a text is one point of a list: it begins with a dot, or is one line with a yes or a no in it."""
    return text.startswith("•") or ("\n" not in text and ("✅" in text or "❌" in text))


def direction(text: str) -> str:
    """ "rtl" when a text has more Arabic letters than Latin ones, else "ltr"."""
    return "rtl" if len(_ARABIC.findall(text)) > len(_LATIN.findall(text)) else "ltr"


def direction_of(language: str) -> str:
    """The direction a language is written in."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


class Tongues:
    """Which language a text of the language screen is in, so that a screen reader says it right."""

    def __init__(self, catalogues: Catalogues) -> None:
        keys = ("language.greeting", "language.ask", "language.own_name")
        self._known = {catalogues[code].say(key, {}): code for code in LANGUAGES for key in keys}

    def of(self, text: str, otherwise: str) -> str:
        """The language of a text that stands in five languages; ``otherwise`` for every other text."""
        return self._known.get(text, otherwise)


def best_first(accept_language: str) -> list[str]:
    """Our five languages, the one a browser asks for first in front; Dutch in front when it asks for none of ours."""
    wanted = (part.split(";")[0].strip().lower().split("-")[0] for part in accept_language[:200].split(","))
    best = next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])
    return [best, *(code for code in LANGUAGES if code != best)]


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that stand together, in the order of the message. ``kind`` is how they are laid out."""

    kind: str
    labels: tuple[Label, ...]


_KINDS: Mapping[Role, str] = {
    Role.GO: "choices",
    Role.CHOICE: "choices",
    Role.FACE: "faces",
    Role.PICTURE: "pictures",
    Role.WITHOUT: "without",
    Role.SWITCH: "switch",
    Role.MENU: "menu",
}
_MOST_TOOLS = 4


def groups(buttons: Sequence[Label]) -> list[Group]:
    """The buttons in neighbouring groups; the last few of the menu are the tools at the foot of the page."""
    found = [Group(kind, tuple(labels)) for kind, labels in groupby(buttons, lambda label: _KINDS[label.role])]
    return [_as_tools(group, is_last=group is found[-1]) for group in found]


def _as_tools(group: Group, *, is_last: bool) -> Group:
    is_row = is_last and len(group.labels) <= _MOST_TOOLS
    return Group("tools", group.labels) if group.kind == "menu" and is_row else group


def is_stressed(label: Label, among: Iterable[Label]) -> bool:
    """Whether a button is filled: it goes on, and is neither a yes beside a no nor the way round the pictures."""
    is_alone = not any(other.role is Role.PICTURE for other in among)
    return label.role is Role.GO and not label.text.startswith("✅") and is_alone


def has_menu(buttons: Iterable[Label]) -> bool:
    """Whether the message brings its own way to the menu."""
    return any(label.role is Role.MENU for label in buttons)


def statements_left(message: Message) -> int:
    """How many statements are still to come in this measurement."""
    return max(0, message.progress.total - message.progress.done) if message.progress else 0

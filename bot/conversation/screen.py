"""What a participant should see, without words yet: keys of texts, and buttons with data.

``Screen`` is what the conversation asks for; ``Message`` is the same in the person's language, ready for a channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Say:
    """One text by its key, with what fills its placeholders.

    A value may be a Say itself (a group's name inside a sentence), a str, a date (long form), or an int (written in
    the reader's digits). ``count`` chooses the plural form. The names of the person, the coach and the organisation
    need not be given: they are filled in from the setting. ``language``: said in that language whatever the
    person's own is (the language screen).
    """

    key: str
    values: Mapping[str, "str | int | date | Say"] = field(default_factory=dict)
    count: int | None = None
    language: str | None = None


class Role(StrEnum):
    """What a button is for; channels lay out and draw by it, never by its words."""

    GO = "go"  # goes on, says yes, confirms
    CHOICE = "choice"  # says no, or one of several equal choices
    FACE = "face"  # one of the five answers, ``face`` says which
    WITHOUT = "without"  # the reasons why there is no answer
    SWITCH = "switch"  # on or off, ``is_on`` says which
    PICTURE = "picture"  # one of nine pictures, three a row
    MENU = "menu"  # ↩ ⏸ ➕ and what is inside ➕


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a screen. ``data`` comes back in Pressed; at most 40 ASCII characters."""

    label: Say
    data: str
    role: Role = Role.CHOICE
    face: int | None = None
    is_on: bool | None = None


class PictureOf(StrEnum):
    """Which picture a screen shows."""

    INNER = "inner"
    OUTER = "outer"


@dataclass(frozen=True, slots=True)
class Picture:
    """A web (or the same as bars) of the person's own measurements; ``compare`` are earlier ones, oldest first."""

    of: PictureOf
    measurement_id: str
    compare: tuple[str, ...] = ()
    as_bars: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a measurement is: statements done and in all."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: lines, at most one statement or picture, and buttons in order.

    ``statement_id`` with ``wording_version`` (None: the newest) names the statement that stands on a line of its own.
    ``practice`` names a practice statement instead. ``has_file``: the person's own data come with it as a file.
    """

    lines: tuple[Say, ...]
    buttons: tuple[Button, ...] = ()
    statement_id: str | None = None
    wording_version: int | None = None
    practice: str | None = None
    picture: Picture | None = None
    progress: Progress | None = None
    after: tuple[Say, ...] = ()
    """Lines under the statement or picture."""
    has_file: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A button in words, ready for a channel."""

    text: str
    data: str
    role: Role
    face: int | None = None
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A screen in words, in one language. ``paragraphs`` come before the statement or picture, ``after`` behind it."""

    language: str
    paragraphs: tuple[str, ...]
    buttons: tuple[Label, ...] = ()
    statement: str | None = None
    after: tuple[str, ...] = ()
    picture: Picture | None = None
    picture_text: str | None = None
    """What the picture shows, in words, for whoever cannot see it."""
    progress: Progress | None = None
    progress_text: str | None = None
    """The progress in words ("12 sentences to go"); channels without a bar show it above the statement."""
    has_file: bool = False

    @property
    def is_statement(self) -> bool:
        """Whether a statement is asked: five faces come first."""
        return self.statement is not None


class Words(Protocol):
    """The texts of one language, as the conversation needs them. storage gives the real one."""

    language: str

    def say(self, key: str, values: Mapping[str, str], count: int | None = None) -> str:
        """The text of that key, its placeholders filled, in the plural form of ``count``."""
        ...

    def number(self, value: int) -> str:
        """A whole number in the reader's digits."""
        ...

    def date(self, day: date) -> str:
        """A day in the long form of the language."""
        ...

    def statement(self, statement_id: str, version: int | None) -> str:
        """The wording of a statement; the newest when ``version`` is None or no longer there."""
        ...

    def explanation(self, statement_id: str) -> str | None:
        """One plain sentence or example for "I don't understand", or None."""
        ...

    def practice(self, practice_id: str) -> str:
        """A practice statement: ``p-true`` or ``p-false``."""
        ...

"""Agreements: what a participant and the coach wrote down together in a talk. Which words may be one."""

import unicodedata
from dataclasses import dataclass
from datetime import date

MOST_LETTERS = 200
"""An agreement is a sentence, not a file: what is longer belongs on paper, or in nobody's hands."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an agreement says. ``topic`` is the group it is about, None for none; ``agreed_on`` the day of the talk."""

    text: str
    agreed_on: date
    topic: str | None = None
    is_done: bool = False


_HIDDEN = frozenset({"Cf", "Co", "Cn", "Cs"})
_JOINERS = "\u200c\u200d"
"""Without these some scripts are misspelt."""


def plain(text: str) -> str:
    """The text on one line, without invisible characters that would turn it around or hide a part of it."""
    seen = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    kept = "".join(one for one in seen if one in _JOINERS or unicodedata.category(one) not in _HIDDEN)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def is_short_enough(text: str) -> bool:
    """Whether a plain text may be an agreement: something, and not more than a sentence."""
    return 0 < len(text) <= MOST_LETTERS

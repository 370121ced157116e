"""Answers: the codes a participant can choose, and how a typed reply becomes one of them."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Answer(StrEnum):
    """What was chosen at one statement: 1 (not at all) to 5 (completely), or the reason why not.

    Only the five numbers have a value; every other code is missing: never 0 and never 3 (the method, section e.1).
    """

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    DK_UNDERSTAND = "dk_understand"
    DK_ANSWER = "dk_answer"
    NA = "na"

    @property
    def value_or_none(self) -> int | None:
        """The number 1 to 5, or None when no number was given."""
        return int(self.value) if len(self.value) == 1 else None

    @property
    def mark(self) -> str:
        """One character that stands for the answer: ``1`` to ``5``, ``u``, ``c`` or ``n``."""
        return _MARKS[self]

    @classmethod
    def of_mark(cls, mark: str) -> "Answer":
        """The answer of that mark; raises ValueError for any other text."""
        try:
            return _BY_MARK[mark]
        except KeyError:
            raise ValueError(f"{mark!r} is no mark of an answer") from None


_MARKS = {answer: answer.value if len(answer.value) == 1 else "" for answer in Answer} | {
    Answer.DK_UNDERSTAND: "u",
    Answer.DK_ANSWER: "c",
    Answer.NA: "n",
}
_BY_MARK = {mark: answer for answer, mark in _MARKS.items()}

FACES: Mapping[str, Answer] = {
    "😞": Answer.ONE,
    "🙁": Answer.TWO,
    "😐": Answer.THREE,
    "🙂": Answer.FOUR,
    "😀": Answer.FIVE,
}
"""The five faces, worst first: the only pictures that are read as an answer."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ‛′`´ʹ＇", "'"))
_ALIKE = _APOSTROPHES | str.maketrans({"ı": "i", "ة": "ه", "ى": "ي", "ٱ": "ا", "ـ": None, "؟": "?", "ک": "ك", "ی": "ي"})
_UNSEEN = frozenset({"Mn", "Me", "Cf"})  # Accents, harakat and variation selectors; joiners and direction marks.
_SKINS = frozenset("🏻🏼🏽🏾🏿")


def normalise(text: str) -> str:
    """The same text as far as reading goes: what labels and command words are compared by.

    Case and accents do not count, nor Turkish dotted and dotless i, Arabic hamza seats, harakat and tatweel, the kind
    of apostrophe, invisible characters, or punctuation other than an apostrophe inside. Applying it twice changes
    nothing. Text without any letter, digit or symbol comes back empty, but for a question mark: that is a cry for help.
    """
    plain = _without_marks(_without_marks(text.translate(_APOSTROPHES)).casefold()).translate(_ALIKE)
    spaced = "".join(" " if ch != "'" and unicodedata.category(ch)[0] in "PZC" else ch for ch in plain)
    words = " ".join(word for word in (part.strip("'") for part in spaced.split()) if word)
    return words or ("?" if "?" in plain else "")


def read_answer(raw: str, *, may_not_apply: bool, labels: Mapping[str, Answer]) -> Answer | None:
    """The answer that somebody typed, or None when it is none: then the question is simply asked again.

    Understood are a face (in any skin, also repeated), a digit 1 to 5 of any script, and a label, whose normalised
    form is a key of ``labels``; a face may stand beside its own label. ``may_not_apply``: "not about me" can be
    chosen at this statement; elsewhere it is no answer.
    """
    faces, words = _faces_and_words(raw)
    said = _of_words(words, labels) if words else None
    if words and said is None:
        return None
    meant = faces | ({said} if said is not None else set())
    if len(meant) != 1:
        return None
    answer = meant.pop()
    return None if answer is Answer.NA and not may_not_apply else answer


def _faces_and_words(raw: str) -> tuple[set[Answer], str]:
    faces = {FACES[ch] for ch in raw if ch in FACES}
    rest = "".join(" " if ch in FACES else ch for ch in raw if ch not in _SKINS)
    return faces, normalise(rest)


def _of_words(words: str, labels: Mapping[str, Answer]) -> Answer | None:
    if words in labels:
        return labels[words]
    number = unicodedata.decimal(words, None) if len(words) == 1 else None
    return Answer(str(number)) if number in (1, 2, 3, 4, 5) else None


def _without_marks(text: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFKD", text) if unicodedata.category(ch) not in _UNSEEN)

"""What the two reference bots show: the same statements, faces, reasons and menu as Werkstem, in Dutch."""

import json
from pathlib import Path

QUESTIONNAIRE = Path(__file__).parent.parent / "locales" / "questionnaire"
FACES = ("😞", "🙁", "😐", "🙂", "😀")
_dutch = json.loads((QUESTIONNAIRE / "nl.json").read_text("utf-8"))
WORDINGS: tuple[str, ...] = tuple(entry["wordings"][-1]["text"] for entry in _dutch["statements"].values())

Rows = list[list[tuple[str, str]]]
"""Rows of buttons, each its words and its data."""


def text(index: int) -> str:
    """The statement with that running number, with a progress line above it."""
    return f"{index + 1} / {len(WORDINGS)}\n\n{WORDINGS[index % len(WORDINGS)]}"


def rows(index: int) -> Rows:
    """Five faces and two reasons, one a row, and three menu buttons in one row."""
    answers = [(f"{face} {_dutch['scale'][str(value)]}", f"a:{index}:{value}") for value, face in enumerate(FACES, 1)]
    reasons = [(_dutch["reasons"][code], f"a:{index}:{code}") for code in ("dk_understand", "dk_answer")]
    menu = [("↩ Terug", f"m:{index}:back"), ("⏸ Later", f"m:{index}:later"), ("➕ Meer", f"m:{index}:more")]
    return [*([button] for button in (*answers, *reasons)), menu]


def read_answer(data: str) -> tuple[int, str]:
    """The running number and the answer in the data of a pressed button."""
    _, index, value = data.split(":")
    return int(index), value

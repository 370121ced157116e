"""The texts of the staff pages beside the code and beside each other: nothing said is missing, nothing is left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from storage.staff_texts import STAFF_LANGUAGES, StaffTexts
from storage.wording import LOCALES

ROOT = Path(__file__).parents[2]
TEXTS = StaffTexts.load()
KEYS = TEXTS["en"].keys()
FOLDERS = (ROOT / "api" / "staff", ROOT / "api" / "templates" / "staff")

ENDINGS = {"_title": re.compile(r"(?:refused|go_on)\.[a-z]+_title")}
"""Texts that a template finds by adding an ending to a key that the code names."""

_KEY = re.compile(r"[a-z][a-z_0-9]*(?:\.[a-z_0-9]+)+")
_TEXT_IN_QUOTES = re.compile(r"""["']([a-z][a-z_0-9]*(?:\.[a-z_0-9]+)+)["']""")
_FILE = re.compile(r"\.(?:html|css|js|svg|png|pdf|csv|xlsx|json|woff2)$")
_EXAM_WORDS = re.compile(r"\b(?:toets|examen|test score|cijfer|beter dan|slechter|better|worse)\b", re.IGNORECASE)


def _literals(path: Path) -> Iterator[str]:
    """Every literal of a module or template that looks like a key."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        yield from _TEXT_IN_QUOTES.findall(source)
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.fullmatch(node.value):
            yield node.value


def _named() -> dict[str, str]:
    """Every key-like literal of the staff pages, and a file that names it."""
    files = [path for folder in FOLDERS for path in sorted(folder.rglob("*.[ph][yt]*")) if path.suffix != ".pyc"]
    found = {key: str(path.relative_to(ROOT)) for path in files for key in _literals(path)}
    return {key: file for key, file in found.items() if not _FILE.search(key) and not key.endswith("_")}


def _families() -> list[re.Pattern[str]]:
    """The shapes of keys that are put together: a literal that ends in a dot, and whatever follows."""
    found = set()
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.[ph][yt]*")):
            if path.suffix in {".py", ".html"}:
                found |= set(
                    re.findall(
                        r"""["']([a-z][a-z_0-9]*(?:\.[a-z_0-9]+)*\.(?:[a-z_0-9]+_)?)(?:["']\s*~|\{)""",
                        path.read_text("utf-8"),
                    )
                )
    return [re.compile(re.escape(start) + r"[a-z_0-9.]+") for start in sorted(found)]


def test_every_text_that_the_staff_pages_say_is_in_the_catalogues() -> None:
    rooms = {key.split(".")[0] for key in KEYS}
    missing = {f"{file}: {key}" for key, file in _named().items() if key.split(".")[0] in rooms and key not in KEYS}
    assert missing == {entry for entry in missing if entry.split(": ")[1] in _actions()}


def _actions() -> set[str]:
    """The words of the audit log look like keys; a test of the log says which there are."""
    found = set()
    for path in sorted((ROOT / "api").rglob("*.py")):
        found |= set(
            re.findall(r"""audit\.record\([^)]*?["']([a-z_]+\.[a-z_]+)["']""", path.read_text("utf-8"), re.DOTALL)
        )
        found |= set(re.findall(r"""action(?:: str)? ?= ?["']([a-z_]+\.[a-z_]+)["']""", path.read_text("utf-8")))
    return found


def test_no_text_is_left_that_nobody_says() -> None:
    named, families = set(_named()), [*_families(), *ENDINGS.values()]
    unsaid = {key for key in KEYS if key not in named and not any(family.fullmatch(key) for family in families)}
    assert unsaid == set()


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_every_staff_text_says_what_it_is_for_and_stands_in_the_order_of_its_key(language: str) -> None:
    with (LOCALES / language / "LC_MESSAGES" / "staff.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    keys = [message.id if isinstance(message.id, str) else message.id[0] for message in messages]
    assert [key for key, message in zip(keys, messages, strict=True) if not message.auto_comments] == []
    assert keys == sorted(set(keys))


def test_no_staff_text_speaks_of_marks_or_of_better_people() -> None:
    for language in STAFF_LANGUAGES:
        texts = TEXTS[language]._texts
        told = {key for key, text in texts.items() for form in text.forms if _EXAM_WORDS.search("".join(form))}
        assert told == set()

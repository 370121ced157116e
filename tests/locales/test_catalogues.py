"""The catalogues beside the code and beside each other: nothing said is missing, and the texts keep their promises."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from domain.answers import Answer, normalise
from domain.consent import Purpose
from domain.questionnaire import LANGUAGES, Ring, Sensitivity
from storage.catalogue import Catalogues
from storage.catalogue_files import read_catalogues
from storage.wording import LOCALES

ROOT = Path(__file__).parents[2]
TEXTS = read_catalogues(LOCALES)
CATALOGUES = Catalogues.load()
KEYS = CATALOGUES["en"].keys()
GROUPS = [group.name for group in CATALOGUES.questionnaire.groups]
ASKED = [Purpose.KEEP, Purpose.COACH, Purpose.GROUP, Purpose.REMINDER, *(Purpose(s.value) for s in Sensitivity)]

FAMILIES = {
    "consent.*.ask": ASKED,
    "consent.*.yes": ASKED,
    "consent.*.no": ASKED,
    "choice.*": [*ASKED, "same_order", "topic"],
    "choice_button.*": [*ASKED, "same_order"],
    "intro.carrier_*": ["telegram", "whatsapp", "web"],
    "web.title_*": list(Ring),
    "chart.title_*": list(Ring),
    "many.title_*": list(Ring),
    "picture.*": ["fish", "apple", "bike", "house", "tree", "sun", "bird", "ball", "key"],
    "group.*": GROUPS,
    "face.*": "12345",
    "scale.*": "12345",
    "reason.*": [answer for answer in Answer if answer.value_or_none is None],
    "command.*": ["start", "web", "language", "choices", "data", "help", "stop", "delete"],
}
"""The keys that the code puts together while it runs, and what may stand at the star."""

UNASKED = re.compile(
    r"(?:invite|reminder|template|email)\.|hello\.neutral$|web\.ready$|agreement\.ready$|delete\.by_coach$"
    r"|elsewhere\.moved$|reissue\.(?:ask_old_chat|old_chat_told)$"
)
"""What may arrive without having been asked for: no name in it, of nobody."""

ABOUT_SOUND = {"button.listen", "listen.none", "voice.not_possible"}
"""The texts that may speak of listening before there is sound."""

_KEY = re.compile(r"[a-z_]+(?:\.[a-z_0-9]+)+")
_FILE = re.compile(r"\.(?:html|css|js|svg|png|py|json|po|pot|txt|woff2|pdf|csv|xlsx|toml|db|sqlite)$")
_SAID_IN_A_PAGE = re.compile(r"\b(?:t|say)\(\s*['\"]([a-z_]+\.[a-z_.0-9]+)['\"]")


def _sources(*patterns: str) -> Iterator[Path]:
    """Where participants' texts are said; the staff pages say texts of their own (test_staff_texts)."""
    for room in ("bot", "api", "reports", "storage"):
        for pattern in patterns:
            yield from (path for path in sorted((ROOT / room).rglob(pattern)) if "staff" not in path.parts)


def _first_literal(call: ast.Call) -> str | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if name in {"Say", "say"} and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value if "." in first.value else None
    return None


def _shape(joined: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in joined.values)


def said_in(tree: ast.AST) -> tuple[set[str], set[str]]:
    """The keys that a module names: whole ones, and the shapes of those it puts together.

    Whatever is handed to Say or say counts, and every other literal that looks like a key of a known family.
    """
    known = {key.split(".")[0] for key in KEYS}
    pieces = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    whole, shapes = set(), set()
    for node in ast.walk(tree):
        if node in pieces:
            continue
        if isinstance(node, ast.Call) and (key := _first_literal(node)):
            whole.add(key)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            looks_like_one = _KEY.fullmatch(node.value) and not _FILE.search(node.value)
            whole |= {node.value} if looks_like_one and node.value.split(".")[0] in known else set()
        elif isinstance(node, ast.JoinedStr) and re.match(r"[a-z_]+\.", shape := _shape(node)):
            shapes |= {shape} if shape.split(".")[0] in known and "*" in shape else set()
    return whole, shapes - {shape for shape in shapes if _FILE.search(shape)}


def test_every_text_that_the_code_says_is_in_the_catalogues() -> None:
    said = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in _sources("*.py")
        for key in said_in(ast.parse(path.read_text(encoding="utf-8")))[0]
        if key not in KEYS
    }
    assert said == set()


def test_every_text_that_a_page_says_is_in_the_catalogues() -> None:
    said = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in _sources("*.html")
        for key in _SAID_IN_A_PAGE.findall(path.read_text(encoding="utf-8"))
        if key not in KEYS
    }
    assert said == set()


def test_every_key_that_the_code_puts_together_belongs_to_a_declared_family() -> None:
    strange = {
        f"{path.relative_to(ROOT)}: {shape}"
        for path in _sources("*.py")
        for shape in said_in(ast.parse(path.read_text(encoding="utf-8")))[1]
        if shape not in FAMILIES
    }
    assert strange == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_member_of_a_family_is_in_the_catalogues(family: str) -> None:
    assert {key for member in FAMILIES[family] if (key := family.replace("*", str(member))) not in KEYS} == set()


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('Say("nowhere.to_be_found")', {"nowhere.to_be_found"}),
        ('words.say("button.bakc", {})', {"button.bakc"}),
        ('go_on(conversation, "button.bakc")', {"button.bakc"}),
        ('open("button.html")', set()),
        ('Say("explanation", {})', set()),
    ],
)
def test_a_key_is_found_wherever_the_code_names_it(source: str, keys: set[str]) -> None:
    assert said_in(ast.parse(source))[0] == keys


def test_a_key_put_together_is_found_by_its_shape() -> None:
    assert said_in(ast.parse('f"consent.{purpose}.ask"; f"s{step}.go"; f"picture.{name}.svg"'))[1] == {"consent.*.ask"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_has_the_keys_of_the_template_once_and_in_its_order(language: str) -> None:
    """A key that stands twice would silently lose one of its texts."""
    template = (LOCALES / "werkstem.pot").read_text(encoding="utf-8")
    catalogue = (LOCALES / language / "LC_MESSAGES" / "werkstem.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', catalogue, re.MULTILINE)
    assert keys == re.findall(r'^msgid "(.+)"$', template, re.MULTILINE)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_tells_the_translator_what_it_is_for(language: str) -> None:
    with (LOCALES / language / "LC_MESSAGES" / "werkstem.po").open("rb") as file:
        assert [message.id for message in read_po(file) if message.id and not message.auto_comments] == []


def test_the_template_holds_no_text_of_its_own() -> None:
    with (LOCALES / "werkstem.pot").open("rb") as file:
        assert [message.id for message in read_po(file) if message.id and any(message.string)] == []


# Promises -----------------------------------------------------------------------------------------------------------


def _texts() -> Iterator[tuple[str, str, str]]:
    for language in LANGUAGES:
        for key, forms in TEXTS[language].items():
            for form in forms:
                yield language, key, form


def test_what_arrives_unasked_names_nobody() -> None:
    unasked = [(language, key, text) for language, key, text in _texts() if UNASKED.match(key)]
    assert {key for _, key, _ in unasked} >= {"invite.baseline", "reminder.first", "web.ready", "hello.neutral"}
    assert [(language, key) for language, key, text in unasked if "{name}" in text or "{coach}" in text] == []


def test_what_arrives_unasked_names_no_topic() -> None:
    """But "taking part", which is also what an invitation is about."""
    labels = {
        language: {label for group, label in CATALOGUES[language].wording.groups.items() if group != "participation"}
        for language in LANGUAGES
    }
    told = [(lang, key) for lang, key, text in _texts() if UNASKED.match(key) and any(x in text for x in labels[lang])]
    assert told == []


def test_no_text_speaks_of_listening_before_there_is_sound() -> None:
    listening = re.compile(r"\bluister|\blisten|\bécoute|\bdinle|استماع|استمع|🔊", re.IGNORECASE)
    assert {key for _, key, text in _texts() if listening.search(text)} <= ABOUT_SOUND


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_coach_is_also_the_boss_no_text_says_that_the_boss_sees_nothing(language: str) -> None:
    boss = {"nl": "baas", "en": "boss", "fr": "patron", "tr": "patron", "ar": "صاحب العمل"}[language]
    texts = TEXTS[language]
    assert boss in texts["intro.who_sees"][0].lower()
    variants = [key for key in texts if key.endswith("_boss") and key != "coach.also_boss"]
    assert len(variants) == 4
    assert [key for key in variants if boss in texts[key][0].lower() or "{coach}" not in texts[key][0]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_begins_with_a_tick_and_no_with_a_cross(language: str) -> None:
    answers = {key: forms[0] for key, forms in TEXTS[language].items() if key.endswith((".yes", ".no"))}
    for key in ("check.yes", "check.no", "assisted.no"):  # said after an answer; one of three equal choices
        del answers[key]
    assert len(answers) >= 16
    assert [key for key, text in answers.items() if text[0] != ("✅" if key.endswith(".yes") else "❌")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_that_a_text_points_to_is_called_so(language: str) -> None:
    """A text that says "tap 🔒 My choices" must use the very words on that button."""
    texts = TEXTS[language]
    buttons = {"🔒": "choices", "🗑": "delete_all", "▶": "continue", "↩": "back", "⏸": "later", "👀": "my_web"}
    pointing = [
        (key, sign)
        for key, forms in texts.items()
        if not any(f"{sign} " == forms[0][:2] and "\n" not in forms[0] for sign in buttons)
        for sign in buttons
        if sign in forms[0] and texts[f"button.{buttons[sign]}"][0] not in forms[0]
    ]
    assert pointing == []
    assert sum(texts["button.choices"][0] in forms[0] for forms in texts.values()) > 3
    assert CATALOGUES[language].say("reason.dk_understand") in texts["help.text"][0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_a_text_asks_to_type_is_understood(language: str) -> None:
    commands: dict[str, dict[str, list[str]]] = json.loads((LOCALES / "words.json").read_text(encoding="utf-8"))
    understood = {normalise(word) for by in commands.values() for word in by[language]}
    type_it = {"nl": "Typ", "en": "Type", "fr": "[Éé]cris", "tr": "[Şş]unu yaz", "ar": "كتابة"}[language]
    told = {
        word.strip().rstrip(".")
        for key, forms in TEXTS[language].items()
        if not key.startswith(("code.", "card.", "not_understood.yes_no"))
        for word in re.findall(rf"(?:{type_it})\s?: ([^\n]+)", forms[0])
    }
    told |= {word for line in TEXTS[language]["help.words"][0].split("\n")[1:] for word in line.split(" · ")}
    assert len(told) >= 10
    assert {word for word in told if normalise(word) not in understood} == set()


def test_no_typed_word_means_two_commands() -> None:
    commands: dict[str, dict[str, list[str]]] = json.loads((LOCALES / "words.json").read_text(encoding="utf-8"))
    meaning: dict[str, set[str]] = {}
    for command, by in commands.items():
        assert tuple(by) == LANGUAGES
        for words in by.values():
            for word in words:
                meaning.setdefault(normalise(word), set()).add(command)
    assert {word: commands for word, commands in meaning.items() if len(commands) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_where_the_apps_show_them(language: str) -> None:
    """Telegram's setMyDescription, setMyShortDescription and answerCallbackQuery; WhatsApp's rows of a list."""
    texts = TEXTS[language]
    assert len(texts["telegram.description"][0]) <= 512
    assert len(texts["telegram.short_description"][0]) <= 120
    assert max(len(texts[key][0]) for key in ("answer.too_fast", "answer.saved", "remove.done")) <= 200
    assert [key for key in texts if key.startswith("choice_button.") and len(texts[key][0]) > 24] == []
    assert [key for key in texts if key.startswith("command.") and len(texts[key][0]) > 256] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_nine_pictures_can_be_told_apart_by_face_and_by_word(language: str) -> None:
    pictures = [TEXTS[language][f"picture.{name}"][0].split(" ") for name in FAMILIES["picture.*"]]
    assert all(len(parts) == 2 for parts in pictures)
    assert len({face for face, _ in pictures}) == len({word for _, word in pictures}) == 9


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_emergency_numbers_are_told_to_somebody_in_distress(language: str) -> None:
    assert {"112", "113"} <= set(re.findall(r"\d+", TEXTS[language]["distress.not_read"][0]))


def test_nothing_compiled_is_kept_beside_the_catalogues() -> None:
    """The catalogues are read as they stand: a compiled one could be older than its text."""
    listed = subprocess.run(["git", "ls-files", "locales"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [name for name in listed.stdout.split() if name.endswith(".mo")] == []

"""The questionnaire's content from its files: its structure, its wording in five languages, the words people type."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import BrokenTexts
from domain.questionnaire import LANGUAGES, Group, Kind, Questionnaire, Ring, Sensitivity, Statement

LOCALES = Path(__file__).parent.parent / "locales"
"""Where the texts live: wording of the questionnaire, words people type, and the catalogues."""

SCALE = ("1", "2", "3", "4", "5")
REASONS = ("dk_understand", "dk_answer", "na")
PRACTICE = ("p-true", "p-false")


@dataclass(frozen=True, slots=True)
class StatementWording:
    """One statement's text in one language. ``same_meaning``: comparable with the version before it (METHOD e.3)."""

    version: int
    text: str
    same_meaning: bool = False


@dataclass(frozen=True)
class Wording:
    """Everything that the questionnaire says in one language. The newest wording of a statement stands last."""

    language: str
    stem: str
    period: str
    scale: Mapping[str, str]
    reasons: Mapping[str, str]
    practice: Mapping[str, str]
    groups: Mapping[str, str]
    explanations: Mapping[str, str]
    statements: Mapping[str, tuple[StatementWording, ...]]

    def statement(self, statement_id: str, version: int | None = None) -> StatementWording:
        """The wording of that version; the newest when None is given or that version is no longer there."""
        wordings = self.statements[statement_id]
        return next((wording for wording in wordings if wording.version == version), wordings[-1])

    def means_the_same(self, statement_id: str, version: int, other: int) -> bool:
        """Whether answers to two versions may be compared: every step from one to the other kept the meaning."""
        earlier, later = sorted((version, other))
        known = {wording.version: wording.same_meaning for wording in self.statements[statement_id]}
        return earlier in known and all(known.get(step, False) for step in range(earlier + 1, later + 1))


def read_questionnaire(folder: Path = LOCALES) -> Questionnaire:
    """The questionnaire's structure; raises BrokenTexts, or BrokenQuestionnaire when it contradicts itself."""
    data = _read(folder / "questionnaire" / "structure.json")
    prefixes = {group["name"]: group["prefix"] for group in data["groups"]}
    faults = [
        f"structure.json: {statement['id']} does not begin with the prefix of {statement['group']}"
        for statement in data["statements"]
        if not statement["id"].startswith(prefixes.get(statement["group"], "") + "-")
    ]
    if faults:
        raise BrokenTexts(faults=faults)
    return Questionnaire(
        version=data["version"],
        groups=tuple(
            Group(
                name=group["name"],
                ring=Ring(group["ring"]),
                sensitivity=Sensitivity(group["sensitivity"]) if group["sensitivity"] else None,
                may_not_apply=group["may_not_apply"],
                on_by_default=group["on_by_default"],
            )
            for group in data["groups"]
        ),
        statements=tuple(Statement(s["id"], s["group"], Kind(s["kind"])) for s in data["statements"]),
    )


def read_wordings(questionnaire: Questionnaire, folder: Path = LOCALES) -> dict[str, Wording]:
    """The wording in every language; raises one BrokenTexts that names every hole in any of them."""
    data = {language: _read(folder / "questionnaire" / f"{language}.json") for language in LANGUAGES}
    faults = [fault for language in LANGUAGES for fault in _faults(language, data[language], questionnaire)]
    if faults:
        raise BrokenTexts(faults=faults)
    return {language: _wording(data[language]) for language in LANGUAGES}


def read_typed_words(folder: Path = LOCALES) -> dict[str, tuple[str, ...]]:
    """The words people may type for each command, of all languages together, as they stand in the file."""
    commands = _read(folder / "words.json")
    return {command: tuple(word for words in by.values() for word in words) for command, by in commands.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenTexts(faults=[f"{path.name}: cannot be read ({error.strerror})"]) from None
    except ValueError as error:
        raise BrokenTexts(faults=[f"{path.name}: is not JSON ({error})"]) from None
    if not isinstance(data, dict):
        raise BrokenTexts(faults=[f"{path.name}: is not a JSON object"])
    return data


def _wording(data: Mapping[str, Any]) -> Wording:
    return Wording(
        language=data["language"],
        stem=data["stem"],
        period=data["period"],
        scale=data["scale"],
        reasons=data["reasons"],
        practice=data["practice"],
        groups=data["groups"],
        explanations={name: entry["explanation"] for name, entry in data["statements"].items()},
        statements={
            name: tuple(StatementWording(**wording) for wording in entry["wordings"])
            for name, entry in data["statements"].items()
        },
    )


def _faults(language: str, data: Mapping[str, Any], questionnaire: Questionnaire) -> Iterator[str]:
    """One sentence for every text that people need and that is not there."""
    where = f"{language}.json"
    if data.get("language") != language:
        yield f"{where}: says that its language is {data.get('language')!r}"
    yield from _holes(where, data, ("stem", "period"))
    yield from _holes(f"{where}: scale", data.get("scale"), SCALE)
    yield from _holes(f"{where}: reasons", data.get("reasons"), REASONS)
    yield from _holes(f"{where}: practice", data.get("practice"), PRACTICE)
    yield from _holes(f"{where}: groups", data.get("groups"), (group.name for group in questionnaire.groups))
    statements = data.get("statements", {})
    for statement in questionnaire.statements:
        yield from _statement_faults(f"{where}: {statement.id}", statements.get(statement.id))
    for stranger in sorted(statements.keys() - {statement.id for statement in questionnaire.statements}):
        yield f"{where}: {stranger} is no statement of the questionnaire"


def _holes(where: str, texts: Mapping[str, Any] | None, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not _is_text((texts or {}).get(name)):
            yield f"{where}: no text for {name}"


def _statement_faults(where: str, entry: Mapping[str, Any] | None) -> Iterator[str]:
    if entry is None:
        yield f"{where}: no wording"
        return
    if not _is_text(entry.get("explanation")):
        yield f"{where}: no explanation"
    wordings = entry.get("wordings") or ()
    if not wordings or not all(_is_text(wording.get("text")) for wording in wordings):
        yield f"{where}: no wording"
    versions = [wording.get("version") for wording in wordings]
    if versions != list(range(1, len(versions) + 1)):
        yield f"{where}: its versions are {versions}, not 1, 2, 3 and so on"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())

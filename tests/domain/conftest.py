"""The real questionnaire, read from its file, and a way to answer it briefly."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.answers import Answer, normalise
from domain.questionnaire import LANGUAGES, Group, Kind, Questionnaire, Ring, Sensitivity, Statement

QUESTIONNAIRE = Path(__file__).parents[2] / "locales" / "questionnaire"

Fill = Callable[..., dict[str, Answer]]
Wording = dict[str, dict[str, str]]


@pytest.fixture(scope="session")
def questionnaire() -> Questionnaire:
    """The questionnaire of locales/, built without the storage room."""
    structure = json.loads((QUESTIONNAIRE / "structure.json").read_text(encoding="utf-8"))
    groups = tuple(
        Group(
            name=group["name"],
            ring=Ring(group["ring"]),
            sensitivity=Sensitivity(group["sensitivity"]) if group["sensitivity"] else None,
            may_not_apply=group["may_not_apply"],
            on_by_default=group["on_by_default"],
        )
        for group in structure["groups"]
    )
    statements = tuple(Statement(one["id"], one["group"], Kind(one["kind"])) for one in structure["statements"])
    return Questionnaire(structure["version"], groups, statements)


@pytest.fixture(scope="session")
def every_group(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The names of all groups, the ones that are off by default included."""
    return tuple(group.name for group in questionnaire.groups)


@pytest.fixture(scope="session")
def fill() -> Fill:
    """fill("mon", "4 2 1 - 3", sat=2): answers by statement id; "-" is no answer, u, c and n are the other codes."""

    def filled(prefix: str, core: str, **singles: int) -> dict[str, Answer]:
        marks = {f"{prefix}-{slot}": mark for slot, mark in enumerate(core.split(), start=1) if mark != "-"}
        marks |= {f"{prefix}-{slot}": str(value) for slot, value in singles.items()}
        return {statement_id: Answer.of_mark(mark) for statement_id, mark in marks.items()}

    return filled


@pytest.fixture(scope="session")
def answer_labels() -> Wording:
    """By language and answer code: the label that people read."""
    wordings = {lang: json.loads((QUESTIONNAIRE / f"{lang}.json").read_text(encoding="utf-8")) for lang in LANGUAGES}
    return {lang: wording["scale"] | wording["reasons"] for lang, wording in wordings.items()}


@pytest.fixture(scope="session")
def labels(answer_labels: Wording) -> dict[str, Answer]:
    """Every label of every language, normalised, with the answer it means."""
    return {normalise(text): Answer(code) for texts in answer_labels.values() for code, text in texts.items()}

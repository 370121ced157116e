"""The questionnaire's content: read whole from its files, and refused with a sentence for every hole."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import BrokenTexts
from domain.questionnaire import LANGUAGES, Kind, Ring, Sensitivity
from storage.wording import LOCALES, read_questionnaire, read_typed_words, read_wordings

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the questionnaire's files, to break."""
    shutil.copytree(LOCALES / "questionnaire", tmp_path / "questionnaire")
    shutil.copy(LOCALES / "words.json", tmp_path)
    return tmp_path


def change(folder: Path, name: str, how: Change) -> None:
    """Writes one of the files anew after a change."""
    path = folder / "questionnaire" / name
    data = json.loads(path.read_text(encoding="utf-8"))
    how(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def faults(folder: Path) -> tuple[str, ...]:
    """What is said about the files; nothing when they are whole."""
    try:
        read_wordings(read_questionnaire(folder), folder)
    except BrokenTexts as broken:
        return broken.faults
    return ()


def test_the_questionnaire_has_102_statements_in_14_groups_and_two_rings() -> None:
    """The method, section a: 5 work aspects of 6 statements and 9 life domains of 8."""
    questionnaire = read_questionnaire()
    sizes = {ring: [len(questionnaire.of_group(group.name)) for group in questionnaire.ring(ring)] for ring in (*Ring,)}
    assert sizes == {Ring.INNER: [6] * 5, Ring.OUTER: [8] * 9}
    assert len(questionnaire.statements) == 102
    assert [len(questionnaire.of_group(g.name, Kind.CORE)) for g in questionnaire.groups] == [5] * 14


def test_only_alcohol_and_police_may_be_not_about_me_and_are_off_until_switched_on() -> None:
    questionnaire = read_questionnaire()
    special = {group.name for group in questionnaire.groups if group.may_not_apply}
    assert special == {"substance_use", "police_justice"}
    assert special == {group.name for group in questionnaire.groups if not group.on_by_default}
    assert {group.name: group.sensitivity for group in questionnaire.groups if group.sensitivity} == {
        "mental_health": Sensitivity.HEALTH,
        "physical_health": Sensitivity.HEALTH,
        "substance_use": Sensitivity.SUBSTANCE,
        "police_justice": Sensitivity.JUSTICE,
    }


def test_every_language_words_every_statement(folder: Path) -> None:
    assert faults(folder) == ()
    questionnaire = read_questionnaire(folder)
    wordings = read_wordings(questionnaire, folder)
    assert tuple(wordings) == LANGUAGES
    assert all(set(wording.statements) == {s.id for s in questionnaire.statements} for wording in wordings.values())
    assert wordings["nl"].statement("soc-1").text == "Ik werk goed samen met mijn collega's."
    assert wordings["ar"].statement("soc-1").version == 1


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (lambda data: data["statements"].pop("mon-3"), "fr.json: mon-3: no wording"),
        (lambda data: data["statements"]["mon-3"].update(explanation=" "), "fr.json: mon-3: no explanation"),
        (lambda data: data["statements"]["mon-3"].update(wordings=[]), "fr.json: mon-3: no wording"),
        (
            lambda data: data["statements"]["mon-3"]["wordings"][0].update(version=2),
            "fr.json: mon-3: its versions are [2], not 1, 2, 3 and so on",
        ),
        (
            lambda data: data["statements"].update(old={"explanation": "a", "wordings": []}),
            "fr.json: old is no statement of the questionnaire",
        ),
        (lambda data: data["groups"].pop("money"), "fr.json: groups: no text for money"),
        (lambda data: data["scale"].update({"3": ""}), "fr.json: scale: no text for 3"),
        (lambda data: data["reasons"].pop("na"), "fr.json: reasons: no text for na"),
        (lambda data: data.pop("practice"), "fr.json: practice: no text for p-true"),
        (lambda data: data.pop("stem"), "fr.json: no text for stem"),
        (lambda data: data.update(language="nl"), "fr.json: says that its language is 'nl'"),
    ],
)
def test_a_hole_in_one_language_is_named(folder: Path, how: Change, sentence: str) -> None:
    change(folder, "fr.json", how)
    assert sentence in faults(folder)


def test_holes_in_several_languages_are_named_together(folder: Path) -> None:
    change(folder, "tr.json", lambda data: data.pop("period"))
    change(folder, "ar.json", lambda data: data["groups"].pop("money"))
    assert faults(folder) == ("tr.json: no text for period", "ar.json: groups: no text for money")


def test_a_statement_in_the_wrong_group_is_named(folder: Path) -> None:
    change(folder, "structure.json", lambda data: data["statements"][0].update(group="money"))
    assert faults(folder) == ("structure.json: soc-1 does not begin with the prefix of money",)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_file_that_is_no_json_object_is_named(folder: Path, text: str) -> None:
    (folder / "questionnaire" / "en.json").write_text(text, encoding="utf-8")
    assert len(faults(folder)) == 1
    assert faults(folder)[0].startswith("en.json: is not ")


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "questionnaire" / "en.json").unlink()
    assert faults(folder) == ("en.json: cannot be read (No such file or directory)",)


def reworded(folder: Path, *, same_meaning: bool) -> None:
    """Gives soc-1 a second and a third wording in Dutch; the third keeps the meaning of the second."""
    second = {"version": 2, "text": "Ik werk fijn samen.", "same_meaning": same_meaning}
    third = {"version": 3, "text": "Ik werk graag samen.", "same_meaning": True}
    change(folder, "nl.json", lambda data: data["statements"]["soc-1"]["wordings"].extend([second, third]))


def test_the_newest_wording_is_said_and_an_older_one_when_it_is_asked_for(folder: Path) -> None:
    reworded(folder, same_meaning=True)
    dutch = read_wordings(read_questionnaire(folder), folder)["nl"]
    assert dutch.statement("soc-1").version == 3
    assert dutch.statement("soc-1", 2).text == "Ik werk fijn samen."
    assert dutch.statement("soc-1", 9).version == 3


@pytest.mark.parametrize(("same_meaning", "comparable"), [(True, True), (False, False)])
def test_two_versions_compare_only_when_every_step_kept_the_meaning(
    folder: Path, *, same_meaning: bool, comparable: bool
) -> None:
    """The method, section e.3."""
    reworded(folder, same_meaning=same_meaning)
    dutch = read_wordings(read_questionnaire(folder), folder)["nl"]
    assert dutch.means_the_same("soc-1", 1, 3) is comparable
    assert dutch.means_the_same("soc-1", 3, 1) is comparable
    assert dutch.means_the_same("soc-1", 2, 3)
    assert dutch.means_the_same("soc-1", 3, 3)
    assert not dutch.means_the_same("soc-1", 3, 4)
    assert not dutch.means_the_same("soc-1", 0, 1)


def test_typed_words_of_all_languages_come_together_by_command() -> None:
    words = read_typed_words()
    assert {"mijn web", "my web", "ma toile", "ağım", "شبكتي"} <= set(words["my_web"])
    assert {"stop", "dur", "توقف"} <= set(words["stop"])

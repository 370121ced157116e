"""The questionnaire: 14 groups, 102 statements, and data that may not contradict themselves (the method, section a)."""

from collections import Counter
from dataclasses import replace

import pytest

from domain.errors import BrokenQuestionnaire, UnknownGroup, UnknownStatement
from domain.questionnaire import Kind, Questionnaire, Ring, Sensitivity, Statement


def test_there_are_102_statements_in_five_work_aspects_and_nine_life_domains(questionnaire: Questionnaire) -> None:
    assert len(questionnaire.statements) == 102
    assert [len(questionnaire.ring(ring)) for ring in (Ring.INNER, Ring.OUTER)] == [5, 9]
    kinds = Counter(statement.kind for statement in questionnaire.statements)
    assert kinds == {Kind.CORE: 70, Kind.SATISFACTION: 9, Kind.MOTIVATION: 14, Kind.INFLUENCE: 9}


def test_every_group_has_five_core_statements_and_its_questions_for_the_talk(questionnaire: Questionnaire) -> None:
    talk = {Ring.INNER: [Kind.MOTIVATION], Ring.OUTER: [Kind.SATISFACTION, Kind.MOTIVATION, Kind.INFLUENCE]}
    for group in questionnaire.groups:
        kinds = [statement.kind for statement in questionnaire.of_group(group.name)]
        assert kinds == [Kind.CORE] * 5 + talk[group.ring], group.name
    assert [one.id for one in questionnaire.of_group("money", Kind.CORE, Kind.MOTIVATION)][-2:] == ["mon-5", "mon-mot"]


def test_the_last_two_groups_may_not_apply_and_are_off_until_switched_on(questionnaire: Questionnaire) -> None:
    special = ["substance_use", "police_justice"]
    assert [group.name for group in questionnaire.groups if group.may_not_apply] == special
    assert [
        group.name for group in questionnaire.groups if group.name not in questionnaire.default_modules()
    ] == special
    sensitive = {group.name: group.sensitivity for group in questionnaire.groups if group.sensitivity}
    assert sensitive == {
        "mental_health": Sensitivity.HEALTH,
        "physical_health": Sensitivity.HEALTH,
        "substance_use": Sensitivity.SUBSTANCE,
        "police_justice": Sensitivity.JUSTICE,
    }


def test_named_groups_come_each_once_in_the_fixed_order(questionnaire: Questionnaire) -> None:
    assert questionnaire.in_order(["money", "social_skills", "money"]) == ("social_skills", "money")
    assert questionnaire.in_order([]) == ()


def test_an_unknown_group_or_statement_is_refused(questionnaire: Questionnaire) -> None:
    assert questionnaire.statement("mon-1").group == questionnaire.group("money").name
    with pytest.raises(UnknownGroup, match="weather"):
        questionnaire.in_order(["money", "weather"])
    with pytest.raises(UnknownStatement, match="mon-9"):
        questionnaire.statement("mon-9")


def test_data_that_contradict_themselves_are_refused(questionnaire: Questionnaire) -> None:
    first, *others = questionnaire.statements
    core_of_money = {statement.id for statement in questionnaire.of_group("money", Kind.CORE)}
    broken = {
        "group name comes twice": ((*questionnaire.groups, questionnaire.groups[0]), questionnaire.statements),
        "statement id comes twice": (questionnaire.groups, (first, first, *others)),
        "unknown group weather": (questionnaire.groups, (Statement("wea-1", "weather", Kind.CORE), first, *others)),
        "money has no core": (
            questionnaire.groups,
            tuple(one for one in questionnaire.statements if one.id not in core_of_money),
        ),
    }
    assert replace(questionnaire, version="next").statements == questionnaire.statements
    for fault, (groups, statements) in broken.items():
        with pytest.raises(BrokenQuestionnaire, match=fault):
            Questionnaire("broken", groups, statements)

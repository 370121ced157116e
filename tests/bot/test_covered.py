"""The open question behind a neutral button: offered once, a word of it for nobody else, and every way back works."""

import pytest

from bot.conversation.conversation import Stage
from bot.conversation.events import CoachChanged, Event, MeasurementClosed, Pressed, Typed, WasAway
from bot.conversation.facts import AnswerGiven
from domain.questionnaire import LANGUAGES
from tests.bot.player import Player

AWAY = 600.0


def at_a_question(language: str = "nl") -> Player:
    player = Player(language=language, modules=("social_skills", "money")).to_statements()
    player.press("4")
    return player


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_offered_carries_no_statement_no_name_and_one_button(language: str) -> None:
    player = at_a_question(language)
    asked = player.message()
    player.happen(WasAway(), after_seconds=AWAY)
    message = player.message()

    assert message.statement is None
    assert message.progress is None
    assert len(message.buttons) == 1
    assert player.setting.name not in message.paragraphs[0]
    assert asked.statement not in message.paragraphs[0]
    player.happen(Pressed(message.buttons[0].data))
    assert player.message().statement == asked.statement


def test_it_is_offered_once_until_the_person_does_something() -> None:
    player = at_a_question()
    assert not player.happen(WasAway(), after_seconds=AWAY).is_quiet
    assert player.happen(WasAway(), after_seconds=AWAY).is_quiet
    player.press("uncover")
    assert not player.happen(WasAway(), after_seconds=AWAY).is_quiet


def test_a_press_on_the_question_that_was_still_under_way_counts() -> None:
    player = at_a_question()
    face = player.button("2")
    player.happen(WasAway(), after_seconds=AWAY)
    turn = player.happen(Pressed(face))

    assert [fact.answer.value for fact in turn.facts if isinstance(fact, AnswerGiven)] == ["2"]
    assert player.message().statement is not None


def test_a_typed_answer_that_was_still_under_way_counts() -> None:
    player = at_a_question()
    player.happen(WasAway(), after_seconds=AWAY)
    turn = player.happen(Typed("5"))

    assert [fact.answer.value for fact in turn.facts if isinstance(fact, AnswerGiven)] == ["5"]


def test_a_double_tap_on_the_neutral_button_answers_nothing() -> None:
    player = at_a_question()
    player.happen(WasAway(), after_seconds=AWAY)
    data = player.button("uncover")
    player.happen(Pressed(data))
    turn = player.happen(Pressed(data), after_seconds=0.3)

    assert turn.is_quiet
    assert turn.toast is None


def test_an_old_button_leaves_it_covered() -> None:
    player = at_a_question()
    player.happen(WasAway(), after_seconds=AWAY)
    assert player.happen(Pressed("s1.go")).is_quiet
    assert player.button("uncover")


@pytest.mark.parametrize("event", [CoachChanged(), MeasurementClosed("measurement-1")])
def test_what_others_do_leaves_it_covered(event: Event) -> None:
    player = at_a_question()
    player.happen(WasAway(), after_seconds=AWAY)
    player.happen(event)
    assert player.button("uncover")
    player.press("uncover")
    assert player.message().paragraphs


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_who_paused_or_stopped_is_left_alone(command: str) -> None:
    player = at_a_question()
    player.press("later") if command == "pause" else player.happen(Typed("stop"))
    assert player.conversation.stage in {Stage.PAUSED, Stage.STOPPED}
    assert player.happen(WasAway(), after_seconds=AWAY).is_quiet


def test_who_finished_is_left_alone() -> None:
    player = at_a_question().answer_all()
    for _ in range(12):
        if player.conversation.stage is Stage.IDLE:
            break
        player.happen(Pressed(player.screen().buttons[0].data))
    assert player.conversation.stage is Stage.IDLE
    assert player.happen(WasAway(), after_seconds=AWAY).is_quiet


def test_a_screen_before_the_first_statement_is_offered_again_as_it_was() -> None:
    player = Player()
    player.press("language-nl")
    before = player.message().paragraphs
    player.happen(WasAway(), after_seconds=AWAY)
    player.press("uncover")
    assert player.message().paragraphs == before

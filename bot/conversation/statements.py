"""The statements, one at a time, as they stand on the screen; and the break after a sitting."""

from bot.conversation import journey
from bot.conversation.answering import EXPLAIN
from bot.conversation.conversation import Conversation, Measurement, Stage
from bot.conversation.faces import face_buttons
from bot.conversation.position import group_at, progress
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, go_on, tools
from domain.answers import Answer


def _draw(conversation: Conversation, setting: Setting) -> Screen:
    measurement = conversation.measurement
    assert measurement is not None  # noqa: S101 - this stage is entered with a measurement only
    statement_id = measurement.order(setting.questionnaire)[measurement.at]
    lines = list(conversation.notes)
    if measurement.is_explained:
        lines += [Say("explain.intro"), Say("explanation", {"statement_id": statement_id})]
    lines.append(Say("explain.again" if measurement.is_explained else "question.stem"))
    return Screen(
        lines=tuple(lines),
        statement_id=statement_id,
        wording_version=measurement.wordings.get(statement_id),
        progress=progress(conversation, setting),
        buttons=(*_answer_buttons(conversation, measurement, setting), *tools(conversation)),
    )


def _answer_buttons(conversation: Conversation, measurement: Measurement, setting: Setting) -> tuple[Button, ...]:
    number = f"q{measurement.ordinal}.{measurement.at}"
    explain = Answer.DK_UNDERSTAND.mark + "!" if measurement.is_explained else EXPLAIN
    without = [(explain, Answer.DK_UNDERSTAND), (Answer.DK_ANSWER.mark, Answer.DK_ANSWER)]
    if group_at(measurement, measurement.at, setting).may_not_apply:
        without.append((Answer.NA.mark, Answer.NA))
    return (
        *face_buttons(number),
        *(Button(Say(f"reason.{answer}"), f"{number}.{action}", Role.WITHOUT) for action, answer in without),
    )


def _press(_conversation: Conversation, _action: str, _moment: Moment) -> Turn | None:
    return None  # answers carry the question's number, not the step's: see answering.tapped


def _draw_break(conversation: Conversation, setting: Setting) -> Screen:
    here = progress(conversation, setting)
    left = here.total - here.done
    return Screen(
        lines=(*conversation.notes, Say("break.sitting", {"left": left}, left)),
        buttons=(go_on(conversation), *tools(conversation)),
        progress=here,
    )


def _press_break(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    return journey.go_to_next(conversation, moment) if action == "go" else None


SCENES = {
    Stage.STATEMENT: Scene(_draw, _press, journey.go_back),
    Stage.BREAK: Scene(_draw_break, _press_break, journey.go_back),
}

"""Which tap counts, and what an answer does.

The first tap that carries the open question's number counts. One that comes sooner than a person can read is no
answer. One on the question just before corrects it, once the next has been shown and for two minutes; until then it
is a double tap and changes nothing. Everything older changes nothing.
"""

from dataclasses import replace
from datetime import timedelta

from bot.conversation import journey
from bot.conversation.conversation import OPEN, Conversation, Measurement, Stage
from bot.conversation.facts import AnswerGiven, Fact
from bot.conversation.position import group_at, progress
from bot.conversation.screen import Say
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Turn, quiet
from domain.answers import Answer

CORRECTION_SECONDS = 120
"""How long a tap on the question just before still corrects it."""

EXPLAIN = "u"
"""The action of "I don't understand" the first time: it explains. The second time it is an answer."""


def tapped(conversation: Conversation, ordinal: int, position: int, action: str, moment: Moment) -> Turn:
    """What a tap on an answer button does: ``ordinal`` and ``position`` are the question's number."""
    measurement = conversation.measurement
    if measurement is None or measurement.ordinal != ordinal:
        is_this_one = conversation.measured is not None and conversation.measured.ordinal == ordinal
        return quiet(conversation, Say("old_button.earlier" if is_this_one else "old_button.measurement"))
    if conversation.stage is Stage.STATEMENT and measurement.at == position:
        return _answer_open(conversation, measurement, action, moment)
    if position == measurement.last:
        return _answer_previous(conversation, measurement, action, moment)
    return quiet(conversation, Say("old_button.earlier"))


def _answer_open(conversation: Conversation, measurement: Measurement, action: str, moment: Moment) -> Turn:
    if action == EXPLAIN and measurement.is_explained:
        return quiet(conversation)  # the second tap of a double tap on "I don't understand"
    if _is_too_fast(measurement, moment):
        return quiet(conversation, Say("answer.too_fast"))
    if action == EXPLAIN:
        return explain(conversation, measurement, moment)
    answer = _answer_of(action)
    return answer_open(conversation, answer, moment) if answer else quiet(conversation, Say("old_button.earlier"))


def explain(conversation: Conversation, measurement: Measurement, moment: Moment) -> Turn:
    """The open statement once more, said in another way."""
    explained = replace(measurement, is_explained=True, opened_at=moment.now)
    return Turn(conversation.now_at(Stage.STATEMENT, now=moment.now, measurement=explained))


def _answer_of(action: str) -> Answer | None:
    try:
        return Answer.of_mark(action.removesuffix("!"))
    except ValueError:
        return None


def _is_too_fast(measurement: Measurement, moment: Moment) -> bool:
    """Whether nobody can have read the statement yet. Shown is never before open, so the later of both counts."""
    since = measurement.opened_at
    if moment.setting.is_shown and moment.setting.shown_at and (since is None or moment.setting.shown_at > since):
        since = moment.setting.shown_at
    return since is not None and moment.now - since < timedelta(seconds=moment.setting.reading_seconds)


def answer_open(conversation: Conversation, answer: Answer, moment: Moment) -> Turn:
    """The open statement gets this answer, and the conversation goes on."""
    measurement = conversation.measurement
    assert measurement is not None  # noqa: S101 - callers stand at a statement
    if not _may_get(conversation, measurement, measurement.at, answer, moment.setting):
        return quiet(conversation, Say("old_button.earlier"))
    is_corrected = measurement.marks[measurement.at] != OPEN
    fact = _fact(measurement, measurement.at, answer, moment.setting, is_corrected=is_corrected)
    answered = replace(
        _marked(measurement, measurement.at, answer),
        last=measurement.at,
        answered_at=moment.now,
        since_break=measurement.since_break + (not is_corrected),
    )
    here = progress(conversation, moment.setting)
    notes = _said_after(answer, is_corrected=is_corrected, is_half=here.done + 1 == (here.total + 1) // 2)
    turn = journey.go_to_next(replace(conversation, measurement=answered), moment, *notes)
    return Turn(turn.conversation, (fact, *turn.facts))


def _may_get(
    conversation: Conversation, measurement: Measurement, position: int, answer: Answer, setting: Setting
) -> bool:
    """Whether that statement may get that answer: its consents are in force, and "not about me" exists there."""
    group = group_at(measurement, position, setting)
    return conversation.may_ask(group.sensitivity) is True and (answer is not Answer.NA or group.may_not_apply)


def _said_after(answer: Answer, *, is_corrected: bool, is_half: bool) -> tuple[Say, ...]:
    if is_corrected:
        return (Say("answer.corrected"),)
    if answer is Answer.DK_UNDERSTAND:
        return (Say("explain.recorded"),)
    if answer in {Answer.DK_ANSWER, Answer.NA}:
        return (Say("answer.skipped"),)
    return (Say("progress.half"),) if is_half else ()


def _answer_previous(conversation: Conversation, measurement: Measurement, action: str, moment: Moment) -> Turn:
    if not _may_correct(conversation, measurement, moment):
        return quiet(conversation)
    answer = _answer_of(action) if action != EXPLAIN else None
    if answer is None or (
        measurement.answered_at and moment.now - measurement.answered_at > timedelta(seconds=CORRECTION_SECONDS)
    ):
        return quiet(conversation, Say("old_button.earlier"))
    if not _may_get(conversation, measurement, measurement.last, answer, moment.setting):
        return quiet(conversation, Say("old_button.earlier"))
    if Answer.of_mark(measurement.marks[measurement.last]) is answer:
        return quiet(conversation, Say("answer.saved"))
    fact = _fact(measurement, measurement.last, answer, moment.setting, is_corrected=True)
    corrected = _marked(measurement, measurement.last, answer)
    return Turn(replace(conversation, measurement=corrected, notes=(Say("old_button.previous"),)), (fact,))


def _may_correct(conversation: Conversation, measurement: Measurement, moment: Moment) -> bool:
    """Whether a tap on the question just before is meant: what followed it has been on the screen long enough."""
    setting = moment.setting
    if not setting.is_shown:
        return False
    shown_at = max(filter(None, (setting.shown_at, conversation.stepped_at, measurement.answered_at)), default=None)
    return shown_at is None or moment.now - shown_at >= timedelta(seconds=setting.reading_seconds)


def _marked(measurement: Measurement, position: int, answer: Answer) -> Measurement:
    marks = measurement.marks[:position] + answer.mark + measurement.marks[position + 1 :]
    return replace(measurement, marks=marks)


def _fact(measurement: Measurement, position: int, answer: Answer, setting: Setting, *, is_corrected: bool) -> Fact:
    statement_id = measurement.order(setting.questionnaire)[position]
    return AnswerGiven(
        measurement_id=measurement.id,
        statement_id=statement_id,
        answer=answer,
        position=position,
        wording_version=measurement.wordings.get(statement_id),
        is_corrected=is_corrected,
    )

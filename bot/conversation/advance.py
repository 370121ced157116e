"""The conversation as a function: ``advance(conversation, event, now)`` gives the conversation after it, and facts.

No input or output here: no clock, no channel, no database. What a person should see is ``screen(conversation)``.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation import answering, covered, menu, others, own_web, pin, reissue
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.events import (
    Came,
    CameElsewhere,
    CoachChanged,
    CodeReissued,
    Commanded,
    Event,
    MeasurementClosed,
    MeasurementDue,
    Medium,
    OldChatDecided,
    PinChecked,
    Pressed,
    Sent,
    Typed,
    WasAway,
)
from bot.conversation.position import group_at
from bot.conversation.scenes import CLOSED, SCENES, act
from bot.conversation.screen import Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.settled import settle
from bot.conversation.turn import Moment, Turn, anew, close, quiet
from bot.conversation.typed import Understood, understand

DOUBLE_TAP = timedelta(seconds=2)
"""A second tap on a button of the screen just before, within this time, is a double tap and is answered quietly."""

_SWITCHES = ("share-", "talk-", "hide-", "switch-")
"""Actions that turn one thing of a list on or off, and leave the list where it is."""


def screen(conversation: Conversation, setting: Setting) -> Screen:
    """What the person should see now."""
    if conversation.is_covered:
        return covered.draw(conversation)
    drawn = SCENES[conversation.stage].draw(conversation, setting)
    return replace(drawn, has_file=True) if menu.has_file(conversation) else drawn


def advance(conversation: Conversation, event: Event, now: datetime, setting: Setting) -> Turn:
    """The conversation after an event. Every event in every stage has an answer: never an exception, never silence."""
    moment = Moment(now, setting)
    turn = covered.gone_on(conversation, event, now)
    return settle(turn or _turn(covered.uncovered(conversation, event), event, moment), moment)


def _turn(conversation: Conversation, event: Event, moment: Moment) -> Turn:
    match event:
        case Pressed(data):
            return _pressed(conversation, data, moment)
        case Typed(text):
            return _typed(conversation, text, moment)
        case Commanded(command):
            return _commanded(conversation, command, moment)
        case Came():
            return _came(conversation, moment)
        case Sent(medium):
            key = "voice.not_possible" if medium is Medium.VOICE else "media.not_possible"
            return _say(conversation, key, moment)
        case MeasurementDue():
            return others.measurement_due(conversation, event, moment)
        case MeasurementClosed(measurement_id):
            return others.measurement_closed(conversation, measurement_id, moment)
        case WasAway():
            return covered.cover(conversation)
        case CoachChanged():
            return others.coach_changed(conversation)
        case CodeReissued(has_pin):
            return reissue.came_in(conversation, moment, has_pin=has_pin)
        case OldChatDecided(agreed):
            return reissue.decided(conversation, moment, agreed=agreed)
        case PinChecked(matched):
            return Turn(pin.checked(conversation, moment.now, matched=matched))
        case CameElsewhere():
            return _came_elsewhere(conversation, moment)


# Presses ------------------------------------------------------------------------------------------------------------


def _pressed(conversation: Conversation, data: str, moment: Moment) -> Turn:
    if data == own_web.REMOVE:
        going_on = act(conversation, "go", moment) if conversation.stage is Stage.WEB else None
        return replace(going_on or quiet(conversation), toast=Say("remove.done"))
    head, _, action = data.partition(".")
    if head.startswith("q") and head[1:].isdecimal():
        position, _, code = action.partition(".")
        if position.isdecimal() and conversation.stage not in CLOSED:
            return answering.tapped(conversation, int(head[1:]), int(position), code, moment)
    elif head.startswith("s") and head[1:].isdecimal():
        step = int(head[1:])
        if step == conversation.step:
            turn = act(conversation, action, moment)
            return _remembered(turn, data) if turn else quiet(conversation, Say("old_button.earlier"))
        if step == conversation.step - 1 and _is_quick(conversation, moment):
            return _second_tap(conversation, data, action, moment)
    return quiet(conversation, Say("old_button.earlier"))


def _is_quick(conversation: Conversation, moment: Moment) -> bool:
    return conversation.stepped_at is not None and moment.now - conversation.stepped_at < DOUBLE_TAP


def _second_tap(conversation: Conversation, data: str, action: str, moment: Moment) -> Turn:
    """A tap on the screen just before: the same button is a double tap, another switch of the same list counts."""
    if data == conversation.pressed:
        return quiet(conversation)
    if action.startswith(_SWITCHES) and (turn := SCENES[conversation.stage].press(conversation, action, moment)):
        return _remembered(turn, data)
    return quiet(conversation, Say("old_button.earlier"))


def _remembered(turn: Turn, data: str) -> Turn:
    return turn if turn.is_quiet else replace(turn, conversation=replace(turn.conversation, pressed=data))


# Text and the rest --------------------------------------------------------------------------------------------------


_WORDS = {"my_choices": "choices", "my_data": "data", "my_web": "web", "continue": "go", "start": "start"}
"""Commands people type, where the action has another name."""


def _typed(conversation: Conversation, text: str, moment: Moment) -> Turn:
    at_statement = conversation.stage is Stage.STATEMENT
    measurement = conversation.measurement
    may_not_apply = bool(
        at_statement and measurement and group_at(measurement, measurement.at, moment.setting).may_not_apply
    )
    understood = understand(text, moment.setting.typed, may_not_apply=may_not_apply)
    if understood.answer and (at_statement or conversation.stage is Stage.PRACTICE):
        return _answered(conversation, understood, moment)
    if understood.command and (turn := _by_word(conversation, understood.command, moment)):
        return turn
    if understood.is_story:
        return _say(conversation, "distress.not_read", moment)
    return _say(conversation, _not_understood(conversation), moment)


def _answered(conversation: Conversation, understood: Understood, moment: Moment) -> Turn:
    assert understood.answer is not None  # noqa: S101 - the caller looked
    if conversation.stage is Stage.PRACTICE:
        turn = act(conversation, understood.answer.value, moment)
        return turn or _say(conversation, "not_understood.answer", moment)
    measurement = conversation.measurement
    assert measurement is not None  # noqa: S101 - a statement belongs to a measurement
    if understood.answer.mark == answering.EXPLAIN and not measurement.is_explained:
        return answering.explain(conversation, measurement, moment)
    return answering.answer_open(conversation, understood.answer, moment)


def _not_understood(conversation: Conversation) -> str:
    if conversation.stage in {Stage.STATEMENT, Stage.PRACTICE}:
        return "not_understood.answer"
    if conversation.stage in {Stage.CONSENT, Stage.DELETE, Stage.DELETE_AGAIN, Stage.OLD_CHAT}:
        return "not_understood.yes_no"
    return "not_understood.other"


def _commanded(conversation: Conversation, command: str, moment: Moment) -> Turn:
    return _by_word(conversation, command, moment) or _say(conversation, "not_understood.other", moment)


def _by_word(conversation: Conversation, command: str, moment: Moment) -> Turn | None:
    action = _WORDS.get(command, command)
    if action == "yes" and conversation.stage is Stage.INVITED:
        action = "go"
    turn = act(conversation, action, moment)
    return _came(conversation, moment) if turn is None and action in {"start", "go"} else turn


def _came(conversation: Conversation, moment: Moment) -> Turn:
    """The person is back: the screen that is due, once more; an invitation that waited is offered now."""
    said_once = conversation.stage in {Stage.IDLE, Stage.DATA}
    return Turn(anew(conversation, moment.now, *(() if said_once else conversation.notes)))


def _came_elsewhere(conversation: Conversation, moment: Moment) -> Turn:
    if conversation.stage is Stage.ELSEWHERE:
        return Turn(close(conversation, moment.now, Say("elsewhere.done")))
    return _say(conversation, "elsewhere.done", moment)


def _say(conversation: Conversation, key: str, moment: Moment) -> Turn:
    """One sentence above the screen that is due, which is shown anew."""
    return Turn(anew(conversation, moment.now, Say(key)))

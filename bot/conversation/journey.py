"""The way through a conversation: which stage follows which.

Every chapter asks here for the next place, and no chapter needs to know the one that comes after it.
"""

from dataclasses import replace
from datetime import datetime

from bot.conversation.conversation import (
    FEWEST_AFTER_BREAK,
    OPEN,
    STATEMENTS_PER_SITTING,
    Conversation,
    Measurement,
    Stage,
)
from bot.conversation.facts import MeasurementCompleted, MeasurementOpened
from bot.conversation.position import group_at, may_ask, next_open, progress
from bot.conversation.screen import Say
from bot.conversation.turn import Moment, Turn, quiet
from domain.consent import Purpose

AT_THE_START = (Purpose.KEEP, Purpose.COACH, Purpose.GROUP, Purpose.REMINDER)
"""What is asked before the first statement, in this order. Sensitive groups follow just before their own."""


# Before the first statement -----------------------------------------------------------------------------------------


def asking(conversation: Conversation, purpose: Purpose, now: datetime, *notes: Say) -> Conversation:
    """The conversation with that purpose on the screen."""
    return conversation.now_at(Stage.CONSENT, now=now, asking=str(purpose), notes=notes)


def after_consent(conversation: Conversation, purpose: Purpose, moment: Moment) -> Turn:
    """What comes after a purpose was decided in the course of the conversation."""
    if purpose is Purpose.KEEP and not conversation.has(Purpose.KEEP):
        return Turn(conversation.now_at(Stage.REFUSED, now=moment.now))
    if purpose not in AT_THE_START:
        return go_to_next(conversation, moment)
    if purpose is not AT_THE_START[-1]:
        return Turn(asking(conversation, AT_THE_START[AT_THE_START.index(purpose) + 1], moment.now))
    if conversation.measured or conversation.measurement is None or conversation.measurement.marks:
        return begin(conversation, moment)  # a yes after a no: nothing that was done is asked again
    if conversation.is_limited or conversation.has_pin:
        return Turn(practise(conversation, moment.now))
    return Turn(offer_pin(conversation, moment.now))


def offer_pin(conversation: Conversation, now: datetime, *notes: Say) -> Conversation:
    """The screen that offers to choose pictures, or to go on without."""
    return conversation.now_at(Stage.PIN, now=now, pin=(), pin_first=(), notes=notes)


def practise(conversation: Conversation, now: datetime, *notes: Say) -> Conversation:
    """The first practice statement."""
    return conversation.now_at(
        Stage.PRACTICE,
        now=now,
        practice=0,
        practice_tries=0,
        pin=(),
        pin_first=(),
        notes=(*notes, Say("practice.intro"), Say("practice.faces")),
    )


# Among the statements -----------------------------------------------------------------------------------------------


def begin(conversation: Conversation, moment: Moment, *notes: Say) -> Turn:
    """The first statement of the measurement that is due; the idle screen when there is none."""
    measurement = conversation.measurement
    if not conversation.has(Purpose.KEEP):
        return Turn(asking(conversation, Purpose.KEEP, moment.now, *notes))
    if measurement is None:
        return Turn(conversation.now_at(Stage.IDLE, now=moment.now, notes=notes))
    if not measurement.marks:
        count = len(measurement.order(moment.setting.questionnaire))
        measurement = replace(measurement, marks=OPEN * count, since_break=0)
        notes = (*notes, Say("question.period"))
    opened = replace(conversation, measurement=measurement)
    turn = go_to_next(opened, moment, *notes)
    return Turn(turn.conversation, (MeasurementOpened(measurement.id), *turn.facts))


def go_to_next(conversation: Conversation, moment: Moment, *notes: Say) -> Turn:
    """The next statement, its group's own consent before it, a break after a sitting, or the end."""
    measurement = conversation.measurement
    if measurement is None:
        return Turn(conversation.now_at(Stage.IDLE, now=moment.now, notes=notes))
    position = next_open(conversation, measurement, moment.setting)
    if position is None:
        return _complete(conversation, measurement, moment, *notes)
    if may_ask(conversation, measurement, position, moment.setting) is None:
        sensitivity = group_at(measurement, position, moment.setting).sensitivity
        assert sensitivity is not None  # noqa: S101 - only sensitive groups have a question of their own
        return Turn(asking(conversation, Purpose(sensitivity.value), moment.now, *notes))
    left = progress(conversation, moment.setting)
    is_break = measurement.since_break >= STATEMENTS_PER_SITTING and left.total - left.done >= FEWEST_AFTER_BREAK
    if is_break:
        rested = replace(measurement, since_break=0)
        return Turn(conversation.now_at(Stage.BREAK, now=moment.now, measurement=rested, notes=notes))
    return Turn(_at(conversation, measurement, position, moment.now, *notes))


def _at(
    conversation: Conversation, measurement: Measurement, position: int, now: datetime, *notes: Say
) -> Conversation:
    asked = replace(measurement, at=position, is_explained=False, opened_at=now)
    return conversation.now_at(Stage.STATEMENT, now=now, measurement=asked, notes=notes)


def _complete(conversation: Conversation, measurement: Measurement, moment: Moment, *notes: Say) -> Turn:
    done = replace(measurement, completed_at=moment.now, at=-1)
    earlier = conversation.earlier
    if conversation.measured is not None and conversation.measured.id != measurement.id:
        earlier = (*earlier, conversation.measured.id)
    finished = conversation.now_at(
        Stage.DONE,
        now=moment.now,
        measurement=None,
        measured=done,
        earlier=earlier,
        ring="",
        topics=(),
        hidden=(),
        as_bars=False,
    )
    return Turn(replace(finished, notes=notes), (MeasurementCompleted(measurement.id),))


def go_back(conversation: Conversation, moment: Moment) -> Turn:
    """↩: the statement before the one on the screen, for another choice. Earlier answers stay hidden while limited."""
    measurement = conversation.measurement
    if measurement is None:
        return quiet(conversation, Say("answer.back_none"))
    frontier = measurement.at if conversation.stage is Stage.STATEMENT else len(measurement.marks)
    before = [
        position
        for position in range(frontier)
        if measurement.marks[position] != OPEN and may_ask(conversation, measurement, position, moment.setting) is True
    ]
    if not before or conversation.is_limited:
        stays = conversation.now_at(conversation.stage, now=moment.now, notes=(Say("answer.back_none"),))
        return Turn(stays)
    return Turn(_at(conversation, measurement, before[-1], moment.now, Say("answer.back")))


# After the last statement ------------------------------------------------------------------------------------------


def end(conversation: Conversation, moment: Moment, *notes: Say) -> Turn:
    """The measurement is over: goodbye, until the next."""
    shared_phone = (Say("end.shared_phone"),) if moment.setting.stays_in_chat else ()
    said = (*notes, Say("end.until_next"), *shared_phone)
    listed = conversation.measured.id if conversation.measured else ""
    return Turn(conversation.now_at(Stage.IDLE, now=moment.now, notes=said, shared=(), listed=listed))

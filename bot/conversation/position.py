"""Where a person is among the statements: what may be asked, what is still open, how much is done."""

from bot.conversation.conversation import OPEN, Conversation, Measurement
from bot.conversation.screen import Progress
from bot.conversation.setting import Setting
from domain.questionnaire import Group


def group_at(measurement: Measurement, position: int, setting: Setting) -> Group:
    """The group of the statement at that position."""
    statement_id = measurement.order(setting.questionnaire)[position]
    return setting.questionnaire.group(setting.questionnaire.statement(statement_id).group)


def may_ask(conversation: Conversation, measurement: Measurement, position: int, setting: Setting) -> bool | None:
    """Whether the statement at that position may be asked: None when the person has yet to be asked about it."""
    return conversation.may_ask(group_at(measurement, position, setting).sensitivity)


def next_open(conversation: Conversation, measurement: Measurement, setting: Setting) -> int | None:
    """The first position without an answer that may be asked, or that the person has yet to be asked about."""
    for position, mark in enumerate(measurement.marks):
        if mark == OPEN and may_ask(conversation, measurement, position, setting) is not False:
            return position
    return None


def progress(conversation: Conversation, setting: Setting) -> Progress:
    """How many statements have an answer, and how many there are for this person."""
    measurement = conversation.measurement
    if measurement is None:
        return Progress(0, 0)
    done = len(measurement.marks) - measurement.marks.count(OPEN)
    left = sum(
        mark == OPEN and may_ask(conversation, measurement, position, setting) is not False
        for position, mark in enumerate(measurement.marks)
    )
    return Progress(done, done + left)

"""What others did: a measurement that becomes due or closes, another coach. Nothing private shows unasked."""

from dataclasses import replace

from bot.conversation import consents, journey, sharing
from bot.conversation.conversation import Conversation, Measurement, Stage
from bot.conversation.events import MeasurementDue
from bot.conversation.screen import Say
from bot.conversation.turn import Moment, Turn, quiet
from domain.consent import Purpose

_ASKING = frozenset({Stage.PRACTICE, Stage.STATEMENT, Stage.BREAK, Stage.INVITED})
"""Stages that make no sense without a measurement."""


def measurement_due(conversation: Conversation, event: MeasurementDue, moment: Moment) -> Turn:
    """A measurement became due. Between measurements it is offered; at any other moment it waits, and nothing shows.

    While one is under way nothing happens: a quiet turn, and whoever plans may tell it again later.
    """
    if conversation.measurement is not None or conversation.stage in {Stage.OLD_CHAT, Stage.ERASED}:
        return quiet(conversation)
    arrived = Measurement(
        id=event.measurement_id,
        ordinal=event.ordinal,
        modules=event.modules,
        seed=event.seed,
        same_order=event.same_order or conversation.same_order,
        wordings=dict(event.wordings),
    )
    waiting = replace(conversation, measurement=arrived)
    if conversation.stage is Stage.IDLE and conversation.has(Purpose.KEEP):
        return Turn(waiting.now_at(Stage.INVITED, now=moment.now))
    return Turn(waiting, is_silent=True)


def measurement_closed(conversation: Conversation, measurement_id: str, moment: Moment) -> Turn:
    """What was answered is kept; who was in the middle finds it said at the next visit. Nothing shows unasked."""
    if conversation.measurement is None or conversation.measurement.id != measurement_id:
        return quiet(conversation)
    without = replace(
        conversation,
        measurement=None,
        behind=tuple(Stage.IDLE if stage in _ASKING else stage for stage in conversation.behind),
    )
    is_class = conversation.stage is Stage.CONSENT and consents.on_screen(conversation) not in journey.AT_THE_START
    if conversation.stage in _ASKING or is_class:
        without = without.now_at(Stage.IDLE, now=moment.now, notes=(Say("measurement.closed"),))
    return Turn(without, is_silent=True)


def coach_changed(conversation: Conversation) -> Turn:
    """Nothing is shared with the new coach, who is asked about at the next visit."""
    kept = {
        name: decision
        for name, decision in conversation.choices.items()
        if name != Purpose.COACH and sharing.group_of(name) is None
    }
    return Turn(replace(conversation, choices=kept, has_new_coach=True), is_silent=True)

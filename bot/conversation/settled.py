"""Where nobody may stand: after every turn, the conversation moves on from a place that its consents no longer allow.

One rule for each, in one place, so that no way through the menus has to think of it.
"""

from dataclasses import replace

from bot.conversation import consents, journey
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.position import may_ask
from bot.conversation.screen import Say
from bot.conversation.turn import Moment, Turn
from domain.consent import Decision, Purpose

MOST_MOVES = 5
"""A place that is left leads to one that may be left as well, but never in a circle; this proves it."""

_TAKING_PART = frozenset(
    {Stage.PRACTICE, Stage.PIN, Stage.STATEMENT, Stage.BREAK, Stage.DONE, Stage.TALK, Stage.SHARE}
    | {Stage.INVITED, Stage.IDLE, Stage.PAUSED}
)
"""Stages of somebody who takes part."""


_OLD_ANSWERS = frozenset({Stage.WEB, Stage.TALK, Stage.SHARE, Stage.AGREEMENTS, Stage.LOOKS})
"""Stages that show what came before a re-issued code, or tell of it."""


def settle(turn: Turn, moment: Moment) -> Turn:
    """The turn, moved on until it stands where it may stand. A quiet or silent turn shows nothing and stays."""
    if turn.is_quiet or turn.is_silent:
        return turn
    facts = turn.facts
    for _ in range(MOST_MOVES):
        moved = _moved(turn.conversation, moment)
        if moved is None:
            break
        facts = (*facts, *moved.facts)
        turn = replace(turn, conversation=moved.conversation)
    return replace(turn, facts=facts)


def _moved(conversation: Conversation, moment: Moment) -> Turn | None:
    """One move on, or None for somebody who may stay."""
    stage, keep = conversation.stage, conversation.decided(Purpose.KEEP)
    if keep is Decision.WITHDRAWN and stage in _TAKING_PART:
        return Turn(conversation.now_at(Stage.STOPPED, now=moment.now, is_stopped=True, notes=conversation.notes))
    if stage is Stage.REFUSED and keep is Decision.GIVEN:
        return journey.after_consent(conversation, Purpose.KEEP, moment)
    if conversation.is_limited and stage in _OLD_ANSWERS:
        return Turn(_without_old_answers(conversation, moment))
    if stage is Stage.STATEMENT and not _may_stay_open(conversation, moment):
        return journey.go_to_next(conversation, moment, *conversation.notes)
    if stage is Stage.CONSENT and not conversation.behind and _is_answered_class(conversation):
        return journey.go_to_next(conversation, moment, *conversation.notes)
    if stage is Stage.SHARE and not conversation.has(Purpose.COACH):
        return journey.end(conversation, moment)
    if stage is Stage.IDLE:
        return _from_idle(conversation, moment)
    return None


def _from_idle(conversation: Conversation, moment: Moment) -> Turn | None:
    """Between measurements: a new coach is asked about, and a measurement that waited is offered."""
    notes = conversation.notes
    is_asked_already = conversation.decided(Purpose.COACH) is not None  # on the way here, among the other consents
    if conversation.has_new_coach and conversation.has(Purpose.KEEP) and not is_asked_already:
        key = "consent.new_coach_boss" if moment.setting.is_coach_boss else "consent.new_coach"
        over = replace(conversation, behind=(Stage.IDLE,), has_new_coach=False)
        return Turn(consents.asking_again(over, Purpose.COACH, moment.now, *notes, Say(key)))
    if conversation.measurement is not None and conversation.has(Purpose.KEEP):
        return Turn(conversation.now_at(Stage.INVITED, now=moment.now, notes=notes))
    return None


def _without_old_answers(conversation: Conversation, moment: Moment) -> Conversation:
    if conversation.behind:
        return conversation.now_at(Stage.LIMITED, now=moment.now)
    return conversation.now_at(Stage.DONE, now=moment.now, notes=(Say("reissue.limited"),))


def _may_stay_open(conversation: Conversation, moment: Moment) -> bool:
    measurement = conversation.measurement
    if measurement is None:
        return False
    return may_ask(conversation, measurement, measurement.at, moment.setting) is True


def _is_answered_class(conversation: Conversation) -> bool:
    purpose = consents.on_screen(conversation)
    return purpose not in journey.AT_THE_START and conversation.decided(purpose) is not None

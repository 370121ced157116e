"""The consents: each asked on its own, with a yes and a no of the same size, nothing chosen beforehand."""

from dataclasses import replace
from datetime import datetime

from bot.conversation import journey, sharing
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import ConsentDecided, Fact
from bot.conversation.screen import Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, go_on, is_over, tools
from domain.consent import Decision, Purpose

_BOSS_KNOWS = frozenset({Purpose.COACH, Purpose.HEALTH})
"""The texts that name the coach have a second form, for a coach who also decides about the work (promise 4)."""


def asked(purpose: Purpose, setting: Setting) -> tuple[Say, ...]:
    """The lines under which a purpose is decided: the text of the consent."""
    key = f"consent.{purpose}.ask"
    if setting.is_coach_boss and purpose in _BOSS_KNOWS:
        key += "_boss"
    if purpose is Purpose.KEEP:
        return (Say("intro.keeper"), Say(key))
    return (Say(key),)


def asking_again(conversation: Conversation, purpose: Purpose, now: datetime, *notes: Say) -> Conversation:
    """The conversation with that purpose on the screen, laid over what it was about."""
    return conversation.now_at(Stage.CONSENT, now=now, asking_over=str(purpose), notes=notes)


def on_screen(conversation: Conversation) -> Purpose:
    """The purpose that is being asked."""
    return Purpose(conversation.asking_over if is_over(conversation) else conversation.asking)


def decide(
    conversation: Conversation, purpose: Purpose, decision: Decision, setting: Setting
) -> tuple[Conversation, tuple[Fact, ...]]:
    """The conversation with a decision remembered, and the record of it.

    A no that takes away what sharing rests on (taking part, the coach, the class of a group) takes those topics back
    too: a later yes starts no old sharing again by itself.
    """
    facts: list[Fact] = [ConsentDecided(purpose, decision, asked(purpose, setting))]
    choices = {**conversation.choices, str(purpose): str(decision)}
    if decision is not Decision.GIVEN:
        for group in sharing.resting_on(purpose, conversation, setting):
            choices[sharing.choice_of(group)] = str(Decision.WITHDRAWN)
            facts.append(sharing.decided(group, Decision.WITHDRAWN))
    return replace(conversation, choices=choices), tuple(facts)


def _draw(conversation: Conversation, setting: Setting) -> Screen:
    purpose = on_screen(conversation)
    lines = asked(purpose, setting)
    if purpose is Purpose.KEEP and not is_over(conversation):
        lines = (Say("consent.intro"), *lines)
    return Screen(
        lines=(*conversation.notes, *lines),
        buttons=(
            go_on(conversation, f"consent.{purpose}.yes", "yes"),
            button(conversation, "no", f"consent.{purpose}.no"),
            *tools(conversation, later=not is_over(conversation)),
        ),
    )


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action not in {"yes", "no"}:
        return None
    purpose = on_screen(conversation)
    decision = Decision.GIVEN if action == "yes" else Decision.REFUSED
    decided, facts = decide(conversation, purpose, decision, moment.setting)
    if is_over(conversation):
        note = "choices.now_yes" if action == "yes" else "withdraw.done"
        return Turn(_back_to_choices(decided, purpose, note, moment.now), facts)
    turn = journey.after_consent(decided, purpose, moment)
    return Turn(turn.conversation, (*facts, *turn.facts))


def _back_to_choices(conversation: Conversation, purpose: Purpose, note: str, now: datetime) -> Conversation:
    return conversation.now_at(
        Stage.CHOICES, now=now, behind=conversation.behind, notes=(Say(note, {"choice": Say(f"choice.{purpose}")}),)
    )


def _back(conversation: Conversation, moment: Moment) -> Turn:
    if is_over(conversation):
        return Turn(conversation.now_at(Stage.CHOICES, now=moment.now))
    purpose = on_screen(conversation)
    if purpose not in journey.AT_THE_START:
        return journey.go_back(conversation, moment)
    place = journey.AT_THE_START.index(purpose)
    if place == 0:
        return Turn(conversation.now_at(Stage.WHO_SEES, now=moment.now))
    return Turn(journey.asking(conversation, journey.AT_THE_START[place - 1], moment.now))


def _draw_refused(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(lines=(*conversation.notes, Say("goodbye.refused")))


def _press_refused(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "start":
        return Turn(journey.asking(conversation, Purpose.KEEP, moment.now))
    return None


SCENES = {
    Stage.CONSENT: Scene(_draw, _press, _back),
    Stage.REFUSED: Scene(_draw_refused, _press_refused),
}

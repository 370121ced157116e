"""🔒 My choices: every consent with its state, taken back as easily as it was given, and the exact text agreed to."""

from dataclasses import replace
from datetime import datetime

from bot.conversation import consents, pin, share_list, sharing, together
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import ElsewhereAsked, SameOrderChosen
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on
from domain.consent import Decision, Purpose

LISTED = (
    Purpose.KEEP,
    Purpose.COACH,
    Purpose.GROUP,
    Purpose.HEALTH,
    Purpose.SUBSTANCE,
    Purpose.JUSTICE,
    Purpose.REMINDER,
)

_WITHDRAWN = {
    Purpose.KEEP: "withdraw.keep",
    Purpose.COACH: "withdraw.coach",
    Purpose.GROUP: "withdraw.group",
    Purpose.REMINDER: "withdraw.reminder",
    Purpose.HEALTH: "consent.withdrawn_class",
    Purpose.SUBSTANCE: "consent.withdrawn_class",
    Purpose.JUSTICE: "consent.withdrawn_class",
}


def _state(conversation: Conversation, purpose: Purpose | str) -> Say:
    decision = conversation.decided(purpose)
    if decision is None:
        return Say("choice.state_open")
    return Say("choice.state_yes" if decision is Decision.GIVEN else "choice.state_no")


def _listed(conversation: Conversation) -> list[Purpose]:
    """What can be changed: everything decided, and the coach as soon as the person takes part."""
    return [
        purpose
        for purpose in LISTED
        if conversation.decided(purpose) is not None or (purpose is Purpose.COACH and conversation.has(Purpose.KEEP))
    ]


def _draw(conversation: Conversation, setting: Setting) -> Screen:
    decided = _listed(conversation)
    lines = [*conversation.notes, Say("choices.intro" if decided else "choices.none")]
    lines += [
        Say("choices.line", {"choice": Say(f"choice.{purpose}"), "state": _state(conversation, purpose)})
        for purpose in decided
    ]
    topics = sharing.topics(conversation, setting, setting.now)
    for group in topics:
        choice = Say("choice.topic", {"topic": sharing.group_name(group)})
        lines.append(Say("choices.line", {"choice": choice, "state": Say("choice.state_yes")}))
    same_order = Say("choice.state_yes" if conversation.same_order else "choice.state_no")
    lines.append(Say("choices.line", {"choice": Say("choice.same_order"), "state": same_order}))
    made = together.agreements_button(conversation, setting)
    return Screen(lines=tuple(lines), buttons=(go_on(conversation), *_buttons(conversation, decided, topics, made)))


def _buttons(
    conversation: Conversation, decided: list[Purpose], shared: tuple[str, ...], made: tuple[Button, ...]
) -> tuple[Button, ...]:
    switches = [_switch(conversation, f"choice_button.{p}", str(p), is_on=conversation.has(p)) for p in decided]
    topics = [
        button(
            conversation,
            f"switch-{sharing.choice_of(group)}",
            Say("choices.topic", {"topic": sharing.group_name(group)}),
            Role.SWITCH,
            is_on=True,
        )
        for group in shared
    ]
    return (
        *switches,
        *topics,
        _switch(conversation, "choice_button.same_order", "same_order", is_on=conversation.same_order),
        *([button(conversation, "share", "choices.what_coach_sees")] if sharing.may_change(conversation) else []),
        *pin.give_button(conversation),
        *([button(conversation, "agreed", "button.see_text")] if decided else []),
        *([button(conversation, "data", "button.my_data")] if decided else []),
        *made,
        *together.looks_button(conversation),
        *([button(conversation, "elsewhere", "button.elsewhere", Role.MENU)] if conversation.has(Purpose.KEEP) else []),
        button(conversation, "delete", "button.delete_all", Role.MENU),
    )


def _switch(conversation: Conversation, label: str, name: str, *, is_on: bool) -> Button:
    state = Say("choice.on" if is_on else "choice.off", {"choice": Say(label)})
    return button(conversation, f"switch-{name}", state, Role.SWITCH, is_on=is_on)


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "go":
        return Turn(close(conversation, moment.now))
    if action == "agreed":
        return Turn(conversation.now_at(Stage.AGREED, now=moment.now))
    if action == "pin" and pin.may_be_given(conversation):
        return Turn(pin.ask_over(conversation, moment.now))
    if action == "agreements":
        return together.open_agreements(conversation, moment)
    if action == "looks":
        return together.open_looks(conversation, moment)
    if action == "share" and sharing.may_change(conversation):
        return share_list.share_again(conversation, moment)
    if action == "elsewhere" and conversation.has(Purpose.KEEP):
        number = conversation.elsewhere + 1
        return Turn(conversation.now_at(Stage.ELSEWHERE, now=moment.now, elsewhere=number), (ElsewhereAsked(number),))
    if not action.startswith("switch-"):
        return None
    return _switched(conversation, action.removeprefix("switch-"), moment)


def _switched(conversation: Conversation, name: str, moment: Moment) -> Turn | None:
    if name == "same_order":
        is_on = not conversation.same_order
        note = Say("same_order.on" if is_on else "same_order.off")
        changed = _again(conversation, moment.now, note)
        return Turn(replace(changed, same_order=is_on), (SameOrderChosen(is_on),))
    if (group := sharing.group_of(name)) is not None:
        return _withdraw_topic(conversation, group, moment)
    if name not in set(map(str, _listed(conversation))):
        return None
    purpose = Purpose(name)
    if conversation.has(purpose):
        return withdraw(conversation, purpose, moment)
    return Turn(consents.asking_again(conversation, purpose, moment.now))


def _again(conversation: Conversation, now: datetime, *notes: Say) -> Conversation:
    return conversation.now_at(Stage.CHOICES, now=now, notes=notes)


def _withdraw_topic(conversation: Conversation, group: str, moment: Moment) -> Turn | None:
    name = sharing.choice_of(group)
    if not conversation.has(name):
        return None
    choices = {**conversation.choices, name: str(Decision.WITHDRAWN)}
    note = Say("consent.topic.not_shared", {"topic": sharing.group_name(group)})
    changed = replace(_again(conversation, moment.now, note), choices=choices)
    return Turn(changed, (sharing.decided(group, Decision.WITHDRAWN),))


def withdraw(conversation: Conversation, purpose: Purpose, moment: Moment) -> Turn:
    """A yes taken back: at once, with no reason asked. Without taking part there is nothing more to ask."""
    taken_back, facts = consents.decide(conversation, purpose, Decision.WITHDRAWN, moment.setting)
    note = Say(_WITHDRAWN[purpose], {"choice": Say(f"choice.{purpose}")})
    if purpose is Purpose.KEEP:
        stopped = taken_back.now_at(Stage.STOPPED, now=moment.now, is_stopped=True, notes=(note,))
        return Turn(stopped, facts)
    return Turn(_again(taken_back, moment.now, note), facts)


def _draw_agreed(conversation: Conversation, setting: Setting) -> Screen:
    lines: list[Say] = list(conversation.notes)
    said = ""
    for agreed in sorted(setting.agreed, key=lambda one: one.topic is not None):
        key = {"given": "choices.agreed_yes", "refused": "choices.agreed_no"}.get(
            agreed.decision, "choices.agreed_withdrawn"
        )
        text = agreed.text
        if agreed.topic is not None:  # every topic was on one list: its text is said once, then the topics
            text = agreed.text.rpartition("\n")[2] if said else agreed.text
            said = agreed.text
        lines += [Say(key, {"date": agreed.decided_on}), Say("literal", {"text": text})]
    return Screen(lines=tuple(lines) or (Say("choices.none"),), buttons=(go_on(conversation),))


def _back_from_agreed(conversation: Conversation, moment: Moment) -> Turn:
    return Turn(_again(conversation, moment.now))


def _press_agreed(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    return _back_from_agreed(conversation, moment) if action == "go" else None


SCENES = {Stage.CHOICES: Scene(_draw, _press), Stage.AGREED: Scene(_draw_agreed, _press_agreed, _back_from_agreed)}

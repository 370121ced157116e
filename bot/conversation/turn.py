"""The outcome of one event, and the small moves that every chapter of the conversation uses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import Fact
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Setting


@dataclass(frozen=True, slots=True)
class Turn:
    """The conversation after an event, what was found out, and how to show it.

    ``is_quiet``: nothing changed and the screen stays as it is; ``toast`` may be said beside it. ``is_silent``: the
    conversation changed, but nothing is shown before the person comes: what others do reaches no screen unasked.
    """

    conversation: Conversation
    facts: tuple[Fact, ...] = ()
    toast: Say | None = None
    is_quiet: bool = False
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When and amid what a press is handled."""

    now: datetime
    setting: Setting


Press = Callable[[Conversation, str, Moment], Turn | None]
"""Handles one button of a stage by its action; None when the stage has no such button."""

Back = Callable[[Conversation, Moment], Turn]
"""One step back from a stage."""

Draw = Callable[[Conversation, Setting], Screen]
"""The screen of a stage."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One stage: how it looks, what its buttons do, and what lies one step back when it has such a place of its own."""

    draw: Draw
    press: Press
    back: Back | None = None


def quiet(conversation: Conversation, toast: Say | None = None) -> Turn:
    """Nothing changes; perhaps a short word beside the screen."""
    return Turn(conversation, toast=toast, is_quiet=True)


def button(
    conversation: Conversation,
    action: str,
    label: Say | str,
    role: Role = Role.CHOICE,
    *,
    is_on: bool | None = None,
) -> Button:
    """A button of the present step. Its data carry the step, so that an old one is known as old."""
    say = Say(label) if isinstance(label, str) else label
    return Button(say, f"s{conversation.step}.{action}", role, is_on=is_on)


def go_on(conversation: Conversation, label: Say | str = "button.continue", action: str = "go") -> Button:
    """The button that goes on: always the first of a screen."""
    return button(conversation, action, label, Role.GO)


def tools(conversation: Conversation, *, back: bool = True, later: bool = True) -> tuple[Button, ...]:
    """↩ back, ⏸ later and ➕ more: always at hand, always in the same place."""
    row = []
    if back:
        row.append(button(conversation, "back", "button.back", Role.MENU))
    if later:
        row.append(button(conversation, "later", "button.later", Role.MENU))
    row.append(button(conversation, "more", "button.more", Role.MENU))
    return tuple(row)


PASSING = frozenset(
    {
        Stage.MORE,
        Stage.CHOICES,
        Stage.AGREED,
        Stage.AGREEMENTS,
        Stage.LOOKS,
        Stage.HELP,
        Stage.DATA,
        Stage.ELSEWHERE,
        Stage.DELETE,
        Stage.DELETE_AGAIN,
    }
)
"""Stages that lie over another one: opening one from another replaces it, what is behind stays behind."""


def is_over(conversation: Conversation) -> bool:
    """Whether the present stage lies over another one."""
    return bool(conversation.behind)


def lay_over(conversation: Conversation, stage: Stage, now: datetime, *notes: Say) -> Conversation:
    """That stage over the present one, which comes back when it closes."""
    if conversation.stage is stage:
        return conversation.now_at(stage, now=now, notes=notes)
    behind = conversation.behind
    if conversation.stage not in PASSING and not (behind and conversation.stage in _ALSO_LAID_OVER):
        behind = (conversation.stage, *behind)
    while behind and behind[0] is stage:
        behind = behind[1:]
    return conversation.now_at(stage, now=now, behind=behind, notes=notes)


_ALSO_LAID_OVER = frozenset({Stage.LANGUAGE, Stage.WEB, Stage.CONSENT, Stage.SHARE, Stage.PIN_ASK, Stage.LIMITED})
"""Stages with a place of their own in the conversation that are also opened from the menu."""


def close(conversation: Conversation, now: datetime, *notes: Say) -> Conversation:
    """Back to the stage behind the present one; between measurements when nothing lies behind it."""
    if not conversation.behind:
        return conversation.now_at(Stage.IDLE, now=now, notes=notes)
    stage, *rest = conversation.behind
    return anew(replace(conversation, stage=stage, behind=tuple(rest)), now, *notes)


def anew(conversation: Conversation, now: datetime, *notes: Say) -> Conversation:
    """The present screen once more, under those notes. A question on it is open anew from ``now``."""
    measurement = conversation.measurement
    if measurement and conversation.stage is Stage.STATEMENT:
        measurement = replace(measurement, opened_at=now)
    return conversation.now_at(conversation.stage, now=now, measurement=measurement, notes=notes)


def switched(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The names with that one turned on, as the last, or off."""
    return tuple(n for n in names if n != name) if name in names else (*names, name)

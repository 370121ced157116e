"""A screen behind a neutral button: offered after nobody could receive, and seen only once the person goes on."""

from dataclasses import replace
from datetime import datetime

from bot.conversation.conversation import Conversation, Stage
from bot.conversation.events import Came, CameElsewhere, CodeReissued, Commanded, Event, Pressed, Sent, Typed
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.turn import Turn, anew, button, quiet

_BY_THE_PERSON = (Pressed, Typed, Commanded, Came, Sent, CameElsewhere, CodeReissued)

_NOTHING_OPEN = frozenset(
    {Stage.IDLE, Stage.INVITED, Stage.PAUSED, Stage.WEB} | {Stage.REFUSED, Stage.STOPPED, Stage.ERASED, Stage.OLD_CHAT}
)
"""Where nothing is asked, or nothing but whether to go on. The own web stays as it is for whoever looks at it."""


def cover(conversation: Conversation) -> Turn:
    """The open question, to be offered again without a word of it. Once: it stays so until the person does something.

    The step stays the same: a press on the question itself that is still under way counts.
    """
    if conversation.is_covered or conversation.is_stopped or conversation.stage in _NOTHING_OPEN:
        return quiet(conversation)
    return Turn(replace(conversation, is_covered=True))


def uncovered(conversation: Conversation, event: Event) -> Conversation:
    """The conversation as this event finds it: whatever the person does takes the cover away."""
    if conversation.is_covered and isinstance(event, _BY_THE_PERSON):
        return replace(conversation, is_covered=False)
    return conversation


def gone_on(conversation: Conversation, event: Event, now: datetime) -> Turn | None:
    """The open question once more, after a press on the neutral button; None for every other event."""
    data = _button(conversation).data
    if not conversation.is_covered or event != Pressed(data):
        return None
    here = replace(conversation, is_covered=False, pressed=data)
    return Turn(anew(here, now, *here.notes))


def draw(conversation: Conversation) -> Screen:
    """The neutral screen: no name, no statement, no result."""
    return Screen(lines=(Say("hello.neutral"),), buttons=(_button(conversation),))


def _button(conversation: Conversation) -> Button:
    return button(conversation, "uncover", "button.continue", Role.GO)

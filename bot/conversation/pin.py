"""The picture-PIN: three pictures that later prove, in another chat, that this is the same person. May be skipped."""

from dataclasses import replace
from datetime import datetime

from bot.conversation import journey
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import PinChosen, PinTried
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on, lay_over, tools

PICTURES = ("fish", "apple", "bike", "house", "tree", "sun", "bird", "ball", "key")
"""Nine pictures that everybody can name, the same and in the same place every time."""

LENGTH = 3
MOST_TRIES = 5
"""After five wrong tries the pictures open nothing any more: the old chat or the coach must help."""


def may_be_given(conversation: Conversation) -> bool:
    """Whether the pictures chosen at the start would open what is hidden here."""
    return conversation.is_limited and conversation.has_pin and conversation.pin_tries < MOST_TRIES


def give_button(conversation: Conversation) -> tuple[Button, ...]:
    """The button that asks for the pictures, where they would open something."""
    return (button(conversation, "pin", "pin.give"),) if may_be_given(conversation) else ()


def ask_over(conversation: Conversation, now: datetime) -> Conversation:
    """The pictures asked for, over what the conversation was about."""
    return replace(lay_over(conversation, Stage.PIN_ASK, now), pin=())


def _pictures(conversation: Conversation) -> tuple[Button, ...]:
    return tuple(button(conversation, name, f"picture.{name}", Role.PICTURE) for name in PICTURES)


def _count(conversation: Conversation) -> Say:
    return Say("pin.choose", {"done": len(conversation.pin) + 1, "total": LENGTH})


def _draw(conversation: Conversation, _setting: Setting) -> Screen:
    if conversation.pin_first:
        lines: tuple[Say, ...] = (Say("pin.again"), _count(conversation))
    elif conversation.pin:
        lines = (_count(conversation),)
    else:
        lines = (Say("pin.offer"), _count(conversation))
    return Screen(
        lines=(*conversation.notes, *lines),
        buttons=(go_on(conversation, "pin.skip", "skip"), *_pictures(conversation), *tools(conversation)),
    )


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "skip":
        return Turn(journey.practise(conversation, moment.now))
    if action not in PICTURES:
        return None
    chosen = (*conversation.pin, action)
    if len(chosen) < LENGTH:
        return Turn(conversation.now_at(Stage.PIN, now=moment.now, pin=chosen))
    if not conversation.pin_first:
        return Turn(conversation.now_at(Stage.PIN, now=moment.now, pin=(), pin_first=chosen))
    if chosen != conversation.pin_first:
        return Turn(journey.offer_pin(conversation, moment.now, Say("pin.differs")))
    done = journey.practise(conversation, moment.now, Say("pin.saved"))
    return Turn(replace(done, has_pin=True, pin=(), pin_first=()), (PinChosen(chosen),))


def _draw_ask(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(
        lines=(*conversation.notes, Say("pin.ask"), _count(conversation)),
        buttons=(go_on(conversation), *_pictures(conversation)),
    )


def _press_ask(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "go":
        return Turn(close(conversation, moment.now))
    if action not in PICTURES:
        return None
    tried = (*conversation.pin, action)
    if len(tried) < LENGTH:
        return Turn(conversation.now_at(Stage.PIN_ASK, now=moment.now, pin=tried))
    return Turn(conversation.now_at(Stage.PIN_ASK, now=moment.now, pin=()), (PinTried(tried),))


def checked(conversation: Conversation, now: datetime, *, matched: bool) -> Conversation:
    """The conversation after the tried pictures were compared."""
    if matched:
        return replace(close(conversation, now, Say("reissue.opened")), is_limited=False, pin=(), pin_tries=0)
    tries = conversation.pin_tries + 1
    if tries >= MOST_TRIES:
        return replace(close(conversation, now, Say("pin.too_many")), pin=(), pin_tries=tries)
    return conversation.now_at(Stage.PIN_ASK, now=now, pin=(), pin_tries=tries, notes=(Say("pin.wrong"),))


def _back(conversation: Conversation, moment: Moment) -> Turn:
    return Turn(journey.asking(conversation, journey.AT_THE_START[-1], moment.now))


SCENES = {Stage.PIN: Scene(_draw, _press, _back), Stage.PIN_ASK: Scene(_draw_ask, _press_ask)}

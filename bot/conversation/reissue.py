"""A code given out again: the conversation goes on in the new chat, but earlier answers and webs stay out of sight
until the old chat agrees or the picture-PIN is given. The old chat is told."""

from dataclasses import replace

from bot.conversation import pin
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import OldChatAnswered
from bot.conversation.screen import Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on, lay_over, quiet
from domain.consent import Decision


def came_in(conversation: Conversation, moment: Moment, *, has_pin: bool) -> Turn:
    """The person came in with a re-issued code from a new chat. Pictures tried wrong before stay counted."""
    over = lay_over(conversation, Stage.LIMITED, moment.now)
    return Turn(replace(over, has_pin=has_pin, is_limited=True, pin=()))


def decided(conversation: Conversation, moment: Moment, *, agreed: bool) -> Turn:
    """The old chat agreed, or refused. It arrives unasked: first a neutral screen, whatever lies behind it."""
    if not conversation.is_limited:
        return quiet(conversation)
    over = lay_over(conversation, Stage.LIMITED, moment.now, Say("reissue.opened" if agreed else "reissue.refused"))
    return Turn(replace(over, is_limited=not agreed))


def _draw(conversation: Conversation, _setting: Setting) -> Screen:
    lines = conversation.notes or (Say("reissue.limited" if conversation.is_limited else "reissue.opened"),)
    more = button(conversation, "more", "button.more", Role.MENU)
    return Screen(lines=lines, buttons=(go_on(conversation), *pin.give_button(conversation), more))


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "go":
        return Turn(close(conversation, moment.now))
    if action == "pin" and pin.may_be_given(conversation):
        return Turn(conversation.now_at(Stage.PIN_ASK, now=moment.now, pin=()))
    return None


_ASKED = "old_chat"
"""Under this name the old chat's answer stands among its choices."""


def _draw_old_chat(conversation: Conversation, _setting: Setting) -> Screen:
    decision = conversation.decided(_ASKED)
    if decision is not None:
        said = "reissue.agreed" if decision is Decision.GIVEN else "reissue.refused"
        return Screen(lines=(*conversation.notes, Say(said)))
    return Screen(
        lines=(*conversation.notes, Say("reissue.ask_old_chat")),
        buttons=(button(conversation, "yes", "reissue.agree"), button(conversation, "no", "reissue.refuse")),
    )


def _press_old_chat(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action not in {"yes", "no"} or conversation.decided(_ASKED) is not None:
        return None
    agreed = action == "yes"
    choices = {_ASKED: str(Decision.GIVEN if agreed else Decision.REFUSED)}
    return Turn(conversation.now_at(Stage.OLD_CHAT, now=moment.now, choices=choices), (OldChatAnswered(agreed),))


SCENES = {Stage.LIMITED: Scene(_draw, _press), Stage.OLD_CHAT: Scene(_draw_old_chat, _press_old_chat)}

"""Between measurements: nothing is asked. And the invitation to a new one."""

from dataclasses import replace

from bot.conversation import journey
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.screen import Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, go_on

SECONDS_PER_STATEMENT = 8
"""What a calm reader needs for one statement: 86 of them in 10 to 15 minutes (intro.rules)."""


def _draw_idle(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(lines=conversation.notes or (Say("idle.nothing_due"),))


def _press_idle(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action != "start":
        return None
    return journey.begin(conversation, moment) if conversation.measurement else None


def _minutes(conversation: Conversation, setting: Setting) -> int:
    measurement = conversation.measurement
    count = len(measurement.order(setting.questionnaire)) if measurement else 0
    return max(1, round(count * SECONDS_PER_STATEMENT / 60))


def _draw_invited(conversation: Conversation, setting: Setting) -> Screen:
    minutes = _minutes(conversation, setting)
    return Screen(
        lines=(*conversation.notes, Say("invite.follow_up", {"minutes": minutes}, minutes)),
        buttons=(
            go_on(conversation, "invite.now"),
            button(conversation, "no", "invite.not_this_time"),
            button(conversation, "more", "button.more", Role.MENU),
        ),
    )


def _press_invited(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "no":
        declined = replace(conversation, measurement=None)
        return Turn(declined.now_at(Stage.IDLE, now=moment.now, notes=(Say("schedule.declined"),)))
    if action not in {"go", "start"}:
        return None
    if conversation.measured is None:
        return Turn(journey.practise(conversation, moment.now))
    return journey.begin(conversation, moment, Say("intro.follow_up"), Say("intro.choices_still"))


SCENES = {
    Stage.IDLE: Scene(_draw_idle, _press_idle),
    Stage.INVITED: Scene(_draw_invited, _press_invited),
}

"""➕ More, and what it opens: help, my data, going on somewhere else."""

from bot.conversation import pin, together
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on

ELSEWHERE_MINUTES = 10
"""How long the link to another chat lives (the design, section 2)."""


def _draw_more(conversation: Conversation, setting: Setting) -> Screen:
    web = [_menu(conversation, "web", "button.my_web")] if conversation.measured else []
    return Screen(
        lines=(*conversation.notes, Say("more.intro")),
        buttons=(
            go_on(conversation),
            *web,
            *pin.give_button(conversation),
            *together.agreements_button(conversation, setting),
            _menu(conversation, "choices", "button.choices"),
            button(conversation, "data", "button.my_data"),
            _menu(conversation, "language", "button.language"),
            _menu(conversation, "help", "button.help"),
            _menu(conversation, "stop", "button.stop"),
            _menu(conversation, "delete", "button.delete_all"),
        ),
    )


def _menu(conversation: Conversation, action: str, label: str) -> Button:
    return button(conversation, action, label, Role.MENU)


def _press_more(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "pin" and pin.may_be_given(conversation):
        return Turn(pin.ask_over(conversation, moment.now))
    if action == "agreements":
        return together.open_agreements(conversation, moment)
    return _press_close(conversation, action, moment)


def _press_close(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    return Turn(close(conversation, moment.now)) if action == "go" else None


def _draw_help(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(
        lines=(*conversation.notes, Say("help.text"), Say("help.words"), Say("help.human"), Say("help.urgent")),
        buttons=(go_on(conversation), _menu(conversation, "choices", "button.choices")),
    )


def _draw_data(conversation: Conversation, setting: Setting) -> Screen:
    count = setting.answers_kept
    return Screen(
        lines=(*conversation.notes, Say("data.summary", {"count": count}, count), Say("data.who")),
        buttons=(
            go_on(conversation),
            *([] if conversation.is_limited else [button(conversation, "file", "button.send_file")]),
            _menu(conversation, "delete", "button.delete_all"),
        ),
    )


def _press_data(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "go":
        return Turn(close(conversation, moment.now))
    if action == "file" and not conversation.is_limited:
        return Turn(conversation.now_at(Stage.DATA, now=moment.now, notes=(Say("data.file"),)))
    return None


def has_file(conversation: Conversation) -> bool:
    """Whether the person's own data stand ready as a file beside the screen."""
    return conversation.stage is Stage.DATA and Say("data.file") in conversation.notes


def _draw_elsewhere(conversation: Conversation, setting: Setting) -> Screen:
    link = Say("elsewhere.link", {"url": setting.elsewhere_url, "minutes": ELSEWHERE_MINUTES})
    return Screen(lines=(*conversation.notes, link), buttons=(go_on(conversation),))


SCENES = {
    Stage.MORE: Scene(_draw_more, _press_more),
    Stage.HELP: Scene(_draw_help, _press_close),
    Stage.DATA: Scene(_draw_data, _press_data),
    Stage.ELSEWHERE: Scene(_draw_elsewhere, _press_close),
}

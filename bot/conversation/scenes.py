"""Every stage with its scene, and what an action does there: the chapters joined."""

from collections.abc import Callable

from bot.conversation import (
    between,
    choices,
    consents,
    leaving,
    menu,
    own_web,
    pin,
    practice,
    reissue,
    share_list,
    statements,
    talk_list,
    together,
    welcome,
)
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.screen import Say
from bot.conversation.turn import Moment, Scene, Turn, anew, close, lay_over

SCENES: dict[Stage, Scene] = {
    **welcome.SCENES,
    **consents.SCENES,
    **pin.SCENES,
    **practice.SCENES,
    **statements.SCENES,
    **own_web.SCENES,
    **talk_list.SCENES,
    **share_list.SCENES,
    **choices.SCENES,
    **menu.SCENES,
    **together.SCENES,
    **leaving.SCENES,
    **between.SCENES,
    **reissue.SCENES,
}
"""Every stage, once. A stage without a scene does not start (a test proves it)."""

CLOSED = frozenset({Stage.OLD_CHAT, Stage.ERASED})
"""Stages without a menu: nothing of the person is reachable from them."""


def act(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    """What an action does here: first what this stage makes of it, then what is always at hand."""
    turn = SCENES[conversation.stage].press(conversation, action, moment)
    if turn is None and conversation.stage not in CLOSED:
        always = _ALWAYS.get(action)
        return always(conversation, moment) if always else None
    return turn


def _back(conversation: Conversation, moment: Moment) -> Turn:
    """↩: one step back at this stage, or what lies behind it."""
    back = SCENES[conversation.stage].back
    if back:
        return back(conversation, moment)
    if conversation.behind:
        return Turn(close(conversation, moment.now))
    return Turn(anew(conversation, moment.now, Say("answer.back_none")))


def _open(stage: Stage) -> Callable[[Conversation, Moment], Turn]:
    def opened(conversation: Conversation, moment: Moment) -> Turn:
        return Turn(lay_over(conversation, stage, moment.now))

    return opened


_ALWAYS: dict[str, Callable[[Conversation, Moment], Turn]] = {
    "back": _back,
    "later": leaving.pause,
    "pause": leaving.pause,
    "more": _open(Stage.MORE),
    "choices": _open(Stage.CHOICES),
    "language": _open(Stage.LANGUAGE),
    "help": _open(Stage.HELP),
    "data": _open(Stage.DATA),
    "web": own_web.open_web,
    "stop": leaving.stop,
    "delete": leaving.ask_to_delete,
}
"""What works at every stage, from a button, a command or a typed word."""

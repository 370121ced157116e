"""Two practice statements, one plainly true and one plainly false, each shown at most twice. They do not count."""

from bot.conversation import journey
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.faces import face_buttons
from bot.conversation.screen import Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, tools

_STATEMENTS = ("p-true", "p-false")
_FITTING = {"p-true": frozenset("45"), "p-false": frozenset("12")}
_SAID = {
    "p-true": ("practice.true_yes", "practice.true_other"),
    "p-false": ("practice.false_no", "practice.false_other"),
}
MOST_SHOWINGS = 2


def _draw(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(
        lines=(*conversation.notes, Say("question.stem")),
        practice=_STATEMENTS[conversation.practice],
        buttons=(*face_buttons(f"s{conversation.step}"), *tools(conversation)),
    )


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if len(action) != 1 or action not in "12345":
        return None
    statement = _STATEMENTS[conversation.practice]
    fitting, other = _SAID[statement]
    if action in _FITTING[statement]:
        return _next(conversation, moment, Say(fitting))
    if conversation.practice_tries + 1 < MOST_SHOWINGS:
        again = conversation.practice_tries + 1
        return Turn(conversation.now_at(Stage.PRACTICE, now=moment.now, practice_tries=again, notes=(Say(other),)))
    return _next(conversation, moment)


def _next(conversation: Conversation, moment: Moment, *notes: Say) -> Turn:
    if conversation.practice + 1 < len(_STATEMENTS):
        following = conversation.practice + 1
        return Turn(
            conversation.now_at(Stage.PRACTICE, now=moment.now, practice=following, practice_tries=0, notes=notes)
        )
    return journey.begin(conversation, moment, *notes, Say("practice.done"))


def _back(conversation: Conversation, moment: Moment) -> Turn:
    if conversation.practice:
        return Turn(conversation.now_at(Stage.PRACTICE, now=moment.now, practice=0, practice_tries=0))
    return Turn(journey.offer_pin(conversation, moment.now))


SCENES = {Stage.PRACTICE: Scene(_draw, _press, _back)}

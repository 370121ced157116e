"""Stopping: for now, for good, and with everything erased."""

from dataclasses import replace

from bot.conversation import consents, journey
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import ErasureConfirmed, Fact, MeasurementOpened, MeasurementPaused
from bot.conversation.screen import Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on, lay_over
from domain.consent import Decision, Purpose


def pause(conversation: Conversation, moment: Moment) -> Turn:
    """⏸: everything is kept, and the same place comes back when the person goes on."""
    if conversation.stage in {Stage.IDLE, Stage.REFUSED, Stage.STOPPED}:
        return Turn(conversation.now_at(conversation.stage, now=moment.now))
    paused = lay_over(conversation, Stage.PAUSED, moment.now)
    return Turn(paused, _pausing(conversation))


def _pausing(conversation: Conversation) -> tuple[Fact, ...]:
    under_way = conversation.measurement
    return (MeasurementPaused(under_way.id),) if under_way and under_way.marks else ()


def _draw_paused(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(lines=(*conversation.notes, Say("pause.saved")), buttons=(go_on(conversation),))


def _press_paused(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    return _resume(conversation, moment) if action in {"go", "start"} else None


def _resume(conversation: Conversation, moment: Moment) -> Turn:
    return Turn(close(conversation, moment.now, Say("resume.hello")), _resuming(conversation))


def _resuming(conversation: Conversation) -> tuple[Fact, ...]:
    under_way = conversation.measurement
    return (MeasurementOpened(under_way.id),) if under_way and under_way.marks else ()


def stop(conversation: Conversation, moment: Moment) -> Turn:
    """⏹ or the word: at once, at any step. No more messages; what was answered is kept until the person erases it."""
    facts = _pausing(conversation)
    if conversation.has(Purpose.REMINDER):
        conversation, decided = consents.decide(conversation, Purpose.REMINDER, Decision.WITHDRAWN, moment.setting)
        facts = (*facts, *decided)
    return Turn(replace(lay_over(conversation, Stage.STOPPED, moment.now), is_stopped=True), facts)


def has_answers(conversation: Conversation) -> bool:
    """Whether any answer of this person is kept."""
    under_way = conversation.measurement
    return conversation.measured is not None or (under_way is not None and under_way.marks.strip(".") != "")


def _draw_stopped(conversation: Conversation, _setting: Setting) -> Screen:
    done = "stop.done" if has_answers(conversation) else "stop.done_empty"
    lines = conversation.notes or (Say(done),)
    choices = button(conversation, "choices", "button.choices", Role.MENU)
    delete = button(conversation, "delete", "button.delete_all", Role.MENU)
    return Screen(lines=lines, buttons=(go_on(conversation), choices, delete))


def _press_stopped(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    return _start_again(conversation, moment) if action in {"go", "start"} else None


def _start_again(conversation: Conversation, moment: Moment) -> Turn:
    back = replace(close(conversation, moment.now, Say("start.again")), is_stopped=False)
    if back.decided(Purpose.KEEP) is Decision.WITHDRAWN:
        return Turn(replace(journey.asking(back, Purpose.KEEP, moment.now), behind=()))
    return Turn(back, _resuming(conversation))


def ask_to_delete(conversation: Conversation, moment: Moment) -> Turn:
    """🗑: the first of two questions."""
    return Turn(lay_over(conversation, Stage.DELETE, moment.now))


def _draw_delete(conversation: Conversation, _setting: Setting) -> Screen:
    return _question(conversation, "delete.ask", "delete.yes", "delete.no")


def _draw_delete_again(conversation: Conversation, _setting: Setting) -> Screen:
    return _question(conversation, "delete.ask_again", "delete.yes_again", "delete.no_again")


def _question(conversation: Conversation, asked: str, yes: str, no: str) -> Screen:
    buttons = (button(conversation, "yes", yes), button(conversation, "no", no))
    return Screen(lines=(*conversation.notes, Say(asked)), buttons=buttons)


def _press_delete(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "no":
        return _keep(conversation, moment)
    if action != "yes":
        return None
    if conversation.stage is Stage.DELETE:
        return Turn(conversation.now_at(Stage.DELETE_AGAIN, now=moment.now))
    return Turn(conversation.now_at(Stage.ERASED, now=moment.now), (ErasureConfirmed(),))


def _keep(conversation: Conversation, moment: Moment) -> Turn:
    return Turn(close(conversation, moment.now, Say("delete.kept")))


def _draw_erased(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(lines=(*conversation.notes, Say("delete.chat_hint")))


def _press_erased(_conversation: Conversation, _action: str, _moment: Moment) -> Turn | None:
    return None


SCENES = {
    Stage.PAUSED: Scene(_draw_paused, _press_paused, _resume),
    Stage.STOPPED: Scene(_draw_stopped, _press_stopped, _start_again),
    Stage.DELETE: Scene(_draw_delete, _press_delete, _keep),
    Stage.DELETE_AGAIN: Scene(_draw_delete_again, _press_delete, _keep),
    Stage.ERASED: Scene(_draw_erased, _press_erased),
}

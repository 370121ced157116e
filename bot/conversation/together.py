"""What the person and the coach agreed, and who of the staff looked at the answers: both for the person to read."""

from bot.conversation.conversation import Conversation, Stage
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Looked, Made, Setting
from bot.conversation.sharing import group_name
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on, lay_over
from domain.looks import Look

MOST = 10
"""So many agreements or looks stand in one message, the newest; the person's own file holds all of them."""

_LINES = {
    Look.SAW: "looks.saw",
    Look.DREW: "looks.drew",
    Look.PRINTED: "looks.printed",
    Look.EXPORTED: "looks.exported",
}


def agreements_button(conversation: Conversation, setting: Setting) -> tuple[Button, ...]:
    """The way to what was agreed, for whoever agreed something and may see it here."""
    if not setting.made or conversation.is_limited:
        return ()
    return (button(conversation, "agreements", "button.agreements"),)


def looks_button(conversation: Conversation) -> tuple[Button, ...]:
    """The way to who looked, from the first finished measurement on: before, there is nothing to look at."""
    if conversation.measured is None or conversation.is_limited:
        return ()
    return (button(conversation, "looks", "button.looks", Role.MENU),)


def open_agreements(conversation: Conversation, moment: Moment) -> Turn | None:
    """What was agreed, over the present screen; None where nobody may see it."""
    return None if conversation.is_limited else Turn(lay_over(conversation, Stage.AGREEMENTS, moment.now))


def open_looks(conversation: Conversation, moment: Moment) -> Turn | None:
    """Who looked, over the present screen; None where nobody may see it."""
    if conversation.measured is None or conversation.is_limited:
        return None
    return Turn(lay_over(conversation, Stage.LOOKS, moment.now))


def _who(name: str, *, is_boss: bool) -> Say | str:
    """Somebody's name; whoever also decides about the work is said to."""
    return Say("coach.also_boss", {"coach": name}) if is_boss else name


def _draw_agreements(conversation: Conversation, setting: Setting) -> Screen:
    lines: list[Say] = []
    coach = None
    for one in sorted(setting.made[:MOST], key=lambda made: made.coach):
        if one.coach != coach:
            lines.append(Say("agreement.intro", {"coach": _who(one.coach, is_boss=one.is_coach_boss)}))
            coach = one.coach
        lines.append(_agreement(one))
    if len(setting.made) > MOST:
        lines.append(Say("agreement.more"))
    return Screen(lines=(*conversation.notes, *(lines or [Say("agreement.none")])), buttons=(go_on(conversation),))


def _agreement(made: Made) -> Say:
    words = made.words
    line: Say | str = words.text
    if words.topic:
        line = Say("agreement.line", {"topic": group_name(words.topic), "text": words.text})
    key = "agreement.line_done" if words.is_done else "agreement.line_open"
    return Say(key, {"line": line, "when": Say("agreement.date", {"date": words.agreed_on})})


def _draw_looks(conversation: Conversation, setting: Setting) -> Screen:
    lines = [_look(one) for one in setting.looks[:MOST]]
    if len(setting.looks) > MOST:
        lines.append(Say("looks.more"))
    said = [Say("looks.intro"), *lines] if lines else [Say("looks.none")]
    return Screen(lines=(*conversation.notes, *said), buttons=(go_on(conversation),))


def _look(looked: Looked) -> Say:
    who = _who(looked.name, is_boss=looked.is_coach_boss)
    return Say(_LINES[looked.look], {"date": looked.looked_on, "who": who})


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    return Turn(close(conversation, moment.now)) if action == "go" else None


SCENES = {
    Stage.AGREEMENTS: Scene(_draw_agreements, _press),
    Stage.LOOKS: Scene(_draw_looks, _press),
}

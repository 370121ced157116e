"""The own web: what somebody said, as a picture, seen by that person before anybody else."""

from dataclasses import replace

from bot.conversation.conversation import Conversation, Measurement, Stage
from bot.conversation.screen import Button, Picture, PictureOf, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on, is_over, lay_over, tools
from domain.questionnaire import Ring
from domain.scoring import GroupScore, State, score_groups

MOST_COMPARED = 2
"""At most three moments stand in one picture: the last one and two before it (METHOD e.6)."""

REMOVE = "remove"
"""The data of the button that takes a picture out of the chat; the channel does it, nothing else changes."""


def scores(conversation: Conversation, measurement: Measurement, setting: Setting) -> dict[str, GroupScore]:
    """The scores of the groups that were asked and whose own consent is in force; of no others."""
    questionnaire = setting.questionnaire
    asked = [name for name in measurement.modules if conversation.may_ask(questionnaire.group(name).sensitivity)]
    scored = score_groups(questionnaire, measurement.answers(questionnaire), asked)
    return {name: scored[name] for name in questionnaire.in_order(asked)}


def _draw_done(conversation: Conversation, _setting: Setting) -> Screen:
    return Screen(
        lines=(*conversation.notes, Say("end.thanks")),
        buttons=(go_on(conversation, "button.my_web"), *tools(conversation, back=False)),
    )


def _press_done(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action != "go":
        return None
    if conversation.is_limited:
        return Turn(lay_over(conversation, Stage.LIMITED, moment.now))
    return Turn(conversation.now_at(Stage.WEB, now=moment.now, ring=rings(conversation, moment.setting)[0]))


def open_web(conversation: Conversation, moment: Moment) -> Turn:
    """👀: the web of the last finished measurement, from anywhere."""
    if conversation.is_limited:
        return Turn(lay_over(conversation, Stage.LIMITED, moment.now))
    if conversation.measured is None:
        return Turn(conversation.now_at(conversation.stage, now=moment.now, notes=(Say("web.none"),)))
    over = lay_over(conversation, Stage.WEB, moment.now)
    return Turn(replace(over, ring=rings(conversation, moment.setting)[0], as_bars=False))


def rings(conversation: Conversation, setting: Setting) -> list[str]:
    """The rings that were measured, inner first."""
    assert conversation.measured is not None  # noqa: S101 - the web is reached with a finished measurement only
    measured = set(conversation.measured.modules)
    return [ring.value for ring in Ring if any(group.name in measured for group in setting.questionnaire.ring(ring))]


def _draw_web(conversation: Conversation, setting: Setting) -> Screen:
    measured = conversation.measured
    assert measured is not None and measured.completed_at is not None  # noqa: S101, PT018 - as in rings
    ring = Ring(conversation.ring)
    of_ring = [
        score
        for name, score in scores(conversation, measured, setting).items()
        if setting.questionnaire.group(name).ring is ring
    ]
    scored = [score for score in of_ring if score.state is State.SCORED]
    title = Say(f"web.title_{ring}")
    buttons = (go_on(conversation), *_web_buttons(conversation, setting, has_picture=bool(scored)))
    if not scored:
        return Screen(lines=(*conversation.notes, title, Say("web.too_few")), buttons=buttons)
    compare = conversation.earlier[-MOST_COMPARED:]
    day = measured.completed_at.astimezone(setting.zone).date()  # the same day as in the picture
    caption = Say("change.intro") if compare else Say("web.caption", {"date": day})
    after = [Say("web.no_good_bad")]  # how to read it stands in the picture itself
    if compare:
        after.append(Say("change.note"))
    return Screen(
        lines=(*conversation.notes, caption),
        picture=Picture(PictureOf(ring.value), measured.id, compare, as_bars=conversation.as_bars),
        after=tuple(after),
        buttons=buttons,
    )


def _web_buttons(conversation: Conversation, setting: Setting, *, has_picture: bool) -> tuple[Button, ...]:
    if not has_picture:
        return tools(conversation)
    form = button(conversation, "form", "button.as_web" if conversation.as_bars else "button.as_bars")
    if setting.stays_in_chat:
        return (form, Button(Say("button.remove_from_chat"), REMOVE, Role.MENU), *tools(conversation))
    return (form, *tools(conversation))


def _press_web(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "form":
        return Turn(conversation.now_at(Stage.WEB, now=moment.now, as_bars=not conversation.as_bars))
    if action != "go":
        return None
    measured = rings(conversation, moment.setting)
    place = measured.index(conversation.ring) + 1
    if place < len(measured):
        return Turn(conversation.now_at(Stage.WEB, now=moment.now, ring=measured[place]))
    if is_over(conversation):
        return Turn(close(conversation, moment.now))
    return Turn(conversation.now_at(Stage.TALK, now=moment.now))


def _back(conversation: Conversation, moment: Moment) -> Turn:
    measured = rings(conversation, moment.setting)
    place = measured.index(conversation.ring)
    if place > 0:
        return Turn(conversation.now_at(Stage.WEB, now=moment.now, ring=measured[place - 1]))
    if is_over(conversation):
        return Turn(close(conversation, moment.now))
    return Turn(conversation.now_at(Stage.DONE, now=moment.now, ring=""))


SCENES = {Stage.DONE: Scene(_draw_done, _press_done), Stage.WEB: Scene(_draw_web, _press_web, _back)}

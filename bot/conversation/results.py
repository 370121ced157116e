"""After the last statement: the own web first, then what to talk about, then what the coach will see."""

from dataclasses import replace

from bot.conversation import sharing
from bot.conversation.conversation import Conversation, Measurement, Stage
from bot.conversation.facts import Fact, TopicsPicked
from bot.conversation.screen import Button, Picture, PictureOf, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.sharing import group_name
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on, is_over, lay_over, tools
from domain.consent import Decision, Purpose, sharing_ends_at
from domain.priority import Topic, TopicClass, strengths, to_talk_about, topics
from domain.questionnaire import Ring
from domain.scoring import GroupScore, State, score_groups

MOST_COMPARED = 2
"""At most three moments stand in one picture: the last one and two before it (METHOD e.6)."""

GOING_WELL = 3.5
"""Strengths below this level are called "where you said yes most often" (WORDING, promise 10)."""

REMOVE = "remove"
"""The data of the button that takes a picture out of the chat; the channel does it, nothing else changes."""

_TOPIC_KEYS = {
    TopicClass.A: "topic.a",
    TopicClass.B: "topic.b",
    TopicClass.C: "topic.c",
    TopicClass.D: "topic.d",
    TopicClass.E: "topic.e",
}


def scores(conversation: Conversation, measurement: Measurement, setting: Setting) -> dict[str, GroupScore]:
    """The scores of the groups that were asked and whose own consent is in force; of no others."""
    questionnaire = setting.questionnaire
    asked = [name for name in measurement.modules if conversation.may_ask(questionnaire.group(name).sensitivity)]
    scored = score_groups(questionnaire, measurement.answers(questionnaire), asked)
    return {name: scored[name] for name in questionnaire.in_order(asked)}


# The web ------------------------------------------------------------------------------------------------------------


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
    return Turn(conversation.now_at(Stage.WEB, now=moment.now, ring=_rings(conversation, moment.setting)[0]))


def open_web(conversation: Conversation, moment: Moment) -> Turn:
    """👀: the web of the last finished measurement, from anywhere."""
    if conversation.is_limited:
        return Turn(lay_over(conversation, Stage.LIMITED, moment.now))
    if conversation.measured is None:
        return Turn(conversation.now_at(conversation.stage, now=moment.now, notes=(Say("web.none"),)))
    over = lay_over(conversation, Stage.WEB, moment.now)
    return Turn(replace(over, ring=_rings(conversation, moment.setting)[0], as_bars=False))


def _rings(conversation: Conversation, setting: Setting) -> list[str]:
    """The rings that were measured, inner first."""
    assert conversation.measured is not None  # noqa: S101 - the web is reached with a finished measurement only
    measured = set(conversation.measured.modules)
    return [ring.value for ring in Ring if any(group.name in measured for group in setting.questionnaire.ring(ring))]


def _draw_web(conversation: Conversation, setting: Setting) -> Screen:
    measured = conversation.measured
    assert measured is not None and measured.completed_at is not None  # noqa: S101, PT018 - as in _rings
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
    caption = Say("change.intro") if compare else Say("web.caption", {"date": measured.completed_at.date()})
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
    rings = _rings(conversation, moment.setting)
    place = rings.index(conversation.ring) + 1
    if place < len(rings):
        return Turn(conversation.now_at(Stage.WEB, now=moment.now, ring=rings[place]))
    if is_over(conversation):
        return Turn(close(conversation, moment.now))
    return Turn(conversation.now_at(Stage.TALK, now=moment.now))


def before(conversation: Conversation, moment: Moment) -> Turn:
    """One step back among the webs and the lists."""
    rings = _rings(conversation, moment.setting)
    if conversation.stage is Stage.SHARE:
        stage, ring = (Stage.CHOICES, "") if is_over(conversation) else (Stage.TALK, "")
    elif conversation.stage is Stage.TALK:
        stage, ring = Stage.WEB, rings[-1]
    elif rings.index(conversation.ring) > 0:
        stage, ring = Stage.WEB, rings[rings.index(conversation.ring) - 1]
    elif is_over(conversation):
        return Turn(close(conversation, moment.now))
    else:
        stage, ring = Stage.DONE, ""
    return Turn(conversation.now_at(stage, now=moment.now, ring=ring))


# What to talk about -------------------------------------------------------------------------------------------------


def _offered(conversation: Conversation, setting: Setting) -> tuple[tuple[Topic, ...], tuple[Topic, ...]]:
    """At most three topics to talk about, without the hidden ones, and two strengths."""
    assert conversation.measured is not None  # noqa: S101 - as in _rings
    listed = topics(setting.questionnaire, scores(conversation, conversation.measured, setting))
    seen = tuple(topic for topic in listed if topic.group not in conversation.hidden)
    to_talk = to_talk_about(seen)
    others = tuple(topic for topic in seen if topic not in to_talk)
    return to_talk, strengths(others)


def _topic_line(topic: Topic) -> Say:
    key = "topic.a_ask" if topic.topic_class is TopicClass.A and topic.ask_can else _TOPIC_KEYS[topic.topic_class]
    return Say("topic.line", {"topic": group_name(topic.group), "sentence": Say(key)})


def _draw_talk(conversation: Conversation, setting: Setting) -> Screen:
    to_talk, strong = _offered(conversation, setting)
    lines: list[Say] = list(conversation.notes)
    if strong:
        is_relative = any(topic.level < GOING_WELL for topic in strong)
        lines.append(Say("strengths.intro_relative" if is_relative else "strengths.intro"))
        lines += [Say("topic.strength", {"topic": group_name(topic.group)}) for topic in strong]
    lines.append(Say("topics.intro" if to_talk else "topics.none"))
    lines += [_topic_line(topic) for topic in to_talk]
    if to_talk and conversation.has(Purpose.COACH):
        lines.append(Say("talk.pick"))
    buttons = [go_on(conversation, "button.done" if to_talk else "button.continue")]
    for topic in to_talk:
        buttons += _talk_buttons(conversation, topic.group)
    for group in conversation.hidden:
        buttons.append(button(conversation, f"hide-{group}", Say("talk.show", {"topic": group_name(group)})))
    return Screen(lines=tuple(lines), buttons=(*buttons, *tools(conversation)))


def _talk_buttons(conversation: Conversation, group: str) -> list[Button]:
    is_on = group in conversation.topics
    label = Say("talk.on" if is_on else "talk.off", {"topic": group_name(group)})
    hide = Say("talk.hide", {"topic": group_name(group)})
    switch = button(conversation, f"talk-{group}", label, Role.SWITCH, is_on=is_on)
    hiding = button(conversation, f"hide-{group}", hide)
    return [switch, hiding] if conversation.has(Purpose.COACH) else [hiding]


def _press_talk(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    offered, _ = _offered(conversation, moment.setting)
    names = {topic.group for topic in offered}
    verb, _, group = action.partition("-")
    if action == "go":
        return _to_share(conversation, moment)
    if verb == "talk" and group in names:
        picked = _switched(conversation.topics, group)
        return Turn(conversation.now_at(Stage.TALK, now=moment.now, topics=picked))
    if verb == "hide" and group in conversation.hidden:
        shown = _switched(conversation.hidden, group)
        return Turn(conversation.now_at(Stage.TALK, now=moment.now, hidden=shown))
    if verb == "hide" and group in names:
        return _hide(conversation, group, moment)
    return None


def _hide(conversation: Conversation, group: str, moment: Moment) -> Turn:
    """A topic out of sight, the coach's too: what was shared of it before is taken back."""
    hidden = conversation.now_at(
        Stage.TALK,
        now=moment.now,
        hidden=(*conversation.hidden, group),
        topics=tuple(name for name in conversation.topics if name != group),
        notes=(Say("talk.hidden"),),
    )
    if not conversation.has(sharing.choice_of(group)):
        return Turn(hidden)
    choices = {**conversation.choices, sharing.choice_of(group): str(Decision.WITHDRAWN)}
    return Turn(replace(hidden, choices=choices), (sharing.decided(group, Decision.WITHDRAWN),))


def _switched(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(n for n in names if n != name) if name in names else (*names, name)


# What the coach will see --------------------------------------------------------------------------------------------


def _shareable(conversation: Conversation, setting: Setting) -> tuple[str, ...]:
    """The groups that were asked and whose own consent is in force, in the fixed order."""
    assert conversation.measured is not None  # noqa: S101 - as in _rings
    names = scores(conversation, conversation.measured, setting)
    return tuple(name for name in names if name not in conversation.hidden)


def _to_share(conversation: Conversation, moment: Moment) -> Turn:
    if not conversation.has(Purpose.COACH):
        return end(conversation, moment)
    on = tuple(
        name
        for name in _shareable(conversation, moment.setting)
        if moment.setting.questionnaire.group(name).sensitivity is None
    )
    return Turn(conversation.now_at(Stage.SHARE, now=moment.now, shared=on))


def share_again(conversation: Conversation, moment: Moment) -> Turn:
    """The list of topics from 🔒, with the switches as they stand; confirming it renews them for six months."""
    over = lay_over(conversation, Stage.SHARE, moment.now)
    return Turn(replace(over, shared=sharing.topics(conversation, moment.setting, moment.now)))


def _draw_share(conversation: Conversation, setting: Setting) -> Screen:
    switches = []
    for name in _shareable(conversation, setting):
        is_on = name in conversation.shared
        label = Say("share.on" if is_on else "share.off", {"topic": group_name(name)})
        switches.append(button(conversation, f"share-{name}", label, Role.SWITCH, is_on=is_on))
    return Screen(
        lines=(*conversation.notes, Say("share.intro")),
        buttons=(go_on(conversation, "share.confirm"), *switches, *tools(conversation)),
    )


def _press_share(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "go":
        return _shared(conversation, moment)
    group = action.removeprefix("share-")
    if group == action or group not in _shareable(conversation, moment.setting):
        return None
    switched = _switched(conversation.shared, group)
    return Turn(conversation.now_at(Stage.SHARE, now=moment.now, shared=switched))


def _shared(conversation: Conversation, moment: Moment) -> Turn:
    measured = conversation.measured
    assert measured is not None and measured.completed_at is not None  # noqa: S101, PT018 - as in _rings
    ends_at = sharing_ends_at(moment.now if is_over(conversation) else measured.completed_at)
    facts: list[Fact] = []
    choices = dict(conversation.choices)
    for name in _shareable(conversation, moment.setting):
        decision = Decision.GIVEN if name in conversation.shared else Decision.REFUSED
        if decision is Decision.REFUSED and conversation.has(sharing.choice_of(name)):
            decision = Decision.WITHDRAWN
        choices[sharing.choice_of(name)] = str(decision)
        is_given = decision is Decision.GIVEN
        facts.append(sharing.decided(name, decision, ends_at=ends_at if is_given else None))
    note = Say("share.done" if conversation.shared else "share.nothing")
    ends = {**conversation.sharing_ends, **dict.fromkeys(conversation.shared, round(ends_at.timestamp() * 1000))}
    confirmed = replace(conversation, choices=choices, sharing_ends=ends)
    if is_over(conversation):
        return Turn(confirmed.now_at(Stage.CHOICES, now=moment.now, notes=(note,), shared=()), tuple(facts))
    # Only what the coach will see can be talked about with the coach.
    topics_to_talk = tuple(name for name in conversation.topics if name in conversation.shared)
    facts.append(TopicsPicked(measured.id, topics_to_talk))
    turn = end(confirmed, moment, note, *_talk_saved(topics_to_talk))
    return Turn(turn.conversation, (*facts, *turn.facts))


def _talk_saved(topics_to_talk: tuple[str, ...]) -> tuple[Say, ...]:
    if not topics_to_talk:
        return ()
    names = Say("list", {str(place): group_name(name) for place, name in enumerate(topics_to_talk)})
    return (Say("talk.saved", {"topics": names}),)


def end(conversation: Conversation, moment: Moment, *notes: Say) -> Turn:
    """The measurement is over: goodbye, until the next."""
    shared_phone = (Say("end.shared_phone"),) if moment.setting.stays_in_chat else ()
    said = (*notes, Say("end.until_next"), *shared_phone)
    listed = conversation.measured.id if conversation.measured else ""
    return Turn(conversation.now_at(Stage.IDLE, now=moment.now, notes=said, shared=(), listed=listed))


SCENES = {
    Stage.DONE: Scene(_draw_done, _press_done),
    Stage.WEB: Scene(_draw_web, _press_web),
    Stage.TALK: Scene(_draw_talk, _press_talk),
    Stage.SHARE: Scene(_draw_share, _press_share),
}

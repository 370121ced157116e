"""The talk list: topics for the talk with the coach, and what goes well; any of them can be picked or hidden."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import own_web, share_list, sharing
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.sharing import group_name
from bot.conversation.turn import Moment, Scene, Turn, button, go_on, switched, tools
from domain.consent import Decision, Purpose
from domain.priority import Topic, TopicClass, strengths, to_talk_about, topics

_TOPIC_KEYS = {
    TopicClass.A: "topic.a",
    TopicClass.B: "topic.b",
    TopicClass.C: "topic.c",
    TopicClass.D: "topic.d",
    TopicClass.E: "topic.e",
}


def _offered(conversation: Conversation, setting: Setting) -> tuple[tuple[Topic, ...], tuple[Topic, ...]]:
    """At most three topics to talk about, without the hidden ones, and two strengths."""
    assert conversation.measured is not None  # noqa: S101 - as in own_web
    listed = topics(setting.questionnaire, own_web.scores(conversation, conversation.measured, setting))
    seen = tuple(topic for topic in listed if topic.group not in conversation.hidden)
    to_talk = to_talk_about(seen)
    others = tuple(topic for topic in seen if topic not in to_talk)
    return to_talk, strengths(others)


def sentence_key(topic: Topic) -> str:
    """The text that says what kind of topic it is, to the person."""
    return "topic.a_ask" if topic.topic_class is TopicClass.A and topic.ask_can else _TOPIC_KEYS[topic.topic_class]


def strengths_key(strong: Sequence[Topic]) -> str:
    """The text above the strengths: under 3.5 they are no more than where somebody said yes most often."""
    is_relative = any(topic.is_relative for topic in strong)
    return "strengths.intro_relative" if is_relative else "strengths.intro"


def _topic_line(topic: Topic) -> Say:
    return Say("topic.line", {"topic": group_name(topic.group), "sentence": Say(sentence_key(topic))})


def _draw(conversation: Conversation, setting: Setting) -> Screen:
    to_talk, strong = _offered(conversation, setting)
    lines: list[Say] = list(conversation.notes)
    if strong:
        lines.append(Say(strengths_key(strong)))
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


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    offered, _ = _offered(conversation, moment.setting)
    names = {topic.group for topic in offered}
    verb, _, group = action.partition("-")
    if action == "go":
        return share_list.begin(conversation, moment)
    if verb == "talk" and group in names:
        picked = switched(conversation.topics, group)
        return Turn(conversation.now_at(Stage.TALK, now=moment.now, topics=picked))
    if verb == "hide" and group in conversation.hidden:
        shown = switched(conversation.hidden, group)
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


def _back(conversation: Conversation, moment: Moment) -> Turn:
    last = own_web.rings(conversation, moment.setting)[-1]
    return Turn(conversation.now_at(Stage.WEB, now=moment.now, ring=last))


SCENES = {Stage.TALK: Scene(_draw, _press, _back)}

"""The share list: what the coach will see, topic by topic; nothing reaches the coach before it is confirmed."""

from dataclasses import replace

from bot.conversation import journey, own_web, sharing
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import Fact, TopicsPicked
from bot.conversation.screen import Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.sharing import group_name
from bot.conversation.turn import Moment, Scene, Turn, button, go_on, is_over, lay_over, switched, tools
from domain.consent import Decision, Purpose, sharing_ends_at


def _shareable(conversation: Conversation, setting: Setting) -> tuple[str, ...]:
    """The groups that were asked and whose own consent is in force, in the fixed order."""
    assert conversation.measured is not None  # noqa: S101 - as in own_web
    names = own_web.scores(conversation, conversation.measured, setting)
    return tuple(name for name in names if name not in conversation.hidden)


def begin(conversation: Conversation, moment: Moment) -> Turn:
    """After the talk list: all topics on but the sensitive ones; without the coach consent there is no list."""
    if not conversation.has(Purpose.COACH):
        return journey.end(conversation, moment)
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


def _draw(conversation: Conversation, setting: Setting) -> Screen:
    switches = []
    for name in _shareable(conversation, setting):
        is_on = name in conversation.shared
        label = Say("share.on" if is_on else "share.off", {"topic": group_name(name)})
        switches.append(button(conversation, f"share-{name}", label, Role.SWITCH, is_on=is_on))
    return Screen(
        lines=(*conversation.notes, Say("share.intro")),
        buttons=(go_on(conversation, "share.confirm"), *switches, *tools(conversation)),
    )


def _press(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action == "go":
        return _shared(conversation, moment)
    group = action.removeprefix("share-")
    if group == action or group not in _shareable(conversation, moment.setting):
        return None
    on = switched(conversation.shared, group)
    return Turn(conversation.now_at(Stage.SHARE, now=moment.now, shared=on))


def _shared(conversation: Conversation, moment: Moment) -> Turn:
    measured = conversation.measured
    assert measured is not None and measured.completed_at is not None  # noqa: S101, PT018 - as in own_web
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
    turn = journey.end(confirmed, moment, note, *_talk_saved(topics_to_talk))
    return Turn(turn.conversation, (*facts, *turn.facts))


def _talk_saved(topics_to_talk: tuple[str, ...]) -> tuple[Say, ...]:
    if not topics_to_talk:
        return ()
    names = Say("list", {str(place): group_name(name) for place, name in enumerate(topics_to_talk)})
    return (Say("talk.saved", {"topics": names}),)


def _back(conversation: Conversation, moment: Moment) -> Turn:
    stage = Stage.CHOICES if is_over(conversation) else Stage.TALK
    return Turn(conversation.now_at(stage, now=moment.now, ring=""))


SCENES = {Stage.SHARE: Scene(_draw, _press, _back)}

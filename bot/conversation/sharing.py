"""Which topics are shared with the coach: what the person is told about it is what the coach can see."""

from datetime import datetime

from bot.conversation.conversation import Conversation
from bot.conversation.facts import ConsentDecided
from bot.conversation.screen import Say
from bot.conversation.setting import Setting
from domain.consent import Decision, Purpose, purpose_of

_TOPIC = "topic:"


def choice_of(group: str) -> str:
    """Under this name the decision about a topic stands among the choices."""
    return _TOPIC + group


def group_of(choice: str) -> str | None:
    """The group whose topic stands under that name among the choices; None for the other choices."""
    return choice.removeprefix(_TOPIC) if choice.startswith(_TOPIC) else None


def group_name(group: str) -> Say:
    """The name of a group, in words."""
    return Say(f"group.{group}")


def topics(conversation: Conversation, setting: Setting, now: datetime | None) -> tuple[str, ...]:
    """The topics that the coach sees now: said yes to, not ended, and with everything in force that they rest on."""
    if not conversation.has(Purpose.KEEP) or not conversation.has(Purpose.COACH):
        return ()
    return tuple(
        group.name
        for group in setting.questionnaire.groups
        if conversation.has(choice_of(group.name))
        and conversation.may_ask(group.sensitivity)
        and not (now and _has_ended(conversation, group.name, now))
    )


def _has_ended(conversation: Conversation, group: str, now: datetime) -> bool:
    ends = conversation.sharing_ends.get(group)
    return ends is not None and now.timestamp() * 1000 >= ends


def resting_on(purpose: Purpose, conversation: Conversation, setting: Setting) -> tuple[str, ...]:
    """The shared topics that end when that purpose gets a no."""
    shared = [group for group in setting.questionnaire.groups if conversation.has(choice_of(group.name))]
    if purpose in {Purpose.KEEP, Purpose.COACH}:
        return tuple(group.name for group in shared)
    return tuple(group.name for group in shared if group.sensitivity and purpose_of(group.sensitivity) is purpose)


def decided(group: str, decision: Decision, *, ends_at: datetime | None = None) -> ConsentDecided:
    """The record that one topic is, or is not, shared: its text is the list's, with this topic's switch."""
    switch = "share.on" if decision is Decision.GIVEN else "share.off"
    asked = (Say("share.intro"), Say(switch, {"topic": group_name(group)}))
    return ConsentDecided(Purpose.TOPIC, decision, asked, topic=group, ends_at=ends_at)


def may_change(conversation: Conversation) -> bool:
    """Whether 🔒 offers the list of topics: a yes to the coach, and the person has been through the own web first."""
    measured = conversation.measured
    return (
        measured is not None
        and conversation.listed == measured.id
        and conversation.has(Purpose.KEEP)
        and conversation.has(Purpose.COACH)
        and not conversation.is_limited
    )

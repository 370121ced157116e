"""What one transaction left to say, and how it is said: an outcome becomes a reply in the person's language."""

from dataclasses import dataclass
from datetime import datetime

from bot.around import PUSHING
from bot.conversation.render import Writer
from bot.conversation.screen import Message, Say, Screen
from bot.conversation.setting import Setting
from bot.inbound import Due, Reply
from bot.parts import Parts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction left to say: to whom, and what. ``screen`` None: there is nothing new to show.

    ``is_kept``: the conversation took it in, shown or not.
    """

    screen: Screen | None
    setting: Setting
    language: str
    channel: str = ""
    address: str = ""
    toast: Say | None = None
    number: int = 0
    conversation_id: str | None = None
    organisation_id: str | None = None
    participant_id: str | None = None
    placed: str | None = None
    is_below: bool = False
    is_bulk: bool = False
    banned_until: datetime | None = None
    is_erased: bool = False
    is_kept: bool = False
    more: tuple["Outcome", ...] = ()


def nobody(parts: Parts) -> Setting:
    """What surrounds somebody who is not, or not known to be, in a conversation: no names."""
    return Setting(questionnaire=parts.catalogues.questionnaire)


def reply_of(parts: Parts, outcome: Outcome) -> Reply:
    """The outcome in words, and what is due in which chats: its own, and those of ``more``."""
    writer = Writer(parts.catalogues, outcome.language, outcome.setting)
    message = writer.message(outcome.screen) if outcome.screen else None
    toast = writer.say(outcome.toast) if outcome.toast else None
    due = tuple(due for one in outcome.more for due in reply_of(parts, one).due)
    if message and outcome.channel in PUSHING:
        due = (_due(outcome, message), *due)
    return Reply(message, toast, outcome.number, outcome.conversation_id, due, outcome.banned_until)


def _due(outcome: Outcome, message: Message) -> Due:
    return Due(
        channel=outcome.channel,
        address=outcome.address,
        message=message,
        conversation_id=outcome.conversation_id,
        organisation_id=outcome.organisation_id,
        participant_id=outcome.participant_id,
        number=outcome.number,
        placed=outcome.placed,
        is_below=outcome.is_below,
        is_bulk=outcome.is_bulk,
        unconfirmed=0 if outcome.is_bulk else 1,
        banned_until=outcome.banned_until,
    )

"""What comes in from a channel, what goes back, and what has to be shown."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.events import Event
from bot.conversation.screen import Message


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a channel understood of one incoming thing.

    ``address`` is where it came from on that channel; ``key`` is unique per channel for ever, so that a second
    delivery of the same thing changes nothing. ``language`` is a hint for strangers. ``code`` is an invitation code
    that came with it, or that was typed. ``place``: where wrong codes are counted, when that is not the address (a
    browser has a new one every time). ``pressed_on``: the message with the button that was pressed.
    """

    channel: str
    address: str
    key: str
    event: Event
    language: str | None = None
    code: str | None = None
    place: str | None = None
    pressed_on: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A screen to show on a channel that pushes.

    ``number`` is the due number, 0 for what is said once and not remembered (strangers, receipts). ``placed`` says
    where the last message of that chat is, in the channel's own JSON; ``is_below``: the person wrote after it.
    ``lease_token``: the claim under which it is shown; whoever claims it later makes this one void. ``is_bulk``: it
    answers nothing that the person did, and waits its turn. ``unconfirmed``: how many sends of it began whose end
    nobody knows, this one included. ``banned_until``: nothing may be sent on that channel before.
    """

    channel: str
    address: str
    message: Message
    conversation_id: str | None = None
    organisation_id: str | None = None
    participant_id: str | None = None
    number: int = 0
    placed: str | None = None
    is_below: bool = False
    attempts: int = 0
    lease_token: int | None = None
    is_bulk: bool = False
    unconfirmed: int = 1
    banned_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What follows from one incoming thing.

    ``message`` is what the person should see now; None when it was seen before. ``toast`` is a short answer that
    changes nothing on the screen. ``conversation_id`` is None for strangers. ``due`` are the screens to show, the
    person's own first. ``banned_until``: nothing may be sent on the person's channel before.
    """

    message: Message | None
    toast: str | None = None
    number: int = 0
    conversation_id: str | None = None
    due: tuple[Due, ...] = ()
    banned_until: datetime | None = None

"""What can happen to a conversation, in the past tense. Channels translate what they receive into these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Medium(StrEnum):
    """What somebody sent that is neither a press nor text."""

    VOICE = "voice"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Came:
    """The person came to the chat without saying anything more: /start, a page opened anew, an own code again."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed. ``data`` is the button's own data, exactly as the screen gave it."""

    data: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Text was typed, as it came, at most 4,096 characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command of the channel's menu was chosen: start, help, language, choices, data, delete, stop, web."""

    command: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Something came in that is neither a press nor text."""

    medium: Medium


@dataclass(frozen=True, slots=True)
class MeasurementDue:
    """A measurement became due: the person is invited to it, or finds it at the next visit.

    ``seed`` draws the order of the statements. ``ordinal`` counts the participant's measurements from 1.
    ``wordings`` maps a statement id to the wording version it was asked in at the baseline, where that still exists.
    """

    measurement_id: str
    ordinal: int
    modules: tuple[str, ...]
    seed: int
    same_order: bool = False
    wordings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeasurementClosed:
    """The window of a measurement closed; what was answered is kept, nothing more is asked in it."""

    measurement_id: str


@dataclass(frozen=True, slots=True)
class WasAway:
    """Nobody could receive for a while, and what the person pressed may be gone: the open question is offered again.

    ``is_heard``: the person may hear of it, so that the offer is a new message; else it takes the question's place.
    """

    is_heard: bool = False


@dataclass(frozen=True, slots=True)
class CoachChanged:
    """Another coach took over: nothing is shared until the person says yes to the new one."""


@dataclass(frozen=True, slots=True)
class CodeReissued:
    """The person came in with a re-issued code from a new chat: earlier answers stay out of sight for now."""

    has_pin: bool


@dataclass(frozen=True, slots=True)
class OldChatDecided:
    """The old chat agreed to, or refused, going on in the chat of the re-issued code."""

    agreed: bool


@dataclass(frozen=True, slots=True)
class CameElsewhere:
    """The person opened the link to go on in another chat; the conversation is here now."""


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The picture-PIN that was just tried was compared with the one chosen at the start."""

    matched: bool


Event = (
    Came
    | Pressed
    | Typed
    | Commanded
    | Sent
    | MeasurementDue
    | MeasurementClosed
    | WasAway
    | CoachChanged
    | CodeReissued
    | CameElsewhere
    | OldChatDecided
    | PinChecked
)

"""What a turn found out, for storage to remember in the same transaction. Facts are past tense and carry no words."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.screen import Say
from domain.answers import Answer
from domain.consent import Decision, Purpose


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer to keep: the first one, or one that replaces an earlier choice at the same statement."""

    measurement_id: str
    statement_id: str
    answer: Answer
    position: int
    wording_version: int | None
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class ConsentDecided:
    """A decision about one purpose. ``asked`` is what stood on the screen: its exact words are the consent's text."""

    purpose: Purpose
    decision: Decision
    asked: tuple[Say, ...]
    topic: str | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The person chose another language."""

    language: str


@dataclass(frozen=True, slots=True)
class SameOrderChosen:
    """The person chose whether statements come in the same order every time, from the next measurement on."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class MeasurementOpened:
    """The first statement of a measurement was put on the screen, or it was taken up again after a pause."""

    measurement_id: str


@dataclass(frozen=True, slots=True)
class MeasurementPaused:
    """The person stopped half-way, for now."""

    measurement_id: str


@dataclass(frozen=True, slots=True)
class MeasurementCompleted:
    """Every statement that may be asked has an answer."""

    measurement_id: str


@dataclass(frozen=True, slots=True)
class TopicsPicked:
    """What the person wants to talk about, of the topics offered; hidden ones are in neither list."""

    measurement_id: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PinChosen:
    """Three pictures that prove, later and elsewhere, that this is the same person."""

    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PinTried:
    """Three pictures were given to be compared with the ones chosen at the start."""

    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ElsewhereAsked:
    """The person wants to go on in another chat: a link for ten minutes, for one use. ``number`` tells links apart."""

    number: int


@dataclass(frozen=True, slots=True)
class OldChatAnswered:
    """The old chat agreed to, or refused, that a re-issued code goes on in another chat."""

    agreed: bool


@dataclass(frozen=True, slots=True)
class ErasureConfirmed:
    """The person said twice that everything must go."""


Fact = (
    AnswerGiven
    | ConsentDecided
    | LanguageChosen
    | SameOrderChosen
    | MeasurementOpened
    | MeasurementPaused
    | MeasurementCompleted
    | TopicsPicked
    | PinChosen
    | PinTried
    | ElsewhereAsked
    | OldChatAnswered
    | ErasureConfirmed
)

"""What surrounds a conversation and is not part of it: who, with whom, where, and what is on the screen just now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from domain.agreements import Words
from domain.answers import Answer
from domain.looks import Look
from domain.questionnaire import LANGUAGES, Questionnaire


@dataclass(frozen=True, slots=True)
class TypedWords:
    """Words people may type, normalised: to a command, or to an answer, in any of the five languages."""

    commands: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent as it was decided: its purpose, the decision, the day, and the exact words it was asked in."""

    purpose: str
    decision: str
    decided_on: date
    text: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """One agreement, and the coach with whom it was made."""

    coach: str
    is_coach_boss: bool
    words: Words


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the answers: who it was, how, and on which day."""

    name: str
    is_coach_boss: bool
    look: Look
    looked_on: date


@dataclass(frozen=True, slots=True)
class Setting:
    """The people and facts around one conversation at this moment; loaded anew for every event.

    ``is_coach_boss``: the coach also decides about the person's work, and every text that names the coach says so.
    ``reading_seconds``: a tap sooner than this after showing is no answer. ``is_shown``: what is due is on the screen,
    since ``shown_at``. ``now`` is when the screen is drawn, ``zone`` whose days it says. ``agreed``, ``made``,
    ``looks`` (newest first), ``answers_kept`` and ``elsewhere_url`` are filled where the screen needs them.
    ``languages`` are those that the organisation offers.
    """

    questionnaire: Questionnaire
    name: str = ""
    coach: str = ""
    organisation: str = ""
    keeper: str = ""
    contact: str = ""
    is_coach_boss: bool = False
    channel: str = "web"
    reading_seconds: float = 0.4
    is_shown: bool = True
    shown_at: datetime | None = None
    now: datetime | None = None
    zone: tzinfo = UTC
    elsewhere_url: str = ""
    answers_kept: int = 0
    agreed: tuple[Agreed, ...] = ()
    made: tuple[Made, ...] = ()
    looks: tuple[Looked, ...] = ()
    typed: TypedWords = field(default_factory=TypedWords)
    languages: tuple[str, ...] = LANGUAGES

    @property
    def stays_in_chat(self) -> bool:
        """Whether what is shown stays on the phone, in a chat app, for whoever borrows it."""
        return self.channel != "web"

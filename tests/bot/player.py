"""Plays a conversation as a person would, without channel, database or clock; saved and reloaded at every turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.conversation.advance import advance, screen
from bot.conversation.conversation import Conversation, dump, load
from bot.conversation.events import CoachChanged, Event, MeasurementDue, PinChecked, Pressed
from bot.conversation.facts import ConsentDecided, Fact, PinTried
from bot.conversation.render import Writer
from bot.conversation.screen import Message, Screen
from bot.conversation.setting import Agreed, Setting, TypedWords
from bot.conversation.turn import Turn
from domain.answers import Answer, normalise
from domain.consent import Consent, Purpose
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from storage.wording import read_typed_words

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CATALOGUES = Catalogues.load()
QUESTIONNAIRE = CATALOGUES.questionnaire
TYPED = TypedWords(
    commands={normalise(word): command for command, words in read_typed_words().items() for word in words},
    answers={
        normalise(CATALOGUES[language].say(f"scale.{answer}" if answer.value_or_none else f"reason.{answer}")): answer
        for language in LANGUAGES
        for answer in Answer
    },
)
SETTING = Setting(
    questionnaire=QUESTIONNAIRE,
    name="Samira",
    coach="Joke",
    organisation="De Werkplaats",
    keeper="Stichting De Werkplaats",
    contact="vraag@werkplaats.example",
    channel="telegram",
    typed=TYPED,
    elsewhere_url="https://werkstem.example/c/AbCdEf",
    answers_kept=12,
    agreed=(Agreed("keep", "given", START.date(), "Doe je mee?"),),
)
SMALL = ("social_skills", "money", "mental_health", "police_justice")
"""Four groups, two of them sensitive: a whole conversation in few statements."""


@dataclass
class Player:
    """One person with one conversation. Every turn is saved as JSON and reloaded."""

    language: str = "nl"
    modules: tuple[str, ...] = SMALL
    setting: Setting = SETTING
    now: datetime = START
    conversation: Conversation = field(default_factory=Conversation)
    facts: list[Fact] = field(default_factory=list)
    history: list[Consent] = field(default_factory=list)
    pin: tuple[str, ...] = ("fish", "fish", "fish")
    last: Turn | None = None
    last_data: str = ""

    def __post_init__(self) -> None:
        self.happen(self.due(1))

    def due(self, ordinal: int) -> MeasurementDue:
        """The event of a measurement that becomes due."""
        return MeasurementDue(f"measurement-{ordinal}", ordinal, self.modules, seed=ordinal, same_order=False)

    def happen(self, event: Event, *, after_seconds: float = 2, shown: bool = True) -> Turn:
        """The event, some time after the last one; what was due is on the screen unless ``shown`` says no."""
        setting = replace(self.setting, is_shown=shown, shown_at=self.now)
        self.now += timedelta(seconds=after_seconds)
        turn = advance(self.conversation, event, self.now, setting)
        assert not (turn.is_quiet and turn.facts), "a quiet turn changes nothing"
        if not turn.is_quiet:
            assert load(dump(turn.conversation)) == turn.conversation, "the conversation does not survive JSON"
            self.conversation = load(dump(turn.conversation))
        self.facts += turn.facts
        self.history += [self._consent(fact) for fact in turn.facts if isinstance(fact, ConsentDecided)]
        if isinstance(event, CoachChanged):
            self.history = [one for one in self.history if one.coach_id is None]  # the rest was about somebody else
        self.last = turn
        for fact in turn.facts:
            if isinstance(fact, PinTried):
                self.happen(PinChecked(matched=fact.pictures == self.pin), after_seconds=0)
        return turn

    def _consent(self, fact: ConsentDecided) -> Consent:
        """The record of a decision, as it is stored."""
        return Consent(
            purpose=fact.purpose,
            decision=fact.decision,
            decided_at=self.now,
            text_version="1",
            text_hash="",
            language=self.conversation.language,
            channel="telegram",
            topic=fact.topic,
            coach_id="coach" if fact.purpose in {Purpose.COACH, Purpose.TOPIC} else None,
            ends_at=fact.ends_at,
        )

    def press(self, action: str, **how: float | bool) -> Turn:
        """A press of the button of that action on the present screen."""
        self.last_data = self.button(action)
        return self.happen(Pressed(self.last_data), **how)  # type: ignore[arg-type] # after_seconds or shown

    def button(self, action: str) -> str:
        """The data of the button of that action on the present screen."""
        data = [b.data for b in self.screen().buttons if b.data.rpartition(".")[2] == action or b.data == action]
        assert data, f"no button {action!r} among {[b.data for b in self.screen().buttons]}"
        return data[0]

    def screen(self) -> Screen:
        """What is due now."""
        return screen(self.conversation, self.setting)

    def message(self, language: str | None = None) -> Message:
        """What is due now, in words."""
        return writer(language or self.conversation.language, self.setting).message(self.screen())

    def to_statements(self, *, yes: Mapping[str, bool] | None = None) -> "Player":
        """Through the welcome, the consents and the practice, to the first statement."""
        decided = {"keep": True, "coach": True, "group": True, "reminder": True, **(yes or {})}
        self.press(f"language-{self.language}")
        for _ in range(3):
            self.press("go")
        for purpose in ("keep", "coach", "group", "reminder"):
            self.press("yes" if decided[purpose] else "no")
        self.press("skip")
        self.press("5")
        self.press("1")
        return self

    def answer_all(self, face: str = "4", *, yes: bool = True) -> "Player":
        """Every statement with the same face, every question in between with yes, until the measurement is done."""
        for _ in range(400):
            stage = self.conversation.stage
            if self.conversation.is_covered:
                self.press("uncover")
            elif stage == "statement":
                self.press(face)
            elif stage == "consent":
                self.press("yes" if yes else "no")
            elif stage == "break":
                self.press("go")
            else:
                return self
        raise AssertionError("the statements do not end")


def writer(language: str, setting: Setting = SETTING) -> Writer:
    """A writer in that language, with the real catalogues."""
    return Writer(CATALOGUES, language, setting)

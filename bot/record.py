"""Facts of a turn into the store, inside the turn's own transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.around import elsewhere_code
from bot.consent_words import kept_text
from bot.conversation.conversation import Conversation
from bot.conversation.events import PinChecked
from bot.conversation.facts import (
    AnswerGiven,
    ConsentDecided,
    ElsewhereAsked,
    Fact,
    LanguageChosen,
    MeasurementCompleted,
    MeasurementOpened,
    MeasurementPaused,
    PinChosen,
    PinTried,
    SameOrderChosen,
    TopicsPicked,
)
from bot.conversation.setting import Setting
from bot.parts import Parts
from domain.consent import Consent, Purpose, text_hash
from domain.errors import WerkstemError
from storage import answers, consents, elsewhere_links, measurements, participants
from storage.conversations import StoredConversation
from storage.measurements import Status
from storage.secrets import keyed_hash

LAYOUT = "vertical"
"""How the faces stand: one under the other, worst first, in every channel and language (METHOD a.4)."""

_OF_THE_COACH = frozenset({Purpose.COACH, Purpose.TOPIC})
"""Purposes that are about one named coach."""


class NoConsent(WerkstemError):
    """An answer was about to be kept without the consent that allows it; nothing of the turn is kept."""

    def __init__(self, *, statement_id: str) -> None:
        super().__init__(f"no consent for {statement_id}")
        self.statement_id = statement_id


@dataclass(frozen=True, slots=True)
class Recorder:
    """Remembers the facts of one turn of one conversation."""

    connection: Connection
    parts: Parts
    stored: StoredConversation
    channel: str
    now: datetime

    def record(self, fact: Fact, conversation: Conversation, setting: Setting) -> PinChecked | None:
        """Store one fact; gives the event that follows from it, if one does. Raises NoConsent."""
        match fact:
            case AnswerGiven():
                self._answer(fact, conversation)
            case ConsentDecided():
                self._consent(fact, conversation, setting)
            case LanguageChosen(language):
                participants.set_language(self.connection, self.stored.participant_id, language)
            case SameOrderChosen(is_on):
                participants.set_same_order(self.connection, self.stored.participant_id, is_on=is_on)
            case MeasurementOpened(measurement_id):
                measurements.mark(self.connection, measurement_id, Status.BUSY, self.now)
            case MeasurementPaused(measurement_id):
                measurements.mark(self.connection, measurement_id, Status.PAUSED, self.now)
            case MeasurementCompleted(measurement_id):
                measurements.mark(self.connection, measurement_id, Status.DONE, self.now)
            case TopicsPicked(measurement_id, topics):
                measurements.set_talk_topics(self.connection, measurement_id, topics)
            case PinChosen(pictures):
                participants.set_pin(self.connection, self.stored.participant_id, self._pin_hash(pictures))
            case PinTried(pictures):
                return PinChecked(matched=self.stored.pin_hash == self._pin_hash(pictures))
            case ElsewhereAsked(number):
                self._elsewhere(number)
            case _:
                pass  # erasure and the old chat's answer reach beyond this conversation: see turns.py
        return None

    def _answer(self, fact: AnswerGiven, conversation: Conversation) -> None:
        questionnaire = self.parts.catalogues.questionnaire
        group = questionnaire.group(questionnaire.statement(fact.statement_id).group)
        if not conversation.may_ask(group.sensitivity):
            raise NoConsent(statement_id=fact.statement_id)
        wording = self.parts.catalogues[conversation.language].wording
        answers.put(
            self.connection,
            self.stored.organisation_id,
            self.stored.participant_id,
            fact.measurement_id,
            answers.StoredAnswer(
                statement_id=fact.statement_id,
                answer=fact.answer,
                position=fact.position + 1,
                answered_at=self.now,
                language=conversation.language,
                wording_version=wording.statement(fact.statement_id, fact.wording_version).version,
                channel=self.channel,
                layout=LAYOUT,
                is_corrected=fact.is_corrected,
            ),
        )

    def _consent(self, fact: ConsentDecided, conversation: Conversation, setting: Setting) -> None:
        """The record, with the exact text: names stay placeholders, so that the register holds nobody's."""
        text = kept_text(self.parts, conversation.language, setting, fact.asked)
        version = self.parts.catalogues.questionnaire.version
        hashed, language = text_hash(text), conversation.language
        consents.remember_text(
            self.connection, text_hash=hashed, language=language, purpose=fact.purpose, version=version, text=text
        )
        consents.append(
            self.connection,
            self.stored.organisation_id,
            self.stored.participant_id,
            Consent(
                purpose=fact.purpose,
                decision=fact.decision,
                decided_at=self.now,
                text_version=version,
                text_hash=hashed,
                language=language,
                channel=self.channel,
                topic=fact.topic,
                coach_id=self.stored.coach_id if fact.purpose in _OF_THE_COACH else None,
                ends_at=fact.ends_at,
            ),
        )

    def _pin_hash(self, pictures: tuple[str, ...]) -> str:
        return keyed_hash(self.parts.key, f"pin:{self.stored.participant_id}", ",".join(pictures))

    def _elsewhere(self, number: int) -> None:
        elsewhere_links.issue(
            self.connection,
            organisation_id=self.stored.organisation_id,
            participant_id=self.stored.participant_id,
            conversation_id=self.stored.id,
            key=self.parts.key,
            now=self.now,
            secret=elsewhere_code(self.parts, self.stored, number),
        )

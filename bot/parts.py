"""The parts that the bot works with, chosen and wired by whoever starts it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.conversation.setting import TypedWords
from domain.answers import Answer, normalise
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from storage.store import Store
from storage.wording import read_typed_words


@dataclass(frozen=True)
class Parts:
    """Store, texts, clock and the few settings that the bot needs.

    ``key`` makes the hashes of everything secret. ``telegram_name`` is the bot's user name, empty without Telegram.
    """

    store: Store
    catalogues: Catalogues
    key: bytes
    now: Callable[[], datetime]
    public_url: str
    reading_seconds: float = 0.4
    telegram_name: str = ""
    typed: TypedWords = field(default_factory=TypedWords)

    def link(self, code: str) -> str:
        """The web chat's address of a code."""
        return f"{self.public_url}/c/{code}"

    def telegram_link(self, code: str) -> str | None:
        """The link that opens Telegram with a code; None without a bot."""
        return f"https://t.me/{self.telegram_name}?start={code}" if self.telegram_name else None


def typed_words(catalogues: Catalogues) -> TypedWords:
    """What people may type, in all five languages: commands, faces' labels and the reasons why not."""
    return TypedWords(
        commands={normalise(word): command for command, words in read_typed_words().items() for word in words},
        answers={
            normalise(catalogues[language].say(_label(answer))): answer for language in LANGUAGES for answer in Answer
        },
    )


def _label(answer: Answer) -> str:
    return f"scale.{answer}" if answer.value_or_none else f"reason.{answer}"

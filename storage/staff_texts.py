"""What the staff pages say, in Dutch and English: a catalogue of its own beside that of the participants."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from storage.catalogue import DATE_LOCALES, Text, Texts
from storage.catalogue_files import read_catalogues
from storage.wording import LOCALES

STAFF_LANGUAGES = ("nl", "en")
"""The languages in which the staff pages are complete; the first is the one nobody has to choose."""


class StaffWords(Texts):
    """The texts of the staff pages in one language."""

    def short_date(self, day: date) -> str:
        """A day in a list: 14 nov 2026."""
        return _short_date(day, self.language)

    def month(self, day: date) -> str:
        """The month of a day: november 2026."""
        return format_date(day, "LLLL y", locale=self.language)

    def moment(self, at: datetime, zone: str) -> str:
        """A moment as the clock on the wall of that time zone tells it: 14 nov 2026, 15:04."""
        there = at.astimezone(ZoneInfo(zone))
        return f"{self.short_date(there.date())}, {format_time(there, 'HH:mm', locale=self.language)}"


class StaffTexts(Mapping[str, StaffWords]):
    """The texts of the staff pages by language."""

    def __init__(self, words: Mapping[str, StaffWords]) -> None:
        self._words = dict(words)

    @classmethod
    def load(cls, folder: Path | None = None) -> "StaffTexts":
        """Everything in ``staff.po``; raises BrokenTexts with one sentence per fault when there is a hole."""
        texts = read_catalogues(folder or LOCALES, "staff", STAFF_LANGUAGES)
        return cls(
            {
                language: StaffWords(language, {key: Text.of(*forms) for key, forms in texts[language].items()})
                for language in STAFF_LANGUAGES
            }
        )

    def __getitem__(self, language: str) -> StaffWords:
        return self._words[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


@lru_cache(maxsize=1024)
def _short_date(day: date, language: str) -> str:
    return format_date(day, "d MMM y", locale=DATE_LOCALES.get(language, language))

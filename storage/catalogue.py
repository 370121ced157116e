"""The texts of every language, ready to be said: gettext catalogues together with the questionnaire's wording."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date

from domain.change import Reworded
from domain.errors import MissingValue, UnknownText
from domain.questionnaire import LANGUAGES, Questionnaire
from storage.catalogue_files import PLURAL_FORMS, read_catalogues
from storage.wording import LOCALES, Wording, read_questionnaire, read_wordings

FACES = {"1": "😞", "2": "🙁", "3": "😐", "4": "🙂", "5": "😀"}
"""The face of each answer, worst first; channels that draw their own faces take the words from ``scale.<n>``."""

DATE_LOCALES = {"en": "en_GB"}
"""People in the Netherlands who read English write the day first."""

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_OTHER_WAY_IN_LTR = re.compile(f"[{_RTL}]")
_OTHER_WAY_IN_RTL = re.compile(f"(?![{_RTL}])[^\\W_]")
_OVERRIDES = re.compile("[\u202a-\u202e]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_FSI, _PDI = "\u2068", "\u2069"
_BREAKS_ITS_LINK = "url"


@dataclass(frozen=True, slots=True)
class Text:
    """One text, its plural forms cut at the placeholders: literal, name, literal, name, … literal."""

    forms: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, *forms: str) -> "Text":
        """A text from its plural forms, or from its only form."""
        return cls(tuple(tuple(_PLACEHOLDER.split(form)) for form in forms))


class Texts:
    """The texts of one language, by key, with its plurals, digits and dates.

    Values are put in as they are, whatever they look like. Only what would turn the rest of a line around is taken
    care of: a value in a script of the other direction stands in an isolate of its own (U+2068 … U+2069), and
    direction overrides inside a value are left out.
    """

    def __init__(self, language: str, texts: Mapping[str, Text]) -> None:
        self.language = language
        self._texts = dict(texts)
        self._plural = Locale.parse(language).plural_form
        self._form = {name: at for at, name in enumerate(PLURAL_FORMS[language])}
        self._is_rtl = Locale.parse(language).text_direction == "rtl"

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> frozenset[str]:
        """Every key that can be said."""
        return frozenset(self._texts)

    def say(self, key: str, values: Mapping[str, str] | None = None, count: int | None = None) -> str:
        """The text of that key, its placeholders filled, in the plural form of ``count``.

        The number of a plural text need not be among the values. Raises UnknownText and MissingValue.
        """
        try:
            forms = self._texts[key].forms
        except KeyError:
            raise UnknownText(key=key) from None
        form = forms[0] if len(forms) == 1 else forms[self._plural_at(count)]
        if len(form) == 1:
            return form[0]
        parts = list(form)
        for at in range(1, len(parts), 2):
            parts[at] = self._fill(key, parts[at], values or {}, count if len(forms) > 1 else None)
        return "".join(parts)

    def number(self, value: int) -> str:
        """A whole number in the reader's digits."""
        return str(value).translate(_ARABIC_INDIC) if self._is_rtl else str(value)

    def decimal(self, value: float | Decimal, digits: int = 1) -> str:
        """A number with so many decimals, rounded half up, in the reader's digits and with the reader's sign."""
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if self._is_rtl:
            return str(rounded).translate(_ARABIC_INDIC).replace(".", "٫")
        return str(rounded) if self.language == "en" else str(rounded).replace(".", ",")

    def date(self, day: date) -> str:
        """A day in the long form of the language: 14 november 2026."""
        text = _long_date(day, self.language)
        return text.translate(_ARABIC_INDIC) if self._is_rtl else text

    def time(self, at: datetime) -> str:
        """The time of day as a clock there shows it: 14:30, in the reader's digits."""
        text = f"{at:%H:%M}"
        return text.translate(_ARABIC_INDIC) if self._is_rtl else text

    def _plural_at(self, count: int | None) -> int:
        last = len(self._form) - 1
        return last if count is None else self._form.get(self._plural(count), last)

    def _fill(self, key: str, name: str, values: Mapping[str, str], count: int | None) -> str:
        if name in values:
            return self._in_line(name, values[name])
        if count is None:
            raise MissingValue(key=key, name=name)
        return self.number(count)

    def _in_line(self, name: str, value: str) -> str:
        """The value so that the rest of its line keeps its direction."""
        if value.isascii() and not self._is_rtl:
            return value
        value = _OVERRIDES.sub("", value)
        if _FSI in value and _is_balanced(value):
            return value
        value = _ISOLATES.sub("", value)
        other_way = _OTHER_WAY_IN_RTL if self._is_rtl else _OTHER_WAY_IN_LTR
        if name == _BREAKS_ITS_LINK or not other_way.search(value):
            return value
        return f"{_FSI}{value}{_PDI}"


class Catalogue(Texts):
    """What is said to participants in one language. Structurally the ``Words`` of the conversation."""

    def __init__(self, wording: Wording, texts: Mapping[str, Text]) -> None:
        super().__init__(wording.language, {**texts, **_of_questionnaire(wording)})
        self.wording = wording

    def statement(self, statement_id: str, version: int | None = None) -> str:
        """The wording of a statement; the newest when ``version`` is None or no longer there."""
        return self.wording.statement(statement_id, version).text

    def explanation(self, statement_id: str) -> str | None:
        """One plain sentence or example for "I don't understand"; None for what is no statement."""
        return self.wording.explanations.get(statement_id)

    def practice(self, practice_id: str) -> str:
        """A practice statement: ``p-true`` or ``p-false``."""
        return self.wording.practice[practice_id]


class Catalogues(Mapping[str, Catalogue]):
    """The catalogue of every language, with the questionnaire that they word."""

    def __init__(self, questionnaire: Questionnaire, catalogues: Mapping[str, Catalogue]) -> None:
        self.questionnaire = questionnaire
        self._catalogues = dict(catalogues)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Catalogues":
        """Everything under ``locales/``; raises BrokenTexts with one sentence per fault when there is a hole."""
        folder = folder or LOCALES
        questionnaire = read_questionnaire(folder)
        wordings = read_wordings(questionnaire, folder)
        texts = read_catalogues(folder)
        return cls(
            questionnaire,
            {
                language: Catalogue(
                    wordings[language], {key: Text.of(*forms) for key, forms in texts[language].items()}
                )
                for language in LANGUAGES
            },
        )

    def reworded(self) -> Reworded:
        """The wordings that mean the same as the version before them, in every language."""
        return frozenset(
            (statement_id, language, wording.version)
            for language, catalogue in self.items()
            for statement_id, wordings in catalogue.wording.statements.items()
            for wording in wordings
            if wording.same_meaning
        )

    def __getitem__(self, language: str) -> Catalogue:
        return self._catalogues[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogues)

    def __len__(self) -> int:
        return len(self._catalogues)


def _of_questionnaire(wording: Wording) -> dict[str, Text]:
    """The questionnaire's own texts by key: question.*, scale.*, face.*, reason.*, group.*, and a chart's two marks."""
    texts = {"question.stem": wording.stem, "question.period": wording.period}
    texts |= {"chart.mark_1": wording.scale["1"], "chart.mark_5": wording.scale["5"]}
    texts |= {f"scale.{name}": label for name, label in wording.scale.items()}
    texts |= {f"face.{name}": f"{FACES[name]} {label}" for name, label in wording.scale.items()}
    texts |= {f"reason.{name}": label for name, label in wording.reasons.items()}
    texts |= {f"group.{name}": label for name, label in wording.groups.items()}
    return {key: Text(((text,),)) for key, text in texts.items()}


@lru_cache(maxsize=1024)
def _long_date(day: date, language: str) -> str:
    return format_date(day, "long", locale=DATE_LOCALES.get(language, language))


def _is_balanced(value: str) -> bool:
    depth = 0
    for mark in _ISOLATES.findall(value):
        depth += -1 if mark == _PDI else 1
        if depth < 0:
            return False
    return depth == 0

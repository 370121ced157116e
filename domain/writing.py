"""Whether a text is written plainly enough: the rules of the method, section b, as one pure function.

A statement must keep them all. A label (an answer, a group's name) and a line of the bot keep those that make sense
for them: a label may say no, the bot may ask, join and refuse.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.questionnaire import Kind
from domain.writing_rules import LANGUAGES_WRITTEN, STEMS, Language, Rule

TextKind = Literal["statement", "bot", "label"]

WORDS_MORE_FOR_THE_BOT = 2
"""A sentence of the bot may have this many words more than a statement: nobody answers it with a face."""

_EMERGENCY_NUMBERS = re.compile(r"\b11[23]\b")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_SENTENCE_END = re.compile(r"[.?!؟:;؛]+(?=\s|$)|\n|\s[·•]\s?|…")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u064b-\u0652])*(?:-[^\W\d_]+)*")
_VOWEL_SIGNS = re.compile("[\u064b-\u0652]")
_DOUBLE_PUNCTUATION = "?!:;»"


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule, and what broke it."""

    rule: Rule
    found: str


def faults(text: str, language: str, *, kind: TextKind = "statement") -> list[Fault]:
    """Every rule that the text breaks; an empty list for a plain text."""
    rules = LANGUAGES_WRITTEN[language]
    found = _everywhere(text, language)
    if kind == "statement":
        return found + _of_statement(text, language, rules)
    if kind == "label":
        frequency = rules.forbidden[Rule.FREQUENCY].search(folded(text, language))
        return found + ([Fault(Rule.FREQUENCY, frequency[0])] if frequency else [])
    return found + _of_bot(_PLACEHOLDER.sub("Anna", text), language, rules)


def stem_faults(text: str, language: str, kind: Kind) -> list[Fault]:
    """The broken stem of a satisfaction, motivation or influence statement; core statements have no stem."""
    stem = STEMS[language].get(kind)
    return [] if stem is None or stem.search(text) else [Fault(Rule.STEM, text)]


def folded(text: str, language: str) -> str:
    """The text in lower case, in Turkish with its own i, in Arabic without vowel signs, its apostrophes straight."""
    if language == "tr":
        text = text.replace("I", "ı").replace("İ", "i")
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    return _VOWEL_SIGNS.sub("", text)


def _everywhere(text: str, language: str) -> list[Fault]:
    found = []
    if unicodedata.normalize("NFC", text) != text:
        found.append(Fault(Rule.NFC, text))
    if text != text.strip() or "  " in text or re.search(r" \n|\n ", text):
        found.append(Fault(Rule.SPACES, text))
    if "ـ" in text:
        found.append(Fault(Rule.SCRIPT, "ـ"))
    if language == "fr":
        found += [
            Fault(Rule.NARROW_SPACE, text[max(0, sign.start() - 8) : sign.end()])
            for sign in re.finditer(f"(?<!\u202f)[{_DOUBLE_PUNCTUATION}](?!//)", text)
        ]
    return found


def _of_statement(text: str, language: str, rules: Language) -> list[Fault]:
    found = [Fault(Rule.SCRIPT, character) for character in rules.letters.sub("", text)]
    if language == "fr" and text.startswith("A "):
        found.append(Fault(Rule.SCRIPT, "A"))
    if not re.fullmatch(r"[^.?!؟,،]+(?:[,،][^.?!؟,،]+)?\.", text):
        found.append(Fault(Rule.ONE_SENTENCE, text))
    found += _too_long(text, rules, most_words=rules.most_words)
    if (homograph := rules.homograph) and (match := homograph.search(text)):
        found.append(Fault(Rule.HOMOGRAPH, match[0]))
    return found + _matches(folded(text, language), rules.forbidden)


def _of_bot(text: str, language: str, rules: Language) -> list[Fault]:
    found = _too_long(text, rules, most_words=rules.most_words + WORDS_MORE_FOR_THE_BOT)
    if language == "ar" and (digit := re.search("[0-9]", _EMERGENCY_NUMBERS.sub("", text))):
        found.append(Fault(Rule.DIGITS, digit[0]))
    said = folded(text, language)
    for phrase in rules.not_an_exam:
        said = said.replace(phrase, "")
    return found + _matches(said, rules.bot_forbidden)


def _too_long(text: str, rules: Language, *, most_words: int) -> list[Fault]:
    found = []
    for sentence in _SENTENCE_END.split(text):
        count = sum(1 for piece in sentence.split() if any(map(str.isalnum, piece)))
        if count > most_words:
            found.append(Fault(Rule.WORDS, sentence.strip()))
    found += [Fault(Rule.LONG_WORD, word) for word in _WORD.findall(text) if _letters(word) > rules.longest_word]
    return found


def _letters(word: str) -> int:
    return sum(map(str.isalpha, word))


def _matches(text: str, forbidden: Mapping[Rule, re.Pattern[str]]) -> list[Fault]:
    return [Fault(rule, match[0]) for rule, pattern in forbidden.items() if (match := pattern.search(text))]

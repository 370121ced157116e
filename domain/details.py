"""What staff tell of a person, made plain: name, language, e-mail address and phone number, however they were typed.

Pure: what cannot be read is None, and whoever asks says what is wrong with it.
"""

import re
import unicodedata
from collections.abc import Mapping

LONGEST_NAME = 80
LONGEST_EMAIL = 254

_LANGUAGE_NAMES: Mapping[str, str] = {
    "nl": "nl nld dut nederlands dutch hollands vlaams",
    "en": "en eng engels english",
    "fr": "fr fra fre frans french francais",
    "tr": "tr tur turks turkish turkce",
    "ar": "ar ara arabisch arabic العربية عربي",
}
_LANGUAGES = {word: language for language, words in _LANGUAGE_NAMES.items() for word in words.split()}
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_DUTCH = "+31"


def plain_line(text: str) -> str:
    """The text on one line, without control characters and without marks that turn the text around them."""
    kept = (" " if _breaks(ch) else ch for ch in unicodedata.normalize("NFC", text) if ch not in _TURNING)
    return " ".join("".join(kept).split())


def _breaks(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def sameness(name: str) -> str:
    """What two writings of one name have in common: no capitals, no accents, no punctuation."""
    bare = unicodedata.normalize("NFKD", plain_line(name)).casefold()
    return " ".join("".join(ch if ch.isalnum() else " " for ch in bare if not unicodedata.combining(ch)).split())


def language_of(text: str) -> str | None:
    """The language somebody means, by its code or its name; None for one that we do not speak."""
    word = sameness(text).replace(" ", "")
    return _LANGUAGES.get(word) or _LANGUAGES.get(plain_line(text))


def email_of(text: str) -> str | None:
    """The e-mail address, in small letters; None when it looks like none."""
    address = plain_line(text).removeprefix("mailto:").lower()
    return address if len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) and address.isprintable() else None


def phone_of(text: str) -> str | None:
    """The phone number with its country (E.164); None when it looks like none.

    A number without a country is Dutch, also where a spreadsheet ate its leading zero.
    """
    western = "".join(_western(ch) for ch in unicodedata.normalize("NFKC", plain_line(text)))
    digits = re.sub(r"[\s().\-–/]", "", western)
    digits = re.sub(r"^00(?=[1-9])", "+", digits)
    if re.fullmatch(r"0[1-9][0-9]{8}", digits):
        digits = _DUTCH + digits[1:]
    elif re.fullmatch(r"6[0-9]{8}", digits):
        digits = _DUTCH + digits
    elif re.fullmatch(r"31[1-9][0-9]{8}", digits):
        digits = "+" + digits
    return digits if _PHONE.fullmatch(digits) else None


def _western(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)

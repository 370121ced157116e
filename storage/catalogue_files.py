"""The gettext catalogues as they stand in their files, checked so that nobody ever meets a hole in them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from domain.errors import BrokenTexts
from domain.questionnaire import LANGUAGES

PLURAL_FORMS: Mapping[str, tuple[str, ...]] = {
    "nl": ("one", "other"),
    "en": ("one", "other"),
    "fr": ("one", "other"),
    "tr": ("one", "other"),
    "ar": ("zero", "one", "two", "few", "many", "other"),
}
"""The plural forms of each language by their CLDR names, in the order of the catalogue. French "many" (a million and
more) is said as "other"."""

_EVERY_NUMBER_SAYS_ITSELF = frozenset({"few", "many", "other"})
_MODEL = "en"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def read_catalogues(
    folder: Path, name: str = "werkstem", languages: Sequence[str] = LANGUAGES
) -> dict[str, dict[str, tuple[str, ...]]]:
    """The plural forms (mostly one) of every text, by language and key; ``name`` is that of the catalogues.

    Raises BrokenTexts with one sentence per fault: a key missing or too many, an empty text or form, a placeholder
    that English has and another language has not (or the other way round), a text marked fuzzy.
    """
    template = _entries(_read(folder / f"{name}.pot", None))
    catalogues = {language: _entries(_read(_path(folder, language, name), language)) for language in languages}
    faults = [fault for language in languages for fault in _faults(language, catalogues, template)]
    if faults:
        raise BrokenTexts(faults=faults)
    return {language: {key: _forms(message) for key, message in catalogues[language].items()} for language in languages}


def _path(folder: Path, language: str, name: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{name}.po"


def _read(path: Path, language: str | None) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except OSError as error:
        raise BrokenTexts(faults=[f"{path.name} ({language}): cannot be read ({error.strerror})"]) from None
    except (PoFileError, ValueError) as error:
        raise BrokenTexts(faults=[f"{path.name} ({language}): is not a catalogue ({error})"]) from None


def _entries(catalog: Catalog) -> dict[str, Message]:
    return {_key(message): message for message in catalog if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def _faults(
    language: str, catalogues: Mapping[str, Mapping[str, Message]], template: Mapping[str, Message]
) -> Iterator[str]:
    mine = catalogues[language]
    for key in sorted(template.keys() - mine.keys()):
        yield f"{language}: no text for {key}"
    for key in sorted(mine.keys() - template.keys()):
        yield f"{language}: {key} is not in the template"
    for key in sorted(mine.keys() & template.keys()):
        yield from _text_faults(f"{language}: {key}", language, mine[key], is_plural=bool(template[key].pluralizable))
        if key in catalogues[_MODEL]:
            yield from _placeholder_faults(language, mine[key], catalogues[_MODEL][key])


def _text_faults(where: str, language: str, message: Message, *, is_plural: bool) -> Iterator[str]:
    if message.fuzzy:
        yield f"{where} is marked fuzzy"
    names = PLURAL_FORMS[language] if is_plural else ("text",)
    forms = _forms(message)
    if bool(message.pluralizable) != is_plural:
        yield f"{where} must {'' if is_plural else 'not '}have plural forms"
    elif len(forms) > len(names):
        yield f"{where} has {len(forms)} plural forms, not {len(names)}"
    else:
        for at, name in enumerate(names):
            if at >= len(forms) or not forms[at].strip():
                yield f"{where} has no {'plural form ' if is_plural else ''}{name}"


def _placeholder_faults(language: str, message: Message, model: Message) -> Iterator[str]:
    """A plural form for one number only (zero, one, two) may say that number in words."""
    wanted = _placeholders(_forms(model)[-1])
    names = PLURAL_FORMS[language] if message.pluralizable else ("other",)
    for name, form in zip(names, _forms(message), strict=False):
        missing = wanted - _placeholders(form) if name in _EVERY_NUMBER_SAYS_ITSELF else frozenset()
        strange = _placeholders(form) - wanted
        if form.strip() and (missing or strange):
            told = [f"{{{each}}} is missing" for each in sorted(missing)]
            told += [f"{{{each}}} is not in English" for each in sorted(strange)]
            yield f"{language}: {_key(message)}: {', '.join(told)}"


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))

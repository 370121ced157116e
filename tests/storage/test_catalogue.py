"""The catalogues: what is said in five languages, and that no hole in them ever reaches a person."""

import gettext
import re
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BrokenTexts, MissingValue, UnknownText
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from storage.catalogue_files import PLURAL_FORMS
from storage.wording import LOCALES

FSI, PDI = "\u2068", "\u2069"


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    """The real catalogues."""
    return Catalogues.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of everything under locales/, to break."""
    return Path(shutil.copytree(LOCALES, tmp_path / "locales"))


def faults(folder: Path) -> tuple[str, ...]:
    """What is said about the files; nothing when they are whole."""
    try:
        Catalogues.load(folder)
    except BrokenTexts as broken:
        return broken.faults
    return ()


def entry(key: str) -> re.Pattern[str]:
    """The whole entry of a key in a catalogue."""
    return re.compile(rf'(?:#[^\n]*\n)*msgid "{re.escape(key)}"\n(?:[^\n]+\n)+')


def edit(
    folder: Path, language: str, pattern: str | re.Pattern[str], put: str | Callable[[re.Match[str]], str]
) -> None:
    """Changes the first place in a catalogue where the pattern stands."""
    path = folder / language / "LC_MESSAGES" / "werkstem.po"
    changed, count = re.subn(pattern, put, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(changed, encoding="utf-8")


def test_whole_catalogues_are_loaded(folder: Path) -> None:
    assert faults(folder) == ()
    assert tuple(Catalogues.load(folder)) == LANGUAGES


def test_a_missing_key_is_named(folder: Path) -> None:
    edit(folder, "tr", entry("button.back"), "")
    assert faults(folder) == ("tr: no text for button.back",)


def test_a_key_that_the_template_lacks_is_named(folder: Path) -> None:
    edit(folder, "tr", 'msgid "button.back"', 'msgid "button.bakc"')
    assert faults(folder) == ("tr: no text for button.back", "tr: button.bakc is not in the template")


def test_an_empty_text_is_named(folder: Path) -> None:
    edit(folder, "ar", r'(msgid "button\.back"\nmsgstr) "[^"]*"', r'\1 ""')
    assert faults(folder) == ("ar: button.back has no text",)


def test_a_missing_plural_form_is_named(folder: Path) -> None:
    edit(folder, "ar", r'(msgid "progress\.left"\n(?:[^\n]*\n)+?msgstr\[2\]) "[^"]*"', r'\1 ""')
    assert faults(folder) == ("ar: progress.left has no plural form two",)


def test_a_plural_text_without_plural_forms_is_named(folder: Path) -> None:
    edit(folder, "fr", entry("progress.left"), 'msgid "progress.left"\nmsgstr "Encore {left}"\n')
    assert faults(folder) == ("fr: progress.left must have plural forms",)


def test_a_text_without_plural_forms_must_not_get_them(folder: Path) -> None:
    plural = 'msgid "button.back"\nmsgid_plural "button.back"\nmsgstr[0] "a"\nmsgstr[1] "b"\n'
    edit(folder, "fr", entry("button.back"), plural)
    assert faults(folder) == ("fr: button.back must not have plural forms",)


def test_a_lost_placeholder_is_named(folder: Path) -> None:
    edit(folder, "nl", "{coach} is je begeleider. {coach} ziet je web", "Je begeleider ziet je web")
    assert faults(folder) == ("nl: intro.who_sees: {coach} is missing",)


def test_a_strange_placeholder_is_named(folder: Path) -> None:
    edit(folder, "nl", "Hallo {name}!", "Hallo {name} {naam}!")
    assert faults(folder) == ("nl: intro.what: {naam} is not in English",)


def test_a_plural_form_for_every_number_must_say_the_number(folder: Path) -> None:
    edit(folder, "ar", re.escape("بقيت {left} جمل"), "بقيت جمل")
    assert faults(folder) == ("ar: progress.left: {left} is missing",)


def test_a_fuzzy_text_is_named(folder: Path) -> None:
    edit(folder, "en", 'msgid "button.back"', '#, fuzzy\nmsgid "button.back"')
    assert faults(folder) == ("en: button.back is marked fuzzy",)


def test_all_faults_are_named_at_once(folder: Path) -> None:
    edit(folder, "tr", entry("button.back"), "")
    edit(folder, "ar", entry("button.later"), "")
    assert faults(folder) == ("tr: no text for button.back", "ar: no text for button.later")


def test_a_file_that_is_missing_or_no_catalogue_is_named(folder: Path) -> None:
    path = folder / "fr" / "LC_MESSAGES" / "werkstem.po"
    path.write_text("hallo\n", encoding="utf-8")
    assert faults(folder)[0].startswith("werkstem.po (fr): is not a catalogue")
    path.unlink()
    assert faults(folder) == ("werkstem.po (fr): cannot be read (No such file or directory)",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_of_a_catalogue_counts_as_unicode_does(language: str) -> None:
    """Translators' tools go by the header, we by CLDR. French "many" (a million and more) is left out."""
    with (LOCALES / language / "LC_MESSAGES" / "werkstem.po").open("rb") as file:
        catalog = read_po(file)
    assert catalog.num_plurals == len(PLURAL_FORMS[language])
    at = gettext.c2py(catalog.plural_expr)
    category = Locale.parse(language).plural_form
    numbers = range(1_000)
    assert [PLURAL_FORMS[language][at(n)] for n in numbers] == [category(n) for n in numbers]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", {1: "Nog 1 zin", 12: "Nog 12 zinnen"}),
        ("fr", {0: "Encore 0 phrase", 1: "Encore 1 phrase", 2: "Encore 2 phrases"}),
        ("tr", {1: "1 cümle kaldı", 12: "12 cümle kaldı"}),
        (
            "ar",
            {
                0: "لم تبق أي جملة",
                1: "بقيت جملة واحدة",
                2: "بقيت جملتان",
                3: "بقيت ٣ جمل",
                10: "بقيت ١٠ جمل",
                11: "بقيت ١١ جملة",
                100: "بقيت ١٠٠ جملة",
                103: "بقيت ١٠٣ جمل",
            },
        ),
    ],
)
def test_a_count_is_said_in_its_plural_form(catalogues: Catalogues, language: str, said: dict[int, str]) -> None:
    catalogue = catalogues[language]
    spoken = {n: catalogue.say("progress.left", {"left": catalogue.number(n)}, n) for n in said}
    assert spoken == said
    assert {n: catalogue.say("progress.left", {}, n) for n in said} == said


def test_french_says_a_million_like_any_other_number(catalogues: Catalogues) -> None:
    assert catalogues["fr"].say("progress.left", {}, 1_000_000) == "Encore 1000000 phrases"


def test_the_questionnaire_is_said_by_key_too(catalogues: Catalogues) -> None:
    arabic, dutch = catalogues["ar"], catalogues["nl"]
    assert [dutch.say(f"face.{n}") for n in "15"] == ["😞 Nee, helemaal niet", "😀 Ja, helemaal"]
    assert dutch.say("scale.3") == "Tussenin"
    assert arabic.say("reason.dk_understand") == "لم أفهم"
    assert dutch.say("group.money") == "Geld"
    assert arabic.say("question.stem") == "هل هذا صحيح بالنسبة لك؟"
    assert dutch.say("chart.mark_5") == dutch.say("scale.5")


def test_statements_explanations_and_practice_are_said(catalogues: Catalogues) -> None:
    dutch = catalogues["nl"]
    assert dutch.statement("soc-1") == dutch.statement("soc-1", 1) == dutch.statement("soc-1", 99)
    assert dutch.explanation("soc-1") == (
        "Het werk met je collega's gaat goed. Bijvoorbeeld: jullie tillen samen een zware doos."
    )
    assert dutch.explanation("p-true") is None
    assert dutch.practice("p-false") == "Ik woon op de maan."


def test_a_day_is_written_in_the_long_form_of_the_language(catalogues: Catalogues) -> None:
    days = {language: catalogues[language].date(date(2026, 11, 4)) for language in LANGUAGES}
    assert days == {
        "nl": "4 november 2026",
        "en": "4 November 2026",
        "fr": "4 novembre 2026",
        "tr": "4 Kasım 2026",
        "ar": "٤ نوفمبر ٢٠٢٦",
    }


@pytest.mark.parametrize(
    ("value", "said"), [(3.25, "3,3"), (3.35, "3,4"), (3.0, "3,0"), (1 / 3, "0,3"), (2.65, "2,7"), (4.95, "5,0")]
)
def test_a_decimal_is_rounded_half_up_at_the_very_end(catalogues: Catalogues, value: float, said: str) -> None:
    """The method, section e.1."""
    assert {catalogues[language].decimal(value) for language in ("nl", "fr", "tr")} == {said}
    assert catalogues["en"].decimal(value) == said.replace(",", ".")
    assert catalogues["ar"].decimal(value) == said.translate(str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٫"))


def test_an_unknown_key_and_a_missing_value_are_errors_that_name_it(catalogues: Catalogues) -> None:
    with pytest.raises(UnknownText, match=r"button\.bakc"):
        catalogues["nl"].say("button.bakc")
    with pytest.raises(MissingValue, match="coach"):
        catalogues["nl"].say("consent.coach.ask", {"name": "Sara"})


@given(
    st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\u202a\u202b\u202c\u202d\u202e"))
)
def test_whatever_somebody_is_called_is_put_in_as_it_is(catalogues: Catalogues, name: str) -> None:
    """Braces, markup and percent signs mean nothing in a value; isolates of its own are the only thing that may go."""
    said = catalogues["nl"].say("end.until_next", {"name": name, "{name}": "no"})
    literal = re.sub("[\u2066-\u2069]", "", name)
    assert re.sub("[\u2066-\u2069]", "", said) == f"Dit was het voor nu. Tot ziens, {literal}!"


@pytest.mark.parametrize("name", ["{x}", "{name}", "<script>alert(1)</script>", "%s %(a)s", "Zoë", "O'Brien"])
def test_a_strange_name_in_the_own_direction_stands_bare(catalogues: Catalogues, name: str) -> None:
    assert catalogues["nl"].say("end.until_next", {"name": name}) == f"Dit was het voor nu. Tot ziens, {name}!"


@pytest.mark.parametrize(
    ("language", "name", "shown"),
    [
        ("nl", "سارة", f"{FSI}سارة{PDI}"),
        ("tr", "Şule", "Şule"),
        ("ar", "Anna", f"{FSI}Anna{PDI}"),
        ("ar", "+31 6 1234", f"{FSI}+31 6 1234{PDI}"),
        ("ar", "سارة", "سارة"),
        ("ar", "١٢", "١٢"),
        ("nl", "\u202eannA", "annA"),
        ("ar", "\u202eAnna", f"{FSI}Anna{PDI}"),
        ("ar", f"{PDI}{PDI}Anna{FSI}", f"{FSI}Anna{PDI}"),
        ("nl", f"{FSI}سارة{PDI} Bakker", f"{FSI}سارة{PDI} Bakker"),
    ],
)
def test_a_name_of_the_other_direction_is_isolated_and_can_turn_nothing_around(
    catalogues: Catalogues, language: str, name: str, shown: str
) -> None:
    assert shown in catalogues[language].say("end.until_next", {"name": name})
    assert catalogues[language].say("end.until_next", {"name": name}).count(FSI) == shown.count(FSI)


def test_a_link_is_never_wrapped_so_that_it_stays_a_link(catalogues: Catalogues) -> None:
    said = catalogues["ar"].say("elsewhere.link", {"url": "https://werkstem.example/a", "minutes": "١٠"})
    assert "\nhttps://werkstem.example/a\n" in said


def test_a_text_inside_a_text_is_isolated_once(catalogues: Catalogues) -> None:
    arabic = catalogues["ar"]
    choice = arabic.say("choice.coach", {"coach": "Anna"})
    assert arabic.say("choices.line", {"choice": choice, "state": arabic.say("choice.state_yes")}).count(FSI) == 1


def test_loading_all_languages_and_saying_one_line_are_fast() -> None:
    """Far inside what a start (400 ms) and one turn (20 µs) may take; measured: about 80 ms and 5 µs."""
    before = time.process_time()
    catalogue = Catalogues.load()["ar"]
    assert time.process_time() - before < 0.4
    values = {"left": "١٢"}
    before = time.process_time()
    for _ in range(2_000):
        catalogue.say("progress.left", values, 12)
    assert (time.process_time() - before) / 2_000 < 0.00002

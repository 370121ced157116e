"""How texts are taken apart for a page, and that nothing of them is lost."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web_words import FACES, ICONS, Tongues, best_first, caption, direction, groups, held, is_point, runs
from bot.conversation.screen import Label, Role
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from storage.catalogue_files import read_catalogues
from storage.wording import LOCALES

CATALOGUES = Catalogues.load()
TEXTS_BY_KEY = read_catalogues(LOCALES)
TEXTS = st.text(st.one_of(st.sampled_from("😞🙁😐🙂😀↩⏸➕🔒✅❌▶🐟\ufe0f ab,.<>"), st.characters()))


@given(TEXTS)
def test_the_pieces_of_a_text_are_the_text_to_the_letter(text: str) -> None:
    assert "".join(run.text for run in runs(text)) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_symbol_that_a_text_begins_with_is_drawn_by_us(language: str) -> None:
    first = {form[:1] for forms in TEXTS_BY_KEY[language].values() for form in forms}
    assert {symbol for symbol in first if symbol and category(symbol) == "So"} <= {*FACES, *ICONS}
    assert "🔒" in first


def test_a_symbol_and_its_word_stay_on_one_line() -> None:
    (before, symbol, after) = runs("Mee: ✅ ja · nee")
    assert (before.text, symbol.icon) == ("Mee: ", "yes")
    assert held(after.text, is_after_symbol=True) == "\u00a0ja\u00a0· nee"
    assert held(" ja", is_after_symbol=False) == " ja"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("• Geld", True), ("Meedoen: ✅ ja", True), ("Tik ✅ of ❌.\nOf typ ja.", False), ("Geld", False)],
)
def test_points_of_a_list_stand_together(text: str, *, is_one: bool) -> None:
    assert is_point(text) is is_one


@given(TEXTS)
def test_mark_and_word_of_a_label_are_the_label_to_the_letter(text: str) -> None:
    part = caption(text)
    assert part.mark + part.word == text


@pytest.mark.parametrize(
    ("label", "mark", "word", "icon"),
    [
        ("↩ Terug", "↩ ", "Terug", "back"),
        ("☀️ zon", "☀️ ", "zon", "sun"),
        ("🌙 Vanavond", "🌙 ", "Vanavond", "evening"),
        ("🐫 Vanavond", "🐫 ", "Vanavond", None),
        ("Verder", "", "Verder", None),
        ("10 weken", "", "10 weken", None),
    ],
)
def test_the_symbol_before_a_label_is_drawn_by_us_where_we_have_it(
    label: str, mark: str, word: str, icon: str | None
) -> None:
    part = caption(label)
    assert (part.mark, part.word, part.icon) == (mark, word, icon)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_face_of_the_questionnaire_is_one_of_our_five(language: str) -> None:
    words = CATALOGUES[language]
    assert [caption(words.say(f"face.{value}")).face for value in range(1, 6)] == [1, 2, 3, 4, 5]


def test_an_arabic_sentence_with_a_latin_name_still_runs_from_right_to_left() -> None:
    assert direction("أنا Werkstem وأنا كمبيوتر") == "rtl"
    assert direction("Ik ben Werkstem") == "ltr"
    assert direction("12") == "ltr"


def test_the_texts_of_the_language_screen_are_known_by_their_language() -> None:
    tongues = Tongues(CATALOGUES)
    assert tongues.of("العربية", "nl") == "ar"
    assert tongues.of("Sam", "nl") == "nl"


@pytest.mark.parametrize(
    ("header", "first"), [("tr-TR,tr;q=0.9", "tr"), ("de,pl", "nl"), ("", "nl"), ("*;q=0.1, AR", "ar")]
)
def test_a_page_for_nobody_begins_with_the_browsers_language(header: str, first: str) -> None:
    assert best_first(header)[0] == first
    assert sorted(best_first(header)) == sorted(LANGUAGES)


def label(role: Role) -> Label:
    return Label(role, role, role)


def test_up_to_four_menu_buttons_at_the_end_are_tools_and_more_are_a_list() -> None:
    few = [label(Role.GO), label(Role.CHOICE), *[label(Role.MENU)] * 3]
    assert [group.kind for group in groups(few)] == ["choices", "tools"]
    assert [group.kind for group in groups([label(Role.MENU)] * 6)] == ["menu"]


@given(st.lists(st.sampled_from(Role).map(label)))
def test_grouping_keeps_every_button_in_its_place(labels: list[Label]) -> None:
    assert [one for group in groups(labels) for one in group.labels] == labels

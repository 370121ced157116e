"""How messages look in Telegram: text and rows of buttons."""

from dataclasses import replace

import pytest

from bot.channels import SendError
from bot.channels.telegram_layout import MOST_CAPTION, MOST_TEXT, caption_of, keyboard, remove_button, text_of
from bot.conversation.screen import Label, Role
from storage.catalogue import Catalogues
from tests.bot.telegram_messages import FACES, REMOVE, languages, plain, statement, web
from tests.standins.telegram_rules import read_text, units


def rows(*buttons: Label) -> list[list[str]]:
    """The words of the buttons, row by row."""
    made = keyboard(buttons)
    return [[button["text"] for button in row] for row in made["inline_keyboard"]] if made else []


def test_a_statement_stands_in_bold_alone_on_its_line_with_room_around() -> None:
    message = replace(statement(), after=("Een zin is geen toets.",))
    text = "Nog 85 zinnen\n\nPast dit nu bij jou?\n\n<b>Ik slaap goed.</b>\n\nEen zin is geen toets."
    assert text_of(message) == text


def test_a_statement_is_never_broken() -> None:
    assert "<b>Ik slaap goed.</b>" in text_of(statement(text="Ik slaap\ngoed."))


def test_names_with_marks_in_them_are_shown_as_they_are() -> None:
    written = text_of(plain("Dag <script>alert('x')</script> & \u202e&amp; Co"))
    shown, entities = read_text({"text": written, "parse_mode": "HTML"})
    assert shown == "Dag <script>alert('x')</script> & \u202e&amp; Co"
    assert entities == []


@pytest.mark.parametrize("letter", ["a", "😀", "&", "ع"])
def test_what_is_too_long_loses_paragraphs_and_never_the_statement(letter: str) -> None:
    message = replace(statement(), paragraphs=(letter * 5000, "Past dit nu bij jou?"), after=(letter * 4000,))
    for written, most in ((text_of(message), MOST_TEXT), (caption_of(message), MOST_CAPTION)):
        shown, _ = read_text({"text": written, "parse_mode": "HTML"})
        assert most - 3 <= units(shown) <= most
        assert "Past dit nu bij jou?\n\nIk slaap goed.\n\n" in shown


def test_what_fits_is_not_touched() -> None:
    assert text_of(plain("a" * MOST_TEXT)) == "a" * MOST_TEXT


def test_the_five_faces_come_first_one_a_row_and_the_menu_shares_its_row() -> None:
    assert rows(*statement().buttons) == [
        *([face] for face in FACES),
        ["Ik snap het niet"],
        ["Dat weet ik niet"],
        ["↩ Terug", "⏸ Later", "➕ Meer"],
    ]


def test_languages_and_pictures_stand_three_in_a_row() -> None:
    assert [len(row) for row in rows(*languages().buttons)] == [3, 2]
    pictures = [Label("🐟", f"s3.{number}", Role.PICTURE) for number in range(9)]
    assert [len(row) for row in rows(*pictures)] == [3, 3, 3]


def test_a_menu_button_with_many_words_is_not_squeezed() -> None:
    wide = Label("🗑 Remove everything from this chat now", "s1.x", Role.MENU)
    assert rows(wide, REMOVE, Label("➕ Meer", "s1.more", Role.MENU)) == [[wide.text], [REMOVE.text, "➕ Meer"]]


def test_switches_and_yes_and_no_stand_one_a_row_and_equally_wide() -> None:
    yes, no = Label("✅ Ja", "s1.yes", Role.GO), Label("❌ Nee", "s1.no", Role.CHOICE)
    switch = Label("☑ Geld", "s1.share-money", Role.SWITCH, is_on=True)
    assert rows(yes, no, switch) == [["✅ Ja"], ["❌ Nee"], ["☑ Geld"]]


def test_a_message_without_buttons_has_no_keyboard() -> None:
    assert keyboard(()) is None


def test_data_come_back_exactly_as_they_were_given() -> None:
    made = keyboard(statement().buttons)
    assert made
    sent = [button["callback_data"] for row in made["inline_keyboard"] for button in row]
    assert sent == [label.data for label in statement().buttons]


@pytest.mark.parametrize(("data", "fits"), [("", False), ("x" * 64, True), ("x" * 65, False), ("ş" * 33, False)])
def test_data_of_more_than_64_bytes_are_refused_before_telegram_does(data: str, *, fits: bool) -> None:
    button = Label("Ja", data, Role.GO)
    if fits:
        assert keyboard([button])
    else:
        with pytest.raises(SendError) as caught:
            keyboard([button])
        assert caught.value.our_fault


def test_the_button_that_removes_a_picture_is_known_by_its_data() -> None:
    assert remove_button(web().buttons) is REMOVE
    stepped = replace(REMOVE, data="s12.remove-web")
    assert remove_button([stepped]) is stepped
    assert remove_button(statement().buttons) is None


@pytest.mark.parametrize("language", ["nl", "en", "fr", "tr", "ar"])
def test_everything_under_a_web_fits_in_a_caption_in_every_language(language: str) -> None:
    words = Catalogues.load()[language]
    keys = ("web.title_outer", "change.intro", "web.sentence", "web.no_good_bad", "web.gap", "web.open_dot")
    said = tuple(words.say(key) for key in (*keys, "change.note"))
    assert "…" not in caption_of(replace(web(), paragraphs=said, after=()))

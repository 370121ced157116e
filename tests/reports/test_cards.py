"""Invitation cards as somebody sees them: read back from the printed page, in every language."""

from dataclasses import asdict, replace

import pypdfium2
import pytest
import segno

from domain.questionnaire import LANGUAGES
from reports.cards import Card
from reports.cards_drawing import A_PAGE, HEIGHT, QUIET_MODULES, WIDTH, draw, print_cards
from reports.printed import RIGHT_TO_LEFT
from storage.catalogue import Catalogues

CATALOGUES = Catalogues.load()
LINK = "https://werkstem.example.org/c/k2JqGx0bW1m9QvE3y8ZtAw"
POINTS_PER_MM = 72 / 25.4
LONGEST_URL = "https://werkstem.sociale-onderneming-met-lange-naam.example.org/c"


def card(language: str = "nl", *, name: str = "Samira", coach: str = "Joke de Vries", url: str = LINK[:31]) -> Card:
    words = CATALOGUES[language]
    return Card(
        language=language,
        title=words.say("card.title"),
        name=name,
        link=LINK,
        scan=words.say("card.scan"),
        open=words.say("card.open"),
        choose=words.say("card.choose"),
        code_lead=words.say("card.code", {"url": url}),
        code="H7KM 2XQ4",
        code_until=words.say("card.code_until", {"date": "21 september 2026", "time": "14:30"}),
        coach=words.say("card.coach", {"coach": words.say("coach.also_boss", {"coach": coach})}),
        until=words.say("card.until", {"date": "24 september 2026"}),
        foot=f"{words.say('card.not_a_test')} {words.say('card.private')}",
    )


def text_of(pdf: bytes, page: int = 0) -> str:
    return str(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded())


def boxes(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Where each letter stands on the first page: left, top, right, bottom in mm from its left top."""
    page = pypdfium2.PdfDocument(pdf)[0]
    letters = page.get_textpage()
    found = [letters.get_charbox(at) for at in range(letters.count_chars())]
    high = page.get_height()
    mm = 1 / POINTS_PER_MM
    return [(x0 * mm, (high - y1) * mm, x1 * mm, (high - y0) * mm) for x0, y0, x1, y1 in found if x1 > x0]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language not in RIGHT_TO_LEFT])
def test_a_card_says_everything_in_the_person_s_language(language: str) -> None:
    printed = " ".join(text_of(print_cards([card(language)], title="x")).split())
    for name, value in asdict(card(language)).items():
        if name not in {"language", "link"}:
            assert " ".join(value.split()) in printed, name


def test_an_arabic_card_is_mirrored_and_its_letters_are_joined() -> None:
    dutch, arabic = (print_cards([card(language)], title="x") for language in ("nl", "ar"))
    assert min(box[0] for box in boxes(dutch)) == pytest.approx(8, abs=1)
    assert max(box[2] for box in boxes(arabic)) == pytest.approx(WIDTH - 8, abs=1)
    assert "H7KM 2XQ4" in text_of(arabic)
    # Joined letters are other glyphs than letters that stand alone.
    assert arabic != print_cards([replace(card("ar"), scan="\u200c".join(card("ar").scan))], title="x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_names_and_addresses_still_stand_on_their_card(language: str) -> None:
    long = card(language, name="Anna " * 16, coach="Jan-Willem van den Hoogenbergh-Versteeg", url=LONGEST_URL)
    for left, top, right, bottom in boxes(print_cards([long], title="x")):
        assert left >= 5
        assert top >= 5
        assert right <= WIDTH - 5
        assert bottom <= HEIGHT - 2


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_square_is_the_link(language: str) -> None:
    """Every module of the code, looked at on the page, is what the standard makes of the link."""
    scale = 8
    page = pypdfium2.PdfDocument(print_cards([card(language)], title="x"))[0]
    picture = page.render(scale=scale).to_pil().convert("L")
    matrix = segno.make(LINK, error="m", micro=False).matrix
    side = 44.0 / (len(matrix) + 2 * QUIET_MODULES)
    left = (5.0 if language == "nl" else WIDTH - 5.0 - 44.0) + QUIET_MODULES * side
    top = 26.0 + QUIET_MODULES * side

    def is_dark(row: int, column: int) -> bool:
        x, y = left + (column + 0.5) * side, top + (row + 0.5) * side
        return bool(picture.getpixel((int(x * POINTS_PER_MM * scale), int(y * POINTS_PER_MM * scale))) < 128)

    size = range(len(matrix))
    assert [[is_dark(row, column) for column in size] for row in size] == [[bool(bit) for bit in row] for row in matrix]


def test_four_cards_stand_on_a_page_each_in_its_own_quarter() -> None:
    cards = [card(name=f"Person {number}") for number in range(A_PAGE + 1)]
    pdf = print_cards(cards, title="x")
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert "Person 4" in text_of(pdf, 1)
    assert "Person 4" not in text_of(pdf)
    crossing = [
        box
        for box in boxes(pdf)
        if (box[0] < WIDTH < box[2]) or (box[1] < HEIGHT < box[3]) or box[2] > 2 * WIDTH or box[3] > 2 * HEIGHT
    ]
    assert crossing == []


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Łukasz Żółć", "Łukasz Żółć"), ("Jan 🎉", "Jan"), ("<b>Sam</b>", "<b>Sam</b>"), ("=1+1", "=1+1")],
)
def test_a_name_is_printed_as_text(name: str, printed: str) -> None:
    assert printed in text_of(print_cards([card(name=name)], title="x"))


@pytest.mark.parametrize("name", ["ሰላም", "Иван", "李", "🎉", "x" * 80])
def test_a_name_that_cannot_be_printed_whole_gets_a_line_to_write_on(name: str) -> None:
    without = text_of(print_cards([card(name=name)], title="x"))
    assert not set(name) & set(without) - set("x")
    assert "Doe je mee" in without


def test_nobody_has_no_cards() -> None:
    with pytest.raises(ValueError, match="no cards"):
        print_cards([], title="x")


def test_the_drawing_child_is_handed_plain_values() -> None:
    pdf = draw({"title": "Kaarten", "cards": [asdict(card())]})
    assert "Samira" in text_of(pdf)
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Title") == "Kaarten"

"""A chart on a phone: every word is large enough to read there, complete, and inside the picture."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from example_charts import NO_ANSWER, TITLE, a_chart, in_digits
from matplotlib.image import imread

from domain.questionnaire import LANGUAGES
from reports import ink
from reports.chart import Chart, Form, data_table, in_words, numeral
from reports.drawing import FORMATS, draw, lay_out

SVG = "{http://www.w3.org/2000/svg}"
FORMS: tuple[Form, ...] = ("web", "bars")
GROUPS = ("inner", "outer", "mental_health", "employee_skills")
MOMENTS = ((1, ()), (1, (0, 3)), (2, (1, 4)), (3, (0,)))
HOLLOW = (ink.CARD, ink.LINE_STRONG)
STYLE_SHEET = Path(__file__).parents[2] / "api" / "static" / "chat.css"


def drawn_svg(chart: Chart, form: Form) -> ElementTree.Element:
    return ElementTree.fromstring(  # noqa: S314 - Our own drawing.
        draw(chart, form=form, file_format="svg", paper="phone")
    )


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("of", GROUPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_large_enough_on_a_small_phone(language: str, of: str, form: Form) -> None:
    """The chat leaves 344 px for a picture on a phone of 360 px, and 304 px on the smallest, of 320 px."""
    svg = drawn_svg(a_chart(language, of=of, moments=3, missing=(1,)), form)
    sizes = [float(text.get("font-size", "0px").removesuffix("px")) for text in svg.iter(f"{SVG}text")]
    width = float((svg.get("viewBox") or "").split()[2])
    assert min(sizes) * 344 / width >= 16
    assert min(sizes) * 304 / width >= 14


@pytest.mark.parametrize(("moments", "missing"), MOMENTS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("of", GROUPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_leave_the_phone_or_run_into_others(
    language: str, of: str, form: Form, moments: int, missing: tuple[int, ...]
) -> None:
    chart = a_chart(language, of=of, moments=moments, missing=missing, partial=(2,))
    sheet = lay_out(chart, form=form, paper="phone")
    for number, box in enumerate(sheet.written):
        assert sheet.margin - 1 <= box.left < box.right <= sheet.width - sheet.margin + 1, box
        assert 0 <= box.top < box.bottom <= sheet.height, box
        slim = replace(box, top=box.top + 3, bottom=box.bottom - 3)
        assert not [other for other in sheet.written[:number] if slim.touches(replace(other, bottom=other.bottom - 3))]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_edge_of_a_phone_png_is_empty_so_nothing_is_clipped(language: str, form: Form) -> None:
    png = draw(a_chart(language, moments=3, missing=(1,)), form=form, file_format="png", paper="phone")
    pixels = np.asarray(imread(BytesIO(png)))[..., :3]
    assert pixels.shape[1] == 2 * FORMATS["phone"].width
    for side in (pixels[:12], pixels[-12:], pixels[:, :12], pixels[:, -12:]):
        assert (side == 1).all()
    assert (pixels != 1).any()


@pytest.mark.parametrize(("moments", "missing"), MOMENTS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("of", ["inner", "outer", "mental_health"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_and_value_stands_there_in_full(
    language: str, of: str, form: Form, moments: int, missing: tuple[int, ...]
) -> None:
    chart = a_chart(language, of=of, moments=moments, missing=missing)
    svg = drawn_svg(chart, form)
    written = " ".join(texts(svg))
    _, *rows = data_table(chart)
    for words in [
        chart.title,
        chart.low_mark,
        chart.high_mark,
        *chart.sentences,
        *(moment.label for moment in chart.moments),
        *(label for label, *_ in rows),
    ]:
        assert words in written
    for words in {cell for _, *cells in rows for cell in cells}:
        assert texts(svg).count(words) == sum(row[1:].count(words) for row in rows), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_stands_at_its_axis_and_at_its_name(language: str) -> None:
    """In the reader's own digits, clockwise from twelve, and counter-clockwise for right-to-left readers."""
    chart = a_chart(language)
    svg = drawn_svg(chart, "web")
    at = [(text.text, float(text.get("x", "0")), float(text.get("y", "0"))) for text in svg.iter(f"{SVG}text")]
    centre = FORMATS["phone"].width / 2
    for number, axis in enumerate(chart.axes):
        digit = numeral(number + 1, language)
        (web, key) = [(x, y) for words, x, y in at if words == digit]
        assert web[1] < key[1]
        (name,) = [(x, y) for words, x, y in at if words == axis.label]
        assert name[1] == pytest.approx(key[1], abs=2)
        assert (key[0] > name[0]) == (language == "ar")
        if number in {1, 2, 3, 4}:
            assert (web[0] < centre) == (language == "ar")


def test_digits_are_the_readers_own() -> None:
    assert numeral(19, "ar") == "١٩"
    assert {numeral(19, language) for language in LANGUAGES if language != "ar"} == {"19"}


def test_values_are_bold_and_the_words_of_a_missing_one_are_not() -> None:
    svg = drawn_svg(a_chart(missing=(1,)), "web")
    weights = {text.text: text.get("font-weight") for text in svg.iter(f"{SVG}text")}
    assert weights[in_digits(2.4, "nl")] == "700"
    assert weights[NO_ANSWER["nl"]] != "700"


def test_the_axis_of_a_missing_value_has_a_hollow_number() -> None:
    def hollow(chart: Chart) -> int:
        svg = drawn_svg(chart, "web")
        return len([p for p in svg.iter(f"{SVG}path") if (p.get("fill"), p.get("stroke")) == HOLLOW])

    assert hollow(a_chart()) == 0
    assert hollow(a_chart(missing=(2, 5))) == 4


def test_a_word_too_long_for_its_column_is_written_smaller_and_never_cut() -> None:
    chart = a_chart(of="inner", moments=2)
    long = replace(chart.axes[1], label="Arbeidsongeschiktheidsverzekeringen")
    chart = replace(chart, axes=(chart.axes[0], long, *chart.axes[2:]))
    for form in FORMS:
        sheet = lay_out(chart, form=form, paper="phone")
        assert [box for box in sheet.written if box.words == long.label]
        assert all(box.left >= 0 and box.right <= sheet.width for box in sheet.written)


def test_with_too_little_for_a_web_a_phone_gets_bars() -> None:
    chart = a_chart(of="inner", missing=(0, 1, 2))
    bars = draw(chart, form="bars", file_format="svg", paper="phone")
    assert draw(chart, form="web", file_format="svg", paper="phone") == bars
    assert bars != draw(chart, form="bars", file_format="svg")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_for_a_phone_says_what_it_is_to_a_screen_reader(language: str) -> None:
    chart = a_chart(language, missing=(2,))
    svg = drawn_svg(chart, "web")
    title, words = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert words is not None
    assert svg.get("role") == "img"
    assert (title.text, words.text) == (TITLE[language], in_words(chart))
    assert (svg.get("lang"), svg.get("dir")) == (language, "rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("form", FORMS)
def test_every_colour_of_a_chart_has_one_for_the_dark_theme(form: Form) -> None:
    """In the page a chart takes the theme's colours from the style sheet, which knows them by their value."""
    style_sheet = STYLE_SHEET.read_text(encoding="utf-8")
    drawn = draw(a_chart(moments=3, missing=(1,), partial=(2,)), form=form, file_format="svg", paper="phone").decode()
    assert "style" not in drawn
    used = set(re.findall(r'(fill|stroke)="(#[0-9a-f]+)"', drawn))
    assert len(used) > 10
    for name, colour in used:
        assert f'.picture [{name}="{colour}"] {{ {name}: ' in style_sheet, (name, colour)

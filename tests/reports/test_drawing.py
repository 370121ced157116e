"""The pictures themselves: complete, honest and never clipped, in every language, form and file format (METHOD e.6)."""

import re
import struct
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from math import atan2, degrees, dist
from xml.etree import ElementTree

import numpy as np
import pytest
from example_charts import NO_ANSWER, SENTENCE, TITLE, a_chart
from matplotlib.image import imread

from domain.questionnaire import LANGUAGES
from reports import ink
from reports.chart import Chart, Form, can_be_web, data_table, in_words
from reports.drawing import FORMATS, draw, lay_out
from reports.sheet import Box, Sheet

SVG = "{http://www.w3.org/2000/svg}"
FORMS: tuple[Form, ...] = ("web", "bars")
GROUPS = ("inner", "outer", "mental_health", "employee_skills")

Place = tuple[float, float]


def drawn_svg(chart: Chart, form: Form) -> ElementTree.Element:
    return ElementTree.fromstring(draw(chart, form=form, file_format="svg"))  # noqa: S314 - Our own drawing.


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def runs(path: ElementTree.Element) -> list[list[Place]]:
    """The places that a path of straight lines goes through, one list per stroke."""
    found: list[list[Place]] = []
    for letter, x, y in re.findall(r"([ML]) (-?[\d.]+) (-?[\d.]+)", path.get("d") or ""):
        if letter == "M":
            found.append([])
        found[-1].append((float(x), float(y)))
    return found


def paths(svg: ElementTree.Element, **attributes: str) -> list[ElementTree.Element]:
    wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
    return [path for path in svg.iter(f"{SVG}path") if wanted.items() <= path.attrib.items()]


def now_line(svg: ElementTree.Element) -> list[list[Place]]:
    """The newest moment's line in a web; the legend's sample comes before it."""
    _, line = paths(svg, stroke=ink.PETROL, stroke_width="3", fill="none")
    return runs(line)


def rings(svg: ElementTree.Element) -> tuple[Place, list[Place], list[Place]]:
    """The centre, the corners of ring 1 and those of ring 5."""
    (path,) = paths(svg, stroke=ink.LINE_STRONG)
    inner, outer = (ring[:-1] for ring in runs(path))  # A closed ring comes back to where it began.
    centre = sum(x for x, _ in outer) / len(outer), sum(y for _, y in outer) / len(outer)
    return centre, inner, outer


def collisions(sheet: Sheet) -> list[tuple[Box, Box]]:
    """The words that run into each other. Lines may share a little: hardly any letter is as high as its line."""
    slim = [Box(box.words, box.left, box.top + 3, box.right, box.bottom - 3) for box in sheet.written]
    return [(box, other) for number, box in enumerate(slim) for other in slim[:number] if box.touches(other)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("of", GROUPS)
@pytest.mark.parametrize(("moments", "missing"), [(1, ()), (2, (1, 4)), (3, (0,))])
def test_no_words_leave_the_sheet_or_run_into_others(
    language: str, form: Form, of: str, moments: int, missing: tuple[int, ...]
) -> None:
    sheet = lay_out(a_chart(language, of=of, moments=moments, missing=missing, partial=(2,)), form=form)
    for box in sheet.written:
        assert 0 <= box.left < box.right <= sheet.width, box
        assert 0 <= box.top < box.bottom <= sheet.height, box
    assert not collisions(sheet)


def test_crowded_labels_make_a_web_smaller_and_never_run_into_each_other() -> None:
    chart = a_chart(moments=3, missing=(1, 2, 6, 7))
    crowded = tuple(replace(axis, label=f"{axis.label} in de straat waar ik woon") for axis in chart.axes)
    sheet = lay_out(replace(chart, axes=crowded), form="web")
    assert not collisions(sheet)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("of", ["outer", "mental_health"])
def test_the_edge_of_a_png_is_empty_so_nothing_is_clipped(language: str, form: Form, of: str) -> None:
    png = draw(a_chart(language, of=of, moments=2, missing=(1,)), form=form, file_format="png")
    pixels = np.asarray(imread(BytesIO(png)))[..., :3]
    edge = 16
    for side in (pixels[:edge], pixels[-edge:], pixels[:, :edge], pixels[:, -edge:]):
        assert (side == 1).all()
    assert (pixels != 1).any()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_an_svg_keeps_every_word_as_text(language: str, form: Form) -> None:
    chart = a_chart(language, moments=2, missing=(4,))
    written = " ".join(texts(drawn_svg(chart, form)))
    _, *rows = data_table(chart)
    for words in [
        chart.title,
        *chart.sentences,
        *(moment.label for moment in chart.moments),
        *(cell for row in rows for cell in row),
    ]:
        assert all(word in written for word in words.split(" ")), words
    assert all(word in written for word in f"{chart.low_mark} {chart.high_mark}".split(" "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_svg_says_what_it_is_to_a_screen_reader(language: str) -> None:
    chart = a_chart(language, missing=(2,))
    svg = drawn_svg(chart, "web")
    title, words = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert words is not None
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    assert (title.text, words.text) == (chart.title, in_words(chart))
    assert (svg.get("lang"), svg.get("dir")) == (language, "rtl" if language == "ar" else "ltr")


def test_two_charts_on_one_page_share_no_id() -> None:
    found = [
        re.findall(rb'id="([^"]+)"', draw(a_chart(language), form="web", file_format="svg"))
        for language in ("nl", "fr")
    ]
    assert found[0]
    assert not set(found[0]) & set(found[1])


def test_an_svg_brings_no_style_that_a_strict_page_forbids_or_inherits() -> None:
    for form in FORMS:
        svg = draw(a_chart(moments=3), form=form, file_format="svg").decode()
        assert "style" not in svg
        assert "DOCTYPE" not in svg
        assert "metadata" not in svg


def test_words_in_a_chart_cannot_become_markup() -> None:
    chart = replace(a_chart(), title='<script>&"', description="</desc><script>")
    svg = drawn_svg(chart, "web")
    assert not list(svg.iter(f"{SVG}script"))
    assert '<script>&"' in texts(svg)


@pytest.mark.parametrize("of", ["inner", "outer"])
def test_the_first_axis_stands_at_twelve_and_the_others_follow_clockwise(of: str) -> None:
    centre, _, outer = rings(drawn_svg(a_chart(of=of), "web"))
    turns = [degrees(atan2(x - centre[0], centre[1] - y)) % 360 for x, y in outer]
    assert turns == pytest.approx([360 * number / len(outer) for number in range(len(outer))], abs=0.01)


def test_for_a_right_to_left_reader_everything_is_mirrored() -> None:
    for form in FORMS:
        boxes = {language: lay_out(a_chart(language), form=form) for language in ("nl", "ar")}
        assert boxes["ar"].is_right_to_left
        assert not boxes["nl"].is_right_to_left
    centre, _, outer = rings(drawn_svg(a_chart("ar"), "web"))
    assert outer[1][0] < centre[0]
    svg = drawn_svg(a_chart("ar"), "bars")
    title = next(text for text in svg.iter(f"{SVG}text") if text.text == TITLE["ar"])
    # In right-to-left text the start is the right edge.
    assert (title.get("text-anchor"), title.get("x")) == ("start", "536")


def test_the_scale_starts_at_one_on_a_small_ring_and_not_in_a_point() -> None:
    chart = a_chart(of="inner")
    lowest = replace(
        chart.moments[0], points=tuple(replace(p, value=1.0, label="1,0") for p in chart.moments[0].points)
    )
    svg = drawn_svg(replace(chart, moments=(lowest,)), "web")
    centre, inner, _ = rings(svg)
    (line,) = now_line(svg)
    assert line[:5] == inner[:5]
    assert all(dist(place, centre) > 15 for place in line)


def test_a_missing_value_is_a_gap_and_not_a_zero() -> None:
    chart = a_chart(of="outer", missing=(3,))
    svg = drawn_svg(chart, "web")
    centre, inner, outer = rings(svg)
    (line,) = now_line(svg)
    assert len(line) == 8
    assert all(dist(place, centre) >= dist(inner[0], centre) - 0.01 for place in line)
    gap = degrees(atan2(outer[3][0] - centre[0], centre[1] - outer[3][1]))
    for x, y in line:
        assert degrees(atan2(x - centre[0], centre[1] - y)) != pytest.approx(gap, abs=1)
    assert {"geen", "antwoord"} <= set(" ".join(texts(svg)).split())


def test_a_missing_value_has_no_bar() -> None:
    def bars(chart: Chart) -> int:
        return len(paths(drawn_svg(chart, "bars"), stroke=ink.PETROL, stroke_width="1.8"))

    assert bars(a_chart(of="inner")) == 5
    assert bars(a_chart(of="inner", missing=(0, 3))) == 3
    assert NO_ANSWER["nl"] in texts(drawn_svg(a_chart(of="inner", missing=(0,)), "bars"))


@pytest.mark.parametrize("form", FORMS)
def test_a_score_on_few_answers_has_an_open_mark(form: Form) -> None:
    def open_marks(chart: Chart) -> int:
        return len(paths(drawn_svg(chart, form), fill=ink.CARD, stroke=ink.PETROL))

    assert open_marks(a_chart(of="inner")) == 0
    assert open_marks(a_chart(of="inner", partial=(2,))) == 1


def test_moments_differ_by_line_and_mark_and_not_only_by_colour() -> None:
    styles = ink.styles(3)
    assert len({style.marker for style in styles}) == 3
    assert len({style.dash for style in styles}) == 3
    assert [style.dash is None for style in styles] == [False, False, True]
    assert ink.styles(1) == styles[2:]


def test_the_area_of_a_web_is_hardly_filled_and_not_at_all_with_a_gap() -> None:
    def areas(chart: Chart) -> list[float]:
        return [float(path.get("opacity", "1")) for path in paths(drawn_svg(chart, "web")) if path.get("opacity")]

    (filled,) = areas(a_chart(moments=2))
    assert filled <= 0.1
    assert areas(a_chart(moments=2, missing=(1,))) == []


def test_with_too_little_for_a_web_the_same_comes_as_bars() -> None:
    chart = a_chart(of="inner", missing=(0, 1, 2))
    assert not can_be_web(chart)
    assert draw(chart, form="web", file_format="svg") == draw(chart, form="bars", file_format="svg")


@pytest.mark.parametrize("language", LANGUAGES)
def test_bars_take_all_fourteen_groups_and_a_single_one(language: str) -> None:
    chart = a_chart(language, of="all", moments=3, missing=(5,))
    first = replace(
        chart, axes=chart.axes[:1], moments=tuple(replace(moment, points=moment.points[:1]) for moment in chart.moments)
    )
    for one in (chart, first):
        sheet = lay_out(one, form="bars")
        assert all(box.left >= 0 and box.right <= sheet.width for box in sheet.written)


def test_a_word_too_long_for_its_column_is_written_smaller_and_never_cut() -> None:
    chart = a_chart(of="inner")
    long = replace(chart.axes[1], label="Arbeidsongeschiktheidsverzekering")
    chart = replace(chart, axes=(chart.axes[0], long, *chart.axes[2:]))
    for form in FORMS:
        sheet = lay_out(chart, form=form)
        assert [box for box in sheet.written if box.words == long.label]
        assert not [box for box in sheet.written if box.words in long.label and box.words != long.label]
        assert all(box.left >= 0 and box.right <= sheet.width for box in sheet.written)


def test_labels_that_no_web_can_take_come_as_bars() -> None:
    chart = a_chart(of="inner")
    endless = tuple(replace(axis, label="Arbeidsongeschiktheidsverzekering " * 9) for axis in chart.axes)
    chart = replace(chart, axes=endless)
    assert can_be_web(chart)
    assert draw(chart, form="web", file_format="svg") == draw(chart, form="bars", file_format="svg")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_png_is_twice_as_sharp(language: str, form: Form) -> None:
    chart = a_chart(language, of="inner")
    png = draw(chart, form=form, file_format="png")
    assert png.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">II", png[16:24]) == (2 * FORMATS["page"].width, 2 * lay_out(chart, form=form).height)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_pdf_has_its_title_and_brings_its_letters(language: str, form: Form) -> None:
    """Arabic comes as shapes: matplotlib 3.11 would put joined letters off their place."""
    pdf = draw(a_chart(language), form=form, file_format="pdf")
    assert pdf.startswith(b"%PDF-1.")
    title = TITLE[language]
    assert title.encode("ascii", "ignore") in pdf or title.encode("utf-16-be") in pdf
    assert b"/Title" in pdf
    assert (b"/FontFile2" in pdf) == (language != "ar")


@pytest.mark.parametrize("file_format", ["svg", "png", "pdf"])
def test_the_same_chart_gives_the_same_bytes(file_format: str) -> None:
    chart = a_chart("tr", moments=2)
    assert draw(chart, form="web", file_format=file_format) == draw(chart, form="web", file_format=file_format)


def test_sentences_are_written_in_full() -> None:
    for language in LANGUAGES:
        written = " ".join(texts(drawn_svg(a_chart(language), "web")))
        assert SENTENCE[language] in written


def test_a_picture_is_drawn_without_what_only_a_pdf_needs() -> None:
    """Memory: the child stays as long as the service does, and these libraries would add 20 MB and more."""
    code = (
        "import sys; from io import BytesIO; from reports.easel import serve; serve(BytesIO(), BytesIO());"
        "print({'fontTools.subset', 'fpdf', 'matplotlib.figure', 'matplotlib.pyplot'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"

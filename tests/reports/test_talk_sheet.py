"""The sheet for a talk: one page whatever stands on it, in every language, nothing clipped and nothing on top."""

import json
from dataclasses import replace

import pytest
from example_charts import a_chart

from domain.questionnaire import LANGUAGES
from reports.chart import Chart
from reports.sheet import Box, Sheet
from reports.studio import Studio
from reports.talk_sheet import Entry, Section, TalkSheet, content_of, loaded_sheet
from reports.talk_sheet_drawing import A4, LINE_STEP, MARGIN, draw, lay_out
from storage.catalogue import Catalogues

CATALOGUES = Catalogues.load()
LONG = "Ik bel woensdag met de gemeente over de brief en Sam gaat mee naar het gesprek. " * 3


def a_sheet(
    language: str = "nl", *, agreements: int = 1, text: str = LONG[:80], charts: tuple[Chart, ...] | None = None
) -> TalkSheet:
    """A sheet with the catalogue's own words, two rings of two moments, and so many agreements."""
    catalogue = CATALOGUES[language]
    topics = tuple(
        Entry(catalogue.say(f"group.{group}"), catalogue.say(f"topic.{kind}"))
        for group, kind in (("money", "a"), ("participation", "b"), ("mental_health", "c"))
    )
    strong = tuple(Entry(catalogue.say(f"group.{group}")) for group in ("household", "self_confidence"))
    made = tuple(Entry(text, catalogue.say("group.money")) for _ in range(agreements))
    rings = (a_chart(language, of="inner", moments=2), a_chart(language, of="outer", moments=2, missing=(3,)))
    return TalkSheet(
        language=language,
        title=catalogue.say("sheet.title"),
        name="Samira Öztürk",
        day="14 november 2026",
        charts=rings if charts is None else charts,
        topics=(
            Section(catalogue.say("sheet.topics"), topics, "dot"),
            Section(catalogue.say("strengths.intro"), strong, "ring"),
        ),
        agreed=Section(catalogue.say("agreement.intro", {"coach": "Joke"}), made, "box") if made else None,
        more=catalogue.say("sheet.more"),
        has_more=False,
        room=catalogue.say("sheet.room"),
        foot=catalogue.say("sheet.foot"),
    )


def boxes(sheet: Sheet) -> list[Box]:
    """Every line of words on the page, also of the webs, in the page's px."""
    found = list(sheet.written)
    for (left, top), scale, part in sheet.parts:
        for box in part.written:
            placed = [
                box.left * scale + left,
                box.top * scale + top,
                box.right * scale + left,
                box.bottom * scale + top,
            ]
            found.append(Box(box.words, *placed))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("agreements", [0, 5])
def test_everything_stands_on_one_page_clear_of_everything_else(language: str, agreements: int) -> None:
    sheet = lay_out(a_sheet(language, agreements=agreements, text=LONG[:200]))
    page = boxes(sheet)
    width, height = A4
    assert all(box.left >= MARGIN - 1 and box.right <= width - MARGIN + 1 for box in page)
    assert all(box.top >= MARGIN - 1 and box.bottom <= height - MARGIN + 1 for box in page)
    assert [(a.words, b.words) for n, a in enumerate(page) for b in page[:n] if a.touches(b, gap=-2)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_room_for_three_lines_at_least(language: str) -> None:
    talk = a_sheet(language, agreements=5, text=LONG[:200])
    page = lay_out(talk)
    (room,) = [box for box in page.written if box.words == talk.room]
    (foot,) = [box for box in page.written if box.words == talk.foot]
    assert foot.top - room.bottom >= 3 * LINE_STEP - 1
    assert sum(scale >= 0.45 for _, scale, _ in page.parts) == 2


def test_agreements_that_find_no_room_are_said_to_be_elsewhere() -> None:
    talk = a_sheet("tr", agreements=9, text=LONG[:200])
    assert talk.more in [box.words for box in lay_out(talk).written]
    assert talk.more not in [box.words for box in lay_out(a_sheet("tr")).written]


def test_without_agreements_there_is_no_heading_for_them() -> None:
    words = {box.words for box in lay_out(a_sheet(agreements=0)).written}
    assert not any("afgesproken" in line or "Meer afspraken" in line for line in words)


def test_what_our_fonts_lack_is_left_out_and_a_word_without_end_is_broken() -> None:
    sheet = lay_out(a_sheet(text="😀" + "x" * 190))
    written = "".join(box.words for box in sheet.written)
    assert "😀" not in written
    assert written.count("x") >= 190


def test_bars_come_where_a_web_says_too_little() -> None:
    whole = a_chart(of="inner")
    now = replace(whole.moments[0], points=whole.moments[0].points[:2])
    few = replace(whole, axes=whole.axes[:2], moments=(now,))
    ((_, _, part),) = lay_out(a_sheet(charts=(few,))).parts
    assert {axis.label for axis in few.axes} <= {box.words for box in part.written}
    assert few.high_mark in " ".join(box.words for box in part.written)


def test_the_same_sheet_comes_through_json_unchanged() -> None:
    talk = a_sheet("ar", agreements=2)
    assert loaded_sheet(json.loads(json.dumps(content_of(talk)))) == talk
    assert loaded_sheet(json.loads(json.dumps(content_of(replace(talk, agreed=None))))).agreed is None


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_it_is_a_pdf_of_one_page_of_a4(language: str) -> None:
    pdf = draw(content_of(a_sheet(language)))
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
    assert b"[ 0 0 595.276 841.89 ]" in pdf
    assert draw(content_of(a_sheet(language))) == pdf


async def test_the_drawing_child_prints_it() -> None:
    studio = Studio()
    try:
        assert (await studio.print_page("talk_sheet", content_of(a_sheet()))).startswith(b"%PDF")
    finally:
        await studio.close()

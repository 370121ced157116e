"""Draw the report: A4 pages, one piece after another; a piece that finds no room goes to the next page whole."""

from collections.abc import Callable
from typing import Any, Final

from reports import ink
from reports.chart import RIGHT_TO_LEFT
from reports.drawing import FORMATS, draw_heading, draw_sentences, draw_values
from reports.group_change_drawing import draw_change_on
from reports.lettering import drawable
from reports.results_report import Block, Report, loaded_report
from reports.sheet import Sheet, save_pages

A4: Final = (595.276, 841.89)
MARGIN: Final = 48.0
WIDTH: Final = A4[0] - 2 * MARGIN
FOOT: Final = A4[1] - 40.0
TITLE_SIZE: Final = 24.0
HEADING_SIZE: Final = 15.0
TEXT_SIZE: Final = 11.5
FOOT_SIZE: Final = 9.5
LEADING: Final = 1.42
SCALE: Final = 0.54
"""How large a picture is beside the one that is downloaded by itself."""

POINT: Final = 14.0
FACTS: Final = 190.0
"""How wide the column is that says what a fact is."""

PEN: Final = 12.0


def draw(content: dict[str, Any]) -> bytes:
    """The report of ``reports.results_report.content_of`` as a PDF."""
    report = loaded_report(content)
    return save_pages(lay_out(report), title=report.title, subject=report.whose)


def lay_out(report: Report) -> list[Sheet]:
    """The pages, ready to be saved."""
    pages = [_page(report)]
    below = _write(pages[-1], MARGIN, report.title, TITLE_SIZE, is_bold=True)
    below = _write(pages[-1], below + 4, report.whose, TEXT_SIZE, colour=ink.INK_SOFT) + PEN
    heights = [_height(report, block) for block in report.blocks]
    for number, block in enumerate(report.blocks):
        # A heading never stands alone at the foot: it needs room for what follows it too.
        is_heading = block.kind == "heading" and number + 1 < len(heights)
        room = heights[number] + (heights[number + 1] if is_heading else 0)
        if below + room > FOOT - 2 * FOOT_SIZE and below > MARGIN:
            pages.append(_page(report))
            below = MARGIN
        below = _DRAWN[block.kind](pages[-1], below, block) + PEN
    for number, page in enumerate(pages, start=1):
        foot = f"{report.foot} · {number}/{len(pages)}"
        page.write((MARGIN, FOOT), drawable(foot), FOOT_SIZE, colour=ink.INK_SOFT)
    return pages


def _page(report: Report) -> Sheet:
    sheet = Sheet(width=A4[0], margin=MARGIN, is_right_to_left=report.language in RIGHT_TO_LEFT)
    sheet.height = A4[1]
    return sheet


def _height(report: Report, block: Block) -> float:
    """How high a piece will be: drawn on a sheet that nobody saves."""
    return _DRAWN[block.kind](_page(report), 0.0, block) + PEN


def _write(
    sheet: Sheet,
    top: float,
    text: str,
    size: float,
    *,
    start: float = MARGIN,
    width: float = WIDTH,
    colour: str = ink.INK,
    is_bold: bool = False,
) -> float:
    """The text over as many lines as it takes; gives where it ends."""
    baseline = top
    for line in sheet.wrap(drawable(text), width, size, is_bold=is_bold):
        baseline += size * LEADING
        sheet.write((start, baseline - size * 0.32), line, size, colour=colour, is_bold=is_bold)
    return baseline


def _heading(sheet: Sheet, top: float, block: Block) -> float:
    return _write(sheet, top + 8, block.words, HEADING_SIZE, colour=ink.PETROL_DEEP, is_bold=True) - 6


def _words(sheet: Sheet, top: float, block: Block) -> float:
    return _write(sheet, top, block.words, TEXT_SIZE)


def _points(sheet: Sheet, top: float, block: Block) -> float:
    below = top
    for (words,) in block.lines:
        sheet.disc((MARGIN + 4, below + TEXT_SIZE * 0.75), 2.2, fill=ink.PETROL, edge=ink.PETROL)
        below = _write(sheet, below, words, TEXT_SIZE, start=MARGIN + POINT, width=WIDTH - POINT) + 3
    return below


def _facts(sheet: Sheet, top: float, block: Block) -> float:
    below = top
    for name, said in block.lines:
        left = _write(sheet, below, name, TEXT_SIZE, width=FACTS - 10, colour=ink.INK_SOFT)
        right = _write(sheet, below, said, TEXT_SIZE, start=MARGIN + FACTS, width=WIDTH - FACTS)
        below = max(left, right) + 3
    return below


def _picture(sheet: Sheet, top: float, block: Block) -> float:
    format_ = FORMATS["page"]
    part = sheet.part((MARGIN, top), width=format_.width, margin=0.0, scale=SCALE)
    picture = block.change or block.chart
    if picture is None:
        raise ValueError("a piece that is a picture has one")
    below = draw_heading(picture.title, part, format_.title_size)
    if block.change is not None:
        below = draw_change_on(block.change, part, below)
    elif block.chart is not None:
        below = draw_values(block.chart, part, below, form=block.form)
    return top + draw_sentences(picture.sentences, part, below) * SCALE + 6


_DRAWN: Final[dict[str, Callable[[Sheet, float, Block], float]]] = {
    "heading": _heading,
    "words": _words,
    "points": _points,
    "facts": _facts,
    "picture": _picture,
    "change": _picture,
}

"""Draw the sheet for a talk: one page of A4 with the webs, the talk list, the agreements and room to write.

It is drawn with what draws the webs, in the same child: no second library for letters, no page that looks different.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from reports import ink
from reports.bars import draw_bars
from reports.chart import RIGHT_TO_LEFT, Chart, can_be_web
from reports.drawing import FORMATS, draw_moments, draw_scale, draw_title
from reports.lettering import drawable
from reports.sheet import Sheet
from reports.talk_sheet import Entry, Mark, Section, TalkSheet, loaded_sheet
from reports.web import draw_web, fitting

A4: Final = (595.276, 841.89)
MARGIN: Final = 36.0
ATTEMPTS: Final = (
    *((scale, True) for scale in (0.6, 0.57, 0.54, 0.51, 0.48, 0.45)),
    *((scale, False) for scale in (0.6, 0.55, 0.5, 0.45)),
)
"""How large the webs are, and whether the agreements stand beside them: the first that leaves room to write."""

GAP: Final = 18.0
TITLE_SIZE: Final = 22.0
HEADING_SIZE: Final = 13.0
TEXT_SIZE: Final = 11.0
DETAIL_SIZE: Final = 10.0
LEADING: Final = 1.36
LINE_STEP: Final = 24.0
ROOM: Final = GAP + HEADING_SIZE * LEADING + 3 * LINE_STEP
"""At least three lines to write on, with their heading."""

MARK_ROOM: Final = 18.0


@dataclass(frozen=True, slots=True)
class Column:
    """Where a block of text stands, in px from the reader's side."""

    start: float
    width: float


def draw(content: dict[str, Any]) -> bytes:
    """The sheet of ``reports.talk_sheet.content_of`` as a PDF of one page."""
    talk = loaded_sheet(content)
    return lay_out(talk).save_page(title=talk.title, subject=talk.day)


def lay_out(talk: TalkSheet) -> Sheet:
    """The sheet ready to be saved, its webs as large as the rest of the page lets them be.

    Where there are more agreements than find room, the last ones are left out, and the page says that there are more.
    """
    while True:
        for scale, is_beside in ATTEMPTS:
            sheet = Sheet(width=A4[0], margin=MARGIN, is_right_to_left=talk.language in RIGHT_TO_LEFT)
            sheet.height = A4[1]
            below = _draw_all(talk, sheet, scale, is_beside=is_beside)
            if below <= _foot_of(sheet) - ROOM:
                _draw_room(talk, sheet, below)
                return sheet
        talk = _with_fewer(talk)


def _with_fewer(talk: TalkSheet) -> TalkSheet:
    """The sheet without its last agreement. Raises ValueError when it has none that could be left out."""
    if talk.agreed is None or not talk.agreed.entries:
        raise ValueError("the webs and the topics alone do not fit the page")
    fewer = replace(talk.agreed, entries=talk.agreed.entries[:-1])
    return replace(talk, agreed=fewer, has_more=True)


def _foot_of(sheet: Sheet) -> float:
    return sheet.height - MARGIN - 2 * TEXT_SIZE - 4


def _draw_all(talk: TalkSheet, sheet: Sheet, scale: float, *, is_beside: bool) -> float:
    """Everything above the room to write; gives where it ends."""
    whole = Column(MARGIN, sheet.width - 2 * MARGIN)
    below = _write(sheet, whole, MARGIN, talk.title, TITLE_SIZE, is_bold=True)
    top = _draw_whose(talk, sheet, below + 2) + GAP / 2
    left = Column(MARGIN, scale * FORMATS["page"].width)
    beside = Column(left.start + left.width + GAP, whole.width - left.width - GAP)
    below_charts = _draw_charts(talk.charts, sheet, left, top, scale)
    below = top
    for section in talk.topics:
        below = _draw_section(sheet, beside, below, section) + GAP
    if is_beside:
        below = _draw_agreed(talk, sheet, beside, below) + GAP
    below = max(below_charts, below - GAP)
    return below if is_beside else _draw_agreed(talk, sheet, whole, below + GAP)


def _draw_agreed(talk: TalkSheet, sheet: Sheet, column: Column, top: float) -> float:
    """The agreements, if there are any, and the word that there are more."""
    if talk.agreed is None:
        return top - GAP
    below = _draw_section(sheet, column, top, talk.agreed)
    return _write(sheet, column, below + 6, talk.more, DETAIL_SIZE, colour=ink.INK_SOFT) if talk.has_more else below


def _draw_whose(talk: TalkSheet, sheet: Sheet, top: float) -> float:
    """The name, and the day at the other side: apart, so that two scripts do not run into each other."""
    baseline = top + HEADING_SIZE * (LEADING - 0.3)
    sheet.write((sheet.width - MARGIN, baseline), talk.day, HEADING_SIZE, colour=ink.INK_SOFT, align="end")
    room = sheet.width - 2 * MARGIN - GAP - sheet.measure(talk.day, HEADING_SIZE)
    return _write(sheet, Column(MARGIN, room), top, talk.name or " ", HEADING_SIZE, is_bold=True)


def _draw_charts(charts: tuple[Chart, ...], sheet: Sheet, column: Column, top: float, scale: float) -> float:
    """The rings under each other, with one legend above and one explanation of the scale below."""
    format_ = FORMATS["page"]
    for chart in charts:
        part = sheet.part((column.start, top), width=format_.width, margin=0.0, scale=scale)
        below = draw_title(chart, part, format_.title_size)
        if chart is charts[0]:
            below = draw_moments(chart, part, below)
        web = fitting(chart, part) if can_be_web(chart) else None
        below = draw_web(chart, web, part, below + 16) if web else draw_bars(chart, part, below + 16)
        if web and chart is charts[-1]:
            below = draw_scale(chart, part, below + 20)
        top += (below + 14) * scale
    return top


def _draw_section(sheet: Sheet, column: Column, top: float, section: Section) -> float:
    below = _write(sheet, column, top, section.heading, HEADING_SIZE, is_bold=True, colour=ink.PETROL_DEEP)
    for entry in section.entries:
        below = _draw_entry(sheet, column, below + 6, entry, section.mark)
    return below


def _draw_entry(sheet: Sheet, column: Column, top: float, entry: Entry, mark: Mark) -> float:
    middle = (column.start + 6, top + TEXT_SIZE * 0.72)
    if mark == "box":
        x, y = middle
        corners = [(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5)]
        sheet.lines([corners], colour=ink.PETROL, width=1.2, is_closed=True)
    else:
        sheet.disc(middle, 4, fill=ink.PETROL if mark == "dot" else ink.CARD, edge=ink.PETROL)
    inside = Column(column.start + MARK_ROOM, column.width - MARK_ROOM)
    below = _write(sheet, inside, top, entry.words, TEXT_SIZE, is_bold=mark != "box")
    if entry.detail:
        below = _write(sheet, inside, below, entry.detail, DETAIL_SIZE, colour=ink.INK_SOFT)
    return below


def _draw_room(talk: TalkSheet, sheet: Sheet, top: float) -> None:
    """Lines to write on, down to the foot of the page."""
    whole = Column(MARGIN, sheet.width - 2 * MARGIN)
    foot = _foot_of(sheet)
    below = _write(sheet, whole, top + GAP, talk.room, HEADING_SIZE, is_bold=True, colour=ink.PETROL_DEEP)
    while (below := below + LINE_STEP) <= foot:
        line = [(MARGIN, below), (sheet.width - MARGIN, below)]
        sheet.lines([line], colour=ink.LINE_STRONG, width=0.8)
    _write(sheet, whole, foot + TEXT_SIZE, talk.foot, DETAIL_SIZE, colour=ink.INK_SOFT)


def _write(
    sheet: Sheet, column: Column, top: float, text: str, size: float, *, colour: str = ink.INK, is_bold: bool = False
) -> float:
    """The text over as many lines as it takes, below ``top``; gives where it ends."""
    baseline = top
    for line in _lines(sheet, drawable(text), column.width, size, is_bold=is_bold):
        baseline += size * LEADING
        sheet.write((column.start, baseline - size * 0.3), line, size, colour=colour, is_bold=is_bold)
    return baseline


def _lines(sheet: Sheet, text: str, width: float, size: float, *, is_bold: bool) -> list[str]:
    """The text wrapped; a word that is wider than the column is broken where it must be."""
    lines = []
    for line in sheet.wrap(text, width, size, is_bold=is_bold):
        rest = line
        while sheet.measure(rest, size, is_bold=is_bold) > width:
            most = max(1, int(len(rest) * width / sheet.measure(rest, size, is_bold=is_bold)))
            lines.append(rest[:most])
            rest = rest[most:]
        lines.append(rest)
    return lines

"""Draw then and now of many people: a row per group, a dot for the mean change and a line for how sure it is."""

import math
from typing import Final

from reports import ink
from reports.chart import Paper
from reports.drawing import FORMATS, draw_heading, draw_sentences
from reports.group_change import ChangeChart, Shift
from reports.sheet import Align, Sheet

LEAST_SPAN: Final = 1.0
"""The scale reaches at least so far to both sides, so that a small change looks small."""

LANE: Final = 26.0
ROW_GAP: Final = 12.0
MARK_SIZE: Final = 16.0
EDGE: Final = 14.0
"""Between the side of the sheet and the end of the scale."""


def draw_change(chart: ChangeChart, *, paper: Paper = "page") -> Sheet:
    """The picture on a sheet, ready to be saved."""
    format_ = FORMATS[paper]
    sheet = Sheet(width=format_.width, margin=format_.margin, is_right_to_left=chart.is_right_to_left)
    below = draw_heading(chart.title, sheet, format_.title_size)
    below = draw_change_on(chart, sheet, below)
    sheet.height = math.ceil(draw_sentences(chart.sentences, sheet, below) + sheet.margin)
    return sheet


def draw_change_on(chart: ChangeChart, sheet: Sheet, top: float) -> float:
    """Everything between the title and the sentences; gives where it ends."""
    width = sheet.width - 2 * sheet.margin
    below = top
    for line in sheet.wrap(chart.moments, width, ink.SMALL_SIZE):
        below += 23
        sheet.write((sheet.margin, below), line, ink.SMALL_SIZE, colour=ink.PETROL_DEEP)
    span = max([LEAST_SPAN, *(abs(end) for row in chart.rows for end in (row.low, row.high) if end is not None)])
    below = _draw_marks(chart, sheet, below + 12)
    for row in chart.rows:
        below = _draw_row(row, sheet, below, span, width)
    return below


def _draw_marks(chart: ChangeChart, sheet: Sheet, top: float) -> float:
    """The words of both ends and of the middle, each where its part of the scale is."""
    baseline = top + MARK_SIZE
    ends: tuple[tuple[str, float, Align], ...] = (
        (chart.lower_mark, sheet.margin, "start"),
        (chart.same_mark, sheet.width / 2, "middle"),
        (chart.higher_mark, sheet.width - sheet.margin, "end"),
    )
    for words, x, align in ends:
        sheet.write((x, baseline), words, MARK_SIZE, colour=ink.INK_SOFT, align=align)
    return baseline + ROW_GAP


def _draw_row(row: Shift, sheet: Sheet, top: float, span: float, width: float) -> float:
    below = top
    for line in sheet.wrap(row.label, width, ink.LABEL_SIZE, is_bold=True):
        below += ink.LABEL_SIZE * ink.LINE_HEIGHT
        sheet.write((sheet.margin, below), line, ink.LABEL_SIZE, is_bold=True)
    if row.mean is not None and row.low is not None and row.high is not None:
        _draw_lane(sheet, below + 6, span, (row.low, row.mean, row.high), is_chance=row.is_chance)
        below += LANE + 4
    for line in sheet.wrap(row.words, width, ink.SMALL_SIZE):
        below += 22
        sheet.write((sheet.margin, below), line, ink.SMALL_SIZE, colour=ink.INK_SOFT)
    return below + ROW_GAP


def _draw_lane(sheet: Sheet, top: float, span: float, found: tuple[float, float, float], *, is_chance: bool) -> None:
    """The scale from lower to higher with its middle, and on it the line and the dot."""
    middle, half = sheet.width / 2, sheet.width / 2 - sheet.margin - EDGE
    y = top + LANE / 2
    low, mean, high = (middle + half * value / span for value in found)
    sheet.lines([[(middle - half, y), (middle + half, y)]], colour=ink.LINE, width=1)
    sheet.lines([[(middle, top), (middle, top + LANE)]], colour=ink.LINE_STRONG, width=1.8)
    sheet.lines([[(low, y), (high, y)]], colour=ink.PETROL, width=3, dash=(2.6, 2.2) if is_chance else None)
    sheet.marks([(mean, y)], style=ink.NOW, is_open=is_chance, size=7.5)

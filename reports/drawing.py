"""Draw a chart: title, moments, web or bars, what the ends of the scale mean, and plain sentences under it."""

import math
from typing import Final

from reports import ink, lettering
from reports.bars import draw_bars
from reports.chart import Chart, FileFormat, Form, can_be_web
from reports.sheet import Sheet
from reports.web import draw_web, fitting

WIDTH: Final = 560.0
MARGIN: Final = 24.0

lettering.load_fonts()


def draw(chart: Chart, *, form: Form, file_format: FileFormat) -> bytes:
    """The chart as a file. Bars come whatever was asked when a web would say too little (METHOD e.6) or its labels
    would not fit."""
    return lay_out(chart, form=form).save(chart, file_format)


def lay_out(chart: Chart, *, form: Form) -> Sheet:
    """The chart on a sheet, ready to be saved."""
    sheet = Sheet(width=WIDTH, is_right_to_left=chart.is_right_to_left)
    web = fitting(chart, sheet) if form == "web" and can_be_web(chart) else None
    below = _draw_title(chart, sheet)
    below = _draw_moments(chart, sheet, below)
    if web is not None:
        below = draw_web(chart, web, sheet, below + 16)
        below = _draw_scale(chart, sheet, below + 26)
    else:
        below = draw_bars(chart, sheet, below + 16)
    sheet.height = math.ceil(_draw_sentences(chart, sheet, below) + MARGIN)
    return sheet


def _draw_title(chart: Chart, sheet: Sheet) -> float:
    baseline = MARGIN
    for line in sheet.wrap(chart.title, WIDTH - 2 * MARGIN, ink.TITLE_SIZE, is_bold=True, is_balanced=True):
        baseline += ink.TITLE_SIZE * 1.2
        sheet.write((MARGIN, baseline - 8), line, ink.TITLE_SIZE, is_bold=True)
    return baseline


def _draw_moments(chart: Chart, sheet: Sheet, top: float) -> float:
    """The legend: per moment its line, its mark and when it was, flowing over lines where needed."""
    sample, gap, step = 44.0, 26.0, 27.0
    x, baseline = MARGIN, top + 20
    for moment, style in zip(chart.moments, ink.styles(len(chart.moments)), strict=True):
        lines = sheet.wrap(moment.label, WIDTH - 2 * MARGIN - sample - 10, ink.SMALL_SIZE)
        wide = sample + 10 + max(sheet.measure(line, ink.SMALL_SIZE) for line in lines)
        if x > MARGIN and x + wide > WIDTH - MARGIN:
            x, baseline = MARGIN, baseline + step
        y = baseline - 5.5
        sheet.lines([[(x + 2, y), (x + sample - 2, y)]], colour=style.colour, width=style.width, dash=style.dash)
        sheet.marks([(x + sample / 2, y)], style=style, is_open=False)
        for number, line in enumerate(lines):
            baseline += step * (number > 0)
            sheet.write((x + sample + 10, baseline), line, ink.SMALL_SIZE, colour=style.text)
        x += wide + gap
    return baseline + 6


def _draw_scale(chart: Chart, sheet: Sheet, top: float) -> float:
    """What the innermost and the outermost ring mean: the same faces as in the web, with their words."""
    side, gap, arrow, size = 28.0, 8.0, 48.0, ink.SMALL_SIZE
    low, high = (sheet.measure(mark, size) for mark in (chart.low_mark, chart.high_mark))
    wide = 2 * (side + gap) + low + high + arrow + 24
    x = max((WIDTH - wide) / 2, MARGIN)
    y = top + side / 2
    sheet.face(1, (x + side / 2, y), side)
    sheet.write((x + side + gap, y + 5.5), chart.low_mark, size, colour=ink.INK_SOFT)
    if wide > WIDTH - 2 * MARGIN:
        y += side + 6
    else:
        x += side + gap + low + 12
        tip = x + arrow
        shaft, head = [(x, y), (tip, y)], [(tip - 6, y - 5), (tip, y), (tip - 6, y + 5)]
        sheet.lines([shaft, head], colour=ink.INK_SOFT, width=1.6)
        x = tip + 12
    sheet.face(5, (x + side / 2, y), side)
    sheet.write((x + side + gap, y + 5.5), chart.high_mark, size, colour=ink.INK_SOFT)
    return y + side / 2 + 8


def _draw_sentences(chart: Chart, sheet: Sheet, top: float) -> float:
    below = top + 8 if chart.sentences else top
    for sentence in chart.sentences:
        for line in sheet.wrap(sentence, WIDTH - 2 * MARGIN, ink.SMALL_SIZE, is_balanced=True):
            below += 23
            sheet.write((MARGIN, below), line, ink.SMALL_SIZE, colour=ink.INK_SOFT)
        below += 6
    return below

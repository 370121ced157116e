"""Draw a chart: title, moments, web or bars, what the ends of the scale mean, and plain sentences under it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports import ink, lettering
from reports.bars import draw_bars
from reports.chart import Chart, FileFormat, Form, Paper, can_be_web
from reports.narrow_bars import draw_narrow_bars
from reports.numbered_web import draw_key, draw_numbered_web
from reports.sheet import Sheet
from reports.web import draw_web, fitting


@dataclass(frozen=True, slots=True)
class _Format:
    """How wide a paper is and what it keeps free at its sides, in px, and how large its title is."""

    width: float
    margin: float
    title_size: float


FORMATS: Final[dict[Paper, _Format]] = {
    "page": _Format(560.0, 24.0, ink.TITLE_SIZE),
    # As wide as the chat leaves a picture on a phone of 360 px; on one of 320 px a word of 16 px is still 14 px.
    "phone": _Format(344.0, 14.0, 22.0),
}

lettering.load_fonts()


def draw(chart: Chart, *, form: Form, file_format: FileFormat, paper: Paper = "page") -> bytes:
    """The chart as a file. Bars come whatever was asked when a web would say too little (METHOD e.6) or its labels
    would not fit. On a phone's paper the axes of a web are numbered, and their names and values stand under it."""
    return lay_out(chart, form=form, paper=paper).save(chart, file_format)


def lay_out(chart: Chart, *, form: Form, paper: Paper = "page") -> Sheet:
    """The chart on a sheet, ready to be saved."""
    format_ = FORMATS[paper]
    sheet = Sheet(width=format_.width, margin=format_.margin, is_right_to_left=chart.is_right_to_left)
    below = draw_title(chart, sheet, format_.title_size)
    below = draw_values(chart, sheet, below, form=form, paper=paper)
    sheet.height = math.ceil(draw_sentences(chart.sentences, sheet, below) + sheet.margin)
    return sheet


def draw_values(chart: Chart, sheet: Sheet, top: float, *, form: Form, paper: Paper = "page") -> float:
    """Everything between the title and the sentences; gives where it ends."""
    is_web = form == "web" and can_be_web(chart)
    below = draw_moments(chart, sheet, top)
    if paper == "phone":
        return _draw_for_phone(chart, sheet, below + 16, is_web=is_web)
    if is_web and (web := fitting(chart, sheet)):
        below = draw_web(chart, web, sheet, below + 16)
        return draw_scale(chart, sheet, below + 26)
    return draw_bars(chart, sheet, below + 16)


def _draw_for_phone(chart: Chart, sheet: Sheet, top: float, *, is_web: bool) -> float:
    if not is_web:
        return draw_narrow_bars(chart, sheet, top)
    below = draw_numbered_web(chart, sheet, top)
    below = draw_scale(chart, sheet, below + 14)
    return draw_key(chart, sheet, below + 10)


def draw_title(chart: Chart, sheet: Sheet, size: float) -> float:
    """The chart's title from the top of the sheet; gives where it ends."""
    return draw_heading(chart.title, sheet, size)


def draw_heading(title: str, sheet: Sheet, size: float) -> float:
    """A title from the top of the sheet; gives where it ends."""
    baseline = sheet.margin
    for line in sheet.wrap(title, sheet.width - 2 * sheet.margin, size, is_bold=True, is_balanced=True):
        baseline += size * 1.2
        sheet.write((sheet.margin, baseline - 8), line, size, is_bold=True)
    return baseline


def draw_moments(chart: Chart, sheet: Sheet, top: float) -> float:
    """The legend: per moment its line, its mark and when it was, flowing over lines; gives where it ends."""
    sample, gap, step = 44.0, 26.0, 27.0
    x, baseline = sheet.margin, top + 20
    for moment, style in zip(chart.moments, ink.styles(len(chart.moments)), strict=True):
        lines = sheet.wrap(moment.label, sheet.width - 2 * sheet.margin - sample - 10, ink.SMALL_SIZE)
        wide = sample + 10 + max(sheet.measure(line, ink.SMALL_SIZE) for line in lines)
        if x > sheet.margin and x + wide > sheet.width - sheet.margin:
            x, baseline = sheet.margin, baseline + step
        y = baseline - 5.5
        sheet.lines([[(x + 2, y), (x + sample - 2, y)]], colour=style.colour, width=style.width, dash=style.dash)
        sheet.marks([(x + sample / 2, y)], style=style, is_open=False)
        for number, line in enumerate(lines):
            baseline += step * (number > 0)
            sheet.write((x + sample + 10, baseline), line, ink.SMALL_SIZE, colour=style.text)
        x += wide + gap
    return baseline + 6


def draw_scale(chart: Chart, sheet: Sheet, top: float) -> float:
    """What the innermost and the outermost ring mean: the same faces as in the web, with their words.

    Gives where it ends.
    """
    side, gap, arrow, size = 28.0, 8.0, 48.0, ink.SMALL_SIZE
    low, high = (sheet.measure(mark, size) for mark in (chart.low_mark, chart.high_mark))
    wide = 2 * (side + gap) + low + high + arrow + 24
    x = max((sheet.width - wide) / 2, sheet.margin)
    y = top + side / 2
    sheet.face(1, (x + side / 2, y), side)
    sheet.write((x + side + gap, y + 5.5), chart.low_mark, size, colour=ink.INK_SOFT)
    if wide > sheet.width - 2 * sheet.margin:
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


def draw_sentences(sentences: Sequence[str], sheet: Sheet, top: float) -> float:
    """The plain sentences under a picture; gives where they end."""
    below = top + 8 if sentences else top
    for sentence in sentences:
        for line in sheet.wrap(sentence, sheet.width - 2 * sheet.margin, ink.SMALL_SIZE, is_balanced=True):
            below += 23
            sheet.write((sheet.margin, below), line, ink.SMALL_SIZE, colour=ink.INK_SOFT)
        below += 6
    return below

"""The same data as horizontal bars: a row per axis, a bar per moment, for any number of axes, mirrored for Arabic.

A bar starts a little before 1, as the web starts at a small ring: the lowest value is still to be seen.
"""

from dataclasses import dataclass
from typing import Final

from reports import ink
from reports.chart import HIGHEST, LOWEST, Chart, Point
from reports.ink import MomentStyle
from reports.sheet import Place, Sheet

MARGIN: Final = 24.0
LABEL_WIDTH: Final = 186.0
COLUMN_GAP: Final = 18.0
VALUE_WIDTH: Final = 52.0
MOST_VALUE_WIDTH: Final = 118.0
VALUE_STEP: Final = 20.0
"""From one line of a long value to the next."""

START: Final = 16.0
"""How far before 1 a bar starts, in px."""

BAR_STEP: Final = 27.0
THICKNESS: Final = 13.0
ROW_GAP: Final = 22.0
MARK_SIZE: Final = 15.0
SMALLEST: Final = 6.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Where 1 and 5 lie, in px from the reader's side."""

    first: float
    last: float

    def along(self, value: float) -> float:
        """Where a value lies."""
        return self.first + (self.last - self.first) * (value - LOWEST) / (HIGHEST - LOWEST)


def draw_bars(chart: Chart, sheet: Sheet, top: float) -> float:
    """Draw the bars below ``top``, each label beside its bars; gives where they end."""
    scale = Scale(
        MARGIN + LABEL_WIDTH + COLUMN_GAP + START, sheet.width - MARGIN - value_width(chart, sheet, VALUE_WIDTH) - 10
    )
    size = label_size(chart, sheet, LABEL_WIDTH)
    bottom = _draw_head(chart, sheet, scale, top)
    first = bottom
    rows: list[tuple[float, list[str], int]] = []
    for number, axis in enumerate(chart.axes):
        label = sheet.wrap(axis.label, LABEL_WIDTH, size, is_balanced=True)
        height = max(len(label) * size * ink.LINE_HEIGHT, BAR_STEP * len(chart.moments))
        rows.append((bottom + height / 2, label, number))
        bottom += height + ROW_GAP
    draw_grid(sheet, scale, first - ROW_GAP / 2, bottom - ROW_GAP / 2)
    for middle, label, number in rows:
        _draw_label(sheet, middle, label, size)
        draw_row(chart, sheet, scale, middle, number)
    return bottom - ROW_GAP / 2


def label_size(chart: Chart, sheet: Sheet, width: float) -> float:
    """The size at which the widest word of all labels fits the width."""
    size = ink.LABEL_SIZE
    while size > SMALLEST and any(sheet.widest_word(axis.label, size) > width for axis in chart.axes):
        size -= 1
    return size


def value_width(chart: Chart, sheet: Sheet, least: float) -> float:
    """The room that the values need beside the bars: "3,4–3,8" takes more than "3,4"; long ones take two lines."""
    words = [point.words for moment in chart.moments for point in moment.points if point.value is not None]
    wide = max([least, *(sheet.measure(one, ink.VALUE_SIZE, is_bold=True) for one in words)])
    return min(wide, MOST_VALUE_WIDTH)


def _draw_head(chart: Chart, sheet: Sheet, scale: Scale, top: float) -> float:
    first, last = scale.first, scale.last
    low = sheet.wrap(chart.low_mark, 150, MARK_SIZE, is_balanced=True)
    high = sheet.wrap(chart.high_mark, 2 * (sheet.width - MARGIN / 2 - last), MARK_SIZE, is_balanced=True)
    sheet.face(1, (first, top + 15), 30)
    sheet.face(5, (last, top + 15), 30)
    deepest = top + 32
    for words, x in ((low, first), (high, last)):
        after = sheet.write_lines((x, top + 48), words, MARK_SIZE, step=19, colour=ink.INK_SOFT, align="middle")
        deepest = max(deepest, after - 14)
    return deepest + ROW_GAP


def draw_grid(sheet: Sheet, scale: Scale, top: float, bottom: float) -> None:
    """A line for every whole value, from ``top`` to ``bottom``."""
    ends = [LOWEST, HIGHEST]
    steps = [LOWEST + step for step in range(1, round(HIGHEST - LOWEST))]
    for values, colour, width in ((steps, ink.LINE, 1.0), (ends, ink.LINE_STRONG, 1.8)):
        sheet.lines(
            [[(scale.along(value), top), (scale.along(value), bottom)] for value in values],
            colour=colour,
            width=width,
        )


def _draw_label(sheet: Sheet, middle: float, label: list[str], size: float) -> None:
    step = size * ink.LINE_HEIGHT
    sheet.write_lines((MARGIN, middle - len(label) * step / 2 + size), label, size, step=step)


def draw_row(chart: Chart, sheet: Sheet, scale: Scale, middle: float, number: int) -> None:
    """The bars of an axis, one per moment, around ``middle``."""
    styles = ink.styles(len(chart.moments))
    y = middle - BAR_STEP * (len(chart.moments) - 1) / 2
    for moment, style in zip(chart.moments, styles, strict=True):
        _draw_bar(sheet, scale, y, moment.points[number], style)
        y += BAR_STEP


def _draw_bar(sheet: Sheet, scale: Scale, y: float, point: Point, style: MomentStyle) -> None:
    start = scale.first - START
    if point.value is None:
        _draw_gap(sheet, (start + 6, y), point.words, style)
        return
    end = scale.along(point.value)
    half = THICKNESS / 2
    box = [(start, y - half), (end, y - half), (end, y + half), (start, y + half)]
    is_now = style is ink.NOW
    sheet.area(box, fill=style.colour if is_now and not point.is_partial else style.wash)
    sheet.lines([box], colour=style.colour, width=1.8, dash=None if is_now else style.dash, is_closed=True)
    sheet.marks([(end, y)], style=style, is_open=point.is_partial, size=8.5)
    edge = sheet.width - sheet.margin
    lines = sheet.wrap(point.words, edge - scale.last, ink.VALUE_SIZE, is_bold=True, is_balanced=True)
    baseline = y + 6 - (len(lines) - 1) * VALUE_STEP / 2
    for words in lines:
        sheet.write((edge, baseline), words, ink.VALUE_SIZE, colour=style.text, is_bold=True, align="end")
        baseline += VALUE_STEP


def _draw_gap(sheet: Sheet, place: Place, words: str, style: MomentStyle) -> None:
    """The words where the bar would be, on the card's own colour so that the grid does not cross them."""
    x, y = place
    size = ink.SMALL_SIZE
    while size > SMALLEST and sheet.measure(words, size) > sheet.width - sheet.margin - x:
        size -= 1
    wide = sheet.measure(words, size)
    sheet.area([(x - 4, y - 11), (x + wide + 4, y - 11), (x + wide + 4, y + 11), (x - 4, y + 11)], fill=ink.CARD)
    sheet.write((x, y + 5.5), words, size, colour=style.text)

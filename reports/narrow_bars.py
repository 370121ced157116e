"""The bars for a narrow screen: each label on lines of its own above its bars, as wide as the screen."""

from typing import Final

from reports import ink
from reports.bars import BAR_STEP, START, Scale, draw_grid, draw_row, label_size, value_width
from reports.chart import Chart
from reports.sheet import Align, Sheet

VALUE_WIDTH: Final = 46.0
FACE_SIDE: Final = 30.0
MARK_SIZE: Final = 16.0
MARK_GAP: Final = 12.0
"""Between the words of 1 and those of 5."""

ROW_GAP: Final = 14.0


def draw_narrow_bars(chart: Chart, sheet: Sheet, top: float) -> float:
    """Draw the bars below ``top``; gives where they end."""
    scale = Scale(sheet.margin + START, sheet.width - sheet.margin - value_width(chart, sheet, VALUE_WIDTH))
    width = sheet.width - 2 * sheet.margin
    size = label_size(chart, sheet, width)
    below = _draw_head(chart, sheet, scale, top)
    for number, axis in enumerate(chart.axes):
        for words in sheet.wrap(axis.label, width, size, is_balanced=True):
            below += size * ink.LINE_HEIGHT
            sheet.write((sheet.margin, below - size * 0.22), words, size)
        height = BAR_STEP * len(chart.moments)
        if any(moment.points[number].value is not None for moment in chart.moments):
            draw_grid(sheet, scale, below + 3, below + height + 3)
        draw_row(chart, sheet, scale, below + height / 2 + 3, number)
        below += height + ROW_GAP
    return below


def _draw_head(chart: Chart, sheet: Sheet, scale: Scale, top: float) -> float:
    """The faces over both ends of the scale, and their words from the sheet's sides inwards."""
    middle = top + FACE_SIDE / 2
    sheet.face(1, (scale.first, middle), FACE_SIDE)
    sheet.face(5, (scale.last, middle), FACE_SIDE)
    room = (sheet.width - 2 * sheet.margin - MARK_GAP) / 2
    deepest = top + FACE_SIDE
    ends: tuple[tuple[str, float, Align], ...] = (
        (chart.low_mark, sheet.margin, "start"),
        (chart.high_mark, sheet.width - sheet.margin, "end"),
    )
    for mark, x, align in ends:
        baseline = top + FACE_SIDE
        for words in sheet.wrap(mark, room, MARK_SIZE, is_balanced=True):
            baseline += MARK_SIZE * 1.2
            sheet.write((x, baseline), words, MARK_SIZE, colour=ink.INK_SOFT, align=align)
        deepest = max(deepest, baseline)
    return deepest + ROW_GAP

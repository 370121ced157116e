"""The web for a narrow screen: numbers where the axes end, and under it what each number is, with its values."""

from typing import Final

from reports import ink
from reports.bars import label_size
from reports.chart import Chart, numeral
from reports.sheet import Place, Sheet
from reports.values import Value, row_width, value_rows, write_row
from reports.web import direction, draw_net, face_at, place_at

BADGE: Final = 13.0
"""The radius of the circle around a number, in px."""

BADGE_GAP: Final = 12.0
"""From the end of an axis to its number: a mark on ring 5 stays clear of it."""

BADGE_TEXT: Final = 16.0
COLUMN_GAP: Final = 12.0
ROW_GAP: Final = 9.0
MOST_BEHIND: Final = 2
"""The values of so many moments stand in a column behind the labels; of more they stand under them."""


def draw_numbered_web(chart: Chart, sheet: Sheet, top: float) -> float:
    """Draw the web as wide as the sheet, below ``top``; gives where it ends."""
    count = len(chart.axes)
    radius = sheet.width / 2 - sheet.margin - 2 * BADGE - BADGE_GAP
    away = radius + BADGE_GAP + BADGE
    lowest = max(direction(number, count)[1] for number in range(count))
    centre = (sheet.width / 2, top + away + BADGE)
    draw_net(chart, sheet, centre, radius, face=face_at(0, count, radius))
    for number in range(count):
        _draw_badge(chart, sheet, place_at(centre, number, count, away), number)
    return centre[1] + lowest * away + BADGE


def draw_key(chart: Chart, sheet: Sheet, top: float) -> float:
    """Draw what each number is below ``top``: its name in full and its values, a row per axis; gives where it ends."""
    start = sheet.margin + 2 * BADGE + COLUMN_GAP
    entries = [
        value_rows(chart, sheet, number, ink.VALUE_SIZE, sheet.width - sheet.margin - start)
        for number in range(len(chart.axes))
    ]
    column = max((row_width(rows[0]) + COLUMN_GAP for rows in entries if _stand_behind(chart, rows)), default=0.0)
    widest = sheet.width - sheet.margin - start
    size = label_size(chart, sheet, widest - column)
    below = top
    for number, (axis, rows) in enumerate(zip(chart.axes, entries, strict=True)):
        sheet.lines([[(sheet.margin, below), (sheet.width - sheet.margin, below)]], colour=ink.LINE, width=1)
        below += ROW_GAP
        _draw_badge(chart, sheet, (sheet.margin + BADGE, below + BADGE), number)
        room = widest - column if _stand_behind(chart, rows) else widest
        label = sheet.wrap(axis.label, room, size, is_balanced=True)
        below = _draw_entry(chart, sheet, (start, below), label, rows, size) + ROW_GAP
    return below


def _stand_behind(chart: Chart, rows: list[list[Value]]) -> bool:
    """Whether an axis's values stand behind its label: there are few, and none is missing."""
    return len(chart.moments) <= MOST_BEHIND and not any(value.is_missing for row in rows for value in row)


def _draw_entry(
    chart: Chart, sheet: Sheet, place: Place, label: list[str], rows: list[list[Value]], size: float
) -> float:
    """An axis's label and its values, behind it or under it; gives where they end."""
    start, top = place
    line = ink.LABEL_SIZE * ink.LINE_HEIGHT
    baseline = top + BADGE + size * 0.36
    below = rows
    if _stand_behind(chart, rows):
        (row,), below = rows, []
        write_row(sheet, (sheet.width - sheet.margin - row_width(row), baseline), row, ink.VALUE_SIZE)
    baseline = sheet.write_lines((start, baseline), label, size, step=line) - line
    for number, row in enumerate(below, start=1):
        write_row(sheet, (start, baseline + number * line + 2), row, ink.VALUE_SIZE)
    if below:
        baseline += len(below) * line + 2
    return max(top + 2 * BADGE, baseline + 6)


def _draw_badge(chart: Chart, sheet: Sheet, centre: Place, number: int) -> None:
    """An axis's number in a circle; hollow where the newest moment has no value."""
    is_gap = chart.moments[-1].points[number].value is None
    fill, edge = (ink.CARD, ink.LINE_STRONG) if is_gap else (ink.PETROL_WASH, ink.PETROL_WASH)
    sheet.disc(centre, BADGE, fill=fill, edge=edge)
    colour = ink.INK_SOFT if is_gap else ink.PETROL_DEEP
    words = numeral(number + 1, chart.language)
    place = (centre[0], centre[1] + BADGE_TEXT * 0.36)
    sheet.write(place, words, BADGE_TEXT, colour=colour, is_bold=True, align="middle")

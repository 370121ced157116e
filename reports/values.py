"""The values of one axis in words, each with the mark of its moment where there are more, over as few rows as fit."""

from dataclasses import dataclass
from typing import Final

from reports import ink
from reports.chart import Chart
from reports.ink import MomentStyle
from reports.sheet import Align, Place, Sheet

MARK_WIDTH: Final = 18.0
BETWEEN_VALUES: Final = 13.0


@dataclass(frozen=True, slots=True)
class Value:
    """A value at an axis, or one line of the words why it is missing. ``indent`` leaves room for the moment's mark."""

    words: str
    style: MomentStyle
    is_missing: bool
    is_partial: bool
    has_mark: bool
    indent: float
    width: float


def value_rows(chart: Chart, sheet: Sheet, number: int, size: float, room: float) -> list[list[Value]]:
    """The values of an axis, oldest first, as many a row as fit; the words of a missing one take rows of their own."""
    rows: list[list[Value]] = []
    for moment, style in zip(chart.moments, ink.styles(len(chart.moments)), strict=True):
        point = moment.points[number]
        is_missing = point.value is None
        indent = MARK_WIDTH if len(chart.moments) > 1 else 0.0
        lines = sheet.wrap(point.words, room - indent, size, is_balanced=True) if is_missing else [point.words]
        for line, words in enumerate(lines):
            wide = indent + sheet.measure(words, size, is_bold=not is_missing)
            value = Value(words, style, is_missing, point.is_partial, indent > 0 and line == 0, indent, wide)
            if not is_missing and rows and not rows[-1][-1].is_missing and row_width([*rows[-1], value]) <= room:
                rows[-1].append(value)
            else:
                rows.append([value])
    return rows


def row_width(row: list[Value]) -> float:
    """How wide a row of values is, in px."""
    return sum(value.width for value in row) + BETWEEN_VALUES * (len(row) - 1)


def write_row(sheet: Sheet, place: Place, row: list[Value], size: float) -> None:
    """The values of a row side by side, from ``place`` on its baseline on, each behind its mark."""
    x, baseline = place
    for value in row:
        if value.has_mark:
            middle = (x + 6, baseline - size * 0.36)
            sheet.marks([middle], style=value.style, is_open=value.is_partial, size=5.5)
        write_value(sheet, (x + value.indent, baseline), value, size, align="start")
        x += value.width + BETWEEN_VALUES


def write_value(sheet: Sheet, place: Place, value: Value, size: float, *, align: Align) -> None:
    """One value alone, bold; the words of a missing one are not."""
    sheet.write(place, value.words, size, colour=value.style.text, is_bold=not value.is_missing, align=align)

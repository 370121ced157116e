"""The spider web: polygon rings from 1 to 5 on plain coordinates, first axis at twelve o'clock, labels never clipped.

The scale starts at 1 in a small centre ring, not in a point. Axes go round clockwise, and counter-clockwise for
right-to-left readers: the sheet mirrors everything.
"""

import math
from dataclasses import dataclass
from typing import Final

from reports import ink
from reports.chart import HIGHEST, LOWEST, Chart, Moment, web_lines
from reports.ink import MomentStyle
from reports.sheet import Align, Box, Place, Sheet
from reports.values import Value, row_width, value_rows, write_row, write_value

CENTRE_SHARE: Final = 0.17
"""The radius of ring 1 as a share of the radius of ring 5."""

LABEL_GAP: Final = 17.0
MARGIN: Final = 20.0
MOST_LABEL_LINES: Final = 4
ATTEMPTS: Final = (
    (168, 17),
    (158, 17),
    (148, 17),
    (138, 17),
    (128, 17),
    (118, 16),
    (108, 15),
    (98, 14),
    (90, 12),
    (82, 10),
    (74, 9),
)
"""Radius and letter size, in px, from the best to the smallest: the first that fits is drawn."""

FACE_SIDE: Final = 28.0


@dataclass(frozen=True, slots=True)
class _Block:
    """An axis's label and values, with the place of its top on the side where it is aligned."""

    label: list[str]
    values: list[list[Value]]
    align: Align
    x: float
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Layout:
    """How large a web is, where its labels stand, and where the face of its outer ring; from the centre, in px."""

    radius: float
    blocks: list[_Block]
    face: Place


def direction(number: int, count: int) -> Place:
    """Where axis ``number`` of ``count`` points, as a unit vector with y downwards; the first is at twelve o'clock."""
    turn = math.tau * number / count
    return math.sin(turn), -math.cos(turn)


def distance(value: float, radius: float) -> float:
    """How far from the centre a value lies: 1 on the small ring, 5 on the outer one."""
    inner = radius * CENTRE_SHARE
    return inner + (radius - inner) * (value - LOWEST) / (HIGHEST - LOWEST)


def fitting(chart: Chart, sheet: Sheet) -> Layout | None:
    """The largest web around which every label stands in full, clear of the others; None when there is none."""
    for radius, size in ATTEMPTS:
        blocks = [_block(chart, sheet, number, radius, size) for number in range(len(chart.axes))]
        face = _face_place(blocks, radius)
        if face is not None and _fits(blocks, sheet):
            return Layout(radius, blocks, face)
    return None


def draw_web(chart: Chart, layout: Layout, sheet: Sheet, top: float) -> float:
    """Draw the web below ``top``, as ``fitting`` laid it out; gives where it ends."""
    highest = min(*(block.box.top for block in layout.blocks), -layout.radius)
    lowest = max(*(block.box.bottom for block in layout.blocks), layout.radius)
    centre = (sheet.width / 2, top - highest)
    draw_net(chart, sheet, centre, layout.radius, face=layout.face)
    for block in layout.blocks:
        _draw_block(sheet, centre, block)
    return centre[1] + lowest


def draw_net(chart: Chart, sheet: Sheet, centre: Place, radius: float, *, face: Place) -> None:
    """The rings with their two faces, and every moment's line and marks; ``face`` is from the centre."""
    _draw_rings(sheet, centre, radius, len(chart.axes))
    sheet.face(5, (centre[0] + face[0], centre[1] + face[1]), FACE_SIDE)
    styles = ink.styles(len(chart.moments))
    for moment, style in zip(chart.moments, styles, strict=True):
        _draw_moment(sheet, centre, radius, moment, style, is_newest=moment is chart.moments[-1])


def face_at(edge: int, count: int, radius: float) -> Place:
    """Where a face stands outside the ring's edge between that axis and the next, from the centre."""
    across, down = direction(2 * edge + 1, 2 * count)
    away = radius * math.cos(math.pi / count) + FACE_SIDE / 2 + 3
    return across * away, down * away


def _face_place(blocks: list[_Block], radius: float) -> Place | None:
    """Where the face of the outer ring stands: outside the first edge, clockwise, that no label comes near."""
    count = len(blocks)
    half = FACE_SIDE / 2
    for number in range(count):
        x, y = face_at(number, count, radius)
        face = Box("", x - half, y - half, x + half, y + half)
        if not any(face.touches(block.box, gap=3) for block in blocks):
            return x, y
    return None


def _fits(blocks: list[_Block], sheet: Sheet) -> bool:
    edge = sheet.width / 2 - MARGIN + 0.5
    boxes = [block.box for block in blocks]
    return (
        all(len(block.label) <= MOST_LABEL_LINES for block in blocks)
        and all(-edge <= box.left and box.right <= edge for box in boxes)
        and not any(a.touches(b, gap=4) for number, a in enumerate(boxes) for b in boxes[:number])
    )


def _block(chart: Chart, sheet: Sheet, number: int, radius: float, size: float) -> _Block:
    across, down = direction(number, len(chart.axes))
    x, y = across * (radius + LABEL_GAP), down * (radius + LABEL_GAP)
    align: Align = "middle" if abs(across) < 0.05 else "start" if across > 0 else "end"
    room = sheet.width / 2 - MARGIN - abs(x) if align != "middle" else sheet.width * 0.56
    label = sheet.wrap(chart.axes[number].label, room, size, is_balanced=True)
    values = value_rows(chart, sheet, number, size, room)
    line = size * ink.LINE_HEIGHT
    height = line * (len(label) + len(values))
    widths = [sheet.measure(words, size) for words in label]
    wide = max(widths + [row_width(row) for row in values])
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[align]
    top = y + (down - 1) * height / 2
    return _Block(label, values, align, x, Box(chart.axes[number].label, left, top, left + wide, top + height), size)


def _draw_rings(sheet: Sheet, centre: Place, radius: float, count: int) -> None:
    def ring(value: float) -> list[Place]:
        return [place_at(centre, number, count, distance(value, radius)) for number in range(count)]

    sheet.lines([ring(2), ring(3), ring(4)], colour=ink.LINE, width=1, is_closed=True)
    spokes = list(zip(ring(LOWEST), ring(HIGHEST), strict=True))
    sheet.lines(spokes, colour=ink.LINE, width=1)
    sheet.lines([ring(LOWEST), ring(HIGHEST)], colour=ink.LINE_STRONG, width=1.8, is_closed=True)
    inside = distance(LOWEST, radius) * math.cos(math.pi / count)
    sheet.face(1, centre, min(1.5 * inside, FACE_SIDE))


def place_at(centre: Place, number: int, count: int, away: float) -> Place:
    """The place on axis ``number`` of ``count`` that far from the centre."""
    across, down = direction(number, count)
    return centre[0] + across * away, centre[1] + down * away


def _draw_moment(
    sheet: Sheet, centre: Place, radius: float, moment: Moment, style: MomentStyle, *, is_newest: bool
) -> None:
    count = len(moment.points)
    places = {
        number: place_at(centre, number, count, distance(point.value, radius))
        for number, point in enumerate(moment.points)
        if point.value is not None
    }
    if is_newest and len(places) == count:
        sheet.area(list(places.values()), fill=style.colour, alpha=0.08)
    runs = [[places[number] for number in run] for run in web_lines(moment)]
    sheet.lines(runs, colour=style.colour, width=style.width, dash=style.dash)
    for is_open in (False, True):
        chosen = [place for number, place in places.items() if moment.points[number].is_partial == is_open]
        sheet.marks(chosen, style=style, is_open=is_open)


def _draw_block(sheet: Sheet, centre: Place, block: _Block) -> None:
    x, top = centre[0] + block.x, centre[1] + block.box.top
    line = block.size * ink.LINE_HEIGHT
    baseline = sheet.write_lines((x, top + block.size), block.label, block.size, step=line, align=block.align)
    widest = max(row_width(row) for row in block.values)
    for row in block.values:
        if len(row) == 1 and not row[0].indent:
            write_value(sheet, (x, baseline), row[0], block.size, align=block.align)
        else:
            start = {"start": x, "middle": x - widest / 2, "end": x - widest}[block.align]
            write_row(sheet, (start, baseline), row, block.size)
        baseline += line

"""The colours, sizes and marks of the charts: the tokens of the look, on a light card, and one style per moment."""

from dataclasses import dataclass
from typing import Final, Literal

INK: Final = "#17323a"
INK_SOFT: Final = "#4c6169"
CARD: Final = "#ffffff"
LINE: Final = "#e2dcd0"
LINE_STRONG: Final = "#cfc6b5"
PETROL: Final = "#0e6a73"
PETROL_DEEP: Final = "#0a4d54"
PETROL_WASH: Final = "#e3f0f0"
OCHRE: Final = "#b46a00"
OCHRE_DEEP: Final = "#8a5100"
OCHRE_WASH: Final = "#fbeed8"
SLATE: Final = "#6b7d84"
SLATE_WASH: Final = "#eef1f2"

TITLE_SIZE: Final = 25.0
LABEL_SIZE: Final = 17.0
VALUE_SIZE: Final = 17.0
SMALL_SIZE: Final = 16.0
LINE_HEIGHT: Final = 1.28
"""From one line of a label to the next, in sizes of its letters."""

Marker = Literal["dot", "square", "triangle"]


@dataclass(frozen=True, slots=True)
class MomentStyle:
    """How one moment is told from the others: by line, mark and colour. ``dash`` is on and off in line widths."""

    colour: str
    text: str
    wash: str
    marker: Marker
    width: float
    dash: tuple[float, float] | None


NOW: Final = MomentStyle(PETROL, PETROL_DEEP, PETROL_WASH, "dot", 3.0, None)
THEN: Final = MomentStyle(OCHRE, OCHRE_DEEP, OCHRE_WASH, "square", 2.6, (2.6, 2.2))
EARLIER: Final = MomentStyle(SLATE, INK_SOFT, SLATE_WASH, "triangle", 2.0, (0.2, 2.4))


def styles(moments: int) -> tuple[MomentStyle, ...]:
    """One style per moment, oldest first: dotted with triangles, dashed with squares, solid with dots."""
    return (EARLIER, THEN, NOW)[3 - moments :]

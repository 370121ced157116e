"""The five drawn faces of the answer scale: one geometry for the web chat (SVG) and for the charts (paths).

Worst first: 1 is "no, not at all", 5 is "yes, completely". One hue; only the mouth differs. Platform emoji are not
used: they look different on every phone.
"""

from typing import Final

SIDE: Final = 48.0
"""The faces are drawn in a square of this side, y downwards."""

CENTRE: Final = (24.0, 24.0)
RADIUS: Final = 21.0
EYES: Final = ((17.0, 19.0), (31.0, 19.0))
EYE_RADIUS: Final = 2.6

MOUTHS: Final[tuple[tuple[tuple[float, float], ...], ...]] = (
    ((14, 36), (24, 21), (34, 36)),
    ((16, 33), (24, 27), (32, 33)),
    ((16, 31), (24, 31), (32, 31)),
    ((16, 29), (24, 35), (32, 29)),
    ((14, 27), (24, 42), (34, 27)),
)
"""Per face one quadratic curve: start, control point, end. The outer two are closed and filled."""

OPEN_MOUTHS: Final = frozenset({1, 5})
"""The faces with an open mouth: on a small phone the two sad ones must differ at a glance, and so the two glad ones."""


def mouth(number: int) -> tuple[tuple[float, float], ...]:
    """The mouth of face 1..5 as a quadratic curve; raises ValueError for another number."""
    if not 1 <= number <= len(MOUTHS):
        raise ValueError(f"there is no face {number}")
    return MOUTHS[number - 1]


def face_svg(number: int) -> str:
    """Face 1..5 as an inline SVG that takes the text's colour (and ``--petrol-wash`` as its skin, where that is set).

    Hidden from screen readers: a face never stands without its word. Raises ValueError for another number.
    """
    (x0, y0), (cx, cy), (x1, y1) = mouth(number)
    is_open = number in OPEN_MOUTHS
    curve = f"M{x0:g} {y0:g}Q{cx:g} {cy:g} {x1:g} {y1:g}" + ("Z" if is_open else "")
    eyes = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{EYE_RADIUS:g}" fill="currentColor"/>' for x, y in EYES)
    return (
        f'<svg class="face" viewBox="0 0 {SIDE:g} {SIDE:g}" aria-hidden="true" focusable="false">'
        f'<circle class="face-skin" cx="{CENTRE[0]:g}" cy="{CENTRE[1]:g}" r="{RADIUS:g}"'
        ' fill="var(--petrol-wash,#e3f0f0)" stroke="currentColor" stroke-width="2.5"/>'
        f"{eyes}"
        f'<path d="{curve}" fill="{"currentColor" if is_open else "none"}" stroke="currentColor" stroke-width="3"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )

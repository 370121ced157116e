"""How wide words are in our own fonts, and how they are broken over lines so that nothing is ever clipped."""

from functools import lru_cache
from pathlib import Path
from typing import Final
from unicodedata import category

from matplotlib import font_manager
from matplotlib.font_manager import FontEntry, FontProperties
from matplotlib.ft2font import LoadFlags

LATIN: Final = "Noto Sans"
ARABIC: Final = "Noto Sans Arabic"

FONTS: Final = Path(__file__).parent / "fonts"
FILES: Final = (
    (LATIN, 400, "NotoSans-Regular.ttf"),
    (LATIN, 700, "NotoSans-Bold.ttf"),
    (ARABIC, 400, "NotoSansArabic-Regular.ttf"),
    (ARABIC, 700, "NotoSansArabic-Bold.ttf"),
)

_MEASURED_AT: Final = 100.0


def load_fonts() -> None:
    """Make our own fonts the only ones, so that a chart looks the same on every machine."""
    font_manager.fontManager.ttflist = [
        FontEntry(
            fname=str(FONTS / file), name=family, style="normal", variant="normal", weight=weight, size="scalable"
        )
        for family, weight, file in FILES
    ]


@lru_cache(maxsize=64)
def font(*, size: float, is_bold: bool, is_arabic: bool) -> FontProperties:
    """The font in that size, with the other script's font behind it for what it lacks. Shared: do not change it."""
    families = [ARABIC, LATIN] if is_arabic else [LATIN, ARABIC]
    return FontProperties(family=families, weight=700 if is_bold else 400, size=size)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Every character that our fonts can draw."""
    return frozenset().union(*(font_manager.get_font(str(FONTS / file)).get_charmap() for _, _, file in FILES))


def drawable(text: str) -> str:
    """What somebody wrote, as far as our fonts can draw it, on one line: a picture or a script that they lack is left
    out. No-break spaces stay what they are."""
    known = _letters()
    kept = [one if ord(one) in known or category(one) == "Cf" else " " * one.isspace() for one in text]
    return " ".join(part for part in "".join(kept).split(" ") if part)


@lru_cache(maxsize=8192)
def _width(words: str, *, is_bold: bool, is_arabic: bool) -> float:
    files = [str(FONTS / file) for _, weight, file in FILES if weight == (700 if is_bold else 400)]
    face = font_manager.get_font(files[::-1] if is_arabic else files)
    face.clear()
    face.set_size(_MEASURED_AT, 72)
    face.set_text(words, 0.0, flags=LoadFlags.NO_HINTING)
    width, _ = face.get_width_height()
    return float(width) / 64 / _MEASURED_AT


def measure(words: str, *, size: float, is_bold: bool = False, is_arabic: bool = False) -> float:
    """The width of one line of words, in px, as it will be drawn."""
    return _width(words, is_bold=is_bold, is_arabic=is_arabic) * size if words else 0.0


def _fill(words: list[str], widths: list[float], space: float, width: float) -> list[str]:
    lines: list[str] = []
    used = 0.0
    for word, wide in zip(words, widths, strict=True):
        if lines and used + space + wide <= width:
            lines[-1] += " " + word
            used += space + wide
        else:
            lines.append(word)
            used = wide
    return lines


def wrap(
    text: str, *, width: float, size: float, is_bold: bool = False, is_arabic: bool = False, is_balanced: bool = False
) -> list[str]:
    """The text over as few lines as fit the width, broken at spaces only; a word wider than that stays whole.

    ``is_balanced``: the lines come out about equally long, for a label. No-break spaces are never broken at.
    """
    words = [word for word in text.split(" ") if word]
    widths = [measure(word, size=size, is_bold=is_bold, is_arabic=is_arabic) for word in words]
    space = size * 0.26
    lines = _fill(words, widths, space, width)
    if is_balanced and 1 < len(lines) < len(words):
        narrow, wide = max(widths), width
        for _ in range(5):
            middle = (narrow + wide) / 2
            tried = _fill(words, widths, space, middle)
            if len(tried) == len(lines):
                lines, wide = tried, middle
            else:
                narrow = middle
    return lines


def widest_word(text: str, *, size: float, is_bold: bool = False, is_arabic: bool = False) -> float:
    """The width of the widest word: no column for the text can be narrower."""
    return max(
        (measure(word, size=size, is_bold=is_bold, is_arabic=is_arabic) for word in text.split(" ")), default=0.0
    )

"""A printed page: our own fonts, the reader's direction, words that wrap and fit, and the drawn faces.

Sizes and places are in mm, letters in points. Places are given left to right; what stands in a Frame comes out mirrored
for right-to-left readers.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, WrapMode
from fpdf.fonts import TTFFont

from reports import faces, ink

Side = Literal["start", "middle"]

FONTS: Final = Path(__file__).parent / "fonts"
LATIN: Final = "sans"
ARABIC: Final = "arabic"
RIGHT_TO_LEFT: Final = frozenset({"ar"})
LEADING: Final = 1.3
"""A line of words is this many times as high as its letters are large."""

MM_PER_POINT: Final = 25.4 / 72
_FILES: Final = (
    (LATIN, "", "NotoSans-Regular.ttf"),
    (LATIN, "B", "NotoSans-Bold.ttf"),
    (ARABIC, "", "NotoSansArabic-Regular.ttf"),
    (ARABIC, "B", "NotoSansArabic-Bold.ttf"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Part of a page; everything is placed from its left top, as for a left-to-right reader."""

    left: float
    top: float
    width: float
    height: float


class Printed(FPDF):
    """A4 pages without margins of their own: whoever draws says where."""

    def __init__(self, *, title: str, language: str) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        for family, style, file in _FILES:
            self.add_font(family, style, FONTS / file)
        self.set_fallback_fonts([LATIN, ARABIC], exact_match=True)
        self.set_margins(0, 0, 0)
        self.c_margin = 0
        self.set_auto_page_break(auto=False)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Werkstem")
        self.is_rtl = False
        self.frame = Frame(0, 0, self.w, self.h)
        self._known_sizes: dict[tuple[object, ...], float] = {}

    @contextmanager
    def inside(self, frame: Frame, language: str) -> Iterator[None]:
        """Everything until the end is placed in that frame, for a reader of that language."""
        self.frame, self.is_rtl = frame, language in RIGHT_TO_LEFT
        self.set_text_shaping(
            use_shaping_engine=True, direction="rtl" if self.is_rtl else "ltr", script=None, language=language
        )
        yield
        self.frame, self.is_rtl = Frame(0, 0, self.w, self.h), False

    # Words ------------------------------------------------------------------------------------------------------

    def words(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        *,
        size: float,
        is_bold: bool = False,
        colour: str = ink.INK,
        side: Side = "start",
    ) -> float:
        """Some words in a column ``width`` wide whose top is at ``x``, ``y``; the height that they take."""
        self.set_text_color(colour)
        self.set_xy(self.across(x, width), self.down(y))
        align = Align.C if side == "middle" else Align.R if self.is_rtl else Align.L
        return self._column(text, width, size=size, is_bold=is_bold, align=align)

    def height_of(self, text: str, width: float, *, size: float, is_bold: bool = False) -> float:
        """The height that words take in a column of that width."""
        return self._column(text, width, size=size, is_bold=is_bold, dry_run=True)

    def _column(self, text: str, width: float, *, size: float, is_bold: bool, **how: Any) -> float:
        self._choose(size, is_bold=is_bold)
        high = size * MM_PER_POINT * LEADING
        lines = self.multi_cell(width, high, text, wrapmode=WrapMode.WORD, output=MethodReturnValue.LINES, **how)
        return high * len(cast("list[str]", lines))

    def fits(self, text: str, width: float, height: float, *, size: float, is_bold: bool = False) -> bool:
        """Whether the words stand whole in such a column: no line too many, and no word wider than it."""
        if self.height_of(text, width, size=size, is_bold=is_bold) > height:
            return False
        return all(self.width_of(word, size=size, is_bold=is_bold) <= width for word in text.split())

    def largest(
        self, text: str, width: float, height: float, sizes: Sequence[float], *, is_bold: bool = False
    ) -> float:
        """The first of ``sizes``, largest first, in which the words fit; the last one when none does."""
        asked = (text, width, height, *sizes, is_bold, self.is_rtl)
        if asked not in self._known_sizes:  # Most words are the same on every card, and trying is what takes time.
            fitting = (size for size in sizes if self.fits(text, width, height, size=size, is_bold=is_bold))
            self._known_sizes[asked] = next(fitting, sizes[-1])
        return self._known_sizes[asked]

    def width_of(self, text: str, *, size: float, is_bold: bool = False) -> float:
        """The width of words on one line."""
        self._choose(size, is_bold=is_bold)
        return self.get_string_width(text)

    def drawable(self, text: str) -> str | None:
        """The text without the signs that our fonts lack; None when a letter would be lost, or nothing is left."""
        known = frozenset().union(*(font.cmap for font in self.fonts.values() if isinstance(font, TTFFont)))
        text = unicodedata.normalize("NFC", text)
        lost = [ch for ch in text if ord(ch) not in known]
        if any(unicodedata.category(ch)[0] in "LN" for ch in lost):
            return None
        return " ".join("".join(ch for ch in text if ch not in lost).split()) or None

    def _choose(self, size: float, *, is_bold: bool) -> None:
        self.set_font(ARABIC if self.is_rtl else LATIN, "B" if is_bold else "", size)

    # Drawings ---------------------------------------------------------------------------------------------------

    def across(self, x: float, width: float = 0) -> float:
        """Where on the page something stands that is ``width`` wide and stands at ``x`` in the frame."""
        return self.frame.left + (self.frame.width - x - width if self.is_rtl else x)

    def down(self, y: float) -> float:
        """Where on the page something stands that stands at ``y`` in the frame."""
        return self.frame.top + y

    @contextmanager
    def pen(self, colour: str, width: float, *, fill: str | None = None) -> Iterator[None]:
        """Lines of that colour and width, areas of that colour, until the end."""
        with self.local_context(draw_color=colour, line_width=width, fill_color=fill or colour):
            yield

    def panel(self, x: float, y: float, width: float, height: float, *, fill: str, radius: float = 3) -> None:
        """An area with round corners, in one colour."""
        with self.pen(fill, 0):
            self.rect(self.across(x, width), self.down(y), width, height, "F", round_corners=True, corner_radius=radius)

    def face(self, number: int, x: float, y: float, side: float) -> None:
        """Face 1 to 5 of the answer scale, in a square."""
        left, top, scale = self.across(x, side), self.down(y), side / faces.SIDE

        def placed(point: tuple[float, float]) -> tuple[float, float]:
            return left + point[0] * scale, top + point[1] * scale

        with self.pen(ink.INK, 2.5 * scale, fill=ink.PETROL_WASH):
            self.circle(*placed(faces.CENTRE), faces.RADIUS * scale, "DF")
        is_open = number in faces.OPEN_MOUTHS
        with self.pen(ink.INK, 3 * scale):
            for eye in faces.EYES:
                self.circle(*placed(eye), faces.EYE_RADIUS * scale, "F")
            self.bezier(
                [placed(point) for point in faces.mouth(number)], closed=is_open, style="DF" if is_open else "D"
            )

"""A sheet to draw on: px with y downwards, mirrored as a whole for right-to-left readers, saved as SVG, PNG or PDF."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any, Final, Literal, Protocol

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends import backend_agg, backend_svg
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Transform
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from reports import faces, ink, lettering
from reports.chart import FileFormat
from reports.svg import finished_svg

Place = tuple[float, float]
Align = Literal["start", "middle", "end"]

_RendererAgg: Final[Any] = backend_agg.RendererAgg  # Any: matplotlib's renderers carry no types.
_RendererSVG: Final[Any] = backend_svg.RendererSVG

PNG_SCALE: Final = 2
POINTS_PER_INCH: Final = 72

_SETTINGS: Final[Any] = {  # Any: matplotlib lists its hundreds of settings as literals.
    "svg.fonttype": "none",  # Text stays text: it can be searched, read out and copied.
    "svg.hashsalt": "werkstem",  # The same chart gives the same bytes.
    "pdf.fonttype": 42,  # Whole letters, not outlines: the PDF can be searched and copied from.
    "pdf.compression": 6,
    "path.simplify": False,
    "text.hinting": "none",  # Letters stand in a PNG exactly where they were measured.
}

_ALIGNMENT: Final[dict[Align, tuple[Literal["left", "center", "right"], Literal["left", "center", "right"]]]] = {
    "start": ("left", "right"),
    "middle": ("center", "center"),
    "end": ("right", "left"),
}

_SHARE_LEFT: Final = {"left": 0.0, "center": 0.5, "right": 1.0}


class Told(Protocol):
    """What stands in a file beside the drawing: the picture's title, and all of it in words."""

    @property
    def title(self) -> str:
        """The title, as it stands in the picture too."""

    @property
    def language(self) -> str:
        """The language of its words."""

    @property
    def is_right_to_left(self) -> bool:
        """Whether that language is read from right to left."""

    @property
    def told(self) -> str:
        """What a screen reader says of it."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where some words stand, in px, before any mirroring."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box", *, gap: float = 0.0) -> bool:
        """Whether the two boxes overlap, or come nearer to each other than ``gap``."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


class _Line(Text):
    """One line of words of known width: matplotlib need not lay it out again, which is half of a drawing's time."""

    def __init__(self, *args: Any, wide: float, scale: float, **style: Any) -> None:
        super().__init__(*args, **style)
        self._wide = wide
        self.scale = scale

    @property
    def start(self) -> float:
        """The left end of the line, in px."""
        return float(self.get_position()[0]) - self._wide * _SHARE_LEFT[self.get_horizontalalignment()]

    def draw(self, renderer: Any) -> None:
        """Draw the line where it is known to stand."""
        x, y = self.get_transform().transform((self.start, self.get_position()[1]))
        if renderer.flipy():
            y = renderer.height - y
        pen = renderer.new_gc()
        pen.set_foreground(self.get_color())
        renderer.draw_text(pen, x, y, self.get_text(), self.get_fontproperties(), 0, ismath=False, mtext=self)
        pen.restore()


class Sheet:
    """One picture in the making. Everything is given left to right; an Arabic sheet comes out mirrored.

    ``margin`` is kept free on both sides. ``written`` are the boxes of all words so far, for whoever checks that
    nothing is clipped; ``parts`` are the sheets inside this one, with their places and scales, for the same.
    """

    def __init__(self, *, width: float, margin: float, is_right_to_left: bool) -> None:
        self.width = width
        self.margin = margin
        self.height = 0.0
        self.is_right_to_left = is_right_to_left
        self.written: list[Box] = []
        self._artists: list[Artist] = []
        self._px = Affine2D()
        self._transform: Transform = self._px
        self._scale = 1.0
        self.parts: list[tuple[Place, float, Sheet]] = []

    def part(self, place: Place, *, width: float, margin: float, scale: float) -> "Sheet":
        """A sheet of this width that is drawn inside this one, so much smaller; ``place`` is where its start and its
        top come, in reading direction. Only the whole is saved."""
        part = Sheet(width=width, margin=margin, is_right_to_left=self.is_right_to_left)
        start, top = place
        left = self._across(start) - width * scale if self.is_right_to_left else start
        part._artists = self._artists
        part._transform = Affine2D().scale(scale).translate(left, top) + self._transform
        part._scale = self._scale * scale
        self.parts.append((place, scale, part))
        return part

    def measure(self, words: str, size: float, *, is_bold: bool = False) -> float:
        """The width of one line of words, in px."""
        return lettering.measure(words, size=size, is_bold=is_bold, is_arabic=self.is_right_to_left)

    def wrap(
        self, text: str, width: float, size: float, *, is_bold: bool = False, is_balanced: bool = False
    ) -> list[str]:
        """The text over as few lines as fit the width."""
        return lettering.wrap(
            text, width=width, size=size, is_bold=is_bold, is_balanced=is_balanced, is_arabic=self.is_right_to_left
        )

    def widest_word(self, text: str, size: float, *, is_bold: bool = False) -> float:
        """The width of the text's widest word, in px."""
        return lettering.widest_word(text, size=size, is_bold=is_bold, is_arabic=self.is_right_to_left)

    def write(
        self,
        place: Place,
        words: str,
        size: float,
        *,
        colour: str = ink.INK,
        is_bold: bool = False,
        align: Align = "start",
    ) -> None:
        """One line of words; ``place`` is on its baseline, at its start, middle or end in reading direction."""
        x, baseline = place
        wide = self.measure(words, size, is_bold=is_bold)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[align]
        self.written.append(Box(words, left, baseline - size, left + wide, baseline + size * 0.3))
        line = _Line(
            self._across(x),
            baseline,
            words,
            color=colour,
            fontproperties=lettering.font(size=size * self._scale, is_bold=is_bold, is_arabic=self.is_right_to_left),
            horizontalalignment=_ALIGNMENT[align][self.is_right_to_left],
            wide=wide,
            scale=self._scale,
        )
        self._add(line, self._transform)

    def write_lines(
        self,
        place: Place,
        lines: Iterable[str],
        size: float,
        *,
        step: float,
        colour: str = ink.INK,
        align: Align = "start",
    ) -> float:
        """Lines of words under each other, the first at ``place``; gives the baseline where one more would stand."""
        x, baseline = place
        for words in lines:
            self.write((x, baseline), words, size, colour=colour, align=align)
            baseline += step
        return baseline

    def lines(
        self,
        runs: Iterable[Sequence[Place]],
        *,
        colour: str,
        width: float,
        dash: tuple[float, float] | None = None,
        is_closed: bool = False,
    ) -> None:
        """Straight lines through the places of each run, all in one style. ``dash`` is in line widths."""
        path = self._path(runs, is_closed=is_closed)
        if path is not None:
            style = "solid" if dash is None else (0, dash)
            self._patch(path, edgecolor=colour, linewidth=width, linestyle=style, fill=False)

    def area(self, places: Sequence[Place], *, fill: str, alpha: float = 1.0) -> None:
        """A filled polygon without an edge."""
        path = self._path([places], is_closed=True)
        if path is not None:
            self._patch(path, facecolor=fill, edgecolor="none", alpha=alpha)

    def disc(self, centre: Place, radius: float, *, fill: str, edge: str) -> None:
        """A filled circle with a thin edge."""
        path = Path.circle((self._across(centre[0]), centre[1]), radius)
        self._patch(path, facecolor=fill, edgecolor=edge, linewidth=1.5)

    def marks(self, places: Iterable[Place], *, style: ink.MomentStyle, is_open: bool, size: float = 6.5) -> None:
        """A moment's marks at these places: filled with a light rim, or open."""
        paths = [_mark(style.marker, self._across(x), y, size) for x, y in places]
        if not paths:
            return
        path = Path.make_compound_path(*paths)
        if is_open:
            self._patch(path, facecolor=ink.CARD, edgecolor=style.colour, linewidth=2.6)
        else:
            self._patch(path, facecolor=style.colour, edgecolor=ink.CARD, linewidth=1.6)

    def face(self, number: int, centre: Place, side: float) -> None:
        """Face 1..5 in a square of this side."""
        scale = side / faces.SIDE
        to_place = Affine2D().translate(-faces.SIDE / 2, -faces.SIDE / 2).scale(scale)
        to_place.translate(self._across(centre[0]), centre[1])
        skin = Path.circle(faces.CENTRE, faces.RADIUS)
        self._patch(
            to_place.transform_path(skin), facecolor=ink.PETROL_WASH, edgecolor=ink.PETROL, linewidth=2.5 * scale
        )
        eyes = Path.make_compound_path(*(Path.circle(eye, faces.EYE_RADIUS) for eye in faces.EYES))
        self._patch(to_place.transform_path(eyes), facecolor=ink.PETROL, edgecolor="none")
        is_open = number in faces.OPEN_MOUTHS
        start, control, end = faces.mouth(number)
        codes = [Path.MOVETO, Path.CURVE3, Path.CURVE3, *([Path.CLOSEPOLY] if is_open else [])]
        curve = Path([start, control, end, *([start] if is_open else [])], codes)
        self._patch(
            to_place.transform_path(curve),
            facecolor=ink.PETROL if is_open else "none",
            edgecolor=ink.PETROL,
            linewidth=3 * scale,
        )

    def save(self, chart: Told, file_format: FileFormat) -> bytes:
        """The sheet as a file, ``height`` px high, with the chart's title and description in it."""
        with mpl.rc_context(_SETTINGS):
            return {"svg": self._as_svg, "png": self._as_png, "pdf": self._as_pdf}[file_format](chart)

    def save_page(self, *, title: str, subject: str) -> bytes:
        """The sheet as a PDF page that is no chart: a px is a point on paper."""
        with mpl.rc_context(_SETTINGS):
            return self._as_page(title, subject)

    def _draw(self, renderer: Any, *, scale: float = 1.0) -> None:
        """Everything on the card, in the order in which it was put there. Without matplotlib's figure, which nothing
        here needs: it brings axes, legends and three dimensions, 7 MB."""
        self._px.clear().scale(scale, -scale).translate(0, self.height * scale)
        card = Rectangle((0, self.height), self.width, -self.height, color=ink.CARD, linewidth=0, antialiased=False)
        card.set_transform(self._px)
        renderer.open_group("figure")
        for artist in (card, *self._artists):
            artist.draw(renderer)
        renderer.close_group("figure")

    def _as_svg(self, chart: Told) -> bytes:
        out = StringIO()
        renderer = _RendererSVG(self.width, self.height, out, metadata={"Date": None})
        self._draw(renderer)
        renderer.finalize()
        return finished_svg(
            out.getvalue(),
            title=chart.title,
            description=chart.told,
            language=chart.language,
            is_right_to_left=chart.is_right_to_left,
            families=(lettering.LATIN, lettering.ARABIC),
        ).encode()

    def _as_png(self, chart: Told) -> bytes:
        renderer = _RendererAgg(self.width * PNG_SCALE, self.height * PNG_SCALE, POINTS_PER_INCH * PNG_SCALE)
        self._draw(renderer, scale=PNG_SCALE)
        about = PngInfo()
        about.add_text("Title", chart.title)
        about.add_text("Description", chart.told)
        out = BytesIO()
        image = Image.fromarray(np.asarray(renderer.buffer_rgba()))
        image.save(out, format="png", pnginfo=about, dpi=(renderer.dpi, renderer.dpi))
        return out.getvalue()

    def _as_pdf(self, chart: Told) -> bytes:
        return self._as_page(chart.title, chart.told)

    def _as_page(self, title: str, subject: str) -> bytes:
        return _pages([self], title, subject)

    def put_on(self, page: Any) -> None:
        """The sheet on a page of a PDF, given as what matplotlib draws on."""
        if self.is_right_to_left:
            self._outline_words()
        self._draw(page)

    def _outline_words(self) -> None:
        """Turn all words into shapes. matplotlib 3.11's PDF moves joined Arabic letters off their place by counting a
        kern twice wherever it changes font subset, so that words touch; shapes stand where the layout puts them."""
        for at, line in enumerate(self._artists):
            if isinstance(line, _Line):
                shape = TextPath((0, 0), line.get_text(), prop=line.get_fontproperties())
                to_place = Affine2D().scale(1 / line.scale, -1 / line.scale)  # its letters have the part's size already
                to_place.translate(line.start, line.get_position()[1])
                outline = PathPatch(to_place.transform_path(shape), facecolor=line.get_color(), edgecolor="none")
                outline.set_transform(line.get_transform())
                self._artists[at] = outline

    def _across(self, x: float) -> float:
        return self.width - x if self.is_right_to_left else x

    def _path(self, runs: Iterable[Sequence[Place]], *, is_closed: bool) -> Path | None:
        vertices: list[Place] = []
        codes: list[np.uint8] = []
        for run in runs:
            vertices += [(self._across(x), y) for x, y in run]
            codes += [Path.MOVETO, *([Path.LINETO] * (len(run) - 1))]
            if is_closed:
                vertices.append(vertices[-len(run)])
                codes.append(Path.CLOSEPOLY)
        return Path(vertices, codes) if vertices else None

    def _patch(self, path: Path, *, linewidth: float | None = None, **style: object) -> None:
        wide = None if linewidth is None else linewidth * self._scale
        patch = PathPatch(path, capstyle="round", joinstyle="round", linewidth=wide, **style)
        self._add(patch, self._transform)

    def _add(self, artist: Artist, transform: Transform) -> None:
        artist.set_transform(transform)
        self._artists.append(artist)


def save_pages(sheets: Sequence[Sheet], *, title: str, subject: str) -> bytes:
    """The sheets as the pages of one PDF that is no chart: a px is a point on paper."""
    with mpl.rc_context(_SETTINGS):
        return _pages(sheets, title, subject)


def _pages(sheets: Sequence[Sheet], title: str, subject: str) -> bytes:
    from matplotlib.backends import backend_pdf  # Here: it brings fontTools and the figure, 22 MB.

    out = BytesIO()
    about = {"Title": title, "Subject": subject, "Creator": "Werkstem", "CreationDate": None}
    pdf: Any = backend_pdf  # Any: as above.
    file = pdf.PdfFile(out, metadata=about)
    for sheet in sheets:
        width, height = sheet.width / POINTS_PER_INCH, sheet.height / POINTS_PER_INCH
        file.newPage(width, height)
        renderer = pdf.RendererPdf(file, POINTS_PER_INCH, height, width)
        sheet.put_on(renderer)
        renderer.finalize()
    file.finalize()
    return out.getvalue()


def _mark(marker: ink.Marker, x: float, y: float, size: float) -> Path:
    if marker == "dot":
        return Path.circle((x, y), size)
    if marker == "square":
        half = size * 0.88
        corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    else:
        turns = [math.tau * step / 3 for step in range(3)]
        corners = [(x + size * 1.25 * math.sin(turn), y - size * 1.25 * math.cos(turn)) for turn in turns]
    return Path([*corners, corners[0]], closed=True)

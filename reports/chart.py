"""What a chart shows, as plain values: axes, moments and points with their ready words. Nothing here draws."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Form = Literal["web", "bars"]
"""A spider web, or the same data as horizontal bars: equal in rank."""

FileFormat = Literal["svg", "png", "pdf"]

Paper = Literal["page", "phone"]
"""What a chart is laid out for: a page or a large screen, or a phone, where words are as large as in the chat."""

LOWEST: Final = 1.0
HIGHEST: Final = 5.0

MOST_MOMENTS: Final = 3
"""More moments than this cannot be told apart in one picture (METHOD e.6)."""

FEWEST_WEB_AXES: Final = 3
"""A web needs this many axes with a value in the newest moment (METHOD e.6)."""

MOST_WEB_AXES: Final = 10
"""With more axes than this the labels around a web no longer fit in full; bars take any number."""

_ARABIC_INDIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

RIGHT_TO_LEFT: Final = frozenset({"ar"})
"""The languages whose charts are mirrored as a whole: axes go round counter-clockwise, bars grow to the left."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One group or statement. ``label`` is its full name in words; ``name`` is its id and is not shown."""

    name: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One value on one axis: 1 to 5, or None with ``gap`` saying why there is none ("geen antwoord").

    ``label`` is the value as the reader writes it ("3,4"). ``is_partial``: it rests on 3 or 4 answers of 5, or stands
    for all that lies further ("4,8 of hoger"), and is drawn open.
    """

    value: float | None
    label: str = ""
    is_partial: bool = False
    gap: str = ""

    @property
    def words(self) -> str:
        """What stands at the axis: the value in words, or why it is missing."""
        return self.gap if self.value is None else self.label


@dataclass(frozen=True, slots=True)
class Moment:
    """One measurement. ``label`` says when ("Nu: 14 november 2026"); one point per axis, in the order of the axes."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that a picture of one ring or one group says. ``moments`` are oldest first, one to three.

    ``description`` is the picture in one or two sentences for whoever cannot see it; the values are added to it.
    ``sentences`` stand under the picture. ``low_mark`` and ``high_mark`` are the words of the faces 1 and 5.
    Raises ValueError when the parts contradict each other.
    """

    title: str
    description: str
    language: str
    axes: tuple[Axis, ...]
    moments: tuple[Moment, ...]
    low_mark: str
    high_mark: str
    sentences: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.axes:
            raise ValueError("a chart needs an axis")
        if not 1 <= len(self.moments) <= MOST_MOMENTS:
            raise ValueError(f"a chart shows one to {MOST_MOMENTS} moments, not {len(self.moments)}")
        for moment in self.moments:
            if len(moment.points) != len(self.axes):
                raise ValueError("every moment has one point per axis")
            for point in moment.points:
                _check(point)

    @property
    def is_right_to_left(self) -> bool:
        """Whether the reader reads from right to left."""
        return self.language in RIGHT_TO_LEFT

    @property
    def told(self) -> str:
        """What a screen reader says of the picture."""
        return in_words(self)


def _check(point: Point) -> None:
    if point.value is not None and not LOWEST <= point.value <= HIGHEST:
        raise ValueError("a value lies between 1 and 5")
    if not point.words:
        raise ValueError("every point needs its words: a label, or why there is no value")


def numeral(number: int, language: str) -> str:
    """A whole number in the digits of the language."""
    return str(number).translate(_ARABIC_INDIC) if language == "ar" else str(number)


def can_be_web(chart: Chart) -> bool:
    """Whether a web can be drawn: at least three axes with a value in the newest moment, and not too many axes."""
    valid = sum(point.value is not None for point in chart.moments[-1].points)
    return valid >= FEWEST_WEB_AXES and len(chart.axes) <= MOST_WEB_AXES


def data_table(chart: Chart) -> list[list[str]]:
    """The same data as rows of words: a head with the title and the moments, then one row per axis."""
    head = [chart.title, *(moment.label for moment in chart.moments)]
    rows = ([moment.points[number].words for moment in chart.moments] for number in range(len(chart.axes)))
    return [head, *([axis.label, *row] for axis, row in zip(chart.axes, rows, strict=True))]


def in_words(chart: Chart) -> str:
    """The description with every value behind it: what a screen reader says of the picture."""
    _, *rows = data_table(chart)
    if len(chart.moments) == 1:
        values = [f"{label}: {value}." for label, value in rows]
    else:
        moments = [moment.label for moment in chart.moments]
        values = [
            f"{label}: " + "; ".join(f"{when} – {value}" for when, value in zip(moments, row, strict=True)) + "."
            for label, *row in rows
        ]
    return " ".join([chart.description, *values]).strip()


def web_lines(moment: Moment) -> list[list[int]]:
    """The axes that a moment's line joins, as runs of axis numbers in order; a closed run repeats its first at its end.

    A missing value is a gap: no run goes through it, and an axis between two gaps is in no run.
    """
    count = len(moment.points)
    gaps = [number for number, point in enumerate(moment.points) if point.value is None]
    if not gaps:
        return [[*range(count), 0]] if count > 1 else []
    runs: list[list[int]] = [[]]
    for step in range(1, count + 1):
        number = (gaps[0] + step) % count
        if moment.points[number].value is None:
            runs.append([])
        else:
            runs[-1].append(number)
    return [run for run in runs if len(run) > 1]


def dump(chart: Chart) -> str:
    """The chart as one line of JSON: the same chart gives the same line."""
    return json.dumps(asdict(chart), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Chart:
    """The chart that ``dump`` wrote."""
    return loaded(json.loads(text))


def loaded(data: dict[str, Any]) -> Chart:
    """The chart of what JSON made of one."""
    data["axes"] = tuple(Axis(**axis) for axis in data["axes"])
    data["moments"] = tuple(
        Moment(moment["label"], tuple(Point(**point) for point in moment["points"])) for moment in data["moments"]
    )
    data["sentences"] = tuple(data["sentences"])
    return Chart(**data)

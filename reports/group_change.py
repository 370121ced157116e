"""What the picture of then and now of many people shows, as plain values with their ready words. Nothing here draws."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from reports.chart import RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True)
class Shift:
    """One row: how much higher or lower the mean lies now, between which bounds; all None when it is not said.

    ``words`` say the same, or why it is not said. ``is_chance``: what was found can be chance; it is drawn open.
    """

    name: str
    label: str
    words: str
    low: float | None = None
    mean: float | None = None
    high: float | None = None
    is_chance: bool = False


@dataclass(frozen=True, slots=True)
class ChangeChart:
    """The picture: ``moments`` says what is compared with what; the three marks stand at the ends and the middle."""

    title: str
    description: str
    language: str
    moments: str
    rows: tuple[Shift, ...]
    lower_mark: str
    same_mark: str
    higher_mark: str
    sentences: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("a picture of then and now needs a row")

    @property
    def is_right_to_left(self) -> bool:
        """Whether the reader reads from right to left."""
        return self.language in RIGHT_TO_LEFT

    @property
    def told(self) -> str:
        """What a screen reader says of the picture."""
        return " ".join([self.description, *(f"{row.label}: {row.words}." for row in self.rows)])

    @property
    def table(self) -> list[list[str]]:
        """The same as rows of words, with a head."""
        return [[self.title, self.moments], *([row.label, row.words] for row in self.rows)]


def dump_change(chart: ChangeChart) -> str:
    """The picture as one line of JSON."""
    return json.dumps(asdict(chart), ensure_ascii=False, separators=(",", ":"))


def loaded_change(data: dict[str, Any]) -> ChangeChart:
    """The picture of what JSON made of one."""
    return ChangeChart(
        **{**data, "rows": tuple(Shift(**row) for row in data["rows"]), "sentences": tuple(data["sentences"])}
    )

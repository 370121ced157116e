"""What the sheet for a talk says, as plain values: the webs, what to talk about, what was agreed. Draws nothing."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reports.chart import Chart, loaded

Mark = Literal["dot", "ring", "box"]
"""What stands before each entry: a filled dot, an open ring, or a box to tick."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to talk about, or one agreement. ``detail`` stands under it, smaller; empty for none."""

    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its entries. Without entries only the heading stands."""

    heading: str
    entries: tuple[Entry, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class TalkSheet:
    """One page of A4 in the person's language. ``charts`` are one or two rings; ``topics`` stand beside them.

    ``agreed`` stands beside or under them, with ``more`` below when it ``has_more``; ``room`` is the heading over the
    lines to write on, ``foot`` the last line. ``day`` is when the newest measurement was, in words.
    """

    language: str
    title: str
    name: str
    day: str
    charts: tuple[Chart, ...]
    topics: tuple[Section, ...]
    agreed: Section | None
    more: str
    has_more: bool
    room: str
    foot: str


def content_of(sheet: TalkSheet) -> dict[str, Any]:
    """The sheet as JSON can hold it."""
    return asdict(sheet)


def loaded_sheet(content: dict[str, Any]) -> TalkSheet:
    """The sheet of what JSON made of one."""
    return TalkSheet(
        **{
            **content,
            "charts": tuple(loaded(chart) for chart in content["charts"]),
            "topics": tuple(_section(section) for section in content["topics"]),
            "agreed": _section(content["agreed"]) if content["agreed"] else None,
        }
    )


def _section(data: dict[str, Any]) -> Section:
    return Section(data["heading"], tuple(Entry(**entry) for entry in data["entries"]), data["mark"])

"""What the report of a few pages says, as plain values in reading order: headings, words, facts and pictures."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reports.chart import Chart, Form, loaded
from reports.group_change import ChangeChart, loaded_change

Kind = Literal["heading", "words", "points", "facts", "picture", "change"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece. ``lines`` are the points, or pairs of what a fact is and what it says; the others have one thing."""

    kind: Kind
    words: str = ""
    lines: tuple[tuple[str, ...], ...] = ()
    chart: Chart | None = None
    form: Form = "web"
    change: ChangeChart | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The report. ``foot`` stands at the bottom of each page, before its number."""

    language: str
    title: str
    whose: str
    blocks: tuple[Block, ...]
    foot: str


def content_of(report: Report) -> dict[str, Any]:
    """The report as JSON can hold it."""
    return asdict(report)


def loaded_report(content: dict[str, Any]) -> Report:
    """The report of what JSON made of one."""
    return Report(**{**content, "blocks": tuple(_block(block) for block in content["blocks"])})


def _block(data: dict[str, Any]) -> Block:
    return Block(
        **{
            **data,
            "lines": tuple(tuple(line) for line in data["lines"]),
            "chart": loaded(data["chart"]) if data["chart"] else None,
            "change": loaded_change(data["change"]) if data["change"] else None,
        }
    )

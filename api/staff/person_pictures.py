"""The pictures of a person's page: the webs or bars of what is shared, inside the page, and beside it as a table."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from api.staff.desk import StaffDesk
from api.staff.person_seen import SharedMoment
from bot.webs import group_chart, ring_chart
from domain.questionnaire import Ring
from reports.chart import Chart, Form, Paper, can_be_web, data_table
from reports.studio import DrawingError

PAPERS: Final[tuple[Paper, Paper]] = ("page", "phone")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart in a page, drawn for a large screen and for a phone: the page's style shows the one that fits.

    Both are None when it could not be drawn just now: then the table says it all. ``form`` is how it came out: bars
    come where a web says too little.
    """

    name: str
    title: str
    form: Form
    wide: Markup | None
    narrow: Markup | None
    table: tuple[tuple[str, ...], ...]


def shared_rings(desk: StaffDesk, moment: SharedMoment) -> tuple[str, ...]:
    """The rings of which something is shared, inner first."""
    questionnaire = desk.parts.catalogues.questionnaire
    return tuple(ring.value for ring in Ring if any(group.name in moment.shared for group in questionnaire.ring(ring)))


def chart_of(desk: StaffDesk, name: str, moments: Sequence[SharedMoment], language: str) -> Chart | None:
    """The chart of a ring or a group at these moments, oldest first; None when nothing of it is shared now."""
    catalogue, questionnaire = desk.parts.catalogues[language], desk.parts.catalogues.questionnaire
    measured = [moment.measured for moment in moments]
    if name in shared_rings(desk, moments[-1]):
        return ring_chart(catalogue, questionnaire, Ring(name), measured, is_own=False)
    if name in moments[-1].shared:
        return group_chart(catalogue, questionnaire, name, measured, is_own=False)
    return None


async def drawn(desk: StaffDesk, name: str, chart: Chart, form: Form) -> Picture:
    """The chart as it stands in a page."""
    wide = narrow = None
    with suppress(DrawingError):
        wide, narrow = [await _inside(desk, chart, form, paper) for paper in PAPERS]
    shown: Form = form if can_be_web(chart) else "bars"
    return Picture(name, chart.title, shown, wide, narrow, tuple(tuple(row) for row in data_table(chart)))


async def _inside(desk: StaffDesk, chart: Chart, form: Form, paper: Paper) -> Markup:
    svg = await desk.webs.draw(chart, form=form, file_format="svg", paper=paper)
    return Markup(svg.decode())  # noqa: S704 - drawn by ourselves: its words are escaped in it

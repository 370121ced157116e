"""The pictures of the Results room: inside the page for a large screen and for a phone, and beside it as a table."""

from contextlib import suppress
from dataclasses import dataclass

from markupsafe import Markup

from api.staff.desk import StaffDesk
from reports.chart import Chart, Form, Paper, can_be_web, data_table
from reports.group_change import ChangeChart
from reports.studio import DrawingError


@dataclass(frozen=True, slots=True)
class GroupPicture:
    """A picture in a page; ``wide`` and ``narrow`` are None when it could not be drawn just now.

    ``form`` is how it came out, None for then and now, which has one form only.
    """

    name: str
    title: str
    form: Form | None
    wide: Markup | None
    narrow: Markup | None
    table: tuple[tuple[str, ...], ...]


async def drawn(desk: StaffDesk, name: str, picture: Chart | ChangeChart, form: Form) -> GroupPicture:
    """The picture as it stands in a page."""
    wide = narrow = None
    with suppress(DrawingError):
        wide = await _inside(desk, picture, form, "page")
        narrow = await _inside(desk, picture, form, "phone")
    if isinstance(picture, Chart):
        shown: Form | None = form if can_be_web(picture) else "bars"
        table = data_table(picture)
    else:
        shown, table = None, picture.table
    return GroupPicture(name, picture.title, shown, wide, narrow, tuple(tuple(row) for row in table))


async def _inside(desk: StaffDesk, picture: Chart | ChangeChart, form: Form, paper: Paper) -> Markup:
    if isinstance(picture, Chart):
        svg = await desk.webs.draw(picture, form=form, file_format="svg", paper=paper)
    else:
        svg = await desk.webs.draw_change(picture, file_format="svg", paper=paper)
    return Markup(svg.decode())  # noqa: S704 - drawn by ourselves: its words are escaped in it

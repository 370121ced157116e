"""What is published of many, over the JSON API: means and pictures of windows that closed, and closing one."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.access import Owner, Staff
from api.group_charts import group_picture, ring_picture, span_of
from api.results import MomentView, first_that_closes, method_of, view_of
from api.v1.desk import Desk
from api.v1.errors import documented, not_found, not_json, not_yet, window_closed
from api.v1.results import MEDIA_TYPES, PICTURE, picture_headers
from api.v1.schemas import (
    ChangeOut,
    CloseWindow,
    FileFormat,
    Form,
    GroupResult,
    Language,
    MomentName,
    Results,
    ShareOut,
    WindowOut,
)
from domain.group_change import GroupChange, Share
from domain.questionnaire import Ring
from domain.suppression import Band, Figure
from domain.windows import Care
from reports.chart import Chart
from storage import organisations
from storage.secrets import new_id
from storage.staff import StaffMember
from storage.windows import ClosedWindow


def add_routes(router: APIRouter, desk: Desk) -> None:
    """The routes under /results."""
    method = method_of(desk.parts.catalogues)

    def seen(connection: Connection, member: StaffMember, moment: str) -> MomentView:
        return view_of(connection, desk.questionnaire, member, moment, desk.parts.now())

    @router.get("/results", summary="What is published")
    async def results(moment: Annotated[MomentName, Query()], member: Staff) -> Results:
        """The published means of one moment, of the newest window that closed; null when hidden or empty."""

        def read(connection: Connection) -> Results:
            return _results(seen(connection, member, moment), _zone(connection, member.organisation_id))

        return await desk.parts.store.read(read)

    @router.get(
        "/results/charts/{name}.{file_format}",
        response_class=Response,
        summary="What is published, as a picture",
        responses=PICTURE | documented(not_found(), not_yet()),
    )
    async def chart(
        name: str,
        file_format: FileFormat,
        moment: Annotated[MomentName, Query()],
        member: Staff,
        form: Form = "web",
        language: Language = "nl",
    ) -> Response:
        """``name`` is inner, outer or a group. 409 ``not-yet`` while nothing of it may be shown."""
        if name not in {ring.value for ring in Ring} | {group.name for group in desk.questionnaire.groups}:
            raise not_found()

        def read(connection: Connection) -> Chart:
            zone = _zone(connection, member.organisation_id)
            return _chart(desk, seen(connection, member, moment), name, language, zone)

        drawn = await desk.parts.store.read(read)
        picture = await desk.webs.draw(drawn, form=form, file_format=file_format)
        return Response(picture, media_type=MEDIA_TYPES[file_format], headers=picture_headers(name, file_format))

    @router.post(
        "/results/windows",
        summary="Close a window",
        status_code=201,
        responses=documented(not_yet(), window_closed(), not_found(), not_json()),
    )
    async def close(member: Owner, wanted: CloseWindow | None = None) -> WindowOut:
        """Close the window of a moment that runs: of the kind of groups named, or else the first that may close.

        409 ``not-yet`` when nobody or too few finished; ``window-closed`` when ``number`` is closed already.
        """
        which = wanted or CloseWindow()
        window_id, now = new_id(), desk.parts.now()

        def write(connection: Connection) -> WindowOut:
            cares = (which.care,) if which.care else tuple(Care)
            closed = first_that_closes(
                connection,
                method,
                member,
                cares,
                moment=which.moment,
                number=which.number,
                window_id=window_id,
                now=now,
            )
            return _out(closed, _zone(connection, member.organisation_id))

        return await desk.parts.store.write(write)


def _zone(connection: Connection, organisation_id: str) -> ZoneInfo:
    organisation = organisations.get(connection, organisation_id)
    return ZoneInfo(organisation.time_zone if organisation else "UTC")


def _results(view: MomentView, zone: ZoneInfo) -> Results:
    newest = max(view.windows.values(), key=lambda window: window.closed_at, default=None)
    groups = view.groups.values()
    return Results(
        moment=view.moment,
        window=newest.label(zone) if newest else None,
        groups={one.group: _figure(one.whole) for one in groups},
        bounds={one.group: (float(one.whole.low), float(one.whole.high)) for one in groups if one.whole},
        parts={one.group: {part: _figure(figure) for part, figure in one.parts.items()} for one in groups if one.parts},
        changes={one.group: _change(one.change) for one in groups if one.change},
        response=_share(view.response),
        drop_out=_share(view.drop_out),
        windows=[_out(window, zone) for window in view.windows.values()],
    )


def _figure(figure: Figure | None) -> GroupResult:
    if figure is None:
        return GroupResult(mean=None, people=None)
    return GroupResult(mean=float(figure.mean), people=_band(figure.people))


def _band(band: Band) -> str:
    return band.value.replace("-", "\N{EN DASH}")


def _change(change: GroupChange) -> ChangeOut:
    return ChangeOut(
        mean=float(change.mean),
        within=float(change.within),
        low=float(change.low),
        high=float(change.high),
        direction=change.direction,
        people=_band(change.people),
        clearly_higher=_share(change.clearly_higher),
        clearly_lower=_share(change.clearly_lower),
    )


def _share(share: Share | None) -> ShareOut | None:
    return None if share is None else ShareOut(low=share.low, high=share.high)


def _out(window: ClosedWindow, zone: ZoneInfo) -> WindowOut:
    return WindowOut(
        moment=window.moment,
        care=window.care,
        number=window.number,
        label=window.label(zone),
        since=window.since,
        closed_at=window.closed_at,
    )


def _chart(desk: Desk, view: MomentView, name: str, language: Language, zone: ZoneInfo) -> Chart:
    """The picture of a ring or a group. Raises ``not-yet`` when nothing of it may be shown."""
    catalogue, questionnaire = desk.parts.catalogues[language], desk.questionnaire
    shown = {
        group.name: view.groups[group.name]
        for group in questionnaire.groups
        if name in {group.name, group.ring.value} and view.groups[group.name].care
    }
    cares = {one.care for one in shown.values()}
    closed = [(window.since, window.closed_at) for care, window in view.windows.items() if care in cares]
    if not any(one.whole for one in shown.values()):
        raise not_yet()
    span = span_of(view.moment, closed, zone.key)
    if name in set(Ring):
        figures = {group: one.whole for group, one in shown.items()}
        return ring_picture(catalogue, questionnaire, Ring(name), figures, span)
    return group_picture(catalogue, name, shown[name].whole, shown[name].parts, span)

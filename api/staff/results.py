"""Results: what people who work here say, of many together, for the owner and the coach; and what still waits.

What may be shown comes first. A picture or file that may not be shown looks the same whatever the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import NothingOfYours, Staff
from api.group_charts import BASELINE, band_words, change_words, figure_words, moment_name
from api.results import MomentView, Waiting, history_of, method_of, moments_of, view_of, waiting_for
from api.results_charts import for_outside, groups_of, picture_of, pictures_there_are
from api.staff.desk import StaffDesk
from api.staff.results_files import ResultFiles
from api.staff.results_pictures import GroupPicture, drawn
from api.staff.results_report import report_of
from api.staff.results_words import is_later, sentences, shares, what_waits
from domain.errors import UnknownMoment
from domain.questionnaire import LANGUAGES
from domain.windows import Care
from reports.chart import Chart, FileFormat, Form
from reports.results_report import content_of
from reports.spreadsheet import table_csv, workbook
from storage import groupings
from storage.catalogue import Catalogue
from storage.staff import Role, StaffMember

MEDIA_TYPES: dict[str, str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ONE_DAY = timedelta(days=1)
PICTURES: dict[str, FileFormat] = {"svg": "svg", "png": "png", "pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Found:
    """What one look at the store gave: the moments, the one that is shown, earlier windows, and what waits."""

    moments: tuple[str, ...]
    view: MomentView | None
    history: tuple[MomentView, ...]
    waiting: tuple[Waiting, ...]
    may_declare: bool


class ResultsRoom:
    """The Results room, for whoever routes to it."""

    def __init__(self, desk: StaffDesk) -> None:
        self.desk = desk
        self._method = method_of(desk.parts.catalogues)

    async def found(self, request: Request, member: StaffMember) -> Found:
        """Everything that the page shows, from one view of the store."""
        now, wanted = self.desk.parts.now(), request.query_params.get("moment", "")

        def job(connection: Connection) -> Found:
            questionnaire = self._method.questionnaire
            moments = moments_of(connection, member.organisation_id)
            moment = wanted if wanted in moments else moments[-1] if moments else ""
            waits = member.role is Role.OWNER or not moments
            return Found(
                moments,
                view_of(connection, questionnaire, member, moment, now) if moment else None,
                history_of(connection, questionnaire, member, moment, now) if moment else (),
                waiting_for(connection, self._method, member.organisation_id, now) if waits else (),
                may_declare=not groupings.is_sealed(connection, member.organisation_id),
            )

        return await self.desk.parts.store.read(job)

    async def view(self, request: Request, member: StaffMember) -> MomentView | None:
        """What may be shown of the moment in the address; None for a moment that there is not."""
        moment, now = request.query_params.get("moment", BASELINE), self.desk.parts.now()
        try:
            return await self.desk.parts.store.read(
                lambda connection: view_of(connection, self._method.questionnaire, member, moment, now)
            )
        except UnknownMoment:
            return None

    async def page(self, request: Request, member: StaffMember, *, fault: str = "") -> Response:
        """The page; ``fault``: the key of a sentence on why something could not be done."""
        found, form = await self.found(request, member), form_of(request)
        catalogue, words = self.catalogue(request), self.desk.pages.words(request)
        questionnaire, organisation = self._method.questionnaire, request.state.organisation
        view, pictures, names = found.view, list[GroupPicture](), tuple[str, ...]()
        if view is not None:
            names = groups_of(questionnaire, organisation, view)
            charts = pictures_there_are(catalogue, questionnaire, organisation, view)
            pictures = [await drawn(self.desk, name, chart, form) for name, chart in charts.items()]
        return self.desk.pages.show(
            request,
            "results.html",
            status=409 if fault else 200,
            fault=fault,
            is_demo=self.desk.is_demo,
            found=found,
            view=view,
            form=form,
            pictures=pictures,
            names=names,
            sentences=sentences(words, catalogue, view, names) if view and pictures else (),
            zone=ZoneInfo(organisation.time_zone),
            moment_name=lambda moment: moment_name(catalogue, moment),
            what_waits=lambda care, moment: what_waits(words, catalogue, care, moment),
            is_later=is_later,
            shares=lambda change: shares(words, change),
            is_owner=member.role is Role.OWNER,
            limits={care.value: care.limits for care in Care},
            may_leave=view is not None and _says_something(for_outside(view)),
            has_change=view is not None and any(view.groups[name].change for name in names),
            earlier=_earlier(found.history),
            parts_here=_have_parts,
            last_day=lambda ends_at: (ends_at.astimezone(ZoneInfo(organisation.time_zone)) - ONE_DAY).date(),
            **self.sayings(catalogue),
        )

    async def group_page(self, request: Request, member: StaffMember, group: str) -> Response:
        """One group: everybody and each part, as bars and as a table. Raises NothingOfYours for an unknown group."""
        questionnaire, organisation = self._method.questionnaire, request.state.organisation
        if group not in {one.name for one in questionnaire.groups}:
            raise NothingOfYours
        view, catalogue = await self.view(request, member), self.catalogue(request)
        chart = picture_of(catalogue, questionnaire, organisation, view, group) if view else None
        if chart is None:
            return self.gone(request)
        picture = await drawn(self.desk, group, chart, "bars")
        says = self.sayings(catalogue)
        return self.desk.pages.show(request, "results_group.html", view=view, picture=picture, form="bars", **says)

    def gone(self, request: Request) -> Response:
        """What may not be shown, and what never was: the same page."""
        return self.desk.pages.show(request, "results_gone.html", status=404)

    def catalogue(self, request: Request) -> Catalogue:
        """The participants' texts in the language of who asks: the names of groups stand there."""
        return self.desk.parts.catalogues[self.desk.pages.words(request).language]

    def _texts(self) -> list[tuple[str, Catalogue]]:
        return [(language, self.desk.parts.catalogues[language]) for language in LANGUAGES]

    def sayings(self, catalogue: Catalogue) -> dict[str, Any]:
        """What a template says figures with."""
        return {
            "picture_languages": [(one, texts.say("language.own_name")) for one, texts in self._texts()],
            "group_name": lambda name: catalogue.say(f"group.{name}"),
            "figure": lambda one: figure_words(catalogue, one),
            "band": lambda one: band_words(catalogue, one) if one else "",
            "changed": lambda one: change_words(catalogue, one),
        }

    async def chart(self, request: Request, member: StaffMember, name: str, file_format: FileFormat) -> Response:
        """A picture as a file, in any of the five languages."""
        language, view = request.query_params.get("language", ""), await self.view(request, member)
        catalogue = self.desk.parts.catalogues[language] if language in LANGUAGES else self.catalogue(request)
        organisation, questionnaire = request.state.organisation, self._method.questionnaire
        picture = picture_of(catalogue, questionnaire, organisation, view, name) if view else None
        if picture is None:
            return self.gone(request)
        webs = self.desk.webs
        if isinstance(picture, Chart):
            content = await webs.draw(picture, form=form_of(request), file_format=file_format)
        else:
            content = await webs.draw_change(picture, file_format=file_format)
        return file_answer(content, MEDIA_TYPES[file_format], f"{name}-{catalogue.language}.{file_format}")

    async def report(self, request: Request, member: StaffMember) -> Response:
        """The report of a moment, for inside or for others."""
        view, organisation = await self.view(request, member), request.state.organisation
        if view is None or not view.windows:
            return self.gone(request)
        is_outside = request.query_params.get("for") == "others"
        words, today = (
            self.desk.pages.words(request),
            self.desk.parts.now().astimezone(ZoneInfo(organisation.time_zone)),
        )
        made = report_of(
            words,
            self.catalogue(request),
            self._method.questionnaire,
            organisation,
            view,
            today.date(),
            is_outside=is_outside,
            is_demo=self.desk.is_demo,
        )
        content = await self.desk.webs.print_page("results_report", content_of(made))
        return file_answer(content, MEDIA_TYPES["pdf"], "report.pdf")

    async def sheet(self, request: Request, member: StaffMember, kind: str) -> Response:
        """The figures of a moment as a workbook or CSV."""
        view = await self.view(request, member)
        if view is None or not view.windows:
            return self.gone(request)
        words, organisation = self.desk.pages.words(request), request.state.organisation
        files = ResultFiles(words, self.catalogue(request), self._method.questionnaire, organisation)
        if kind == "csv":
            table = files.figures(view)
            content = b"".join(table_csv(table.columns, table.rows))
        else:
            content = workbook(files.tables(view))
        return file_answer(content, MEDIA_TYPES[kind], f"results.{kind}")


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/results`` and its files."""
    room = ResultsRoom(desk)

    @router.get("/results")
    async def results(request: Request, member: Staff) -> Response:
        return await room.page(request, member)

    @router.get("/results/groups/{group}")
    async def group(request: Request, member: Staff, group: str) -> Response:
        return await room.group_page(request, member, group)

    @router.get("/results/charts/{name}.{file_format}")
    async def chart(request: Request, member: Staff, name: str, file_format: str) -> Response:
        if file_format not in PICTURES:
            raise NothingOfYours
        return await room.chart(request, member, name, PICTURES[file_format])

    @router.get("/results/report.pdf")
    async def report(request: Request, member: Staff) -> Response:
        return await room.report(request, member)

    @router.get("/results/figures.{kind}")
    async def sheet(request: Request, member: Staff, kind: str) -> Response:
        if kind not in ("csv", "xlsx"):
            raise NothingOfYours
        return await room.sheet(request, member, kind)


def _earlier(history: Sequence[MomentView]) -> list[tuple[Care, list[MomentView]]]:
    """The windows of each kind of limits that closed before the newest, oldest first; kinds without any left out."""
    found = [(care, [one for one in history if care in one.windows][:-1]) for care in Care]
    return [(care, views) for care, views in found if views]


def _says_something(view: MomentView) -> bool:
    """Whether any figure of the whole organisation is left."""
    return any(one.whole for one in view.groups.values())


def _have_parts(view: MomentView, names: Sequence[str]) -> bool:
    """Whether a table of teams or locations says anything."""
    return any(figure for name in names for figure in view.groups[name].parts.values())


def form_of(request: Request) -> Form:
    """Web or bars, as the address says; a web when it says anything else."""
    return "bars" if request.query_params.get("form") == "bars" else "web"


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """A file to keep."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})

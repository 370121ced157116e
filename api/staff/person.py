"""A person's page: the webs, the answers and the talk list that this person shares with this coach, and nothing else.

Where nothing is shared the page is a quiet room that is the same to the byte, whatever the reason.
"""

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Coach, NothingOfYours
from api.staff.desk import StaffDesk
from api.staff.person_pictures import Picture, chart_of, drawn, shared_rings
from api.staff.person_seen import PersonSeen, SharedMoment, changes, look_at, talk_list
from api.staff.person_words import answer_rows, change_sentences, classed_topics, score_rows
from api.staff.talk_sheet import talk_sheet
from domain.change import Reworded
from domain.looks import Look
from reports.chart import FileFormat, Form
from reports.talk_sheet import content_of
from storage.secrets import new_id
from storage.staff import StaffMember

MEDIA_TYPES: dict[FileFormat, str] = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
ONLY_NOW = "none"
"""The value of ``then`` in an address that compares with nothing."""

Typed = dict[str, Any]


class PersonRoom:
    """The pages of one person, for whoever routes to them."""

    def __init__(self, desk: StaffDesk) -> None:
        self.desk = desk
        self._same_meaning: Reworded = desk.parts.catalogues.reworded()

    async def seen(self, member: StaffMember, participant_id: str, look: Look) -> PersonSeen | None:
        """What is shared, with the look written down; None for nothing. Raises NothingOfYours."""
        parts = self.desk.parts
        return await parts.store.write(
            lambda connection: look_at(connection, parts.catalogues, member, participant_id, look=look, now=parts.now())
        )

    def quiet(self, request: Request, *, typed: str = "") -> Response:
        """The quiet room: nothing of anybody in it but what the coach just typed, if anything; no name either."""
        home = f"/people/{request.path_params['participant_id']}"
        return self.desk.pages.show(request, "person_quiet.html", typed=typed, home=home)

    async def page(
        self,
        request: Request,
        member: StaffMember,
        participant_id: str,
        *,
        status: int = 200,
        typed: Typed | None = None,
    ) -> Response:
        """The page. ``typed``: an agreement that could not be taken, with ``fault`` saying why."""
        seen = await self.seen(member, participant_id, Look.SAW)
        if seen is None:
            return self.quiet(request, typed=typed["text"] if typed else "")
        form, moments = _form(request), seen.compared(_then(request))
        pictures = [await self._picture(name, moments, member, form) for name in shared_rings(self.desk, seen.newest)]
        questionnaire = self.desk.parts.catalogues.questionnaire
        catalogue = self.desk.parts.catalogues[member.language]
        picked, strong = talk_list(questionnaire, seen.newest)
        found = changes(questionnaire, moments[-2], seen.newest, self._same_meaning) if len(moments) > 1 else ()
        words = self.desk.pages.words(request)
        return self.desk.pages.show(
            request,
            "person.html",
            status=status,
            seen=seen,
            moments=moments,
            pictures=pictures,
            form=form,
            then=[str(moment.stored.ordinal) for moment in moments[:-1]] or [ONLY_NOW],
            topics=classed_topics(catalogue, picked),
            strengths=[catalogue.say(f"group.{topic.group}") for topic in strong],
            sentences=change_sentences(words, catalogue, found),
            rows=score_rows(questionnaire, catalogue, moments),
            heads=self.heads(request, moments),
            group_name=self.group_name(request),
            topic_options=self.topic_options(request, seen.newest.shared),
            today=self.today(request),
            new_id=new_id(),
            typed=typed,
        )

    async def group_page(self, request: Request, member: StaffMember, participant_id: str, group: str) -> Response:
        """One group with its statements and answers. Raises NothingOfYours for a group that is not there."""
        if group not in {one.name for one in self.desk.parts.catalogues.questionnaire.groups}:
            raise NothingOfYours
        seen = await self.seen(member, participant_id, Look.SAW)
        if seen is None or group not in seen.newest.shared:
            return self.quiet(request)
        form, moments = _form(request), seen.compared(_then(request))
        catalogue = self.desk.parts.catalogues[member.language]
        return self.desk.pages.show(
            request,
            "person_group.html",
            seen=seen,
            group=group,
            title=catalogue.say(f"group.{group}"),
            moments=moments,
            heads=self.heads(request, moments),
            form=form,
            then=[str(moment.stored.ordinal) for moment in moments[:-1]] or [ONLY_NOW],
            picture=await self._picture(group, moments, member, form),
            rows=answer_rows(self.desk.parts.catalogues.questionnaire, catalogue, group, moments),
        )

    def today(self, request: Request) -> str:
        """The day where the organisation is, as a form's field has it."""
        zone = ZoneInfo(request.state.organisation.time_zone)
        return self.desk.parts.now().astimezone(zone).date().isoformat()

    def heads(self, request: Request, moments: Sequence[SharedMoment]) -> list[str]:
        """The heads of a table's columns of moments, oldest first."""
        words = self.desk.pages.words(request)
        then = [words.say("person.then", {"date": words.short_date(moment.day)}) for moment in moments[:-1]]
        return [*then, words.say("person.now", {"date": words.short_date(moments[-1].day)})]

    def group_name(self, request: Request) -> Callable[[str], str]:
        """What says a group's name in the language of who asks."""
        catalogue = self.desk.parts.catalogues[request.state.member.language]
        return lambda name: catalogue.say(f"group.{name}")

    def topic_options(self, request: Request, shared: Sequence[str]) -> list[tuple[str, str]]:
        """What an agreement can be about: nothing in particular, or a topic that is shared."""
        name_of = self.group_name(request)
        nothing = self.desk.pages.words(request).say("person.agreement_no_topic")
        return [("", nothing), *((name, name_of(name)) for name in shared)]

    async def _picture(self, name: str, moments: Sequence[SharedMoment], member: StaffMember, form: Form) -> Picture:
        chart = chart_of(self.desk, name, moments, member.language)
        assert chart is not None  # noqa: S101 - only what is shared is asked for
        return await drawn(self.desk, name, chart, form)


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/people/{participant_id}`` and what belongs to reading it."""
    room = PersonRoom(desk)

    @router.get("/people/{participant_id}")
    async def person(request: Request, member: Coach, participant_id: str) -> Response:
        return await room.page(request, member, participant_id)

    @router.get("/people/{participant_id}/groups/{group}")
    async def group_page(request: Request, member: Coach, participant_id: str, group: str) -> Response:
        return await room.group_page(request, member, participant_id, group)

    @router.get("/people/{participant_id}/charts/{name}.{file_format}")
    async def chart(request: Request, member: Coach, participant_id: str, name: str, file_format: str) -> Response:
        if file_format not in MEDIA_TYPES:
            raise NothingOfYours
        kind: FileFormat = file_format
        seen = await room.seen(member, participant_id, Look.DREW)
        chart = seen and chart_of(desk, name, seen.compared(_then(request)), member.language)
        if not chart:
            return room.quiet(request)
        picture = await desk.webs.draw(chart, form=_form(request), file_format=kind)
        return _file(picture, MEDIA_TYPES[kind], f"{name}.{kind}")

    @router.get("/people/{participant_id}/talk-sheet.pdf")
    async def sheet(request: Request, member: Coach, participant_id: str) -> Response:
        seen = await room.seen(member, participant_id, Look.PRINTED)
        if seen is None:
            return room.quiet(request)
        page = content_of(talk_sheet(desk, member, seen, seen.compared(_then(request))))
        return _file(await desk.webs.print_page("talk_sheet", page), MEDIA_TYPES["pdf"], "talk.pdf", is_shown=True)


def _file(content: bytes, media_type: str, name: str, *, is_shown: bool = False) -> Response:
    """A file. Its name says what it is and nothing of whom; ``is_shown``: a browser may show it by itself."""
    how = "inline" if is_shown else "attachment"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'})


def _form(request: Request) -> Form:
    """Web or bars, as the address says; a web when it says anything else."""
    return "bars" if request.query_params.get("form") == "bars" else "web"


def _then(request: Request) -> list[str] | None:
    """The ordinals of the measurements to compare with, as the address says; None when it says nothing."""
    return request.query_params.getlist("then") or None

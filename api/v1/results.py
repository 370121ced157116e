"""What a finished measurement says to a coach: scores and pictures of what is shared."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.access import Coach, measurement_of
from api.sharing import Reader, shared_groups
from api.v1.access import HEADERS
from api.v1.desk import Desk
from api.v1.errors import documented, not_found, not_shared, wrong_role
from api.v1.schemas import (
    FileFormat,
    Form,
    GroupScoreOut,
    Language,
    PriorityOut,
    Scores,
)
from bot.webs import Measured, group_chart, measured_by, ring_chart
from domain.answers import Answer
from domain.looks import Look
from domain.priority import topics
from domain.questionnaire import Ring
from domain.scoring import GroupScore, score_groups
from reports.chart import Chart
from storage import answers, audit, consents, organisations
from storage.measurements import StoredMeasurement
from storage.staff import StaffMember

MOST_COMPARED = 2
"""At most three moments stand in one picture (METHOD e.6)."""

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture; an SVG keeps its text as text, with title and description.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES.values()
        },
    }
}
"""What a route that draws answers with."""

_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A drawn web carries its colours in style attributes; opened by itself it may do nothing else."""


def add_routes(router: APIRouter, desk: Desk) -> None:
    """The routes under /measurements."""

    @router.get(
        "/measurements/{measurement_id}/scores",
        summary="The scores of a finished measurement",
        responses=documented(not_found(), wrong_role(), not_shared()),
    )
    async def scores(measurement_id: str, member: Coach) -> Scores:
        """The groups that the person shares with this coach; 403 ``not-shared`` when that is none, also unfinished."""
        return await desk.parts.store.write(lambda connection: _scores(connection, desk, member, measurement_id))

    @router.get(
        "/measurements/{measurement_id}/charts/{name}.{file_format}",
        response_class=Response,
        summary="A finished measurement as a picture",
        responses=PICTURE | documented(not_found(), wrong_role(), not_shared()),
    )
    async def chart(
        measurement_id: str,
        name: str,
        file_format: FileFormat,
        member: Coach,
        form: Form = "web",
        compare: Annotated[list[str], Query(max_length=MOST_COMPARED)] = [],  # noqa: B006 - FastAPI copies it
        language: Language = "nl",
    ) -> Response:
        """``name`` is inner, outer or a group. Groups that are not shared are gaps, as are those without a score.

        ``compare``: up to two other finished measurements of the same person. Bars come where a web says too little.
        """
        drawn = await desk.parts.store.write(
            lambda connection: _chart(connection, desk, member, (*compare, measurement_id), name, language)
        )
        picture = await desk.webs.draw(drawn, form=form, file_format=file_format)
        return Response(picture, media_type=MEDIA_TYPES[file_format], headers=picture_headers(name, file_format))


def _names(desk: Desk) -> tuple[str, ...]:
    return (*(ring.value for ring in Ring), *(group.name for group in desk.questionnaire.groups))


def picture_headers(name: str, file_format: FileFormat) -> dict[str, str]:
    """What goes with a picture: its name, and that it may do nothing when it is opened by itself."""
    disposition = f'inline; filename="{name}.{file_format}"'
    return {**HEADERS, "Content-Disposition": disposition, "Content-Security-Policy": _PICTURE_POLICY}


def _given(connection: Connection, measurement: StoredMeasurement) -> dict[str, Answer]:
    stored = answers.of_measurement(connection, measurement.id)
    return {statement_id: one.answer for statement_id, one in stored.items()}


def _shared(connection: Connection, desk: Desk, member: StaffMember, measurement: StoredMeasurement) -> tuple[str, ...]:
    """The groups that are shared; raises ``not-shared`` when there is none."""
    history = consents.history(connection, measurement.participant_id)
    shared = shared_groups(desk.questionnaire, measurement, history, Reader(member.id, desk.parts.now()))
    if not shared:
        raise not_shared()
    return shared


def _scores(connection: Connection, desk: Desk, member: StaffMember, measurement_id: str) -> Scores:
    measurement, participant = measurement_of(connection, member, measurement_id)
    shared = _shared(connection, desk, member, measurement)
    audit.record(connection, member, Look.SAW, participant_id=participant.id, at=desk.parts.now())
    scored = score_groups(desk.questionnaire, _given(connection, measurement), shared)
    groups = {
        name: _hidden(name in measurement.modules) if name not in shared else _score(score)
        for name, score in scored.items()
    }
    listed = topics(desk.questionnaire, {name: scored[name] for name in shared})
    priorities = [PriorityOut(group=t.group, topic_class=t.topic_class, p=t.p) for t in listed]
    return Scores(groups=groups, priorities=priorities)


def _hidden(was_asked: bool) -> GroupScoreOut:  # noqa: FBT001 - the one thing it is about
    """Which groups a measurement asks is the coach's own choice; everything else of a group that is not shared is."""
    return GroupScoreOut(state="not_shared" if was_asked else "not_asked")


def _score(score: GroupScore) -> GroupScoreOut:
    return GroupScoreOut(
        state=score.state.value,
        score=score.score,
        answered=score.answered,
        satisfaction=score.satisfaction,
        motivation=score.motivation,
        influence=score.influence,
    )


def _chart(
    connection: Connection, desk: Desk, member: StaffMember, ids: Sequence[str], name: str, language: Language
) -> Chart:
    """The chart of those measurements of one person, oldest first."""
    found = {one.id: one for one, _ in (measurement_of(connection, member, each) for each in ids)}
    every = sorted(found.values(), key=lambda one: one.ordinal)
    if name not in _names(desk) or len({one.participant_id for one in every}) > 1:
        raise not_found()
    moments = [_measured(connection, desk, member, one) for one in every]
    axes = {group.name for group in desk.questionnaire.groups if name in {group.name, group.ring.value}}
    if not axes & set(moments[-1].asked):
        raise not_found()
    if not axes & moments[-1].visible:
        raise not_shared()
    person = every[-1].participant_id
    audit.record(connection, member, Look.DREW, participant_id=person, at=desk.parts.now())
    catalogue = desk.parts.catalogues[language]
    if name in set(Ring):
        return ring_chart(catalogue, desk.questionnaire, Ring(name), moments, is_own=False)
    return group_chart(catalogue, desk.questionnaire, name, moments, is_own=False)


def _measured(connection: Connection, desk: Desk, member: StaffMember, measurement: StoredMeasurement) -> Measured:
    shared = _shared(connection, desk, member, measurement)
    organisation = organisations.get(connection, member.organisation_id)
    return measured_by(
        measurement,
        answers.of_measurement(connection, measurement.id),
        visible=shared,
        time_zone=organisation.time_zone if organisation else "UTC",
    )

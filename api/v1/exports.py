"""The answers that a coach's people share, as a spreadsheet: one row per shown statement, missing codes included."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from api.access import Coach
from api.v1.access import HEADERS
from api.v1.desk import Desk
from api.v1.schemas import SheetFormat
from api.v1.sharing import Reader, shared_groups
from domain.ids import MeasurementId, ParticipantId
from domain.looks import Look
from reports.spreadsheet import AnswerRow, answers_csv, answers_xlsx
from storage import answers, audit, consents, measurements
from storage.answers import ExportedAnswer
from storage.staff import StaffMember

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The spreadsheet. CSV is UTF-8 with a byte order mark.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            MEDIA_TYPES["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def add_routes(router: APIRouter, desk: Desk) -> None:
    """The route of the export."""

    @router.get(
        "/exports/answers.{file_format}",
        response_class=StreamingResponse,
        summary="The answers that are shared with you",
        responses=_FILE,
    )
    async def export(file_format: SheetFormat, member: Coach) -> StreamingResponse:
        """Finished measurements of the own people, the groups that each shares with this coach now."""
        pieces = await desk.parts.store.write(lambda connection: _written(connection, desk, member, file_format))
        disposition = f'attachment; filename="answers.{file_format}"'
        return StreamingResponse(
            iter(pieces),
            media_type=MEDIA_TYPES[file_format],
            headers={**HEADERS, "Content-Disposition": disposition},
        )


def _written(connection: Connection, desk: Desk, member: StaffMember, file_format: SheetFormat) -> list[bytes]:
    """The file in pieces, from one view of the database, so that rights and rows belong together.

    Whose answers it holds is written down in the same transaction.
    """
    visible = _visible(connection, desk, member)
    for participant_id in visible:
        audit.record(connection, member, Look.EXPORTED, participant_id=participant_id, at=desk.parts.now())
    rows = _rows(connection, desk, member, visible)
    return list(answers_csv(rows)) if file_format == "csv" else [answers_xlsx(rows)]


Visible = Mapping[ParticipantId, Mapping[MeasurementId, tuple[str, ...]]]
"""Per own person who shares anything, the shared groups of each measurement."""


def _rows(connection: Connection, desk: Desk, member: StaffMember, visible: Visible) -> Iterator[AnswerRow]:
    for one in answers.of_coach(connection, member.organisation_id, member.id):
        row = _row(desk, one)
        if row.group in visible.get(one.participant_id, {}).get(one.measurement_id, ()):
            yield row


def _visible(connection: Connection, desk: Desk, member: StaffMember) -> Visible:
    reader = Reader(member.id, desk.parts.now())
    found = {
        participant_id: {
            measurement.id: shared
            for measurement in measurements.of_participant(connection, participant_id)
            if (shared := shared_groups(desk.questionnaire, measurement, history, reader))
        }
        for participant_id, history in consents.of_coach(connection, member.organisation_id, member.id).items()
    }
    return {participant_id: shared for participant_id, shared in found.items() if shared}


def _row(desk: Desk, one: ExportedAnswer) -> AnswerRow:
    given, statement = one.given, desk.questionnaire.statement(one.given.statement_id)
    return AnswerRow(
        participant_id=one.participant_id,
        measurement_id=one.measurement_id,
        kind=one.kind,
        statement_id=given.statement_id,
        group=statement.group,
        item_kind=statement.kind.value,
        answer=given.answer.value,
        answered_at=given.answered_at,
        language=given.language,
        wording_version=given.wording_version,
        channel=given.channel,
        layout=given.layout,
        assisted="yes" if given.assisted else "no",
    )

"""The answers that a coach's people share, as a spreadsheet: one row per shown statement, missing codes included."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from api.access import Coach
from api.sharing import Reader, shared_groups
from api.v1.access import HEADERS
from api.v1.desk import Desk
from api.v1.schemas import SheetFormat
from domain.ids import MeasurementId, ParticipantId
from domain.looks import Look
from reports.spreadsheet import AnswerRow, answers_csv, write_answers_xlsx
from storage import audit, consents, exported_answers, measurements
from storage.exported_answers import ExportedAnswer
from storage.staff import StaffMember

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECE_BYTES = 64 * 1024
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
        spool = await _exported(desk, member, file_format)
        disposition = f'attachment; filename="answers.{file_format}"'
        return StreamingResponse(
            _pieces(spool),
            media_type=MEDIA_TYPES[file_format],
            headers={**HEADERS, "Content-Disposition": disposition},
        )


async def _exported(desk: Desk, member: StaffMember, file_format: SheetFormat) -> IO[bytes]:
    """The file, with every look at somebody's answers written down before a byte of it is given.

    It is read first, into a file without a name on the disk: so the database serves no slow reader, nobody else waits
    while it is read, and it takes no memory. Whoever is erased meanwhile is in no file that was not given yet.
    """
    store = desk.parts.store
    while True:
        spool, people = await store.read(lambda connection: _read(connection, desk, member, file_format))
        if await store.write(partial(_note, desk=desk, member=member, people=people)):
            return spool
        spool.close()


def _pieces(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        spool.seek(0)
        while piece := spool.read(PIECE_BYTES):
            yield piece


def _note(connection: Connection, desk: Desk, member: StaffMember, people: Collection[ParticipantId]) -> bool:
    """Write down whose answers are in the file; False when somebody in it is gone."""
    if not exported_answers.are_all_there(connection, people):
        return False
    for participant_id in people:
        audit.record(connection, member, Look.EXPORTED, participant_id=participant_id, at=desk.parts.now())
    return True


def _read(
    connection: Connection, desk: Desk, member: StaffMember, file_format: SheetFormat
) -> tuple[IO[bytes], Collection[ParticipantId]]:
    """The file and whose answers are in it, rights and rows from one view of the database."""
    exported_answers.hold_still(connection)
    people: dict[ParticipantId, None] = {}
    spool: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by who sends it
    try:
        rows = _rows(connection, desk, member, people)
        if file_format == "csv":
            spool.writelines(answers_csv(rows))
        else:
            write_answers_xlsx(spool, rows)
    except BaseException:
        spool.close()
        raise
    return spool, people


def _rows(
    connection: Connection, desk: Desk, member: StaffMember, people: dict[ParticipantId, None]
) -> Iterator[AnswerRow]:
    """The rows, person by person; whose they are comes to stand in ``people``."""
    for some in exported_answers.people_of(connection, member.organisation_id, member.id):
        visible = _visible(connection, desk, member, some)
        for one in exported_answers.of_measurements(connection, list(visible)):
            row = _row(desk, one)
            if row.group in visible[one.measurement_id]:
                people[one.participant_id] = None
                yield row


def _visible(
    connection: Connection, desk: Desk, member: StaffMember, people: Sequence[ParticipantId]
) -> Mapping[MeasurementId, tuple[str, ...]]:
    """The shared groups of each measurement of these people of which anything is shared, in order."""
    reader = Reader(member.id, desk.parts.now())
    histories, theirs = consents.histories(connection, people), measurements.of_people(connection, people)
    return {
        measurement.id: shared
        for participant_id in people
        for measurement in theirs.get(participant_id, ())
        if (shared := shared_groups(desk.questionnaire, measurement, histories.get(participant_id, ()), reader))
    }


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

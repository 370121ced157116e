"""Tables as spreadsheets that a program cannot mistake for formulas, CSV and XLSX; the answers are one of them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff".encode()
"""Without it a spreadsheet program takes the letters of four of our five languages for others."""

ROWS_AT_ONCE: Final = 500

_DANGEROUS: Final = tuple("=+-@\t\r\n\0＝＋－＠")
"""What a spreadsheet program may take for the start of a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One shown statement and what was chosen, missing codes included. The fields are the columns, in this order.

    ``answer`` is ``1`` to ``5``, ``dk_understand``, ``dk_answer`` or ``na``.
    """

    participant_id: str
    measurement_id: str
    kind: str
    statement_id: str
    group: str
    item_kind: str
    answer: str
    answered_at: datetime
    language: str
    wording_version: int
    channel: str
    layout: str
    assisted: str


COLUMNS: Final = tuple(field.name for field in fields(AnswerRow))


def answers_csv(rows: Iterable[AnswerRow]) -> Iterator[bytes]:
    """The rows as ``table_csv``."""
    return table_csv(COLUMNS, map(_cells, rows))


def answers_xlsx(rows: Iterable[AnswerRow]) -> bytes:
    """The rows as ``table_xlsx``."""
    return table_xlsx("answers", COLUMNS, map(_cells, rows))


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A table as CSV (RFC 4180, UTF-8 with byte order mark), in pieces, so that many rows need little memory."""
    yield BYTE_ORDER_MARK + _lines([columns])
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield _lines([[harmless(cell) for cell in cells] for cells in some])


def table_xlsx(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as an XLSX workbook of text cells only: nothing in it is ever calculated."""
    # Here, because a service without a download need not carry it.
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # XlsxWriter ships no types.

    out = BytesIO()
    with Workbook(out, {"constant_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True})
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18)
        for column, head in enumerate(columns):
            sheet.write_string(0, column, head, bold)
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell with a quote in front when a spreadsheet program could take it for a formula, also after spaces."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) or cell.lstrip().startswith(_DANGEROUS) else cell


def _cells(row: AnswerRow) -> list[str]:
    return [_moment(value) if isinstance(value, datetime) else str(value) for value in astuple(row)]


def _moment(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()

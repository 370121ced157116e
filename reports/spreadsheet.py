"""Tables as spreadsheets that a program cannot mistake for formulas, CSV and XLSX; the answers are one of them."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import count, islice
from operator import attrgetter
from typing import IO, Any, Final

BYTE_ORDER_MARK: Final = "\ufeff".encode()
"""Without it a spreadsheet program takes the letters of four of our five languages for others."""

ROWS_AT_ONCE: Final = 500

MOST_ROWS: Final = 1_048_575
"""What a sheet of a workbook holds below its heads."""

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
_VALUES: Final = attrgetter(*COLUMNS)


Cell = str | int | Decimal | date | None
"""What a cell of a workbook can hold, each in its own type; None is an empty one."""


def answers_csv(rows: Iterable[AnswerRow]) -> Iterator[bytes]:
    """The rows as ``table_csv``."""
    return table_csv(COLUMNS, map(_cells, rows))


def write_answers_xlsx(out: IO[bytes], rows: Iterable[AnswerRow]) -> None:
    """The rows as a workbook in that file, every cell a text: a row at a time, so that many need little memory."""
    write_workbook(out, [Table("answers", COLUMNS, map(_cells, rows))])


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A table as CSV (RFC 4180, UTF-8 with byte order mark), in pieces, so that many rows need little memory."""
    yield BYTE_ORDER_MARK + _lines([columns])
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield _lines([[_plain(cell) for cell in cells] for cells in some])


def table_xlsx(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as an XLSX workbook in which nothing is ever calculated."""
    return workbook([Table(name, columns, rows)])


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook: its name, the heads of its columns, and its rows. ``widths`` are in letters."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def workbook(tables: Sequence[Table]) -> bytes:
    """The tables as one XLSX workbook; every cell has its type, and none is a formula."""
    out = BytesIO()
    write_workbook(out, tables)
    return out.getvalue()


def write_workbook(out: IO[bytes], tables: Sequence[Table], *, most_rows: int = MOST_ROWS) -> None:
    """``workbook`` in that file. A table with more rows than a sheet can hold goes on in a next one."""
    # Here, because a service without a download need not carry it.
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # XlsxWriter ships no types.

    with Workbook(out, {"constant_memory": True}) as book:
        formats = {"bold": book.add_format({"bold": True}), "day": book.add_format({"num_format": "yyyy-mm-dd"})}
        for table in tables:
            left = iter(table.rows)
            for part in count(1):
                sheet = book.add_worksheet(table.name if part == 1 else f"{table.name} {part}")
                is_full = _write_sheet(sheet, formats, table, islice(left, most_rows), most_rows)
                if not is_full:
                    break


def _write_sheet(
    sheet: Any, formats: Mapping[str, Any], table: Table, rows: Iterable[Sequence[Cell]], most_rows: int
) -> bool:
    """One sheet; gives whether it is full."""
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(table.columns):
        sheet.set_column(column, column, table.widths[column] if table.widths else 18)
        sheet.write_string(0, column, head, formats["bold"])
    number = 0
    for number, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            match cell:
                case str():
                    sheet.write_string(number, column, cell)
                case int() | Decimal():
                    sheet.write_number(number, column, cell)
                case date():
                    sheet.write_datetime(number, column, cell, formats["day"])
                case None:
                    pass
    return number == most_rows


def _plain(cell: Cell) -> str:
    """The cell as CSV has it: a number as a program reads it, a text that no program takes for a formula."""
    if isinstance(cell, str):
        return harmless(cell)
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def harmless(cell: str) -> str:
    """The cell with a quote in front when a spreadsheet program could take it for a formula, also after spaces."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) or cell.lstrip().startswith(_DANGEROUS) else cell


def _cells(row: AnswerRow) -> list[str]:
    return [_moment(value) if isinstance(value, datetime) else str(value) for value in _VALUES(row)]


def _moment(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()

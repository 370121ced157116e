"""Answers as CSV and XLSX: complete, readable in five scripts, and never a formula."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from reports.spreadsheet import COLUMNS, AnswerRow, Table, answers_csv, table_csv, write_answers_xlsx, write_workbook

ROW = AnswerRow(
    participant_id="p1",
    measurement_id="m1",
    kind="baseline",
    statement_id="mon-1",
    group="money",
    item_kind="core",
    answer="dk_answer",
    answered_at=datetime(2026, 11, 14, 9, 30, 0, 123456, tzinfo=UTC),
    language="ar",
    wording_version=1,
    channel="telegram",
    layout="vertical",
    assisted="no",
)


def xlsx_of(rows: list[AnswerRow]) -> bytes:
    out = BytesIO()
    write_answers_xlsx(out, rows)
    return out.getvalue()


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "  =1", " \u00a0+1", "＝1+1"]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_columns_are_those_of_the_contract() -> None:
    assert ",".join(COLUMNS) == (
        "participant_id,measurement_id,kind,statement_id,group,item_kind,answer,answered_at,language,"
        "wording_version,channel,layout,assisted"
    )


def test_a_csv_begins_with_a_byte_order_mark_and_keeps_missing_codes() -> None:
    content = b"".join(answers_csv([ROW]))
    assert content.startswith(b"\xef\xbb\xbfparticipant_id,")
    assert content.endswith(b"\r\n")
    head, row = read_csv(content)
    assert dict(zip(head, row, strict=True))["answer"] == "dk_answer"


def test_times_are_written_in_utc() -> None:
    at = datetime(2026, 11, 14, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    _, row = read_csv(b"".join(answers_csv([replace(ROW, answered_at=at)])))
    assert row[COLUMNS.index("answered_at")] == "2026-11-14T09:30:00.000Z"


def test_many_rows_come_in_pieces_and_none_is_lost() -> None:
    pieces = list(answers_csv(replace(ROW, participant_id=f"p{number}") for number in range(1200)))
    assert len(pieces) == 4
    rows = read_csv(b"".join(pieces))[1:]
    assert [row[0] for row in rows] == [f"p{number}" for number in range(1200)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_looks_like_a_formula_gets_a_quote_in_a_csv(formula: str) -> None:
    _, row = read_csv(b"".join(answers_csv([replace(ROW, participant_id=formula)])))
    assert row[0] == "'" + formula


@pytest.mark.parametrize("harmless", ["p1", "a=b", "mon-1", "١٢", "", "  p1"])
def test_what_looks_like_no_formula_stays_as_it_is(harmless: str) -> None:
    _, row = read_csv(b"".join(answers_csv([replace(ROW, participant_id=harmless)])))
    assert row[0] == harmless


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("http://example.org")', "{=1}", "+1", "-1", "@SUM(A1)", "123"])
def test_a_workbook_has_text_cells_only(formula: str) -> None:
    sheet = load_workbook(BytesIO(xlsx_of([replace(ROW, participant_id=formula)]))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert sheet.cell(2, 1).value == formula


def test_a_workbook_has_every_column_and_row_and_keeps_every_script() -> None:
    rows = [replace(ROW, group="المال"), replace(ROW, group="Kafam ığşİ")]
    sheet = load_workbook(BytesIO(xlsx_of(rows))).active
    assert sheet is not None
    read = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert read[0] == list(COLUMNS)
    assert [row[COLUMNS.index("group")] for row in read[1:]] == ["المال", "Kafam ığşİ"]
    assert read[1][COLUMNS.index("wording_version")] == "1"


def test_a_workbook_keeps_numbers_days_and_empty_cells_as_what_they_are() -> None:
    out = BytesIO()
    row = ["=SUM(A1)", Decimal("3.4"), 12, date(2026, 6, 30), None]
    write_workbook(out, [Table("one", ["a", "b", "c", "d", "e"], [row]), Table("two", ["a"], [])])
    book = load_workbook(out)
    assert book.sheetnames == ["one", "two"]
    cells = list(next(book["one"].iter_rows(min_row=2, max_col=5)))
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "d", "n"]
    assert [cell.value for cell in cells[:3]] == ["=SUM(A1)", 3.4, 12]
    assert str(cells[3].value) == "2026-06-30 00:00:00"
    assert cells[4].value is None


def test_a_table_that_is_too_long_for_one_sheet_goes_on_in_the_next() -> None:
    out = BytesIO()
    write_workbook(out, [Table("answers", ["a"], ([str(number)] for number in range(5)))], most_rows=2)
    book = load_workbook(out)
    assert [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book] == [
        ["a", "0", "1"], ["a", "2", "3"], ["a", "4"],
    ]  # fmt: skip


def test_csv_writes_numbers_and_days_for_programs() -> None:
    content = b"".join(table_csv(["a"], [[Decimal("3.4"), 5, date(2026, 6, 30), None, "-1"]]))
    assert read_csv(content)[1] == ["3.4", "5", "2026-06-30", "", "'-1"]

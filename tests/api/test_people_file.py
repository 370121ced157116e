"""Somebody's spreadsheet as rows of text: every usual encoding, nothing calculated, and what is harmful refused."""

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from api import people_file
from api.people_file import MOST_BYTES, MOST_ROWS, Cause, Refused, read, table_of

ROWS = [["naam", "taal"], ["Zoë Çelik", "tr"], ["De Vries; Jan", "nl"]]
TEXT = 'naam;taal\r\nZoë Çelik;tr\r\n"De Vries; Jan";nl\r\n'


def workbook(fill: Callable[[Workbook], None], *, parts: dict[str, bytes] | None = None) -> bytes:
    book, out = Workbook(), io.BytesIO()
    fill(book)
    book.save(out)
    if parts:
        with zipfile.ZipFile(out, "a") as packed:
            for name, content in parts.items():
                packed.writestr(name, content)
    return out.getvalue()


def people(book: Workbook) -> None:
    for row in ROWS:
        book.active.append(row)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_usual_encodings_give_the_same_rows(encoding: str) -> None:
    assert table_of(TEXT.encode(encoding)) == ROWS


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found_in_the_first_row(separator: str) -> None:
    text = f'naam{separator}taal\n"Jan{separator} Piet"{separator}nl\n'
    assert table_of(text.encode()) == [["naam", "taal"], [f"Jan{separator} Piet", "nl"]]


def test_a_file_may_say_its_separator_itself() -> None:
    assert table_of(b"sep=,\r\nnaam,taal\r\nSam;Kim,nl\r\n") == [["naam", "taal"], ["Sam;Kim", "nl"]]


def test_a_workbook_gives_the_rows_of_its_first_visible_sheet() -> None:
    def with_hidden_sheet(book: Workbook) -> None:
        book.active.sheet_state = "hidden"
        sheet = book.create_sheet()
        for row in [*ROWS, ["Sam", None, 612345678, 1.5]]:
            sheet.append(row)

    assert table_of(workbook(with_hidden_sheet)) == [
        *ROWS,
        ["Sam", "", "612345678", "1.5"],
    ]


def test_a_formula_is_never_calculated() -> None:
    """What the spreadsheet program showed last counts; a file that nobody opened has shown nothing."""

    def with_formulas(book: Workbook) -> None:
        book.active.append(["naam", "taal"])
        book.active.append(["=1+1", "nl"])

    assert table_of(workbook(with_formulas)) == [["naam", "taal"], ["", "nl"]]
    assert table_of(b"naam\n=1+1\n") == [["naam"], ["=1+1"]]


def test_cells_far_away_cost_nothing() -> None:
    def far(book: Workbook) -> None:
        people(book)
        book.active["XFD2"] = "far to the right"

    assert table_of(workbook(far)) == ROWS


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", Cause.EMPTY),
        (b" \r\n;;\r\n", Cause.EMPTY),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Cause.OLD_WORKBOOK),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0", Cause.NOT_A_LIST),
        (b"%PDF-1.7\n\x01\x02\x03\x04\x05", Cause.NOT_A_LIST),
        (b"naam\nS\x81m\n", Cause.ENCODING),
        (b"\xff\xfen\0a\0a\0m\0\n", Cause.ENCODING),
        (b"PK\x03\x04 and nothing more", Cause.BROKEN),
        (b"naam\n" + b"Sam\n" * (MOST_ROWS + 1), Cause.TOO_MANY),
        (b'naam\n"' + b"x" * 200_000, Cause.BROKEN),
    ],
)
def test_what_is_no_list_is_refused_with_its_cause(content: bytes, cause: Cause) -> None:
    assert table_of(content) == Refused(cause)


@pytest.mark.parametrize(
    ("parts", "cause"),
    [
        ({"xl/vbaProject.bin": b"macros"}, Cause.MACROS),
        ({"xl/extra.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}, Cause.BROKEN),
        ({"xl/media/bomb.bin": b"\0" * (people_file.MOST_UNPACKED + 1)}, Cause.TOO_LARGE),
        ({f"xl/media/{number}.bin": b"" for number in range(people_file.MOST_PARTS)}, Cause.TOO_LARGE),
    ],
)
def test_a_workbook_with_something_harmful_in_it_is_refused(parts: dict[str, bytes], cause: Cause) -> None:
    assert table_of(workbook(people)) == ROWS
    assert table_of(workbook(people, parts=parts)) == Refused(cause)


def test_another_zip_and_a_damaged_workbook_are_refused() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert table_of(other.getvalue()) == Refused(Cause.NOT_A_LIST)
    content = workbook(people)
    assert table_of(content[: len(content) // 2]) == Refused(Cause.BROKEN)


async def test_the_service_reads_a_file_in_a_process_of_its_own() -> None:
    assert await read(workbook(people)) == ROWS
    assert await read(b"") == Refused(Cause.EMPTY)


async def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    assert await read(b"PK" + b"x" * MOST_BYTES) == Refused(Cause.TOO_LARGE)


async def test_a_process_that_breaks_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_file.sys, "executable", "/bin/false")
    assert await read(TEXT.encode()) == Refused(Cause.BROKEN)

"""A spreadsheet that somebody sends us, as rows of text: CSV in any usual encoding, or XLSX. Nothing is calculated.

It is taken apart in a process of its own with little memory and little time: whatever a file does to it, the service
does not notice. ``read`` is for the service, ``table_of`` is what the process does.
"""

import asyncio
import csv
import io
import json
import os
import resource
import sys
import zipfile
from asyncio.subprocess import PIPE
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

MOST_BYTES: Final = 900 * 1024
"""A list of two thousand people is a fifth of this; with the rest of its form it passes the gate of the service."""

MOST_UNPACKED: Final = 40 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 60
MOST_CELL: Final = 1000
SECONDS: Final = 20
MEMORY: Final = 1024 * 1024 * 1024
"""Of addresses, not of use: libraries reserve more than they take."""

_SEPARATORS: Final = ";,\t"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Cause(StrEnum):
    """Why a file cannot be used."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    OLD_WORKBOOK = "old_workbook"  # .xls, or locked with a password
    MACROS = "macros"
    NOT_A_LIST = "not_a_list"  # a picture, a PDF, another zip
    BROKEN = "broken"
    ENCODING = "encoding"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be used, and why."""

    cause: Cause


Table = list[list[str]]


class _UnusableError(Exception):
    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


async def read(content: bytes) -> Table | Refused:
    """The rows of a file, each cell as text; or why it cannot be used."""
    if len(content) > MOST_BYTES:
        return Refused(Cause.TOO_LARGE)
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("WERKSTEM_")}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.people_file", stdin=PIPE, stdout=PIPE, env=surroundings
    )
    try:
        async with asyncio.timeout(SECONDS):
            output, _ = await child.communicate(content)
    except TimeoutError:
        return Refused(Cause.BROKEN)
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()
    if child.returncode != 0:
        return Refused(Cause.BROKEN)
    answer = json.loads(output)
    return Refused(Cause(answer)) if isinstance(answer, str) else answer


def table_of(content: bytes) -> Table | Refused:
    """The same, here and now: for the process that may break."""
    if not content.strip():
        return Refused(Cause.EMPTY)
    try:
        table = _of_workbook(content) if content.startswith(b"PK") else _of_text(content)
    except _UnusableError as error:
        return Refused(error.cause)
    return table if any(table) else Refused(Cause.EMPTY)


# CSV ----------------------------------------------------------------------------------------------------------------


def _of_text(content: bytes) -> Table:
    if content.startswith(_OLD_WORKBOOK):
        raise _UnusableError(Cause.OLD_WORKBOOK)
    text = _decoded(content)
    separator, text = _separator(text)
    table: Table = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            table.append(_row(cells))
            if len(table) > MOST_ROWS:
                raise _UnusableError(Cause.TOO_MANY)
    except csv.Error:
        raise _UnusableError(Cause.BROKEN) from None
    return table


def _decoded(content: bytes) -> str:
    """The text, as its mark says; else UTF-8, UTF-16 without a mark, or what Windows writes in western Europe."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _as(content, encoding)
    if b"\0" in content:
        return _as(content, _wide(content))
    try:
        return _as(content, "utf-8")
    except _UnusableError as error:
        if error.cause is not Cause.ENCODING:
            raise
        return _as(content, "cp1252")


def _wide(content: bytes) -> str:
    """Which UTF-16 it is when every other byte of the beginning is zero; nothing else that we read has such bytes."""
    start = content[:200]
    if start[1::2].count(0) > len(start) // 4 and not start[::2].count(0):
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 4 and not start[1::2].count(0):
        return "utf-16-be"
    raise _UnusableError(Cause.NOT_A_LIST)


def _as(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise _UnusableError(Cause.ENCODING) from None
    if sum(ch < " " and ch not in "\t\r\n" for ch in text[:2000]) > 2:
        raise _UnusableError(Cause.NOT_A_LIST)
    return text


def _separator(text: str) -> tuple[str, str]:
    """What stands between the cells: as the file says in its first line, or most often in the first row."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        return first.strip()[-1], rest
    bare = "".join(first.split('"')[::2])  # a separator between quotes is none
    return max(_SEPARATORS, key=bare.count), text


# XLSX ---------------------------------------------------------------------------------------------------------------


def _of_workbook(content: bytes) -> Table:
    _check_parts(content)
    # openpyxl, reading as it goes: a row at a time, and rows and columns that a file only claims to have cost nothing
    # (calamine, five times as quick, makes room for the whole claimed sheet first). Imported here, for this process.
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # it ships no types

    table: Table = []
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False, keep_vba=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for cells in sheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
            table.append(_row(cells))
            if len(table) > MOST_ROWS:
                break
    except Exception:  # The library raises whatever its parsers do on a broken file; none of it is ours to tell apart.
        raise _UnusableError(Cause.BROKEN) from None
    while table and not table[-1]:
        table.pop()
    if len(table) > MOST_ROWS:
        raise _UnusableError(Cause.TOO_MANY)
    return table


def _check_parts(content: bytes) -> None:
    """Looks at what is packed before anything is unpacked: how much it is, whether it is a workbook, and macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise _UnusableError(Cause.TOO_LARGE)
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise _UnusableError(Cause.NOT_A_LIST)
            kinds = packed.read("[Content_Types].xml")
            if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in kinds:
                raise _UnusableError(Cause.MACROS)
            if any(_has_doctype(packed.read(name)) for name in names if name.endswith((".xml", ".rels"))):
                raise _UnusableError(Cause.BROKEN)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise _UnusableError(Cause.BROKEN) from None


def _has_doctype(part: bytes) -> bool:
    """No workbook needs one; with it come entities that grow."""
    return b"<!DOCTYPE" in part or b"<!ENTITY" in part


def _row(cells: Iterable[object]) -> list[str]:
    """The cells as texts, without the empty ones at the end."""
    row = [_text(cell) for cell in islice(cells, MOST_COLUMNS)]
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # A phone number that the spreadsheet keeps as a number.
    return str(cell).strip()[:MOST_CELL]


def main() -> None:
    """One file on standard input; its rows, or why there are none, on standard output as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    found = table_of(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(found.cause.value if isinstance(found, Refused) else found))


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")  # What a workbook is missing is no news to anybody.
    main()

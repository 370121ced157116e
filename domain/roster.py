"""A list of people as a coach keeps it in a spreadsheet: which column is what, and what is wrong with a row.

Pure: cells come in as texts, and everything that is wrong comes out as a value, in the words of nobody yet.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.details import LONGEST_NAME, email_of, language_of, phone_of, plain_line, sameness
from domain.questionnaire import LANGUAGES

MOST_PEOPLE = 2000
"""No list has more rows: the largest enterprises split theirs."""

MOST_SHOWN = 60
"""Of a cell that is wrong, so much is said back."""


class Column(StrEnum):
    """What a column is for. FIRST and LAST stand for a name in two columns."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    LANGUAGE = "language"
    EMAIL = "email"
    PHONE = "phone"
    MODULES = "modules"


class Wrong(StrEnum):
    """What can be wrong with a row: then nobody is added for it."""

    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    LANGUAGE = "language"
    EMAIL = "email"
    PHONE = "phone"
    MODULE = "module"
    TWICE = "twice"  # the same e-mail address or phone number stands in an earlier row
    KNOWN = "known"  # somebody of this coach has that e-mail address or phone number


class Doubt(StrEnum):
    """What may be wrong with a row: the coach decides. Two people may have one name."""

    NAME_TWICE = "name_twice"
    NAME_KNOWN = "name_known"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with what stood there; ``value`` is "" when nothing did."""

    wrong: Wrong
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list. ``number`` is the row as the spreadsheet counts it, from 1.

    ``modules`` None: all that the organisation has on. With ``faults`` the row is refused.
    """

    number: int
    name: str
    language: str
    email: str | None = None
    phone: str | None = None
    modules: tuple[str, ...] | None = None
    faults: tuple[Fault, ...] = ()
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The whole list. ``unused`` are the columns that were not read at all."""

    rows: tuple[Row, ...]
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Who is there already, as ``sameness`` and the cleaned addresses tell people apart."""

    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NoHeader:
    """The first filled row names no column with names; ``first`` is what stood there."""

    first: tuple[str, ...]


_HEADERS: Mapping[Column, str] = {
    Column.NAME: "naam name volledigenaam fullname deelnemer participant medewerker employee",
    Column.FIRST: "voornaam firstname roepnaam givenname",
    Column.LAST: "achternaam lastname surname familienaam familyname",
    Column.LANGUAGE: "taal language moedertaal",
    Column.EMAIL: "email emailadres emailaddress mail mailadres",
    Column.PHONE: "telefoon phone telefoonnummer phonenumber mobiel mobile gsm tel telnr nummer",
    Column.MODULES: "modules module onderwerpen topics",
}
_COLUMNS = {word: column for column, words in _HEADERS.items() for word in words.split()}


def read_roster(
    table: Sequence[Sequence[str]], *, known: Known, modules: Mapping[str, str | None]
) -> Roster | NoHeader:
    """The people of a table whose first filled row names its columns; NoHeader when it does not.

    ``modules`` maps what a module may be called (as ``sameness`` writes it) to its name; to None when the organisation
    has it off. Rows without anything in them are left out.
    """
    at = next((number for number, cells in enumerate(table) if any(cell.strip() for cell in cells)), 0)
    header = table[at] if table else ()
    columns = _columns(header)
    if not {Column.NAME, Column.FIRST} & columns.keys():
        return NoHeader(tuple(plain_line(cell)[:MOST_SHOWN] for cell in header if cell.strip()))
    reader = _Reader(columns, modules, known)
    rows = tuple(
        reader.row(number, cells)
        for number, cells in enumerate(table[at + 1 :], start=at + 2)
        if any(cell.strip() for cell in cells)
    )
    used = set(columns.values())
    unused = (plain_line(cell)[:MOST_SHOWN] for place, cell in enumerate(header) if place not in used)
    return Roster(rows, tuple(name for name in unused if name))


def _columns(header: Sequence[str]) -> dict[Column, int]:
    """Where each column stands; the first of two that mean the same counts."""
    found: dict[Column, int] = {}
    for place, cell in enumerate(header):
        column = _COLUMNS.get(sameness(cell).replace(" ", ""))
        if column is not None:
            found.setdefault(column, place)
    return found


class _Reader:
    """Reads the rows one after another, and remembers who came before."""

    def __init__(self, columns: Mapping[Column, int], modules: Mapping[str, str | None], known: Known) -> None:
        self._columns = columns
        self._modules = modules
        self._known = known
        self._names: set[str] = set()
        self._reached: set[str] = set()

    def row(self, number: int, cells: Sequence[str]) -> Row:
        """One row, with all that is wrong with it."""
        faults: list[Fault] = []
        name = self._name(cells, faults)
        language = self._language(cells, faults)
        email = self._checked(cells, Column.EMAIL, faults)
        phone = self._checked(cells, Column.PHONE, faults)
        modules = self._asked(cells, faults)
        faults += self._doubles(email, phone)
        doubt = self._doubt(name) if not faults else None
        return Row(number, name, language, email, phone, modules, tuple(faults), doubt)

    def _cell(self, cells: Sequence[str], column: Column) -> str:
        place = self._columns.get(column, len(cells))
        return plain_line(cells[place]) if place < len(cells) else ""

    def _name(self, cells: Sequence[str], faults: list[Fault]) -> str:
        parts = (self._cell(cells, Column.FIRST), self._cell(cells, Column.LAST))
        name = self._cell(cells, Column.NAME) or " ".join(part for part in parts if part)
        if not name:
            faults.append(Fault(Wrong.NO_NAME))
        elif len(name) > LONGEST_NAME:
            faults.append(Fault(Wrong.LONG_NAME, name[:MOST_SHOWN]))
        return name[:LONGEST_NAME]

    def _language(self, cells: Sequence[str], faults: list[Fault]) -> str:
        said = self._cell(cells, Column.LANGUAGE)
        language = language_of(said) if said else LANGUAGES[0]
        if language is None:
            faults.append(Fault(Wrong.LANGUAGE, said[:MOST_SHOWN]))
        return language or LANGUAGES[0]

    def _checked(self, cells: Sequence[str], column: Column, faults: list[Fault]) -> str | None:
        said = self._cell(cells, column)
        if not said:
            return None
        found = email_of(said) if column is Column.EMAIL else phone_of(said)
        if found is None:
            faults.append(Fault(Wrong(column.value), said[:MOST_SHOWN]))
        return found

    def _asked(self, cells: Sequence[str], faults: list[Fault]) -> tuple[str, ...] | None:
        said = [part for part in re.split(r"[,;|/\n]", self._cell(cells, Column.MODULES)) if part.strip()]
        strange = [part.strip() for part in said if self._modules.get(sameness(part)) is None]
        faults += [Fault(Wrong.MODULE, part[:MOST_SHOWN]) for part in strange]
        chosen = (self._modules.get(sameness(part)) for part in said)
        return tuple(dict.fromkeys(name for name in chosen if name)) or None

    def _doubles(self, email: str | None, phone: str | None) -> Iterator[Fault]:
        for address, taken in ((email, self._known.emails), (phone, self._known.phones)):
            if address is None:
                continue
            if address in taken:
                yield Fault(Wrong.KNOWN, address)
            elif address in self._reached:
                yield Fault(Wrong.TWICE, address)
            self._reached.add(address)

    def _doubt(self, name: str) -> Doubt | None:
        same = sameness(name) or name
        doubt = Doubt.NAME_KNOWN if same in self._known.names else Doubt.NAME_TWICE if same in self._names else None
        self._names.add(same)
        return doubt

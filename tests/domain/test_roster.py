"""A coach's list of people: read however it was typed, and every refused row says why."""

import pytest

from domain.details import email_of, language_of, phone_of, plain_line, sameness
from domain.roster import Doubt, Fault, Known, NoHeader, Roster, Row, Wrong, read_roster

MODULES = {"money": "money", "geld": "money", "police justice": None}


def read(*lines: str, known: Known | None = None) -> Roster:
    found = read_roster([line.split(";") for line in lines], known=known or Known(), modules=MODULES)
    assert isinstance(found, Roster)
    return found


def faults(*lines: str, known: Known | None = None) -> list[Fault]:
    return [fault for row in read(*lines, known=known).rows for fault in row.faults]


@pytest.mark.parametrize(
    "header",
    [
        "naam;taal;e-mail;telefoon;modules",
        "Name;Language;E-mail address;Phone number;Modules",
        "NAAM;Taal;Mail;GSM;module",
    ],
)
def test_columns_may_be_named_in_dutch_and_in_english(header: str) -> None:
    row = read(header, "Samira;Arabisch;s@example.org;06-12345678;geld").rows[0]
    assert row == Row(2, "Samira", "ar", "s@example.org", "+31612345678", ("money",))


def test_a_name_may_stand_in_two_columns() -> None:
    assert [row.name for row in read("voornaam;achternaam", "Jan;de Vries", "Cher;").rows] == ["Jan de Vries", "Cher"]


def test_columns_that_are_not_ours_are_named_and_not_read() -> None:
    assert read("naam;BSN;geboortedatum", "Sam;123456782;1990-01-01").unused == ("BSN", "geboortedatum")


def test_a_list_without_a_column_of_names_is_not_read_at_all() -> None:
    assert read_roster([[""], ["Samira", "Ahmed"]], known=Known(), modules={}) == NoHeader(("Samira", "Ahmed"))
    assert read_roster([], known=Known(), modules={}) == NoHeader(())


def test_rows_are_numbered_as_the_spreadsheet_does_and_empty_ones_are_left_out() -> None:
    assert [row.number for row in read("", "naam", "Sam", "", " ;", "Kim").rows] == [3, 6]


def test_without_a_language_somebody_is_invited_in_dutch() -> None:
    assert [row.language for row in read("naam;taal", "Sam;", "Kim;tr").rows] == ["nl", "tr"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (";nl;;;", Fault(Wrong.NO_NAME)),
        ("x" * 81 + ";nl;;;", Fault(Wrong.LONG_NAME, "x" * 60)),
        ("Sam;Tigrinya;;;", Fault(Wrong.LANGUAGE, "Tigrinya")),
        ("Sam;nl;sam at example;;", Fault(Wrong.EMAIL, "sam at example")),
        ("Sam;nl;;12;", Fault(Wrong.PHONE, "12")),
        ("Sam;nl;;;chess, geld", Fault(Wrong.MODULE, "chess")),
        ("Sam;nl;;;police_justice", Fault(Wrong.MODULE, "police_justice")),
    ],
)
def test_a_row_that_cannot_be_used_says_what_is_wrong_and_what_stood_there(line: str, fault: Fault) -> None:
    header = "naam;taal;e-mail;telefoon;modules"
    assert faults(header, line) == [fault]
    assert faults(header, "Sam;nl;sam@example.org;0612345678;geld") == []


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    assert {fault.wrong for fault in faults("naam;taal;e-mail", ";xx;nobody")} == {
        Wrong.NO_NAME,
        Wrong.LANGUAGE,
        Wrong.EMAIL,
    }


def test_one_address_or_number_twice_is_one_person_twice() -> None:
    lines = (
        "naam;e-mail;telefoon",
        "Sam;s@example.org;",
        "Sam S.;S@Example.org;",
        "A;;0612345678",
        "B;;+31 6 12345678",
    )
    assert faults(*lines) == [Fault(Wrong.TWICE, "s@example.org"), Fault(Wrong.TWICE, "+31612345678")]


def test_whoever_is_there_already_is_not_added_again() -> None:
    known = Known(names=frozenset({"sam"}), emails=frozenset({"s@example.org"}), phones=frozenset({"+31612345678"}))
    lines = ("naam;e-mail;telefoon", "Kim;s@example.org;", "Jo;;06 12345678")
    assert faults(*lines, known=known) == [Fault(Wrong.KNOWN, "s@example.org"), Fault(Wrong.KNOWN, "+31612345678")]


def test_one_name_may_be_two_people_so_the_coach_decides() -> None:
    known = Known(names=frozenset({sameness("Zoë de Vries")}))
    rows = read("naam", "ZOE DE VRIES", "Ali", "ali ", known=known).rows
    assert [row.doubt for row in rows] == [Doubt.NAME_KNOWN, None, Doubt.NAME_TWICE]
    assert [row.faults for row in rows] == [(), (), ()]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
        ("Jan 🎉", "Jan 🎉"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("Sam\x00\x07  \n Kim", "Sam Kim"),
        ("سميرة", "سميرة"),
        ("ሰላም", "ሰላም"),
    ],
)
def test_a_name_is_text_whatever_it_looks_like(name: str, kept: str) -> None:
    assert read("naam", name).rows[0] == Row(2, kept, "nl")
    assert plain_line(name) == kept


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06-12345678", "+31612345678"),
        ("612345678", "+31612345678"),  # a spreadsheet ate the zero
        ("31612345678", "+31612345678"),
        ("0031 6 1234 5678", "+31612345678"),
        ("+90 (532) 123.45.67", "+905321234567"),
        ("\u202a+31 6 12345678\u202c", "+31612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "+31612345678"),
        ("020 1234567", "+31201234567"),
        ("112", None),
        ("+0612345678", None),
        ("soms", None),
    ],
)
def test_a_phone_number_is_read_however_it_is_written(typed: str, number: str | None) -> None:
    assert phone_of(typed) == number


@pytest.mark.parametrize(
    ("typed", "language"),
    [("Nederlands", "nl"), ("EN", "en"), ("Français", "fr"), ("Türkçe", "tr"), ("العربية", "ar"), ("Pools", None)],
)
def test_a_language_is_known_by_its_code_and_by_its_names(typed: str, language: str | None) -> None:
    assert language_of(typed) == language


def test_an_address_is_made_plain_or_refused() -> None:
    assert email_of(" mailto:Sam@Example.ORG ") == "sam@example.org"
    assert [email_of(text) for text in ("sam", "a@b", "a@b..nl", "a b@c.nl", "a@" + "b" * 260 + ".nl")] == [None] * 5

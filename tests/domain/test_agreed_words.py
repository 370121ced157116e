"""What may be an agreement: a sentence in plain sight."""

import pytest

from domain.agreements import MOST_LETTERS, is_short_enough, plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ik bel \n\n de  gemeente.\t", "Ik bel de gemeente."),
        ("Ik bel\u202e de gemeente", "Ik bel de gemeente"),
        ("\u200b\u2066\ufeff\x00", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("cafe\u0301", "café"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_an_agreement_is_one_line_without_anything_hidden(typed: str, kept: str) -> None:
    assert plain(typed) == kept == plain(plain(typed))


def test_an_agreement_says_something_and_is_no_file() -> None:
    assert not is_short_enough("")
    assert is_short_enough("x" * MOST_LETTERS)
    assert not is_short_enough("x" * (MOST_LETTERS + 1))

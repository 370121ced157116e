"""Answers and their codes, and what is read from what people type (the method, section a.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import FACES, Answer, normalise, read_answer
from domain.questionnaire import LANGUAGES

Labels = dict[str, Answer]
ByLanguage = dict[str, dict[str, str]]


def test_only_the_five_numbers_have_a_value() -> None:
    values = {answer.value: answer.value_or_none for answer in Answer}
    expected = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "dk_understand": None, "dk_answer": None, "na": None}
    assert values == expected


def test_every_answer_has_a_mark_of_one_character_and_comes_back_from_it() -> None:
    marks = [answer.mark for answer in Answer]
    assert marks == ["1", "2", "3", "4", "5", "u", "c", "n"]
    assert [Answer.of_mark(mark) for mark in marks] == list(Answer)


@pytest.mark.parametrize("no_mark", ["", "0", "6", "na", "U"])
def test_another_text_is_no_mark(no_mark: str) -> None:
    with pytest.raises(ValueError, match="no mark"):
        Answer.of_mark(no_mark)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("😞", Answer.ONE),
        ("🙁", Answer.TWO),
        ("😐\ufe0f", Answer.THREE),
        ("🙂🏽", Answer.FOUR),
        (" 😀😀 ", Answer.FIVE),
        ("1", Answer.ONE),
        (" 4. ", Answer.FOUR),
        ("3\ufe0f\u20e3", Answer.THREE),
        ("٣", Answer.THREE),
        ("۵", Answer.FIVE),
        ("४", Answer.FOUR),
        ("2", Answer.TWO),
    ],
)
def test_a_face_or_a_digit_of_any_script_is_an_answer(typed: str, answer: Answer, labels: Labels) -> None:
    assert read_answer(typed, may_not_apply=False, labels=labels) is answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_an_answer_however_it_is_typed(language: str, answer_labels: ByLanguage, labels: Labels) -> None:
    assert set(answer_labels[language]) == {answer.value for answer in Answer}
    for code, text in answer_labels[language].items():
        for typed in (text, text.upper(), text.lower(), f" {text}! ", text.replace(",", "").replace("'", "’")):
            assert read_answer(typed, may_not_apply=True, labels=labels) is Answer(code), typed


@pytest.mark.parametrize("face", FACES)
def test_a_face_may_stand_beside_its_own_label_but_not_beside_another(
    face: str, answer_labels: ByLanguage, labels: Labels
) -> None:
    for code, text in answer_labels["fr"].items():
        read = read_answer(f"{face} {text}", may_not_apply=False, labels=labels)
        assert read is (FACES[face] if FACES[face] == code else None)


@pytest.mark.parametrize(
    "typed", ["", " ", "...", "0", "6", "٠", "12", "3 4", "3/5", "😀🙁", "👍", "😡", "😀 maybe", "ja nee"]
)
def test_what_is_not_plainly_one_answer_is_none(typed: str, labels: Labels) -> None:
    assert read_answer(typed, may_not_apply=True, labels=labels) is None


def test_not_about_me_is_an_answer_only_where_it_can_be_chosen(labels: Labels) -> None:
    assert read_answer("Gaat niet over mij", may_not_apply=True, labels=labels) is Answer.NA
    assert read_answer("Gaat niet over mij", may_not_apply=False, labels=labels) is None


@given(typed=st.text(max_size=40))
def test_no_text_whatever_makes_reading_fail(typed: str) -> None:
    assert read_answer(typed, may_not_apply=False, labels={}) in {None, *list(Answer)[:5]}


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("HAYIR", "hayır"),
        ("İSTEMİYORUM", "istemiyorum"),
        ("ISIM", "ısım"),
        ("Hiç değil", "hic degil"),
        ("أوقف", "اوقف"),
        ("إلغاء", "الغاء"),
        ("لاحقًا", "لاحقا"),
        ("نعـــم", "نعم"),
        ("استراحة", "استراحه"),
        ("لا، إطلاقًا", "لا اطلاقا"),
        ("j’arrête", "J'ARRETE"),
        ("I don´t understand!", "i don't understand"),
        ("\u200fنعم\u200e", "نعم"),
        ("Oui,  tout\u00a0à fait.", "oui tout a fait"),
        ("aide-moi", "aide moi"),
        ("؟", "?"),
        ("STRASSE", "Straße"),
        ("على", "علي"),
        ("ٱسم", "اسم"),
        ("کافی", "كافي"),
    ],
)
def test_what_reads_the_same_is_normalised_to_the_same(typed: str, same: str) -> None:
    assert normalise(typed) == normalise(same) != ""


def test_different_labels_stay_different(answer_labels: ByLanguage, labels: Labels) -> None:
    for texts in answer_labels.values():
        assert {code: labels[normalise(text)] for code, text in texts.items()} == {a.value: a for a in Answer}


@given(text=st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)

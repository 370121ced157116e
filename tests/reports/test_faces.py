"""The five drawn faces."""

from xml.etree import ElementTree

import pytest

from reports.faces import face_svg, mouth


def test_five_faces_have_five_different_mouths() -> None:
    assert len({mouth(number) for number in range(1, 6)}) == 5


def test_the_mouth_turns_from_down_to_up() -> None:
    """In a drawing y grows downwards: a mouth turned down has its middle above its corners."""
    bends = [mouth(number)[1][1] - mouth(number)[0][1] for number in range(1, 6)]
    assert bends == sorted(bends)
    assert bends[0] < 0 == bends[2] < bends[4]


def test_only_the_mouth_differs_and_the_hue_is_the_texts_own() -> None:
    drawn = [ElementTree.fromstring(face_svg(number)) for number in range(1, 6)]  # noqa: S314 - Our own drawing.
    for face in drawn:
        assert {part.get("stroke") for part in face} <= {"currentColor", None}
    without_mouth = {ElementTree.tostring(face).split(b"<path")[0] for face in drawn}
    assert len(without_mouth) == 1
    assert len({face_svg(number) for number in range(1, 6)}) == 5


def test_a_face_says_nothing_to_a_screen_reader_because_its_word_does() -> None:
    assert 'aria-hidden="true"' in face_svg(3)


@pytest.mark.parametrize("number", [0, 6])
def test_there_are_no_other_faces(number: int) -> None:
    with pytest.raises(ValueError, match="no face"):
        face_svg(number)

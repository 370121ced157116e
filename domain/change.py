"""Change of one person: the same statements, asked the same way, compared between two measurements.

Higher and lower, never better and worse: a lower score can mean more insight (the method, section e.3).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.answers import Answer
from domain.questionnaire import Kind, Questionnaire
from domain.scoring import is_enough

BIT = Fraction(7, 10)
CLEARLY = Fraction(11, 10)
"""The provisional bands: the 80 % and 95 % limits of a difference, for an assumed SD of 0.8 and reliability of .75."""


class Size(StrEnum):
    """How large a change is, as it may be said to the person."""

    SAME = "same"  # under 0.7: inside measurement noise, "about the same"
    BIT_HIGHER = "bit_higher"  # 0.7 to under 1.1: it can be chance
    BIT_LOWER = "bit_lower"
    CLEARLY_HIGHER = "clearly_higher"  # 1.1 and more
    CLEARLY_LOWER = "clearly_lower"
    UNKNOWN = "unknown"  # too few statements can be compared


class Note(StrEnum):
    """What has to be said with a change, because something beside the answers differed."""

    LANGUAGE = "language"  # asked in another language
    ASSISTED = "assisted"  # another kind of help
    WORDING = "wording"  # reworded, with the same meaning


@dataclass(frozen=True, slots=True)
class AnsweredStatement:
    """One answer with what a comparison needs to know of how it was asked.

    ``assisted`` is ``no``, ``reads_aloud`` or ``sits_next_to_me``; ``mode`` names the scale (five faces at once, or in
    two steps); ``same_order`` whether the statements came in the same order every time.
    """

    answer: Answer
    wording_version: int
    language: str
    same_order: bool = False
    assisted: str = "no"
    mode: str = "faces"


@dataclass(frozen=True, slots=True)
class Change:
    """How one group changed. ``delta`` is now minus then, unrounded, None when unknown.

    ``shared`` counts the core statements that were compared.
    """

    group: str
    delta: float | None
    size: Size
    shared: int
    notes: frozenset[Note] = frozenset()


Reworded = Collection[tuple[str, str, int]]
"""The wordings that mean the same as the version before them: statement id, language, version."""


def change_of(
    questionnaire: Questionnaire,
    group: str,
    then: Mapping[str, AnsweredStatement],
    now: Mapping[str, AnsweredStatement],
    same_meaning: Reworded = frozenset(),
) -> Change:
    """How this group changed, on the core statements that got a number both times and were asked alike.

    Alike: the same wording version (or later ones in ``same_meaning``), scale and kind of order. Another language or
    other help stays comparable, with a note. It takes more than half of the core statements (3 of 5). Raises
    UnknownGroup.
    """
    questionnaire.group(group)
    core = [statement.id for statement in questionnaire.of_group(group, Kind.CORE)]
    differences: list[int] = []
    notes: set[Note] = set()
    for statement_id in core:
        before, after = then.get(statement_id), now.get(statement_id)
        if before is None or after is None:
            continue
        old, new = before.answer.value_or_none, after.answer.value_or_none
        if old is not None and new is not None and _is_alike(statement_id, before, after, same_meaning):
            differences.append(new - old)
            notes |= _notes(before, after)
    if not is_enough(len(differences), len(core)):
        return Change(group, None, Size.UNKNOWN, len(differences))
    delta = Fraction(sum(differences), len(differences))
    return Change(group, float(delta), _size(delta), len(differences), frozenset(notes))


def _size(delta: Fraction) -> Size:
    """The band of an exact difference: floating point would put some differences on the wrong side of an edge."""
    if abs(delta) < BIT:
        return Size.SAME
    if abs(delta) < CLEARLY:
        return Size.BIT_HIGHER if delta > 0 else Size.BIT_LOWER
    return Size.CLEARLY_HIGHER if delta > 0 else Size.CLEARLY_LOWER


def _is_alike(statement_id: str, before: AnsweredStatement, after: AnsweredStatement, same_meaning: Reworded) -> bool:
    if before.mode != after.mode or before.same_order != after.same_order:
        return False
    older, newer = sorted((before, after), key=lambda one: one.wording_version)
    later_versions = range(older.wording_version + 1, newer.wording_version + 1)
    return all((statement_id, newer.language, version) in same_meaning for version in later_versions)


def _notes(before: AnsweredStatement, after: AnsweredStatement) -> set[Note]:
    differs = {
        Note.LANGUAGE: before.language != after.language,
        Note.ASSISTED: before.assisted != after.assisted,
        Note.WORDING: before.wording_version != after.wording_version,
    }
    return {note for note, is_different in differs.items() if is_different}

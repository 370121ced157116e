"""The one grouping of an organisation: its teams, or its locations, declared before anything is published."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from domain.errors import BadGrouping

MOST_PARTS = 30
LONGEST_NAME = 60


class GroupingKind(StrEnum):
    """What the parts of an organisation are."""

    TEAM = "team"
    LOCATION = "location"


def part_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names as they are kept, in order, blank ones left out.

    Raises BadGrouping for fewer than two, more than thirty, a name of more than 60 characters, or one that comes twice.
    """
    kept = tuple(tidy for name in names if (tidy := " ".join(unicodedata.normalize("NFC", name).split())))
    if not 2 <= len(kept) <= MOST_PARTS:
        raise BadGrouping(fault="number")
    if any(len(name) > LONGEST_NAME or not name.isprintable() for name in kept):
        raise BadGrouping(fault="name")
    if len({name.casefold() for name in kept}) != len(kept):
        raise BadGrouping(fault="twice")
    return kept

"""Looks: the ways in which staff can see somebody's answers. Each is written down, and the person can ask who did."""

from enum import StrEnum


class Look(StrEnum):
    """What was done, as the log names it."""

    SAW = "person.looked"  # opened the person's page: webs, answers, talk list
    DREW = "person.charted"  # took a picture of a web along
    PRINTED = "person.printed"  # made the sheet for a talk
    EXPORTED = "answers.exported"  # took the answers along as a spreadsheet


OPENED = "person.opened"
"""The person's page was opened and there was nothing to see. No look; but who counts how often pages were opened, and
not the looks alone, cannot tell from it whether somebody shares."""

LOOKS = frozenset(look.value for look in Look)
"""The log's words that mean a look at answers."""

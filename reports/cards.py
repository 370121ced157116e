"""What an invitation card says, as plain values; each is for one person, in that person's language. Draws nothing.

A card says what to do in three steps with pictures, holds the link as a QR code and a code to type, and tells who the
coach is. It takes ready words; what is only for one person (name, link, code) is printed and nowhere kept.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """The words of one card, ready to print, in ``language``. ``code`` is printed large under ``code_lead``."""

    language: str
    title: str
    name: str
    link: str
    scan: str
    open: str
    choose: str
    code_lead: str
    code: str
    code_until: str
    coach: str
    until: str
    foot: str

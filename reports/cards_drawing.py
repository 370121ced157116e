"""Draw the invitation cards: four a page, to cut apart, the link as a QR code and three steps in pictures."""

from collections.abc import Sequence
from typing import Any, Final

import segno

from reports import ink
from reports.cards import Card
from reports.printed import Frame, Printed

ACROSS: Final = 2
DOWN: Final = 2
A_PAGE: Final = ACROSS * DOWN
WIDTH: Final = 105.0
HEIGHT: Final = 148.5
MARGIN: Final = 8.0

QUIET_MODULES: Final = 4
"""The light edge around a QR code, without which cameras miss it (ISO/IEC 18004)."""

_INNER: Final = WIDTH - 2 * MARGIN
_QR_SIDE: Final = 44.0
_STEP_X: Final = MARGIN + _QR_SIDE + 3
_ICON: Final = 11.0
_NAME_HIGH: Final = 9.5
_NAME_SIZES: Final = (14.0, 12.0, 10.0, 8.0, 7.0)


def draw(content: dict[str, Any]) -> bytes:
    """The cards of ``{"title": …, "cards": [the fields of a Card, …]}`` as a PDF."""
    return print_cards([Card(**card) for card in content["cards"]], title=content["title"])


def print_cards(cards: Sequence[Card], *, title: str) -> bytes:
    """The cards as a PDF, in their order, four a page. Raises ValueError without any card."""
    if not cards:
        raise ValueError("no cards to print")
    pdf = Printed(title=title, language=cards[0].language)
    for at, card in enumerate(cards):
        place = at % A_PAGE
        if place == 0:
            pdf.add_page()
            _cut_lines(pdf)
        frame = Frame(place % ACROSS * WIDTH, place // ACROSS * HEIGHT, WIDTH, HEIGHT)
        with pdf.inside(frame, card.language):
            _card(pdf, card)
    return bytes(pdf.output())


def _cut_lines(pdf: Printed) -> None:
    with pdf.pen(ink.SLATE, 0.2):
        pdf.set_dash_pattern(dash=2, gap=2)
        pdf.line(WIDTH, 0, WIDTH, pdf.h)
        pdf.line(0, HEIGHT, pdf.w, HEIGHT)
        pdf.set_dash_pattern()


def _card(pdf: Printed, card: Card) -> None:
    _fitted(pdf, card.title, MARGIN, 7, _INNER, 8, sizes=(17, 16, 15, 14, 13), is_bold=True, colour=ink.PETROL_DEEP)
    _name(pdf, card.name, 15.5)
    _qr(pdf, card.link, MARGIN - 3, 26)
    _steps(pdf, card)
    _code(pdf, card)
    y = 123.5
    for line, high in ((card.coach, 8.4), (card.until, 4.4), (card.foot, 8.4)):
        y += _fitted(pdf, line, MARGIN, y, _INNER, high, sizes=(9.5, 9, 8, 7)) + 0.5


def _fitted(
    pdf: Printed,
    text: str,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    sizes: Sequence[float],
    is_bold: bool = False,
    colour: str = ink.INK,
) -> float:
    size = pdf.largest(text, width, height, sizes, is_bold=is_bold)
    return pdf.words(text, x, y, width, size=size, is_bold=is_bold, colour=colour)


def _name(pdf: Printed, name: str, y: float) -> None:
    """Whose card this is; a name that our fonts cannot write gets a line, to write it by hand."""
    drawable = pdf.drawable(name)
    if drawable is not None and pdf.fits(drawable, _INNER, _NAME_HIGH, size=_NAME_SIZES[-1], is_bold=True):
        _fitted(pdf, drawable, MARGIN, y, _INNER, _NAME_HIGH, sizes=_NAME_SIZES, is_bold=True)
        return
    with pdf.pen(ink.INK_SOFT, 0.25):
        pdf.line(pdf.across(MARGIN), pdf.down(y + 8), pdf.across(WIDTH - MARGIN), pdf.down(y + 8))


def _qr(pdf: Printed, link: str, x: float, y: float) -> None:
    """The link in a square of its own: dark modules in runs, so that no hairline shows between them."""
    matrix = segno.make(link, error="m", micro=False).matrix
    module = _QR_SIDE / (len(matrix) + 2 * QUIET_MODULES)
    left = pdf.across(x, _QR_SIDE) + QUIET_MODULES * module
    top = pdf.down(y) + QUIET_MODULES * module
    with pdf.pen("#000000", 0):
        for row, bits in enumerate(matrix):
            at = 0
            while at < len(bits):
                end = at
                while end < len(bits) and bits[end]:
                    end += 1
                if end > at:
                    pdf.rect(left + at * module, top + row * module, (end - at) * module, module, "F")
                at = max(end, at + 1)


def _steps(pdf: Printed, card: Card) -> None:
    width = WIDTH - MARGIN - _STEP_X
    beside = width - _ICON - 2
    for y, text, icon in ((30.0, card.scan, _scan_icon), (49.0, card.open, _open_icon)):
        icon(pdf, _STEP_X, y)
        _fitted(pdf, text, _STEP_X + _ICON + 2, y, beside, 17, sizes=(11, 10, 9, 8))
    _fitted(pdf, card.choose, MARGIN, 71.5, _INNER, 5.4, sizes=(11, 10, 9, 8, 7))
    side, gap = 13.0, (_INNER - 5 * 13.0) / 4
    for number in range(1, 6):
        pdf.face(number, MARGIN + (number - 1) * (side + gap), 78, side)


def _code(pdf: Printed, card: Card) -> None:
    inner = _INNER - 2
    pdf.panel(MARGIN - 2, 93.5, _INNER + 4, 28.5, fill=ink.PETROL_WASH)
    _fitted(pdf, card.code_lead, MARGIN + 1, 95, inner, 10.2, sizes=(10, 9, 8, 7, 6))
    pdf.words(card.code, MARGIN, 105.3, _INNER, size=24, is_bold=True, colour=ink.PETROL_DEEP, side="middle")
    _fitted(pdf, card.code_until, MARGIN + 1, 116.6, inner, 4.4, sizes=(9.5, 9, 8, 7, 6))


def _phone(pdf: Printed, x: float, y: float) -> None:
    wide, high = 7.2, _ICON + 1.5
    with pdf.pen(ink.PETROL_DEEP, 0.6, fill=ink.CARD):
        pdf.rect(pdf.across(x, wide), pdf.down(y), wide, high, "DF", round_corners=True, corner_radius=1.3)
        pdf.line(pdf.across(x + 2.8), pdf.down(y + high - 1.3), pdf.across(x + 4.4), pdf.down(y + high - 1.3))


def _scan_icon(pdf: Printed, x: float, y: float) -> None:
    """A phone with the square on its screen."""
    _phone(pdf, x, y)
    with pdf.pen(ink.PETROL_DEEP, 0.35):
        for left, top in ((1.5, 3.0), (4.1, 3.0), (1.5, 5.6)):
            pdf.rect(pdf.across(x + left, 1.6), pdf.down(y + top), 1.6, 1.6, "D")
        for left, top in ((4.1, 5.6), (5.2, 6.7), (4.1, 7.2), (5.3, 5.6)):
            pdf.rect(pdf.across(x + left, 0.6), pdf.down(y + top), 0.6, 0.6, "F")


def _open_icon(pdf: Printed, x: float, y: float) -> None:
    """A phone with one button, and a finger on it."""
    _phone(pdf, x, y)
    pdf.panel(x + 1.3, y + 3.6, 4.6, 2.2, fill=ink.PETROL, radius=1)
    with pdf.pen(ink.PETROL_DEEP, 0.6, fill=ink.CARD):
        pdf.circle(pdf.across(x + 6.6), pdf.down(y + 6.2), 1.5, "DF")
        pdf.rect(pdf.across(x + 5.1, 3.0), pdf.down(y + 6.2), 3.0, 5.2, "F")
        pdf.line(pdf.across(x + 5.1), pdf.down(y + 6.2), pdf.across(x + 5.1), pdf.down(y + 11.2))
        pdf.line(pdf.across(x + 8.1), pdf.down(y + 6.2), pdf.across(x + 8.1), pdf.down(y + 11.2))

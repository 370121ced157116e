"""The last hand on an SVG: title, description, language and direction, and no style sheet that a page would inherit."""

import re
from hashlib import sha256
from html import escape
from typing import Final

_HEAD: Final = re.compile(
    r"^.*?<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>.*?</metadata>\s*<defs>\s*<style.*?</defs>", re.DOTALL
)
_STYLE: Final = re.compile(r' style="([^"]*)"')
_FAMILY: Final = re.compile(r"; font-family: [^;\"]*")
_ANCHOR: Final = re.compile(r'text-anchor="(start|end)"')
_STILL: Final = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_NAMES: Final = re.compile(r' id="(?:figure|patch|text|line2d)_\d+"')


def _attributes(style: re.Match[str]) -> str:
    pairs = (part.split(":", 1) for part in style[1].split(";") if ":" in part)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def _mirrored(anchor: re.Match[str]) -> str:
    return 'text-anchor="end"' if anchor[1] == "start" else 'text-anchor="start"'


def finished_svg(
    drawn: str, *, title: str, description: str, language: str, is_right_to_left: bool, families: tuple[str, ...]
) -> str:
    """The drawn SVG, ready to be served or put inside a page: no doctype, metadata, style sheet or style attribute.

    Its ids come from its content, so that several charts fit in one page. Raises ValueError when matplotlib's head is
    not the one we know.
    """
    head = _HEAD.match(drawn)
    if head is None:
        raise ValueError("matplotlib wrote an SVG head that we do not know")
    body = _NAMES.sub("", _STILL.sub("", _STYLE.sub(_attributes, _FAMILY.sub("", drawn[head.end() :]))))
    if is_right_to_left:
        # In right-to-left text "start" is the right edge; matplotlib means the left one.
        body = _ANCHOR.sub(_mirrored, body)
    width, height = head[1].split()[2:]
    mark = sha256((title + description + body).encode()).hexdigest()[:10]
    family = ", ".join([*(f"'{name}'" for name in families), "sans-serif"])
    direction = "rtl" if is_right_to_left else "ltr"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}"'
        f' height="{height}" viewBox="{head[1]}" role="img" aria-labelledby="title-{mark} words-{mark}"'
        f' lang="{escape(language)}" dir="{direction}" direction="{direction}" font-family="{family}"'
        ' stroke-linejoin="round" stroke-linecap="butt">\n'
        f'<title id="title-{mark}">{escape(title)}</title>\n<desc id="words-{mark}">{escape(description)}</desc>'
        f"{body}"
    )

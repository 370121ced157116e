"""Windows of a real browser in which any complaint is a fault, and what axe finds in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def window(
    browser: Browser,
    *,
    width: int = 360,
    height: int = 740,
    scheme: Literal["light", "dark"] = "light",
    has_script: bool = True,
) -> Iterator[Page]:
    """A page in a window of its own. Whatever the browser complains about fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=has_script,
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    yield page
    context.close()
    assert faults == []


def barriers(page: Page) -> list[dict[str, Any]]:
    """What axe finds that somebody cannot use."""
    return _found(page, {"type": "tag", "values": RULES})


def too_pale(page: Page) -> list[dict[str, Any]]:
    """What axe finds that stands out too little: all that a theme can break, and much quicker to look for."""
    return _found(page, {"type": "rule", "values": ["color-contrast"]})


def _found(page: Page, only: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Axe().run(page, options={"runOnly": only}).response["violations"]
    return [{"rule": one["id"], "where": [node["target"] for node in one["nodes"]]} for one in found]

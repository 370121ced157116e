"""What keeps the web chat private: headers, origins, escaping, the lock, leaving, and the picture's door."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import static_files
from api.web_chat import web_chat
from api.web_guard import IDLE_SECONDS, MOST_BYTES, PRIVATE_HEADERS
from bot.conversation.screen import Picture, PictureOf
from bot.inbound import Inbound, Reply
from storage.catalogue import Catalogues
from storage.errors import StoreUnavailable
from tests.api.fake_turns import DRAWING, WALK, FakeTurns
from tests.api.test_web_chat import CODE, Browser

CATALOGUES = Catalogues.load()
ROUTES = [
    (next(iter(route.methods)), route.path.replace("{code}", CODE).replace("{name}.{file_format}", "inner-web-1.svg"))
    for route in web_chat(FakeTurns(CATALOGUES), CATALOGUES, secure_cookies=False).routes
    if isinstance(route, APIRoute)
]
POSTS = [path for method, path in ROUTES if method == "POST"]
HERE, ELSEWHERE = "http://werkstem.test", "https://evil.example"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    here = Browser(FakeTurns(CATALOGUES))
    await here.come_in()
    yield here
    await here.client.aclose()


async def walk_to(browser: Browser, stage: str) -> None:
    """Presses the first button until that stage is due."""
    for _ in range(WALK.index(stage)):
        await browser.press()


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("is_known", [True, False])
async def test_every_answer_of_every_route_carries_the_private_headers(
    browser: Browser, *, method: str, path: str, is_known: bool
) -> None:
    await walk_to(browser, "web")
    if not is_known:
        browser.client.cookies.clear()
    response = await browser.client.request(method, path, follow_redirects=False)
    for name, value in PRIVATE_HEADERS.items():
        if name != "Content-Security-Policy":
            assert response.headers[name] == value
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy or response.headers["Content-Type"].startswith("image/svg+xml")


async def test_no_get_changes_anything(browser: Browser) -> None:
    before = (list(browser.turns.taken), repr(browser.turns.visits), dict(browser.turns.codes))
    for method, path in ROUTES:
        if method == "GET":
            await browser.client.get(path, params={"data": "s1.go", "nonce": browser.page.fields["nonce"]})
    assert (browser.turns.taken, repr(browser.turns.visits), browser.turns.codes) == before


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"Origin": HERE}, True),
        ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "null"}, True),  # an old browser under our no-referrer: the form's own nonce proves it
        ({"Origin": ELSEWHERE}, False),
        ({"Origin": "http://werkstem.test.evil.example"}, False),
        ({"Origin": "http://werkstem.test:81"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
async def test_a_press_counts_only_from_our_own_pages(
    browser: Browser, *, headers: Mapping[str, str], is_taken: bool
) -> None:
    del browser.client.headers["Origin"]
    form = {"nonce": browser.page.fields["nonce"], "data": "s1.go"}
    before = len(browser.turns.taken)
    response = await browser.client.post("/chat", data=form, headers=headers, follow_redirects=False)
    assert response.status_code == (303 if is_taken else 403)
    assert len(browser.turns.taken) == before + is_taken


@pytest.mark.parametrize("nonce", ["", "x", "AAAAAAAAAAAAAAAAAAAAAA.00000000000000000000000000000000", "é.é"])
async def test_without_an_origin_to_trust_a_forged_nonce_does_not_count(browser: Browser, nonce: str) -> None:
    before = len(browser.turns.taken)
    response = await browser.client.post("/chat", data={"nonce": nonce, "data": "s1.go"}, headers={"Origin": "null"})
    assert response.status_code == 403
    assert len(browser.turns.taken) == before


@pytest.mark.parametrize("path", POSTS)
async def test_every_form_from_another_site_is_refused(browser: Browser, path: str) -> None:
    form = {"nonce": browser.page.fields["nonce"], "data": "s1.go", "code": "ABCD2345"}
    before = (len(browser.turns.taken), dict(browser.client.cookies))
    response = await browser.client.post(path, data=form, headers={"Origin": ELSEWHERE})
    assert response.status_code == 403
    assert (len(browser.turns.taken), dict(browser.client.cookies)) == before
    allowed = await browser.client.post(path, data=form, headers={"Origin": HERE}, follow_redirects=False)
    assert allowed.status_code in {200, 303}


async def test_a_body_larger_than_any_form_is_refused_before_it_is_read_whole(browser: Browser) -> None:
    before = len(browser.turns.taken)
    response = await browser.send("/chat", nonce=browser.page.fields["nonce"], text="x" * MOST_BYTES)
    assert response.status_code == 413
    assert len(browser.turns.taken) == before


@pytest.mark.parametrize(
    ("content", "kind"), [(b"\xff\xfe", "application/x-www-form-urlencoded"), (b"{}", "application/json")]
)
async def test_a_body_that_is_no_form_changes_nothing(browser: Browser, content: bytes, kind: str) -> None:
    before = len(browser.turns.taken)
    response = await browser.client.post("/chat", content=content, headers={"Content-Type": kind})
    assert response.status_code == 200
    assert len(browser.turns.taken) == before


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "&lt;"])
async def test_a_name_is_text_and_nothing_else(name: str) -> None:
    browser = Browser(FakeTurns(CATALOGUES, name=name))
    response = await browser.come_in()
    assert f"Hallo {name}!" in browser.page.text
    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    await browser.client.aclose()


def test_no_template_marks_a_text_as_safe_or_carries_a_script_or_style_of_its_own() -> None:
    templates = list((Path(static_files.FOLDER).parent / "templates").glob("*.html"))
    assert templates
    for template in templates:
        source = template.read_text(encoding="utf-8")
        for forbidden in ("|safe", "| safe", "autoescape", "Markup", "<script>", "<style", " style=", " onclick"):
            assert forbidden not in source, f"{template.name}: {forbidden}"


async def test_the_picture_of_the_due_screen_is_shown_and_kept_nowhere(browser: Browser) -> None:
    await walk_to(browser, "web")
    response = await browser.open("/chat/picture/inner-web-1.svg")
    assert response.content == DRAWING
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "no-store"
    assert (await browser.open("/chat/picture/inner-web-1.png")).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("name", ["outer-web-1.svg", "inner-bars-1.svg", "inner-web-2.svg", "inner-web-1.exe"])
async def test_no_other_picture_can_be_asked_for(browser: Browser, name: str) -> None:
    await walk_to(browser, "web")
    assert (await browser.open(f"/chat/picture/{name}")).status_code == 404


async def test_a_picture_is_gone_with_its_screen_and_for_a_stranger(browser: Browser) -> None:
    await walk_to(browser, "web")
    stranger = Browser(browser.turns)
    assert (await stranger.open("/chat/picture/inner-web-1.svg")).status_code == 404
    await browser.press()
    assert (await browser.open("/chat/picture/inner-web-1.svg")).status_code == 404
    await stranger.client.aclose()


async def test_after_ten_idle_minutes_the_page_asks_to_go_on_and_shows_nothing(browser: Browser) -> None:
    assert f"Max-Age={IDLE_SECONDS}" in (await browser.open("/chat")).headers["set-cookie"]
    await walk_to(browser, "web")
    title = CATALOGUES["nl"].say("web.title_inner")
    del browser.client.cookies["werkstem-open"]  # what a browser does after those ten minutes
    response = await browser.open("/chat")
    assert str(response.url).endswith("/chat/locked")
    assert title not in response.text
    assert (await browser.open("/chat/picture/inner-web-1.svg")).status_code == 404
    assert title in (await browser.send("/chat/unlock")).text
    assert (await browser.open("/chat/picture/inner-web-1.svg")).status_code == 200


async def test_a_press_on_a_page_that_was_left_open_is_not_lost(browser: Browser) -> None:
    del browser.client.cookies["werkstem-open"]
    before = len(browser.turns.taken)
    response = await browser.press()
    assert response.status_code == 200
    assert len(browser.turns.taken) == before + 1


async def test_closing_forgets_the_chat_in_this_browser_and_keeps_it_for_the_person(browser: Browser) -> None:
    response = await browser.send("/chat/close", nonce=browser.page.fields["nonce"])
    assert response.status_code == 200
    assert CATALOGUES["nl"].say("web_chat.closed").splitlines()[0] in browser.page.text
    assert not list(browser.client.cookies.jar)
    assert "Sam" not in response.text
    assert (await browser.open("/chat")).status_code == 404
    assert len(browser.turns.visits) == 1


async def test_the_receipt_of_an_erasure_is_shown_once_and_the_browser_forgets_the_chat(browser: Browser) -> None:
    response = await browser.send("/chat", nonce=browser.page.fields["nonce"], command="delete")
    assert CATALOGUES["nl"].say("delete.chat_hint").splitlines()[0] in response.text
    assert not list(browser.client.cookies.jar)
    assert (await browser.open("/chat")).status_code == 404


class AwayTurns(FakeTurns):
    """Turns whose store cannot be reached for a while."""

    is_away = False

    async def take(self, inbound: Inbound) -> Reply:
        """Refuses while away."""
        if self.is_away:
            raise StoreUnavailable(cause="locked")
        return await super().take(inbound)


async def test_while_the_store_is_away_the_page_says_what_was_kept_and_the_same_press_counts_later() -> None:
    turns = AwayTurns(CATALOGUES)
    browser = Browser(turns)
    await browser.come_in()
    form = {"nonce": browser.page.fields["nonce"], "data": "s1.go"}
    turns.is_away = True
    response = await browser.send("/chat", **form)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert response.headers["Cache-Control"] == "no-store"
    turns.is_away = False
    await browser.send("/chat", **form)
    assert next(iter(turns.visits.values())).at == 1
    await browser.client.aclose()


async def test_our_own_files_carry_a_fingerprint_and_are_kept() -> None:
    app = FastAPI()
    app.mount("/static", static_files.OwnFiles())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        for name in ("chat.css", "chat.js", "icon.svg"):
            response = await client.get(static_files.static_address(name))
            assert response.status_code == 200
            assert "immutable" in response.headers["Cache-Control"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert (await client.get("/static/../web_chat.py")).status_code == 404


def test_a_pictures_name_tells_its_kind_and_nothing_that_was_answered() -> None:
    from api.web_pages import picture_name

    picture = Picture(PictureOf.OUTER, "secret-measurement", ("earlier",), as_bars=True)
    assert picture_name(picture) == "outer-bars-2"

"""The web chat over HTTP: what a press does, what a GET never does, and what stands on the page."""

import hashlib
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import httpx
import pytest
from fastapi import FastAPI

from api.web_chat import web_chat
from bot.conversation.events import Commanded, Pressed, Typed
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from tests.api.fake_turns import WALK, FakeTurns

CODE = "open-code-of-22-charsA"
CATALOGUES = Catalogues.load()


class Page(HTMLParser):
    """The buttons, fields and statement of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.buttons: list[tuple[str, str]] = []
        self.commands: list[str] = []
        self.fields: dict[str, str] = {}
        self.statement: str | None = None
        self.text = ""
        self._into: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attributes}
        if tag == "button" and have.get("name") == "data":
            self.buttons.append((have["value"], ""))
            self._into = "button"
        elif tag == "button" and have.get("name") == "command":
            self.commands.append(have["value"])
        elif tag == "input" and "value" in have:
            self.fields[have["name"]] = have["value"]
        elif "data-statement" in have:
            self.statement, self._into = "", "statement"

    def handle_endtag(self, tag: str) -> None:
        if tag in {"button", "p"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._into == "button":
            value, text = self.buttons[-1]
            self.buttons[-1] = value, text + data
        elif self._into == "statement":
            self.statement = (self.statement or "") + data


class Browser:
    """A browser without JavaScript: opens addresses and presses buttons of the page it is on."""

    def __init__(self, turns: FakeTurns, *, is_secure: bool = False) -> None:
        app = FastAPI()
        app.include_router(web_chat(turns, CATALOGUES, secure_cookies=is_secure))
        base = f"http{'s' if is_secure else ''}://werkstem.test"
        self.turns = turns
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=base, follow_redirects=True, headers={"Origin": base}
        )
        self.page = Page("")

    async def open(self, path: str) -> httpx.Response:
        """Goes to an address."""
        response = await self.client.get(path)
        self.page = Page(response.text)
        return response

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Sends a form."""
        response = await self.client.post(path, data=fields)
        self.page = Page(response.text)
        return response

    async def come_in(self, language: str = "nl") -> httpx.Response:
        """Opens the invitation and presses a language."""
        await self.open(f"/c/{CODE}")
        data = next(value for value, _ in self.page.buttons if value.endswith(language))
        return await self.send(f"/c/{CODE}", ticket=self.page.fields["ticket"], data=data)

    async def press(self, data: str | None = None) -> httpx.Response:
        """Presses a button; the first one unless told."""
        return await self.send("/chat", nonce=self.page.fields["nonce"], data=data or self.page.buttons[0][0])


@pytest.fixture
def turns() -> FakeTurns:
    return FakeTurns(CATALOGUES)


@pytest.fixture
async def browser(turns: FakeTurns) -> AsyncIterator[Browser]:
    here = Browser(turns)
    yield here
    await here.client.aclose()


async def test_opening_an_invitation_claims_nothing_and_shows_five_languages(browser: Browser) -> None:
    for _ in range(2):
        response = await browser.open(f"/c/{CODE}")
    assert response.status_code == 200
    assert [text for _, text in browser.page.buttons] == ["Nederlands", "English", "Français", "Türkçe", "العربية"]
    assert browser.turns.taken == []
    assert browser.turns.codes[CODE] == "open"
    assert "Sam" not in response.text


async def test_the_first_press_claims_the_code_and_goes_on_in_the_chat(browser: Browser) -> None:
    response = await browser.come_in("tr")
    assert str(response.url).endswith("/chat")
    assert 'lang="tr"' in response.text
    (taken,) = browser.turns.taken
    assert taken.code == CODE
    assert isinstance(taken.event, Pressed)


async def test_the_turns_know_a_browser_by_the_hash_of_its_cookie_only(browser: Browser) -> None:
    await browser.come_in()
    cookie = browser.client.cookies["werkstem"]
    assert len(cookie) == 22
    assert browser.turns.taken[0].address == hashlib.sha256(cookie.encode()).hexdigest()
    assert cookie not in repr(browser.turns.taken)


@pytest.mark.parametrize(("is_secure", "name"), [(True, "__Host-werkstem"), (False, "werkstem")])
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    turns: FakeTurns, *, is_secure: bool, name: str
) -> None:
    browser = Browser(turns, is_secure=is_secure)
    response = await browser.come_in()
    cookie = next(line for line in response.history[0].headers.get_list("set-cookie") if line.startswith(f"{name}="))
    flags = {flag.strip().lower() for flag in cookie.split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) is is_secure
    await browser.client.aclose()


async def test_a_double_press_on_a_language_is_one_claim_and_ends_in_the_chat(browser: Browser) -> None:
    await browser.open(f"/c/{CODE}")
    form = {"ticket": browser.page.fields["ticket"], "data": browser.page.buttons[0][0]}
    await browser.send(f"/c/{CODE}", **form)
    browser.client.cookies.clear()  # the browser dropped the first answer
    response = await browser.send(f"/c/{CODE}", **form)
    assert str(response.url).endswith("/chat")
    assert len(browser.turns.visits) == 1
    assert len({inbound.key for inbound in browser.turns.taken}) == 1


async def test_a_used_code_leads_its_own_browser_on_and_tells_another_nothing(browser: Browser) -> None:
    await browser.come_in()
    assert str((await browser.open(f"/c/{CODE}")).url).endswith("/chat")
    stranger = Browser(browser.turns)
    response = await stranger.open(f"/c/{CODE}")
    assert response.status_code == 410
    for language in LANGUAGES:
        assert CATALOGUES[language].say("code.used").splitlines()[0] in stranger.page.text
    assert "Sam" not in response.text
    await stranger.client.aclose()


async def test_two_who_press_at_the_same_code_are_one_claim_and_one_kind_page(browser: Browser) -> None:
    second = Browser(browser.turns)
    await second.open(f"/c/{CODE}")
    late = {"ticket": second.page.fields["ticket"], "data": second.page.buttons[0][0]}
    await browser.come_in()
    response = await second.send(f"/c/{CODE}", **late)
    assert response.status_code == 410
    assert "werkstem" not in second.client.cookies
    await second.client.aclose()


@pytest.mark.parametrize(
    ("code", "status", "key"),
    [
        ("old-code-of-22-charsAB", 410, "code.expired"),
        ("no-such-code-22-charsA", 404, "code.unknown"),
        ("short", 404, "code.unknown"),
    ],
)
async def test_a_code_that_opens_nothing_says_so_in_every_language(
    browser: Browser, code: str, status: int, key: str
) -> None:
    response = await browser.open(f"/c/{code}")
    assert response.status_code == status
    for language in LANGUAGES:
        assert CATALOGUES[language].say(key, {"code": code}).splitlines()[0] in browser.page.text


async def test_the_browsers_own_language_stands_first_on_a_page_for_nobody(browser: Browser) -> None:
    response = await browser.client.get("/chat", headers={"Accept-Language": "de, ar-SY;q=0.8, en"})
    assert '<html lang="ar" dir="rtl">' in response.text


async def test_a_typed_code_may_have_spaces_and_small_letters_and_is_claimed_by_a_press(browser: Browser) -> None:
    browser.turns.codes["ABCD2345"] = "open"
    response = await browser.send("/c", code=" abcd 2345 ")
    assert str(response.url).endswith("/c/ABCD2345")
    assert browser.turns.taken == []
    await browser.send("/c/ABCD2345", ticket=browser.page.fields["ticket"], data=browser.page.buttons[0][0])
    assert browser.page.buttons
    assert browser.turns.codes["ABCD2345"] == "used"


async def test_looking_tells_nothing_about_a_typed_code_and_a_wrong_one_is_refused_in_the_language_pressed(
    browser: Browser,
) -> None:
    browser.turns.codes["ABCD2345"] = "open"
    right, wrong = [await browser.open(f"/c/{code}") for code in ("ABCD2345", "ABCD2346")]
    assert right.status_code == wrong.status_code == 200
    response = await browser.send("/c/ABCD2346", ticket=browser.page.fields["ticket"], data=browser.page.buttons[3][0])
    assert response.status_code == 404
    assert CATALOGUES["tr"].say("code.unknown", {"code": "ABCD2346"}) in browser.page.text
    assert not list(browser.client.cookies.jar)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_button_says_its_label_to_the_letter_in_the_order_of_the_message(
    browser: Browser, language: str
) -> None:
    await browser.come_in(language)
    (address,) = browser.turns.visits
    for _ in WALK:
        reply = await browser.turns.look("web", address)
        assert reply is not None
        assert reply.message is not None
        assert browser.page.buttons == [(label.data, label.text) for label in reply.message.buttons]
        assert browser.page.statement == reply.message.statement
        if reply.message.buttons:
            await browser.press()


async def test_one_press_is_one_turn_however_often_its_form_is_sent(browser: Browser) -> None:
    await browser.come_in()
    form = {"nonce": browser.page.fields["nonce"], "data": browser.page.buttons[0][0]}
    await browser.send("/chat", **form)
    await browser.send("/chat", **form)
    again = await browser.press("back")
    keys = [inbound.key for inbound in browser.turns.taken[1:]]
    assert keys[0] == keys[1] != keys[2]
    assert again.status_code == 200
    assert browser.turns.visits[browser.turns.taken[0].address].at == 0


async def test_typed_words_and_commands_become_events_and_no_text_is_in_a_key(browser: Browser) -> None:
    await browser.come_in()
    nonce = browser.page.fields["nonce"]
    await browser.send("/chat", nonce=nonce, text="stop <b>")
    await browser.send("/chat", nonce=nonce, command="choices")
    await browser.send("/chat", nonce=nonce, text="x" * 5000)
    typed, commanded, long = browser.turns.taken[1:]
    assert typed.event == Typed("stop <b>")
    assert "stop" not in typed.key
    assert commanded.event == Commanded("choices")
    assert long.event == Typed("x" * 4096)


@pytest.mark.parametrize("form", [{}, {"data": "é"}, {"data": "a" * 65}, {"command": "drop"}, {"text": "  "}])
async def test_a_form_that_says_nothing_changes_nothing(browser: Browser, form: dict[str, str]) -> None:
    await browser.come_in()
    taken = len(browser.turns.taken)
    response = await browser.send("/chat", nonce=browser.page.fields["nonce"], **form)
    assert response.status_code == 200
    assert len(browser.turns.taken) == taken


async def test_a_short_answer_stands_as_a_note_above_the_same_screen(browser: Browser) -> None:
    await browser.come_in()
    response = await browser.press("later")
    assert response.history == []
    assert CATALOGUES["nl"].say("answer.saved") in browser.page.text
    assert len(browser.page.buttons) == 4


async def test_when_nothing_is_asked_the_menu_and_the_field_are_still_there(browser: Browser) -> None:
    await browser.come_in()
    assert browser.page.commands == []
    for _ in WALK[1:]:
        response = await browser.press()
    assert browser.page.buttons == []
    assert browser.page.commands == ["web", "choices", "language", "help", "stop", "delete"]
    assert "data-menu" in response.text
    assert 'name="text"' in response.text


async def test_no_page_names_the_person_or_an_answer_in_its_title_or_address(browser: Browser) -> None:
    response = await browser.come_in()
    for _ in WALK[1:]:
        assert "<title>Werkstem</title>" in response.text
        assert str(response.url) == "http://werkstem.test/chat"
        response = await browser.press()

"""The web chat in a real browser: for a screen reader, a keyboard, a small phone, a shared phone, and an attacker."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from tests.api.fake_turns import WALK, FakeTurns
from tests.browser.conftest import Site, serving
from tests.browser.windows import barriers, window

pytestmark = pytest.mark.xdist_group("browser")
CATALOGUES = Catalogues.load()
OWN_NAMES = {language: CATALOGUES[language].say("language.own_name") for language in LANGUAGES}
FIRST_STATEMENT = next(at for at, stage in enumerate(WALK) if stage.startswith("statement"))


def come_in(page: Page, site: Site, language: str) -> None:
    """Opens a fresh invitation and chooses a language."""
    page.goto(site.invitation())
    page.get_by_role("button", name=OWN_NAMES[language], exact=True).click()
    page.wait_for_url("**/chat")


def choices(page: Page) -> list[str]:
    """The data of the buttons on the page, in order."""
    return [str(button.get_attribute("value")) for button in page.locator("button[name=data]").all()]


def press_first(page: Page) -> None:
    """Presses the first button, and waits until the next screen is there."""
    nonce = page.locator("input[name=nonce]").first.get_attribute("value")
    page.locator("button[name=data]").first.click()
    expect(page.locator("input[name=nonce]").first).not_to_have_attribute("value", str(nonce))


def walk_to(page: Page, site: Site, language: str, stage: str) -> None:
    """Comes in and presses the first button until that stage is due."""
    come_in(page, site, language)
    for _ in range(WALK.index(stage)):
        press_first(page)


@pytest.mark.parametrize(("language", "scheme"), [("nl", "light"), ("ar", "dark")])
def test_axe_finds_no_barrier_on_any_screen(
    browser: Browser, site: Site, language: str, scheme: Literal["light", "dark"]
) -> None:
    with window(browser, scheme=scheme) as page:
        page.goto(site.invitation())
        assert barriers(page) == []
        come_in(page, site, language)
        for _ in WALK[1:]:
            assert barriers(page) == []
            press_first(page)
        assert barriers(page) == []
        page.goto(f"{site.address}/chat/locked")
        assert barriers(page) == []
        page.goto(f"{site.address}/c/no-such-code")
        assert barriers(page) == []


def test_axe_would_have_found_a_barrier(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        walk_to(page, site, "nl", "statement-0")
        page.evaluate("document.querySelector('.statement').style.color = '#0e6a80'")
        assert [one["rule"] for one in barriers(page)] == ["color-contrast"]


def test_the_whole_walk_with_the_keyboard_alone(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        page.goto(site.invitation())
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/chat")
        for stage in WALK[:-1]:
            nonce = str(page.locator("input[name=nonce]").first.get_attribute("value"))
            for _ in range(30):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement === document.querySelector('button[name=data]')"):
                    break
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", stage
            page.keyboard.press("Enter")
            expect(page.locator("input[name=nonce]").first).not_to_have_attribute("value", nonce)
        expect(page.locator("nav[data-menu]")).to_be_visible()


def test_keys_one_to_five_answer_while_the_question_has_the_focus_and_not_while_typing(
    browser: Browser, site: Site
) -> None:
    with window(browser) as page:
        walk_to(page, site, "ar", "statement-0")
        statement = page.locator("[data-statement]")
        first = statement.inner_text()
        page.locator("#text").fill("4")
        page.locator("#text").press("5")
        expect(statement).to_have_text(first)
        page.locator("#ask").focus()
        page.keyboard.press("4")
        expect(statement).not_to_have_text(first)
        second = statement.inner_text()
        event = "new KeyboardEvent('keydown', {key: '٢', bubbles: true, cancelable: true})"
        page.evaluate(f"document.activeElement.dispatchEvent({event})")  # no keyboard layout here has the key itself
        expect(statement).not_to_have_text(second)
    (visit,) = site.turns.visits.values()
    assert visit.answers == ["q1.0.4", "q1.1.2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_phone_never_scrolls_sideways_and_every_target_is_large_enough(
    browser: Browser, site: Site, language: str
) -> None:
    with window(browser, width=320, height=640) as page:
        come_in(page, site, language)
        for stage in WALK:
            assert page.evaluate("document.documentElement.scrollWidth") == 320, stage
            for button in page.locator("button[name=data]:visible").all():
                box = button.bounding_box()
                assert box is not None
                assert box["height"] >= 44, (stage, button.inner_text())
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= 320
            if choices(page):
                press_first(page)


def assert_five_answers_in_sight(page: Page) -> None:
    """The five answers stand whole in the window and above the tools, and are large enough for a thumb."""
    tools, window_size = page.locator(".tools").bounding_box(), page.viewport_size
    faces = [face.bounding_box() for face in page.locator(".faces button").all()]
    assert tools is not None
    assert window_size is not None
    assert page.evaluate("window.scrollY") == 0
    assert len(faces) == 5
    for box in faces:
        assert box is not None
        assert box["height"] >= 56
        assert box["y"] + box["height"] <= min(tools["y"], window_size["height"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_five_answers_are_in_sight_under_the_longest_statement_and_under_the_first_with_its_notes(
    browser: Browser, site: Site, language: str
) -> None:
    words = CATALOGUES[language]
    longest = max((words.statement(one) for one in words.wording.statements), key=len)
    with window(browser) as page:
        walk_to(page, site, language, "statement-0")
        page.evaluate("document.fonts.ready")
        assert_five_answers_in_sight(page)
        press_first(page)
        statement = page.locator("[data-statement]")
        statement.evaluate("(place, text) => { place.textContent = text; }", longest)
        assert_five_answers_in_sight(page)
        sizes = page.locator("main *").evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
        assert statement.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") == max(sizes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_five_answers_are_in_sight_under_the_longest_words_before_a_statement(
    browser: Browser, site: Site, language: str
) -> None:
    words = CATALOGUES[language]
    with window(browser) as page:
        walk_to(page, site, language, "statement-0")
        page.evaluate("document.fonts.ready")
        for keys in (
            ("pin.saved", "practice.intro", "practice.faces", "question.stem"),
            ("practice.false_no", "practice.done", "question.period", "question.stem"),
            ("distress.not_read", "question.stem"),
        ):
            before = "\n".join(words.say(key) for key in keys)
            page.locator(".ask .said").evaluate("(place, text) => { place.innerText = text; }", before)
            assert_five_answers_in_sight(page)


def test_the_five_faces_have_one_colour_and_five_different_mouths(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        walk_to(page, site, "nl", "statement-0")
        mouths = page.locator(".faces .mouth").evaluate_all("all => all.map(one => one.getAttribute('d'))")
        hues = page.locator(".faces svg").evaluate_all("all => all.map(one => getComputedStyle(one).color)")
        assert len(set(mouths)) == 5
        assert len(set(hues)) == 1


def test_a_button_reads_as_its_label_in_every_way_of_reading_it(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        walk_to(page, site, "nl", "statement-0")
        label = CATALOGUES["nl"].say("face.1")
        button = page.locator(".faces button").first
        assert button.inner_text() == button.text_content() == label
        assert page.get_by_role("button", name=CATALOGUES["nl"].say("scale.1"), exact=True).count() == 1
        assert page.get_by_text(label, exact=True).count() >= 1


def test_arabic_mirrors_the_page_and_counts_in_its_own_digits(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        walk_to(page, site, "ar", "statement-0")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert "١٢" in page.locator(".left").inner_text()
        face = page.locator(".faces svg").first.bounding_box()
        word = page.locator(".faces .word").first.bounding_box()
        assert face is not None
        assert word is not None
        assert face["x"] > word["x"]
        assert page.evaluate("document.fonts.check('17px \"Noto Sans Arabic\"', 'نعم')")


def test_without_javascript_the_walk_is_the_same(browser: Browser, site: Site) -> None:
    with window(browser, has_script=False) as page:
        come_in(page, site, "fr")
        for _ in WALK[1:]:
            press_first(page)
        assert page.locator("nav[data-menu] button").count() == 6
    with window(browser) as page:
        come_in(page, site, "fr")
        for _ in WALK[1:]:
            press_first(page)
    plain, scripted = site.turns.visits.values()
    assert plain.answers == scripted.answers == ["q1.0.1", "q1.1.1", "q1.2.1"]


def test_with_javascript_a_press_changes_the_page_in_place_and_moves_the_focus_to_what_is_said(
    browser: Browser, site: Site
) -> None:
    with window(browser) as page:
        walk_to(page, site, "nl", "statement-0")
        page.evaluate("window.isTheSamePage = true")
        page.evaluate("window.scrollTo(0, 500)")
        press_first(page)
        assert page.evaluate("window.isTheSamePage") is True
        assert page.evaluate("document.activeElement.id") == "ask"
        assert page.evaluate("window.scrollY") == 0


def test_two_quick_clicks_are_one_answer(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        walk_to(page, site, "nl", "statement-0")
        statement = page.locator("[data-statement]").inner_text()
        page.locator(".faces button").nth(3).evaluate("button => { button.click(); button.click(); }")
        expect(page.locator("[data-statement]")).not_to_have_text(statement)
    (visit,) = site.turns.visits.values()
    assert visit.answers == ["q1.0.4"]


def test_without_a_connection_the_tap_waits_and_counts_once_when_it_is_back(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        walk_to(page, site, "nl", "statement-0")
        losses = iter(["request", "answer"])

        def lose(route: Route) -> None:
            lost = next(losses, None)
            if lost == "answer":
                route.fetch()
            route.abort() if lost else route.continue_()

        page.route("**/chat", lose)
        statement = page.locator("[data-statement]").inner_text()
        page.locator(".faces button").nth(4).click()
        expect(page.locator("#status")).to_contain_text(CATALOGUES["nl"].say("web_chat.offline").splitlines()[0])
        expect(page.locator("[data-statement]")).not_to_have_text(statement, timeout=15_000)
        expect(page.locator("#status")).to_have_text(CATALOGUES["nl"].say("web_chat.online"))
    (visit,) = site.turns.visits.values()
    assert visit.answers == ["q1.0.5"]


def test_after_close_the_back_button_shows_nothing(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        walk_to(page, site, "nl", "statement-0")
        statement = page.locator("[data-statement]").inner_text()
        page.locator(".close summary").click()
        page.locator(".close button").click()
        expect(page.locator("main")).to_contain_text(CATALOGUES["nl"].say("web_chat.closed").splitlines()[0])
        assert page.context.cookies() == []
        for _ in range(2):
            page.go_back()
            page.wait_for_load_state()
            assert statement not in page.content()
            assert page.locator("[data-statement]").count() == 0
        page.go_forward()
        assert page.locator("[data-statement]").count() == 0


def test_a_wrong_tap_on_close_is_harmless(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        come_in(page, site, "nl")
        page.locator(".close summary").click()
        page.locator(".close summary").click()
        expect(page.locator(".close button")).to_be_hidden()
        press_first(page)


def test_a_page_that_nobody_touches_for_ten_minutes_locks_itself(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        page.clock.install()
        walk_to(page, site, "nl", "statement-0")
        statement = page.locator("[data-statement]").inner_text()
        page.clock.run_for(9 * 60 * 1000)
        page.keyboard.press("Shift")
        page.clock.run_for(9 * 60 * 1000)
        expect(page.locator("[data-statement]")).to_have_text(statement)
        page.clock.run_for(2 * 60 * 1000)
        page.wait_for_url("**/chat/locked")
        assert statement not in page.content()
        page.locator("main button").click()
        expect(page.locator("[data-statement]")).to_have_text(statement)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "</title><script>alert(1)</script>",
        "javascript:alert(1)",
        "\u202eevil\u202c",
    ],
)
def test_a_name_runs_nothing_and_breaks_nothing(browser: Browser, name: str) -> None:
    with serving(FakeTurns(CATALOGUES, name=name)) as site, window(browser) as page:
        come_in(page, site, "en")
        said = page.locator(".said").first.inner_text()
        assert name.strip("\u202e\u202c") in said
        assert page.locator("main img, main script, main svg[onload]").count() == 0
        press_first(page)

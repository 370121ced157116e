"""Where nothing is, and where something went wrong: everybody gets an answer they can use, and nobody a detail."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.web_guard import PRIVATE_HEADERS, new_secret
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from storage.errors import StoreUnavailable
from storage.tables import conversations
from tests.api.whole_service import BASE, Whole, button, running, settings_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "fr-FR,fr"}
CANARY = "CanaryAnswer"
CATALOGUES = Catalogues.load()


async def _breaks(_request: Request) -> Response:
    raise ZeroDivisionError(CANARY)


async def _is_away(_request: Request) -> Response:
    raise StoreUnavailable(cause=CANARY)


@pytest.fixture
async def whole(sqlite_url: str, log: object) -> AsyncIterator[Whole]:
    """The service, with addresses where something goes wrong as nobody foresaw."""
    async with running(settings_of(sqlite_url)) as whole:
        for room in ("", "/chat", "/api/v1", "/hooks"):
            for name, breaks in (("broken", _breaks), ("away", _is_away)):
                whole.app.router.routes.insert(0, Route(f"{room}/{name}", breaks, methods=["GET", "POST"]))
        yield whole


def lines(key: str, language: str) -> list[str]:
    return CATALOGUES[language].say(key).splitlines()


def assert_in_all_languages(page: str, key: str) -> None:
    text = page.replace("&#39;", "'")
    assert [line for language in LANGUAGES for line in lines(key, language) if line not in text] == []


@pytest.mark.parametrize("path", ["/nowhere", "/chat/nowhere", "/c/a/b", "/static/nowhere.css", "/chat/close"])
async def test_an_address_that_is_no_page_gets_a_browser_a_kind_page_with_the_field_for_a_code(
    whole: Whole, path: str
) -> None:
    answer = await whole.client.get(path, headers=BROWSER)
    assert answer.status_code == (405 if path == "/chat/close" else 404)
    assert_in_all_languages(answer.text, "web_chat.no_page")
    assert '<html lang="fr"' in answer.text
    assert 'name="code"' in answer.text
    assert 'action="/chat"' not in answer.text, "nobody is in a chat here"
    assert {name: answer.headers[name] for name in PRIVATE_HEADERS} == dict(PRIVATE_HEADERS)


async def test_whoever_is_in_a_chat_finds_the_way_back_to_it(whole: Whole) -> None:
    answer = await whole.client.get("/nowhere", headers=BROWSER | {"Cookie": f"werkstem={new_secret()}"})
    assert 'method="get" action="/chat"' in answer.text
    assert CATALOGUES["fr"].say("web_chat.unlock").split(maxsplit=1)[1] in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/api", "/api/v2/participants", "/chat/close"])
async def test_a_program_gets_a_problem_document(whole: Whole, path: str) -> None:
    answer = await whole.client.get(path, headers={"Accept": "*/*"})
    status, code = (405, "method-not-allowed") if path == "/chat/close" else (404, "not-found")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)


@pytest.mark.parametrize("accept", [BROWSER["Accept"], "application/json"])
async def test_the_json_api_answers_browsers_with_problems_too(whole: Whole, accept: str) -> None:
    for path in ("/api/v1/broken", "/api/v1/nowhere", "/api/v2"):
        answer = await whole.client.get(path, headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "method", "key"),
    [
        ("/broken", "GET", "trouble.saved"),
        ("/broken", "POST", "trouble.saved"),
        ("/chat/broken", "GET", "trouble.saved"),
        ("/chat/broken", "POST", "trouble.last_lost"),
    ],
)
@pytest.mark.parametrize(("what", "status"), [("broken", 500), ("away", 503)])
async def test_what_nobody_foresaw_gets_a_browser_a_page_that_says_what_is_kept(
    whole: Whole, path: str, method: str, key: str, what: str, status: int
) -> None:
    answer = await whole.client.request(method, path.replace("broken", what), headers=BROWSER)
    assert answer.status_code == status
    assert_in_all_languages(answer.text, key)
    assert CANARY not in answer.text
    assert ('action="/chat"' in answer.text) is path.startswith("/chat")
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
    assert {name: answer.headers[name] for name in PRIVATE_HEADERS} == dict(PRIVATE_HEADERS)


async def test_our_own_script_gets_the_page_as_well(whole: Whole) -> None:
    answer = await whole.client.post("/chat/broken", headers={"Accept": "*/*", "X-Swap": "1"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert 'id="chat"' in answer.text


@pytest.mark.parametrize(("what", "status", "code"), [("broken", 500, "internal"), ("away", 503, "unavailable")])
async def test_what_nobody_foresaw_gets_a_program_a_problem_without_detail(
    whole: Whole, what: str, status: int, code: str
) -> None:
    for path in (f"/api/v1/{what}", f"/{what}"):
        answer = await whole.client.post(path, json={})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert (answer.json()["code"], answer.json()["status"]) == (code, status)
        assert CANARY not in answer.text
        assert answer.headers.get("retry-after") == ("5" if status == 503 else None)


async def test_a_webhook_gets_nothing_but_the_status(whole: Whole) -> None:
    for path, method, status in (
        ("/hooks/broken", "POST", 500),
        ("/hooks/away", "POST", 503),
        ("/hooks/nowhere", "POST", 404),
        ("/hooks/telegram", "GET", 405),
    ):
        answer = await whole.client.request(method, path, headers=BROWSER)
        assert (answer.status_code, answer.content) == (status, b"")


async def test_a_chat_whose_conversation_cannot_be_read_says_so_and_keeps_everything(whole: Whole) -> None:
    invited = await whole.invite()
    code = invited["invitation"]["code"]
    data = button((await whole.client.get(f"/c/{code}")).text, "language-tr")
    await whole.client.post(f"/c/{code}", data={"data": data, "ticket": "x" * 22}, headers={"Origin": BASE})
    whole.service.store.run(lambda c: c.execute(update(conversations).values(state="{}")))
    before = whole.service.store.look(lambda c: c.execute(select(conversations)).all())

    for method, headers in (("GET", BROWSER), ("POST", BROWSER | {"Origin": BASE}), ("POST", {"X-Swap": "1"})):
        answer = await whole.client.request(method, "/chat", data={"data": "s2.go"}, headers=headers)
        assert answer.status_code == 500
        assert_in_all_languages(answer.text, "trouble.repair")
        assert "set-cookie" not in answer.headers, "the chat stays in this browser"
    assert whole.service.store.look(lambda c: c.execute(select(conversations)).all()) == before

    answer = await whole.client.delete(f"/api/v1/participants/{invited['id']}", headers=whole.coach)
    assert answer.status_code == 204, "erasing needs nothing that cannot be read"

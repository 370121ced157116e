"""Bad input to the JSON API: each gets a problem document that repeats nothing, and nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from api.v1 import v1_router
from api.v1.access import MOST_BYTES
from storage.errors import StoreUnavailable
from storage.store import Store
from tests.api.v1_house import House

T = TypeVar("T")
CANARY = "Kanarie-7319"
NEW = {"name": "Samira", "language": "nl"}
JSON = {"content-type": "application/json"}


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    store = Store.open(sqlite_url)
    made = House(store)
    yield made
    await made.studio.close()
    store.close()


def _is_problem(body: dict[str, object], status: int) -> bool:
    return body.keys() >= {"type", "title", "status", "detail", "code"} and body["status"] == status


async def _post(house: House, path: str, body: object) -> tuple[int, dict[str, Any]]:
    async with house.client() as client:
        answer = await client.post(path, json=body)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", JSON, 400, "not-json"),
        (b"", JSON, 422, "invalid"),
        (b"\xff\xfe{}", JSON, 400, "not-json"),
        (b"[" * 30_000, JSON, 400, "not-json"),
        (b'{"name": ' + b"9" * 5000 + b"}", JSON, 400, "not-json"),
        (b'"' + CANARY.encode() + b'"', JSON, 422, "invalid"),
        (b"null", JSON, 422, "invalid"),
        (b'{"name": "\\ud800", "language": "nl"}', JSON, 422, "invalid"),
        (b'{"name": "a", "name": "b", "language": NaN}', JSON, 422, "invalid"),
        (json.dumps(NEW).encode(), {"content-type": "text/plain"}, 422, "invalid"),
        (b"name=" + CANARY.encode(), {"content-type": "application/x-www-form-urlencoded"}, 422, "invalid"),
        (b" " * (MOST_BYTES + 1), JSON, 413, "too-large"),
    ],
)
async def test_a_body_that_is_no_use_is_refused_with_a_reason(
    house: House, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    async with house.client() as client:
        answer = await client.post("/participants", content=content, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"
        assert _is_problem(answer.json(), status), answer.text
        assert answer.json()["code"] == code
        assert CANARY not in answer.text
        assert (await client.get("/participants")).json() == {"items": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 81),
        ("name", "two\nlines"),
        ("name", "null\0"),
        ("name", "bell\a"),
        ("name", "over\u202eride"),
        ("name", 5),
        ("language", "de"),
        ("language", "NL"),
        ("language", None),
        ("modules", []),
        ("modules", "money"),
        ("modules", [1]),
        ("phone", "0612345678"),
        ("phone", "+31 6 12345678"),
        ("phone", "+٣١٦١٢٣٤٥٦٧٨"),
        ("phone_opt_in", "yes"),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a b@c.example"),
        ("email", "a@b@c.example"),
        ("email", "a@c.example\n"),
        ("same_order", 1),
        ("coach_id", "somebody"),
    ],
)
async def test_a_value_that_cannot_be_used_is_named_and_not_repeated(house: House, field: str, value: object) -> None:
    status, body = await _post(house, "/participants", {**NEW, field: value})
    assert (status, body["code"]) == (422, "invalid")
    assert body["errors"][0]["field"].split(".")[0] == field
    if isinstance(value, str) and len(value) > 3:
        assert value not in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "👩🏽‍🔧🦊" * 10, "أمينة", "Zoë-Anne O’Neill", "=1+1", "x" * 80]
)
async def test_any_name_on_one_line_is_kept_as_it_is(house: House, name: str) -> None:
    status, body = await _post(house, "/participants", {**NEW, "name": name})
    assert status == 201, body
    async with house.client() as client:
        assert (await client.get(f"/participants/{body['id']}")).json()["name"] == name


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"due_at": "2027-01-01T09:00:00"}, "invalid"),  # no zone
        ({"due_at": "tomorrow"}, "invalid"),
        ({"due_at": "9999-12-31T23:59:59-12:00"}, "invalid"),
        ({"modules": []}, "invalid"),
        ({"modules": ["police_justice"]}, "module-off"),
        ({"module": ["money"]}, "invalid"),
        ([], "invalid"),
    ],
)
async def test_what_cannot_be_planned_is_refused_and_nothing_is_added(house: House, body: object, code: str) -> None:
    invited = await house.invite()
    status, problem = await _post(house, f"/participants/{invited['id']}/measurements", body)
    assert (status, problem["code"]) == (422, code)
    assert len(await house.measurements(invited["id"])) == 1


async def test_a_body_that_never_ends_is_cut_off(house: House) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1024

    async with house.client() as client:
        answer = await client.post("/participants", content=pieces(), headers=JSON)
    assert answer.status_code == 413
    assert sent <= MOST_BYTES // 1024 + 2


@pytest.mark.parametrize(
    "body",
    [
        {**NEW, "language": CANARY},
        {**NEW, "name": CANARY * 20},
        {**NEW, "phone": CANARY},
        {**NEW, "email": CANARY},
        {**NEW, "modules": [CANARY]},
        {**NEW, "modules": {CANARY: 1}},
        {**NEW, CANARY: 1},
        {**NEW, "same_order": CANARY},
    ],
)
async def test_no_value_that_was_sent_comes_back(house: House, body: object) -> None:
    async with house.client() as client:
        answer = await client.post("/participants", json=body)
    assert answer.status_code == 422
    assert CANARY not in answer.text


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer ws_x y", "Bearer \u00e9", "ws_x"])
async def test_a_token_that_is_none_is_refused(house: House, token: str) -> None:
    async with house.client(None) as client:
        answer = await client.get("/participants", headers={"authorization": token.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (401, "token")


@pytest.mark.parametrize("odd", ["%00", "..%2F..", "%F0%9F%A6%8A", "a" * 3000, "%27%20OR%201=1", "%FF"])
async def test_an_odd_id_is_simply_not_there(house: House, odd: str) -> None:
    async with house.client() as client:
        for path in (f"/participants/{odd}", f"/measurements/{odd}/scores", f"/participants/{odd}/measurements"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


class AwayStore(Store):
    """A store that cannot be reached, without the patience of a real one."""

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Gives up at once."""
        raise StoreUnavailable(cause="away")


async def test_when_the_store_is_away_it_says_so_and_when_to_come_back(house: House) -> None:
    away = AwayStore.open("postgresql://nobody@127.0.0.1:1/none")
    app = FastAPI()
    parts = replace(house.place.parts, store=away)
    app.include_router(v1_router(parts, house.webs, house.place.turns, lambda _reply: None))
    headers = {"Authorization": f"Bearer {house.tokens['coach']}"}
    base = "https://werkstem.example/api/v1"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base, headers=headers) as client:
        answer = await client.post("/participants", json=NEW)
    away.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_a_picture_that_cannot_be_drawn_is_told_without_a_trace(house: House) -> None:
    invited = await house.invite()
    await house.finish(await house.come_in(invited))
    measurement_id = (await house.measurements(invited["id"]))[0]["id"]
    await house.studio.close()
    async with house.client() as client:
        answer = await client.get(f"/measurements/{measurement_id}/charts/inner.svg")
    assert (answer.status_code, answer.json()["code"]) == (503, "no-drawing")


async def test_many_at_once_are_all_invited(house: House) -> None:
    invited = await asyncio.gather(*(house.invite(name=f"P{number}") for number in range(20)))
    assert len({one["invitation"]["typed_code"] for one in invited}) == 20
    async with house.client() as client:
        assert len((await client.get("/participants")).json()["items"]) == 20

"""The OpenAPI description: true, with examples, and tried out by schemathesis, which never finds a fault of ours."""

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from storage.store import Store
from tests.api.v1_house import House

CHECKS = [
    not_a_server_error,
    ignored_auth,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    store = Store.open(sqlite_url)
    yield House(store)
    store.close()


def test_no_request_is_answered_otherwise_than_described(house: House) -> None:
    tried = []
    for result in schemathesis.openapi.from_asgi("/openapi.json", house.app).get_all_operations():
        operation = result.ok()
        tried.append(_try(operation, house))
    assert len(tried) == 15
    assert all(count >= 2 for count in tried), "every route was really called"


def _try(operation: Any, house: House) -> int:
    """A handful of requests to one route, half of them as they should not be, by a coach and by an owner; how many."""
    count = 0

    @settings(max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def right(case: Any) -> None:
        ask(case)

    @settings(max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def wrong(case: Any) -> None:
        ask(case)

    def ask(case: Any) -> None:
        nonlocal count
        for who in ("coach", "owner"):
            count += 1
            case.call_and_validate(headers={"Authorization": f"Bearer {house.tokens[who]}"}, checks=CHECKS)

    right()
    wrong()
    return count


async def _description(house: House) -> dict[str, Any]:
    transport = httpx.ASGITransport(house.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://werkstem.example") as client:
        found: dict[str, Any] = (await client.get("/openapi.json")).json()
    return found


async def test_every_body_and_answer_has_an_example_that_fits_its_own_schema(house: House) -> None:
    description = await _description(house)
    without = []
    for name, one in description["components"]["schemas"].items():
        examples = one.get("examples", [])
        if one["type"] == "object" and not examples:
            without.append(name)
        for example in examples:
            validator = jsonschema.Draft202012Validator({**one, "components": description["components"]})
            validator.validate(example)
    assert without == []


async def test_every_route_tells_of_its_token_and_of_the_problems(house: House) -> None:
    for path, methods in (await _description(house))["paths"].items():
        for method, one in methods.items():
            assert one["security"] == [{"HTTPBearer": []}], (method, path)
            assert {"401", "403"} <= one["responses"].keys(), (method, path)
            for status, answer in one["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (method, path, status)

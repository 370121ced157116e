"""Who may do what: every route of the JSON API, for everybody who might ask, about own, foreign and absent people."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from api.access import Coach, roles_of
from api.v1.access import guarded
from api.v1.desk import Desk
from storage import participants, staff
from storage.secrets import new_id
from storage.store import Store
from tests.api.v1_house import House

COACH, OWNER, STAFF = {"coach"}, {"owner"}, {"coach", "owner"}


@dataclass(frozen=True)
class Row:
    """What is expected of one route: whom it is for, what it answers them about their own, and what is sent."""

    who: set[str]
    answer: int
    body: object = None
    query: str = ""


ROWS = {
    "GET /participants": Row(COACH, 200),
    "POST /participants": Row(COACH, 201, {"name": "Ali", "language": "ar"}),
    "GET /participants/{participant_id}": Row(COACH, 200),
    "POST /participants/{participant_id}/invitations": Row(COACH, 201),
    "POST /participants/{participant_id}/measurements": Row(COACH, 201, {}),
    "GET /participants/{participant_id}/measurements": Row(COACH, 200),
    "GET /measurements/{measurement_id}/scores": Row(COACH, 200),
    "GET /measurements/{measurement_id}/charts/{name}.{file_format}": Row(COACH, 200),
    "GET /results": Row(STAFF, 200, query="?moment=baseline"),
    "GET /results/charts/{name}.{file_format}": Row(STAFF, 409, query="?moment=baseline"),
    "POST /results/windows": Row(OWNER, 409),
    "GET /consents": Row(STAFF, 200),
    "GET /exports/answers.{file_format}": Row(COACH, 200),
    "GET /questionnaire": Row(STAFF, 200),
    "DELETE /participants/{participant_id}": Row(COACH, 204),
}
"""Every route; the one that erases comes last."""

FORMATS = {"exports": "csv"}


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = House(store)
    yield made
    await made.studio.close()


def _routes(house: House) -> set[str]:
    found = [route for route in house.router.routes if isinstance(route, APIRoute)]
    return {f"{method} {route.path.removeprefix('/api/v1')}" for route in found for method in route.methods or ()}


def _path(route: str, row: Row, participant_id: str, measurement_id: str) -> str:
    path = route.partition(" ")[2]
    filled = path.replace("{participant_id}", participant_id).replace("{measurement_id}", measurement_id)
    file_format = FORMATS.get(path.split("/")[1], "svg")
    return filled.replace("{name}", "inner").replace("{file_format}", file_format) + row.query


async def test_every_route_answers_everybody_as_its_row_says(house: House) -> None:
    assert _routes(house) == ROWS.keys(), "a route without a row, or a row without a route"
    invited = await house.invite()
    await house.finish(await house.come_in(invited))
    own = (invited["id"], (await house.measurements(invited["id"]))[0]["id"])
    absent = (new_id(), new_id())
    odd = ("'; DROP TABLE", "\N{SNOWMAN}%00")
    refused = {"coach", "owner", "colleague", "foreign coach", None, "unknown", house.dismiss()}
    not_found: set[bytes] = set()

    for route, row in ROWS.items():
        method = route.split()[0]
        for who in sorted(refused, key=str):
            async with house.client(who) as client:
                for ids in (absent, odd, own) if "_id}" in route else (own,):
                    if who == "coach" and "coach" in row.who and ids == own:
                        continue
                    answer = await client.request(method, _path(route, row, *ids), json=row.body)
                    _check(route, row, who, answer, not_found, is_about_somebody="_id}" in route)
    assert len(not_found) == 1, "absent and foreign differ"

    async with house.client("coach") as client:
        for route, row in ROWS.items():
            if "coach" in row.who:
                answer = await client.request(route.split()[0], _path(route, row, *own), json=row.body)
                assert answer.status_code == row.answer, (route, answer.text)


def _check(
    route: str, row: Row, who: str | None, answer: httpx.Response, not_found: set[bytes], *, is_about_somebody: bool
) -> None:
    case = (route, who, answer.status_code)
    assert answer.headers["cache-control"] == "no-store", case
    if who in (None, "unknown", "removed"):
        assert answer.status_code == 401, case
        assert answer.headers["www-authenticate"].startswith("Bearer"), case
        assert answer.json()["code"] == "token", case
    elif ("owner" if who == "owner" else "coach") not in row.who:
        assert answer.status_code == 403, case
        assert answer.json()["code"] == "role", case
    elif is_about_somebody:
        assert answer.status_code == 404, case
        not_found.add(answer.content)
    else:
        assert answer.status_code == row.answer, case


async def test_an_owner_learns_nothing_of_one_person_from_any_route(house: House) -> None:
    invited = await house.invite(name="Kanarie-Naam")
    await house.finish(await house.come_in(invited))
    ids = (invited["id"], (await house.measurements(invited["id"]))[0]["id"])
    async with house.client("owner") as client:
        for route, row in ROWS.items():
            answer = await client.request(route.split()[0], _path(route, row, *ids), json=row.body)
            assert not any(told in answer.text for told in ("Kanarie", *ids)), route


async def test_rights_end_with_the_very_next_request(house: House) -> None:
    invited = await house.invite()
    async with house.client() as client:
        path = f"/participants/{invited['id']}"
        assert (await client.get(path)).status_code == 200
        house.store.run(lambda c: participants.set_coach(c, invited["id"], house.colleague_id))
        assert (await client.get(path)).status_code == 404
        house.store.run(lambda c: staff.remove(c, house.place.coach_id, house.clock()))
        assert (await client.get(path)).status_code == 401
    async with house.client("colleague") as client:
        assert (await client.get(path)).status_code == 200


async def test_role_and_token_come_before_the_body_is_looked_at(house: House) -> None:
    for who, expected in ((None, 401), ("owner", 403), ("coach", 400)):
        async with house.client(who) as client:
            answer = await client.post("/participants", content=b"{", headers={"content-type": "application/json"})
            assert answer.status_code == expected


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(house: House) -> None:
    async with house.client() as client:
        unknown = await client.get("/participant")
        wrong = await client.put("/participants")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/problem+json")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    assert wrong.json()["code"] == "method"


def test_a_route_that_does_not_say_whom_it_is_for_cannot_be_made(store: Store) -> None:
    house = House(store)
    router = APIRouter(route_class=guarded(_desk(house)))

    async def nobody() -> None: ...

    async def both(member: Coach, other: Coach) -> None: ...

    async def other_dependency(member: Annotated[str, Depends(lambda: "x")]) -> None: ...

    for endpoint in (nobody, both, other_dependency):
        with pytest.raises(TypeError, match=endpoint.__name__):
            router.get("/x")(endpoint)

    async def coach(member: Coach) -> None: ...

    assert {role.value for role in roles_of(coach)} == {"coach"}


def _desk(house: House) -> Desk:
    return Desk(house.place.parts, house.webs, house.place.turns, lambda _reply: None)

"""Group results over the JSON API: what may be shown to whom, closing a window, and nothing given away beside it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.results import declare_grouping, history_of, moments_of, waiting_for
from api.windows import EVERY, Windows
from domain.grouping import GroupingKind
from domain.windows import Care
from storage import audit, staff, windows
from storage.gathering import Method
from storage.store import Store
from tests.api.v1_house import House
from tests.bot.people import CATALOGUES
from tests.many import Many

GROUPS = ("social_skills", "money", "mental_health")
METHOD = Method(CATALOGUES.questionnaire, CATALOGUES.reworded())
DAY = timedelta(days=1)


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = House(store)
    yield made
    await made.studio.close()


@pytest.fixture
def many(house: House) -> Many:
    place = house.place
    return Many(place.organisation_id, place.coach_id, CATALOGUES.questionnaire, GROUPS, house.clock.now)


def answered(house: House, many: Many, levels: list[int]) -> list[str]:
    people = house.store.run(lambda c: many.join(c, len(levels)))
    house.store.run(lambda c: many.finish(c, dict(zip(people, levels, strict=True)), house.clock.now))
    house.clock.now += DAY
    return people


async def get(house: House, path: str, who: str = "owner") -> httpx.Response:
    async with house.client(who) as client:
        return await client.get(path)


async def close(house: House, body: dict[str, Any] | None = None, who: str = "owner") -> httpx.Response:
    async with house.client(who) as client:
        return await client.post("/results/windows", json=body)


async def groups(house: House, moment: str = "baseline", who: str = "owner") -> Any:
    return (await get(house, f"/results?moment={moment}", who)).json()["groups"]


async def test_an_owner_of_nine_closes_the_work_window_and_life_waits(house: House, many: Many) -> None:
    answered(house, many, [4, 4, 4, 4, 4, 3, 3, 3, 3])
    closed = await close(house)
    assert closed.status_code == 201, closed.text
    assert (closed.json()["moment"], closed.json()["care"], closed.json()["number"]) == ("baseline", "work", 1)
    body = (await get(house, "/results?moment=baseline")).json()
    assert body["window"] == closed.json()["label"] == "2026-2"
    low, high = body["bounds"]["social_skills"]
    assert body["groups"]["social_skills"] == {"mean": pytest.approx((low + high) / 2), "people": "5–9"}
    assert low <= 32 / 9 <= high
    shown = {name for name, one in body["groups"].items() if one != {"mean": None, "people": None}}
    assert shown == {"social_skills"}
    waits = house.store.look(lambda c: waiting_for(c, METHOD, many.organisation_id, house.clock.now))
    life = next(one for one in waits if one.care is Care.LIFE)
    assert (life.moment, life.fewest, life.may_close, life.number) == ("baseline", 10, False, 1)


async def test_closing_is_for_the_owner_and_written_down(house: House, many: Many) -> None:
    answered(house, many, [3] * 8)
    assert (await close(house, who="coach")).status_code == 403
    assert (await close(house)).status_code == 201
    deeds = house.store.look(lambda c: audit.of_member(c, house.owner_id))
    assert [one.action for one in deeds] == ["results.window_closed"]


async def test_a_window_that_cannot_be_closed_says_why_and_not_how_many_there_are(house: House, many: Many) -> None:
    nobody = await close(house)
    answered(house, many, [3] * 4)
    too_few = await close(house, {"moment": "baseline", "care": "work"})
    assert nobody.content == too_few.content
    assert (too_few.status_code, too_few.json()["code"]) == (409, "not-yet")
    answered(house, many, [3])
    assert (await close(house, {"number": 1})).status_code == 201
    twice = await close(house, {"care": "work", "number": 1})
    assert (twice.status_code, twice.json()["code"]) == (409, "window-closed")
    unknown = await close(house, {"moment": "follow_up_7"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert (await close(house, {"moment": "never"})).status_code == 422
    assert (await close(house, {"care": "weather"})).status_code == 422


async def test_hidden_and_empty_look_the_same(house: House, many: Many) -> None:
    empty = {path: (await get(house, path)).content for path in PATHS}
    answered(house, many, [3] * 4)
    assert {path: (await get(house, path)).content for path in PATHS} == empty


PATHS = (
    "/results?moment=baseline",
    "/results?moment=follow_up_1",
    "/results/charts/inner.svg?moment=baseline",
    "/results/charts/social_skills.png?moment=baseline",
    "/results/charts/substance_use.svg?moment=baseline",
)


async def test_pictures_are_of_what_is_published(house: House, many: Many) -> None:
    answered(house, many, [4, 3] * 5)
    for _ in range(3):
        await close(house)
    inner = await get(house, "/results/charts/inner.svg?moment=baseline&language=nl")
    assert (inner.status_code, inner.headers["content-type"]) == (200, "image/svg+xml")
    assert CATALOGUES["nl"].say("group.social_skills") in inner.text
    assert (await get(house, "/results/charts/money.png?moment=baseline")).content.startswith(b"\x89PNG")
    assert (await get(house, "/results/charts/outer.pdf?moment=baseline&form=bars")).content.startswith(b"%PDF")
    hidden = await get(house, "/results/charts/substance_use.svg?moment=baseline")
    assert (hidden.status_code, hidden.json()["code"]) == (409, "not-yet")
    assert (await get(house, "/results/charts/weather.svg?moment=baseline")).status_code == 404


@pytest.mark.parametrize(("sharing", "is_shown"), [(0, True), (5, True), (6, False), (7, False), (8, True)])
async def test_a_coach_sees_what_tells_nothing_beside_what_is_shared(
    house: House, many: Many, sharing: int, *, is_shown: bool
) -> None:
    people = answered(house, many, [3] * 8)
    await close(house)
    house.store.run(lambda c: many.share(c, people[:sharing], GROUPS, house.clock.now))
    assert ((await groups(house, who="coach"))["social_skills"]["mean"] is not None) is is_shown
    if not is_shown:
        chart = await get(house, "/results/charts/social_skills.svg?moment=baseline", "coach")
        assert (chart.status_code, chart.json()["code"]) == (409, "not-yet")
    assert (await groups(house, who="colleague"))["social_skills"]["mean"] is not None, "who sees nobody sees all"
    assert (await groups(house))["social_skills"]["mean"] is not None


async def test_nobody_elsewhere_sees_anything_of_it(house: House, many: Many) -> None:
    answered(house, many, [3] * 8)
    await close(house)
    assert (await groups(house, who="foreign coach"))["social_skills"] == {"mean": None, "people": None}


async def test_a_follow_up_shows_the_change_and_the_response_to_the_owner(house: House, many: Many) -> None:
    people = answered(house, many, [2] * 6 + [3] * 6)
    await close(house, {"care": "work"})
    house.store.run(lambda c: many.finish(c, dict.fromkeys(people, 4), house.clock.now, kind="follow_up"))
    house.clock.now += DAY
    assert (await close(house, {"moment": "follow_up_1"})).status_code == 201
    body = (await get(house, "/results?moment=follow_up_1")).json()
    change = body["changes"]["social_skills"]
    assert change["direction"] == "higher"
    assert change["low"] <= 1.5 <= change["high"]
    assert body["response"] is None, "everybody finished: who did not are too few"
    assert house.store.look(lambda c: moments_of(c, many.organisation_id)) == ("baseline", "follow_up_1")


async def test_every_window_of_a_moment_stays_to_be_seen(house: House, many: Many) -> None:
    for level in (2, 4):
        answered(house, many, [level] * 8)
        await close(house, {"care": "work"})
    owner = house.store.look(lambda c: staff.get(c, house.place.organisation_id, house.owner_id))
    assert owner is not None
    seen = house.store.look(lambda c: history_of(c, CATALOGUES.questionnaire, owner, "baseline", house.clock.now))
    means = [view.groups["social_skills"].whole for view in seen]
    assert [figure is not None and round(figure.mean) for figure in means] == [2, 4]


async def test_a_grouping_is_declared_by_an_owner_and_written_down(house: House) -> None:
    owner = house.store.look(lambda c: staff.get(c, house.place.organisation_id, house.owner_id))
    assert owner is not None
    declared = house.store.run(
        lambda c: declare_grouping(c, owner, GroupingKind.TEAM, ["Noord", "Zuid"], house.clock.now)
    )
    assert [part.name for part in declared.parts] == ["Noord", "Zuid"]
    deeds = house.store.look(lambda c: audit.of_member(c, house.owner_id))
    assert [one.action for one in deeds] == ["results.grouping_declared"]


# Windows that close by themselves -------------------------------------------------------------------------------------


async def test_windows_close_by_themselves_once_however_many_processes_look(house: House, many: Many) -> None:
    answered(house, many, [3] * 8)
    closed = await asyncio.gather(*(Windows(house.place.parts).close_due() for _ in range(4)))
    assert sorted(closed) == [0, 0, 0, 1]
    found = house.store.look(lambda c: windows.of_organisation(c, many.organisation_id))
    assert [(one.moment, one.care, one.number) for one in found] == [("baseline", Care.WORK, 1)]


async def test_a_window_waits_for_its_half_year_and_for_enough_people(house: House, many: Many) -> None:
    looking = Windows(house.place.parts)
    answered(house, many, [3] * 7)
    assert await looking.close_due() == 0, "seven may be closed by hand, and do not close by themselves yet"
    answered(house, many, [3])
    house.clock.now += EVERY
    assert await looking.close_due() == 1
    answered(house, many, [4] * 5)
    house.clock.now += EVERY
    assert await looking.close_due() == 0, "the half-year is not over"
    house.clock.now += 200 * DAY
    assert await looking.close_due() == 3, "five more for work; thirteen for life, and for feelings and body"
    assert await looking.close_due() == 0

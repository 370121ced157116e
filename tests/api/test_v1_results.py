"""Scores, pictures, consents and the export over the JSON API: only what is shared, and all of that rightly."""

import csv
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO, StringIO
from statistics import fmean
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from openpyxl import load_workbook

from bot.conversation.events import Came
from storage import organisations, participants
from storage.store import Store
from tests.api.v1_house import House
from tests.bot.people import CATALOGUES, Person

COLUMNS = [
    "participant_id",
    "measurement_id",
    "kind",
    "statement_id",
    "group",
    "item_kind",
    "answer",
    "answered_at",
    "language",
    "wording_version",
    "channel",
    "layout",
    "assisted",
]
ALL = [group.name for group in CATALOGUES.questionnaire.groups]
WORK = {group.name for group in CATALOGUES.questionnaire.groups if group.ring == "inner"}


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = House(store)
    yield made
    await made.studio.close()


async def _finished(house: House, **values: Any) -> tuple[str, str, Person]:
    """Somebody with a finished baseline, with what stands on in the list of topics shared: the sensitive do not."""
    invited = await house.invite(**values)
    person = await house.come_in(invited, address=invited["id"])
    await house.finish(person)
    return invited["id"], (await house.measurements(invited["id"]))[0]["id"], person


async def _get(house: House, path: str, who: str = "coach") -> httpx.Response:
    async with house.client(who) as client:
        return await client.get(path)


async def _rows(house: House) -> list[dict[str, str]]:
    answer = await _get(house, "/exports/answers.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


# Scores -------------------------------------------------------------------------------------------------------------


def _by_hand(rows: list[dict[str, str]], group: str) -> dict[str, Any]:
    """The method's section e.1, from the rows of the export."""
    own = [row for row in rows if row["group"] == group]
    core = [row["answer"] for row in own if row["item_kind"] == "core"]
    numbers = [int(answer) for answer in core if answer in "12345"]
    single = {row["item_kind"]: int(row["answer"]) for row in own if row["answer"] in "12345"}
    enough = len(numbers) >= 3
    state = "scored" if enough else "not_about_me" if core.count("na") >= 3 else "too_few"
    return {
        "state": state,
        "score": fmean(numbers) if enough else None,
        "answered": len(numbers),
        "satisfaction": single.get("satisfaction"),
        "motivation": single.get("motivation"),
        "influence": single.get("influence"),
    }


def _priority_by_hand(group: str, score: dict[str, Any]) -> tuple[str, float] | None:
    """The method's section e.5."""
    is_work = group in WORK
    levels = [score["score"], None if is_work else score["satisfaction"]]
    known = [value for value in levels if value is not None]
    if not known or score["state"] == "not_about_me":
        return None
    level, motivation, influence = min(known), score["motivation"], None if is_work else score["influence"]
    need, want, can = level < 3.5, (motivation or 0) >= 4, influence is None or influence >= 3
    p = (
        2 * (5 - level) / 4
        + (0.5 if motivation is None else (motivation - 1) / 4)
        + (0.5 if influence is None else (influence - 1) / 4)
    )
    return ("A" if can else "B") if need and want else "C" if need else "D" if want else "E", p


async def test_scores_and_priorities_equal_a_hand_calculation_from_the_export(house: House) -> None:
    everything = ("social_skills", "self_esteem", "work_happiness", "money", "household", "participation")
    on = (*everything, "police_justice", "mental_health")
    house.store.run(lambda c: organisations.change(c, house.place.organisation_id, modules=on))
    _, measurement_id, _ = await _finished(house, modules=list(on))
    rows = await _rows(house)
    answer = await _get(house, f"/measurements/{measurement_id}/scores")
    body = answer.json()

    assert {row["group"] for row in rows} == set(everything), "the sensitive ones stood off in the list of topics"
    assert len(rows) == 3 * 6 + 3 * 8
    assert {row["answer"] for row in rows} >= {"1", "2", "3", "4", "5", "dk_answer"}
    assert list(body["groups"]) == ALL
    for group in everything:
        assert body["groups"][group] == pytest.approx(_by_hand(rows, group)), group
    nothing = dict.fromkeys(("score", "answered", "satisfaction", "motivation", "influence"))
    for group in set(ALL) - set(everything):
        state = "not_shared" if group in on else "not_asked"
        assert body["groups"][group] == {"state": state, **nothing}

    by_hand = {group: _priority_by_hand(group, body["groups"][group]) for group in everything}
    listed = [(one["group"], one["class"], one["p"]) for one in body["priorities"]]
    expected = [(group, *found) for group, found in by_hand.items() if found]
    expected.sort(key=lambda one: (one[1], -one[2], ALL.index(one[0])))
    assert [one[:2] for one in listed] == [one[:2] for one in expected]
    assert [one[2] for one in listed] == pytest.approx([one[2] for one in expected])


async def test_scores_of_what_is_unfinished_or_not_shared_are_refused_alike(house: House) -> None:
    waiting = await house.invite()
    measurement_id = (await house.measurements(waiting["id"]))[0]["id"]
    unfinished = await _get(house, f"/measurements/{measurement_id}/scores")
    participant_id, finished_id, person = await _finished(house)
    assert (await _get(house, f"/measurements/{finished_id}/scores")).status_code == 200
    await person.type("mijn keuzes")
    await person.press("switch-coach")
    taken_back = await _get(house, f"/measurements/{finished_id}/scores")
    assert unfinished.status_code == taken_back.status_code == 403
    assert unfinished.json()["code"] == "not-shared"
    assert unfinished.content == taken_back.content
    assert participant_id


async def test_a_topic_that_is_taken_back_is_gone_everywhere_at_once(house: House) -> None:
    _, measurement_id, person = await _finished(house)
    await person.type("mijn keuzes")
    await person.press("switch-topic:money")
    groups = (await _get(house, f"/measurements/{measurement_id}/scores")).json()["groups"]
    assert groups["money"]["state"] == "not_shared"
    assert groups["social_skills"]["state"] != "not_shared"
    assert {row["group"] for row in await _rows(house)} == {"social_skills"}
    assert (await _get(house, "/consents")).json()["items"][0]["groups"] == ["social_skills"]
    assert (await _get(house, f"/measurements/{measurement_id}/charts/money.svg")).status_code == 403


async def test_what_was_shared_with_one_coach_is_not_shared_with_the_next(house: House) -> None:
    participant_id, measurement_id, _ = await _finished(house)
    house.store.run(lambda c: participants.set_coach(c, participant_id, house.colleague_id))
    answer = await _get(house, f"/measurements/{measurement_id}/scores", "colleague")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-shared")
    assert (await _get(house, "/consents", "colleague")).json() == {"items": []}
    assert len((await _get(house, "/exports/answers.csv", "colleague")).text.splitlines()) == 1
    assert (await house.client("colleague").get(f"/participants/{participant_id}/measurements")).json()["items"][0][
        "status"
    ] == "invited"


# Pictures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file_format", "media_type", "begins"),
    [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG"), ("pdf", "application/pdf", b"%PDF")],
)
async def test_a_picture_comes_in_every_format(house: House, file_format: str, media_type: str, begins: bytes) -> None:
    _, measurement_id, _ = await _finished(house)
    answer = await _get(house, f"/measurements/{measurement_id}/charts/outer.{file_format}?form=bars&language=ar")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.content.startswith(begins)
    assert answer.headers["cache-control"] == "no-store"


def _words(svg: str) -> str:
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn by ourselves
    return " ".join(text for element in root.iter() for text in element.itertext())


async def test_an_svg_says_in_words_what_is_shared_and_shows_a_gap_for_what_is_not(house: House) -> None:
    _, measurement_id, _ = await _finished(house, modules=["money", "household", "mental_health", "physical_health"])
    answer = await _get(house, f"/measurements/{measurement_id}/charts/outer.svg?language=en")
    words, catalogue = _words(answer.text), CATALOGUES["en"]
    scores = (await _get(house, f"/measurements/{measurement_id}/scores")).json()["groups"]
    for name in ("money", "household"):
        value = scores[name]["score"]
        said = catalogue.decimal(value) if value is not None else catalogue.say("web.axis_missing")
        assert f"{catalogue.say(f'group.{name}')}: {said}" in words
    for name in ("mental_health", "physical_health"):
        assert f"{catalogue.say(f'group.{name}')}: {catalogue.say('chart.not_shared')}" in words


async def test_a_group_is_drawn_with_its_statements_in_the_language_asked_for(house: House) -> None:
    _, measurement_id, _ = await _finished(house)
    answer = await _get(house, f"/measurements/{measurement_id}/charts/social_skills.svg?language=fr")
    words = _words(answer.text)
    assert CATALOGUES["fr"].statement("soc-1") in words
    assert CATALOGUES["fr"].say("group.social_skills") in words


async def test_two_moments_stand_in_one_picture_oldest_first(house: House) -> None:
    participant_id, first, person = await _finished(house)
    house.clock.now += timedelta(days=170)
    async with house.client() as client:
        added = await client.post(f"/participants/{participant_id}/measurements")
    second = added.json()["id"]
    await person.happen(Came())
    await house.answer(person)
    one_way = await _get(house, f"/measurements/{second}/charts/inner.svg?compare={first}&language=nl")
    other_way = await _get(house, f"/measurements/{first}/charts/inner.svg?compare={second}&language=nl")
    words = _words(one_way.text)
    assert "Toen: 20 november 2026" in words
    assert "Nu: 9 mei 2027" in words
    assert one_way.content == other_way.content
    twice = await _get(house, f"/measurements/{second}/charts/inner.svg?compare={first}&compare={first}")
    assert twice.status_code == 200


async def test_a_picture_that_cannot_be_had_says_which_way(house: House) -> None:
    participant_id, measurement_id, _ = await _finished(house)
    other_id, other, _ = await _finished(house)
    unfinished = (await house.measurements((await house.invite())["id"]))[0]["id"]
    chart = f"/measurements/{measurement_id}/charts"
    expected = {
        f"{chart}/weather.svg": 404,
        f"{chart}/household.svg": 404,  # it was not asked
        f"{chart}/mental_health.svg": 403,
        f"{chart}/inner.gif": 422,
        f"{chart}/inner.svg?form=pie": 422,
        f"{chart}/inner.svg?language=de": 422,
        f"{chart}/inner.svg?compare={other}": 404,
        f"{chart}/inner.svg?compare=x": 404,
        f"{chart}/inner.svg?compare={unfinished}": 404,
        f"{chart}/inner.svg?compare=1&compare=2&compare=3": 422,
        f"/measurements/{unfinished}/charts/inner.svg": 403,
    }
    assert {path: (await _get(house, path)).status_code for path in expected} == expected
    assert participant_id != other_id


# Consents and the export --------------------------------------------------------------------------------------------


async def test_the_owners_register_holds_no_person_no_refusal_and_no_order(house: House) -> None:
    participant_id, _, person = await _finished(house, name="Kanarie")
    await person.type("mijn keuzes")
    await person.press("switch-group")
    refused = await house.come_in(await house.invite(), address="refused")
    for action in ("language-tr", "go", "go", "go", "no"):
        await refused.press(action)
    answer = await _get(house, "/consents", "owner")
    items = answer.json()["items"]
    assert items[0].keys() == {
        "record",
        "purpose",
        "decision",
        "text_version",
        "text_hash",
        "language",
        "channel",
        "day",
    }
    assert {item["decision"] for item in items} == {"given", "withdrawn"}
    assert "tr" not in {item["language"] for item in items}
    assert [item["record"] for item in items] == sorted(item["record"] for item in items)
    assert participant_id not in answer.text
    assert "Kanarie" not in answer.text
    assert len({item["day"] for item in items}) == 1
    assert (await _get(house, "/consents", "foreign coach")).json() == {"items": []}


async def test_a_coach_sees_what_is_shared_and_until_when(house: House) -> None:
    participant_id, _, _ = await _finished(house)
    until = (await house.measurements(participant_id))[0]["completed_at"].replace("2026-11", "2027-05")
    sharing = (await _get(house, "/consents")).json()["items"]
    assert sharing == [{"participant_id": participant_id, "groups": ["social_skills", "money"], "until": until}]
    house.clock.now += timedelta(days=182)
    assert (await _get(house, "/consents")).json()["items"] == []


async def test_the_export_has_its_columns_and_only_shared_answers_of_finished_measurements(house: House) -> None:
    participant_id, measurement_id, _ = await _finished(house)
    busy = await house.come_in(await house.invite(), address="busy")
    await busy.to_statements()
    await busy.press("5")
    rows = await _rows(house)
    assert list(rows[0]) == COLUMNS
    assert {row["participant_id"] for row in rows} == {participant_id}
    assert {row["measurement_id"] for row in rows} == {measurement_id}
    assert {row["group"] for row in rows} == {"social_skills", "money"}
    assert {row["kind"] for row in rows} == {"baseline"}
    assert {row["item_kind"] for row in rows} == {"core", "satisfaction", "motivation", "influence"}
    how = {tuple(row[column] for column in COLUMNS[-5:]) for row in rows}
    assert how == {("nl", "1", "telegram", "vertical", "no")}
    assert all(row["answered_at"].endswith("Z") for row in rows)


async def test_both_spreadsheets_hold_the_same(house: House) -> None:
    await _finished(house)
    answer = await _get(house, "/exports/answers.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    lines = [[str(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
    assert lines[0] == COLUMNS
    assert [dict(zip(COLUMNS, line, strict=True)) for line in lines[1:]] == await _rows(house)
    assert 'filename="answers.xlsx"' in answer.headers["content-disposition"]


# What is for everybody on the staff ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coach", "owner"])
async def test_the_questionnaire_is_read_in_every_language(house: House, who: str) -> None:
    for language, catalogue in CATALOGUES.items():
        items = (await _get(house, f"/questionnaire?language={language}", who)).json()["items"]
        assert len(items) == 102
        assert items[0].keys() == {"id", "group", "kind", "text", "version"}
        assert {item["id"]: item["text"] for item in items}["mon-1"] == catalogue.statement("mon-1")
    assert (await _get(house, "/questionnaire?language=de", who)).status_code == 422


@pytest.mark.parametrize("who", ["coach", "owner"])
async def test_nothing_is_published_before_a_window_was_closed(house: House, who: str) -> None:
    for _ in range(6):
        await _finished(house)
    for moment in ("baseline", "follow_up_1"):
        body = (await _get(house, f"/results?moment={moment}", who)).json()
        assert (body["moment"], body["window"]) == (moment, None)
        assert body["groups"] == {group: {"mean": None, "people": None} for group in ALL}
    assert (await _get(house, "/results?moment=never", who)).status_code == 422
    chart = await _get(house, "/results/charts/inner.svg?moment=baseline", who)
    assert (chart.status_code, chart.json()["code"]) == (409, "not-yet")


async def test_a_window_cannot_be_closed_yet(house: House) -> None:
    async with house.client("owner") as client:
        answer = await client.post("/results/windows")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-yet")
    assert json.loads(answer.content)["type"] == "about:blank"

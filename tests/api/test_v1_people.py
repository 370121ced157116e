"""People of a coach over the JSON API: invited, invited again, looked at, erased."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.conversation.events import Came
from domain.questionnaire import LANGUAGES
from storage import conversations, measurements, participants
from storage.measurements import Kind, Status
from storage.store import Store
from storage.tables import erasures, metadata
from tests.api.v1_house import House
from tests.bot.people import CATALOGUES, Person

NEW = {"name": "Samira", "language": "ar"}
ON = CATALOGUES.questionnaire.default_modules()


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = House(store)
    yield made
    await made.studio.close()


async def _post(house: House, body: Any, path: str = "/participants") -> tuple[int, dict[str, Any]]:
    async with house.client() as client:
        answer = await client.post(path, json=body)
    return answer.status_code, answer.json()


async def test_an_invitation_comes_with_its_codes_and_links(house: House) -> None:
    status, body = await _post(house, NEW)
    invitation = body["invitation"]
    assert status == 201
    assert body.keys() == {"id", "invitation"}
    assert invitation.keys() == {"code", "typed_code", "web_url", "telegram_url", "whatsapp_url", "expires_at"}
    assert invitation["web_url"] == f"https://werkstem.example/c/{invitation['code']}"
    assert (invitation["telegram_url"], invitation["whatsapp_url"]) == (None, None)
    assert invitation["expires_at"] == "2026-12-04T09:00:00Z"


async def test_everything_about_somebody_new_is_kept_with_the_coach_of_the_token(house: House) -> None:
    full = {**NEW, "phone": "+31612345678", "phone_opt_in": True, "email": "s@post.example", "same_order": True}
    _, body = await _post(house, {**full, "name": "  Samira ", "modules": ["money", "social_skills"]})
    kept = house.store.look(lambda c: participants.get(c, house.place.organisation_id, body["id"]))
    assert kept is not None
    assert (kept.name, kept.language, kept.coach_id) == ("Samira", "ar", house.place.coach_id)
    assert (kept.phone, kept.phone_opt_in, kept.email, kept.same_order) == (
        "+31612345678",
        True,
        "s@post.example",
        True,
    )
    baseline = house.store.look(lambda c: measurements.of_participant(c, body["id"]))
    assert [(one.kind, one.number, one.ordinal, one.same_order) for one in baseline] == [(Kind.BASELINE, 1, 1, True)]
    assert baseline[0].modules == ("social_skills", "money"), "in the fixed order"
    assert (baseline[0].closes_at - baseline[0].due_at).days == 28


async def test_without_modules_all_that_the_organisation_has_on_is_asked(house: House) -> None:
    _, body = await _post(house, NEW)
    assert (await house.measurements(body["id"]))[0]["modules"] == list(ON)


@pytest.mark.parametrize("modules", [["police_justice"], ["money", "substance_use"], ["weather"]])
async def test_a_module_that_is_not_on_is_refused_by_name_of_the_rule(house: House, modules: list[str]) -> None:
    status, body = await _post(house, {**NEW, "modules": modules})
    assert (status, body["code"]) == (422, "module-off")
    assert house.store.look(lambda c: participants.of_coach(c, house.place.organisation_id, house.place.coach_id)) == ()


async def test_somebody_can_be_invited_in_every_language(house: House) -> None:
    for language in LANGUAGES:
        assert (await _post(house, {**NEW, "language": language}))[0] == 201


async def test_a_coach_sees_the_own_people_and_nobody_elses(house: House) -> None:
    first, second = await house.invite(name="A"), await house.invite(name="B")
    house.store.run(lambda c: participants.set_coach(c, second["id"], house.colleague_id))
    for who, expected in (("coach", [first["id"]]), ("colleague", [second["id"]]), ("foreign coach", [])):
        async with house.client(who) as client:
            assert [one["id"] for one in (await client.get("/participants")).json()["items"]] == expected


async def test_a_new_invitation_ends_the_one_before_it(house: House) -> None:
    first = await house.invite()
    status, second = await _post(house, None, f"/participants/{first['id']}/invitations")
    assert status == 201
    turns = house.place.turns
    assert await turns.invitation(first["invitation"]["code"]) == "expired"
    assert await turns.invitation(second["invitation"]["code"]) == "open"


async def test_a_new_invitation_looks_the_same_whether_the_first_was_used_or_not(house: House) -> None:
    used, unused = await house.invite(), await house.invite()
    await (await house.come_in(used)).press("language-tr")
    answers = [(await _post(house, None, f"/participants/{one['id']}/invitations"))[1] for one in (used, unused)]
    assert answers[0].keys() == answers[1].keys()
    assert answers[0]["invitation"].keys() == answers[1]["invitation"].keys()
    async with house.client() as client:
        seen = [(await client.get(f"/participants/{one['id']}")).json() for one in (used, unused)]
    assert {**seen[0], "id": ""} == {**seen[1], "id": ""}, "not even the language tells who came in"


async def test_erasing_before_the_claim_leaves_nothing_and_tells_nobody(house: House) -> None:
    invited = await house.invite(name="Kanarie")
    async with house.client() as client:
        answer = await client.delete(f"/participants/{invited['id']}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await client.get(f"/participants/{invited['id']}")).status_code == 404
        assert (await client.delete(f"/participants/{invited['id']}")).status_code == 404
    assert house.shown == []
    assert await house.place.turns.invitation(invited["invitation"]["code"]) == "unknown"
    assert _rows_with(house, "Kanarie") == []


async def test_erasing_after_the_claim_is_told_in_the_chat_and_recorded_as_the_coachs(house: House) -> None:
    invited = await house.invite(name="Kanarie")
    person = await house.come_in(invited)
    await house.finish(person)
    _put_at(house, invited["id"], {"message_id": "77", "is_last": True})
    async with house.client() as client:
        assert (await client.delete(f"/participants/{invited['id']}")).status_code == 204
    assert json.loads(house.shown[0].placed or "") == {"message_id": "77", "is_last": False}, "a message that is heard"
    assert [(due.channel, due.address, due.number) for due in house.shown] == [("telegram", "1001", 0)]
    said = " ".join(house.shown[0].message.paragraphs)
    assert said == CATALOGUES["nl"].say("delete.by_coach", {"contact": said.rpartition(" ")[2]})
    assert "@werkplaats.example" in said, "whom to ask when this was never asked for"
    assert _rows_with(house, "Kanarie") == []
    assert _rows_with(house, invited["id"]) == []
    assert house.store.look(lambda c: c.execute(select(erasures.c.erased_by)).scalars().all()) == ["coach"]
    reply = await person.happen(Came())
    assert reply.message is not None
    assert "Kanarie" not in " ".join(reply.message.paragraphs), "a stranger again"


async def test_erasing_somebody_in_the_web_chat_pushes_nothing(house: House) -> None:
    invited = await house.invite()
    person = Person(house.place, address="a-browser", channel="web")
    await person.start(invited["invitation"]["code"])
    async with house.client() as client:
        assert (await client.delete(f"/participants/{invited['id']}")).status_code == 204
    assert house.shown == []
    assert await house.place.turns.look("web", "a-browser") is None


async def test_the_first_claim_begins_the_baseline_that_was_invited_to(house: House) -> None:
    invited = await house.invite(modules=["money"])
    await house.come_in(invited)
    baseline = house.store.look(lambda c: measurements.of_participant(c, invited["id"]))[0]
    assert baseline.status is Status.INVITED
    stored = house.store.look(lambda c: conversations.of_participant(c, invited["id"], lock=False))
    assert stored is not None
    assert baseline.id in stored.state


def _put_at(house: House, participant_id: str, placed: dict[str, object]) -> None:
    """The last message of the conversation stands there."""

    def mark(connection: Connection) -> None:
        stored = conversations.of_participant(connection, participant_id)
        assert stored is not None
        conversations.mark_shown(connection, stored.id, number=stored.due, placed=json.dumps(placed), now=house.clock())

    house.store.run(mark)


def _rows_with(house: House, text: str) -> list[str]:
    """The tables that hold the text anywhere."""
    return [
        name
        for name, table in metadata.tables.items()
        if text in str(house.store.look(lambda c, table=table: c.execute(select(table)).all()))
    ]

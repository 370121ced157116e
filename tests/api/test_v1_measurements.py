"""Measurements over the JSON API: planned, told to the conversation, and how far each came as far as that is shared."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.conversation import load
from bot.conversation.events import Came
from storage import conversations, measurements, organisations
from storage.measurements import Status
from storage.store import Store
from tests.api.v1_house import House
from tests.bot.people import START, Person, unshown


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = House(store)
    yield made
    await made.studio.close()


async def _plan(house: House, participant_id: str, body: object = None) -> tuple[int, dict[str, Any]]:
    async with house.client() as client:
        answer = await client.post(f"/participants/{participant_id}/measurements", json=body)
    return answer.status_code, answer.json()


async def _finished(house: House, *, no: tuple[str, ...] = (), channel: str = "telegram") -> tuple[str, Person]:
    """Somebody with a finished, shared baseline, half a year ago."""
    invited = await house.invite()
    person = await house.come_in(invited, channel=channel)
    await house.finish(person, no=no)
    house.clock.now += timedelta(days=180)
    house.shown.clear()
    return invited["id"], person


async def test_a_follow_up_ahead_is_planned_and_nobody_hears_of_it(house: House) -> None:
    participant_id, _ = await _finished(house)
    due_at = (house.clock() + timedelta(days=3)).isoformat()
    status, body = await _plan(house, participant_id, {"due_at": due_at})
    assert status == 201
    assert body.keys() == {"id", "kind", "number", "status", "due_at", "completed_at", "modules", "warning"}
    assert (body["kind"], body["number"], body["status"], body["completed_at"]) == ("follow_up", 1, "planned", None)
    assert body["modules"] == ["social_skills", "money", "mental_health"], "what this person is asked"
    assert body["warning"] is None
    assert house.shown == []
    assert house.stage(participant_id) == "idle"


async def test_follow_ups_are_numbered_and_listed_after_the_baseline(house: House) -> None:
    participant_id, _ = await _finished(house)
    for days in (10, 100):
        await _plan(house, participant_id, {"due_at": (house.clock() + timedelta(days=days)).isoformat()})
    listed = await house.measurements(participant_id)
    assert [(one["kind"], one["number"]) for one in listed] == [("baseline", 1), ("follow_up", 1), ("follow_up", 2)]
    assert listed[0].keys() == {"id", "kind", "number", "status", "due_at", "completed_at", "modules"}


@pytest.mark.parametrize(
    "body", [None, {}, {"due_at": None}, {"due_at": "2020-01-01T00:00:00Z"}, {"due_at": "0001-01-01T00:00:00+14:00"}]
)
async def test_absent_or_past_is_due_now_and_offered_in_the_chat_at_once(house: House, body: object) -> None:
    participant_id, _ = await _finished(house)
    status, added = await _plan(house, participant_id, body)
    assert status == 201
    assert added["due_at"] == house.clock().isoformat().replace("+00:00", "Z")
    assert added["status"] == "invited"
    assert [due.address for due in house.shown] == ["1001"]
    assert house.stage(participant_id) == "invited"
    stored = house.store.look(lambda c: measurements.of_participant(c, participant_id))[1]
    assert stored.status is Status.INVITED


async def test_without_a_yes_to_messages_nothing_is_sent_and_it_waits_until_the_person_comes(house: House) -> None:
    participant_id, person = await _finished(house, no=("reminder",))
    _, added = await _plan(house, participant_id)
    assert added["status"] == "invited", "who said no to messages looks like everybody else"
    assert house.shown == []
    house.clock.pass_(3600)
    assert await unshown(house.place) == []
    await person.happen(Came())
    assert house.stage(participant_id) == "invited"
    await person.press("go")
    assert person.message.is_statement


async def test_in_the_web_chat_it_is_there_at_the_next_visit(house: House) -> None:
    participant_id, person = await _finished(house, channel="web")
    await _plan(house, participant_id)
    assert house.shown == []
    looked = await house.place.turns.look("web", person.address)
    assert looked is not None
    assert looked.message is not None
    assert looked.message.buttons[0].data.endswith(".go")
    assert house.stage(participant_id) == "invited"


async def test_while_another_is_under_way_it_stays_planned_for_later(house: House) -> None:
    invited = await house.invite()
    person = await house.come_in(invited)
    await person.to_statements()
    before = person.message
    await _plan(house, invited["id"])
    stored = house.store.look(lambda c: measurements.of_participant(c, invited["id"]))
    assert [one.status for one in stored] == [Status.BUSY, Status.PLANNED]
    assert house.shown == []
    looked = await house.place.turns.look("telegram", "1001")
    assert looked is not None
    assert looked.message == before


async def test_a_follow_up_for_somebody_who_never_came_in_does_not_overtake_the_baseline(house: House) -> None:
    invited = await house.invite()
    await _plan(house, invited["id"])
    await house.come_in(invited)
    stored = house.store.look(lambda c: conversations.of_participant(c, invited["id"], lock=False))
    baseline = house.store.look(lambda c: measurements.of_participant(c, invited["id"]))[0]
    assert stored is not None
    conversation = load(stored.state)
    assert conversation.measurement is not None
    assert conversation.measurement.id == baseline.id


@pytest.mark.parametrize(("days", "warning"), [(0, "too-soon"), (55, "too-soon"), (56, None)])
async def test_less_than_eight_weeks_after_another_is_allowed_with_a_warning(
    house: House, days: int, warning: str | None
) -> None:
    invited = await house.invite()
    due_at = (START + timedelta(days=days)).isoformat()
    status, added = await _plan(house, invited["id"], {"due_at": due_at})
    assert (status, added["warning"]) == (201, warning)


async def test_modules_can_be_chosen_for_one_measurement(house: House) -> None:
    house.store.run(
        lambda c: organisations.change(c, house.place.organisation_id, modules=("money", "household", "police_justice"))
    )
    invited = await house.invite(modules=None)
    _, added = await _plan(house, invited["id"], {"modules": ["police_justice", "money"]})
    assert added["modules"] == ["money", "police_justice"]


async def test_two_plans_at_once_are_numbered_apart_or_one_is_told_to_try_again(house: House) -> None:
    invited = await house.invite()
    answers = await asyncio.gather(*(_plan(house, invited["id"], {}) for _ in range(4)))
    made = [body["number"] for status, body in answers if status == 201]
    assert sorted(made) == list(range(1, len(made) + 1))
    assert {status for status, _ in answers} <= {201, 409}
    assert len(await house.measurements(invited["id"])) == 1 + len(made)


# What a coach sees of how far it came -------------------------------------------------------------------------------


async def _everything(house: House, participant_id: str) -> list[bytes]:
    """Everything that the API says of somebody, with the ids taken out."""
    measurement_id = (await house.measurements(participant_id))[0]["id"]
    paths = (
        f"/participants/{participant_id}",
        f"/participants/{participant_id}/measurements",
        f"/measurements/{measurement_id}/scores",
        f"/measurements/{measurement_id}/charts/inner.svg",
        f"/measurements/{measurement_id}/charts/money.svg",
    )
    said = []
    async with house.client() as client:
        for path in paths:
            answer = await client.get(path)
            body = answer.content.replace(participant_id.encode(), b"P").replace(measurement_id.encode(), b"M")
            said.append(str(answer.status_code).encode() + body)
        lists = [await client.get(path) for path in ("/consents", "/exports/answers.csv")]
    said += [str(participant_id.encode() in answer.content).encode() for answer in lists]
    return said


@pytest.mark.parametrize("days", [0, 40, 200])
async def test_never_opened_refused_stopped_unshared_and_taken_back_look_the_same_to_the_byte(
    house: House, days: int
) -> None:
    kinds = ["never opened", "came in", "refused", "half-way", "paused", "stopped", "no coach", "not confirmed"]
    kinds += ["nothing shared", "coach taken back", "all taken back"]
    invited = {kind: await house.invite(language="tr") for kind in kinds}
    people = {
        kind: await house.come_in(one, address=str(1000 + at))
        for at, (kind, one) in enumerate(invited.items())
        if kind != "never opened"
    }
    await people["refused"].press("language-nl")
    for action in ("go", "go", "go", "no"):
        await people["refused"].press(action)
    for kind in ("half-way", "paused", "stopped"):
        await people[kind].to_statements()
        await people[kind].press("5")
    await people["paused"].press("later")
    await people["stopped"].type("stop")
    await house.finish(people["no coach"], no=("coach",))
    await house.finish(people["not confirmed"], share=False)
    await house.finish(people["nothing shared"], share=False)
    for group in ("social_skills", "money"):
        await people["nothing shared"].press(f"share-{group}")
    await people["nothing shared"].press("go")
    for kind, purpose in (("coach taken back", "coach"), ("all taken back", "keep")):
        await house.finish(people[kind])
        await people[kind].type("mijn keuzes")
        await people[kind].press(f"switch-{purpose}")
    stages = {kind: house.stage(one["id"]) for kind, one in invited.items() if kind != "never opened"}
    assert len(set(stages.values())) >= 6, f"they stand at different places: {stages}"

    house.clock.now += timedelta(days=days)
    said = {kind: await _everything(house, one["id"]) for kind, one in invited.items()}
    for kind, what in said.items():
        assert what == said["never opened"], kind
    status = (await house.measurements(invited["refused"]["id"]))[0]["status"]
    assert status == ("invited" if days == 0 else "closed")


@pytest.mark.parametrize("days", [0, 40])
async def test_somebody_who_erased_everything_looks_like_an_invitation_that_nobody_opened(
    house: House, days: int
) -> None:
    never, gone = await house.invite(language="tr"), await house.invite(language="tr")
    person = await house.come_in(gone, address="1001")
    await house.finish(person)
    await person.type("wis alles")
    await person.press("yes")
    await person.press("yes")
    house.clock.now += timedelta(days=days)

    said, expected = await _everything(house, gone["id"]), await _everything(house, never["id"])
    assert said[1:] == expected[1:]
    assert b'"name":""' in said[0]  # the one thing that is gone: the name that the coach once typed


async def test_who_shares_is_seen_busy_paused_and_done_until_the_sharing_ends(house: House) -> None:
    participant_id, person = await _finished(house)
    assert [one["status"] for one in await house.measurements(participant_id)] == ["done"]
    await _plan(house, participant_id)
    await person.happen(Came())

    async def seen() -> tuple[str, bool]:
        last = (await house.measurements(participant_id))[-1]
        return last["status"], last["completed_at"] is not None

    assert await seen() == ("invited", False)
    await person.press("go")
    assert await seen() == ("busy", False)
    await person.press("later")
    assert await seen() == ("paused", False)
    await person.press("go")
    await house.answer(person, share=False)
    assert await seen() == ("busy", False), "done is seen when the person confirmed what is shared of it"
    await house.answer(person)
    assert await seen() == ("done", True)
    house.clock.now += timedelta(days=200)
    assert await seen() == ("closed", False), "sharing ends after six months"

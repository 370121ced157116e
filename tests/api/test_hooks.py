"""The webhook: nothing without the secret, nothing acknowledged before it is committed, nothing that blocks others."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from api.body_limit import MOST_BYTES
from api.care import list_letters, replay
from api.hooks import SECRET_HEADER, TELEGRAM_HOOK, telegram_hook
from api.poison import NotTakenIn, Patience, bare
from api.settings import Settings
from bot.channels import SendError
from bot.channels.telegram_updates import Received, parse
from bot.inbound import Inbound
from bot.setbacks import Attempt, Sends, Setbacks
from storage import dead_letters, engine
from storage.dead_letters import MOST_TRIES
from storage.errors import StoreUnavailable
from tests.api.whole_service import BASE, Whole, running, settings_of
from tests.standins.telegram import TOKEN, TelegramStandIn


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn().serving() as standin:
        yield standin


@pytest.fixture
def settings(sqlite_url: str, api: TelegramStandIn) -> Settings:
    return settings_of(sqlite_url, telegram_token=TOKEN, telegram_api_base=api.url, telegram_mode="webhook")


@pytest.fixture
async def whole(settings: Settings) -> AsyncIterator[Whole]:
    async with running(settings) as whole:
        yield whole


def started(code: str, *, number: int = 1, chat: int = 1001) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Sam", "language_code": "nl"}
    message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}, "from": person}
    return {"update_id": number, "message": {**message, "text": f"/start {code}"}}


async def bring(
    whole: Whole, body: object, *, secret: str | None = None, raw: bytes | None = None
) -> tuple[int, bytes]:
    """The status and the body of what the webhook answers."""
    headers = {SECRET_HEADER: whole.settings.webhook_secret if secret is None else secret}
    content = json.dumps(body).encode() if raw is None else raw
    answer = await whole.client.post(TELEGRAM_HOOK, content=content, headers=headers)
    return answer.status_code, answer.content


async def test_a_genuine_update_is_taken_in_and_shown_after_it_was_acknowledged(
    whole: Whole, api: TelegramStandIn
) -> None:
    invited = await whole.invite()
    person = api.person(1001)
    person.chat.is_started = True
    assert await bring(whole, started(invited["invitation"]["code"])) == (200, b"")
    await whole.service.delivery.finish(within_seconds=10)
    assert "Nederlands" in [label for label, _ in person.screen.buttons]


async def test_a_second_delivery_changes_nothing(whole: Whole, api: TelegramStandIn) -> None:
    invited = await whole.invite()
    api.person(1001).chat.is_started = True
    for _ in range(2):
        assert await bring(whole, started(invited["invitation"]["code"])) == (200, b"")
    await whole.service.delivery.finish(within_seconds=10)
    assert len(api.made("sendMessage")) == 1


@pytest.mark.parametrize("secret", ["", "wrong", "é", "x" * 5000])
async def test_a_forged_secret_gets_401_and_nothing_else_whatever_it_brings(whole: Whole, secret: str) -> None:
    for raw in (b"{}", b"not json", b"x" * (MOST_BYTES + 1)):
        headers = {SECRET_HEADER.encode(): secret.encode()}
        answer = await whole.client.post(TELEGRAM_HOOK, content=raw, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")


async def test_a_missing_secret_gets_401(whole: Whole) -> None:
    answer = await whole.client.post(TELEGRAM_HOOK, content=b"{}")
    assert (answer.status_code, answer.content) == (401, b"")


async def test_a_body_that_is_too_large_gets_413(whole: Whole) -> None:
    assert await bring(whole, None, raw=b"x" * (MOST_BYTES + 1)) == (413, b"")


@pytest.mark.parametrize("raw", [b"", b"not json", b"[]", b"3", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_json_object_gets_400(whole: Whole, raw: bytes) -> None:
    assert await bring(whole, None, raw=raw) == (400, b"")


@pytest.mark.parametrize(
    "update", [{}, {"update_id": 4}, {"update_id": 5, "poll": {}}, {"update_id": "x", "message": 3}]
)
async def test_unknown_updates_are_acknowledged_and_change_nothing(whole: Whole, update: dict[str, Any]) -> None:
    assert await bring(whole, update) == (200, b"")


async def test_while_the_store_is_away_the_update_must_come_again() -> None:
    class Away:
        async def take(self, update: Any) -> None:
            raise StoreUnavailable(cause="SQLITE_BUSY")

    app = Starlette(routes=[telegram_hook(Away(), "secret")])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        answer = await client.post(TELEGRAM_HOOK, content=b"{}", headers={SECRET_HEADER: "secret"})
    assert (answer.status_code, answer.content) == (503, b"")
    assert answer.headers["retry-after"]


async def test_without_a_bot_everybody_is_a_stranger(sqlite_url: str) -> None:
    async with running(settings_of(sqlite_url)) as whole:
        assert await bring(whole, {}) == (401, b"")


# Poison -------------------------------------------------------------------------------------------------------------


async def break_the_bot(settings: Settings) -> None:
    """Take a table away that every turn needs: every update fails from now on, with a fault of ours."""
    broken = engine.create(settings.database)
    with broken.begin() as connection:
        connection.execute(text("ALTER TABLE seen RENAME TO unseen"))
    broken.dispose()


async def test_an_update_that_raises_comes_back_a_few_times_and_then_is_put_aside(
    whole: Whole, settings: Settings
) -> None:
    invited = await whole.invite()
    await break_the_bot(settings)
    update = started(invited["invitation"]["code"], number=77)
    tries = [(await bring(whole, update))[0] for _ in range(MOST_TRIES)]
    assert tries == [500] * (MOST_TRIES - 1) + [200]
    (letter,) = await whole.service.store.read(dead_letters.still_open)
    assert letter.tries == MOST_TRIES
    assert letter.cause.startswith("StatementFailed ")
    assert letter.payload is None, "it carried a code, which is never kept"
    assert (await bring(whole, {"update_id": 78, "poll": {}}))[0] == 200, "others are taken in all the same"
    assert "werkstem_dead_letters 1" in (await whole.client.get("/metrics")).text


def test_of_what_is_put_aside_only_presses_and_commands_are_kept_and_nobodys_name() -> None:
    pressed = {
        "update_id": 9,
        "callback_query": {
            "id": "1",
            "data": "q1.4.5",
            "from": {"id": 5, "first_name": "CanaryName"},
            "message": {
                "message_id": 3,
                "chat": {"id": 5, "type": "private", "first_name": "CanaryName"},
                "text": "CanaryText",
            },
        },
    }
    kept = bare(pressed)
    assert kept is not None
    assert "q1.4.5" in kept
    assert "Canary" not in kept
    commanded = started("")
    commanded["message"]["text"] = "/help CanaryText"
    assert "/help" in (bare(commanded) or "")
    assert "CanaryText" not in (bare(commanded) or "")
    typed = started("")
    typed["message"]["text"] = "CanaryText"
    assert bare(typed) is None
    assert bare(started("a-secret-code")) is None
    assert bare({"poll": 3}) is None


async def test_updates_without_a_number_are_told_apart_by_what_they_say(whole: Whole, settings: Settings) -> None:
    class Poisoned:
        async def take(self, update: object) -> str:
            raise LookupError("CanaryText")

    patience = Patience(whole.service.parts, Poisoned(), whole.service.figures)
    for _ in range(MOST_TRIES - 1):
        for update in ({"a": 1}, {"a": 2}):
            with pytest.raises(NotTakenIn):
                await patience.take(update)
    await patience.take({"a": 1})
    assert len(await whole.service.store.read(dead_letters.still_open)) == 1


async def test_what_was_put_aside_can_be_taken_in_again_once_the_fault_is_mended(
    whole: Whole, settings: Settings, api: TelegramStandIn
) -> None:
    invited = await whole.invite()
    person = api.person(1001)
    person.start(invited["invitation"]["code"])
    await bring(whole, api.updates.pop())
    await whole.service.delivery.finish(within_seconds=10)
    await break_the_bot(settings)
    person.tap("Nederlands")
    tapped = api.updates.pop()
    for _ in range(MOST_TRIES):
        await bring(whole, tapped)
    assert [item["outcome"] for item in await replay(settings, only=None)] == ["failed"]
    mended = engine.create(settings.database)
    with mended.begin() as connection:
        connection.execute(text("ALTER TABLE unseen RENAME TO seen"))
    mended.dispose()
    (listed,) = list_letters(settings).data["items"]
    assert await replay(settings, only="another") == []
    assert await replay(settings, only=listed["id"]) == [{"id": listed["id"], "outcome": "taken"}]
    assert "Nederlands" not in [label for label, _ in person.screen.buttons], "the conversation went on"
    assert list_letters(settings).data == {"items": []}


async def test_a_screen_that_could_not_be_shown_is_due_again_when_it_is_replayed(
    whole: Whole, settings: Settings, api: TelegramStandIn
) -> None:
    invited = await whole.invite()
    person = api.person(1001)
    person.start(invited["invitation"]["code"])
    service = whole.service
    fault = SendError(cause="refused", our_fault=True)
    taken = await service.turns.take(received(api.updates.pop()))
    attempt = replace(Attempt.of(taken.due[0]), tries=MOST_TRIES)
    await Setbacks(service.parts, Sends()).failed(attempt, fault)
    (listed,) = list_letters(settings).data["items"]
    outcomes = [await replay(settings, only=listed["id"]) for _ in range(2)]
    await service.sweeper.sweep()

    assert listed["cause"] == "unshown refused"
    assert outcomes == [[{"id": listed["id"], "outcome": "due again"}], []]
    assert "Nederlands" in [label for label, _ in person.screen.buttons]


def received(update: dict[str, Any]) -> Inbound:
    read = parse(update)
    assert isinstance(read, Received)
    return read.inbound

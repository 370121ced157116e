"""Logs: whatever happens, and however much is logged, nothing of anybody stands in them."""

import asyncio
import io
import logging
import threading
import warnings
from collections.abc import AsyncIterator

import pytest
import structlog
from sqlalchemy import text

from api.hooks import SECRET_HEADER, TELEGRAM_HOOK
from api.logs import UnknownField, configure
from api.settings import BadSettings, Settings
from bot.channels import SendError
from bot.channels.telegram import Telegram
from storage import engine
from tests.api.whole_service import SECRET_KEY, Whole, lines_of, running, settings_of
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_person import Person

CANARIES = (
    "CanaryName",
    "CanaryTyped",
    "CanaryCoach",
    "CanarySecret",
    "+31612345678",
    "canary@mail.example",
    "424242777",
)


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn().serving() as standin:
        yield standin


@pytest.fixture
def settings(sqlite_url: str, api: TelegramStandIn) -> Settings:
    return settings_of(sqlite_url, telegram_token=TOKEN, telegram_api_base=api.url, telegram_mode="webhook")


@pytest.fixture
async def whole(settings: Settings, log: io.StringIO) -> AsyncIterator[Whole]:
    async with running(settings) as whole:
        yield whole


async def bring_all(whole: Whole, api: TelegramStandIn) -> list[int]:
    """Everything that people did reaches the webhook; what it answered."""
    headers = {SECRET_HEADER: whole.settings.webhook_secret}
    brought, statuses = list(api.updates), []
    api.updates.clear()
    for update in brought:
        statuses.append((await whole.client.post(TELEGRAM_HOOK, json=update, headers=headers)).status_code)
        await whole.service.delivery.finish(within_seconds=10)
    return statuses


async def answer_some(whole: Whole, api: TelegramStandIn, person: Person) -> None:
    """From the language to a few answers, always the first button."""
    for _ in range(16):
        person.tap(person.screen.buttons[0][0])
        await bring_all(whole, api)
    person.type("CanaryTyped is nobody's business, really")
    await bring_all(whole, api)


async def break_everything(whole: Whole, api: TelegramStandIn, person: Person) -> list[int]:
    """Faults in every layer, one after the other, each with something personal within reach; what was answered."""
    api.fail("500", "editMessageText")
    person.tap(person.screen.buttons[0][0])
    statuses = await bring_all(whole, api)
    api.slow_down(1, person.chat_id)
    person.type("CanaryTyped once more")
    statuses += await bring_all(whole, api)
    broken = engine.create(whole.settings.database)
    with broken.begin() as connection:
        connection.execute(text("ALTER TABLE answers RENAME TO questions"))
        connection.execute(text("ALTER TABLE participants RENAME TO people"))
    broken.dispose()
    person.type("CanaryTyped and the tables are gone")
    statuses += await bring_all(whole, api)
    answer = await whole.client.get("/api/v1/participants", headers=whole.coach)
    return [*statuses, answer.status_code]


def misbehave() -> None:
    """What libraries and forgotten threads and tasks say by themselves."""
    try:
        {}["CanarySecret"]
    except KeyError as error:
        logging.getLogger("aiohttp.client").exception("could not reach CanarySecret")
        logging.getLogger("uvicorn.error").critical("for %s", "CanarySecret", exc_info=error)
        structlog.get_logger().exception("turn", kind="CanarySecret is not a kind!", number=1)
    logging.getLogger("httpx").info("GET https://x/CanarySecret")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("CanarySecret", stacklevel=1)
    thread = threading.Thread(target=lambda: {}["CanarySecret"])
    thread.start()
    thread.join()
    asyncio.get_running_loop().call_exception_handler(
        {"message": "CanarySecret", "exception": KeyError("CanarySecret")}
    )


async def test_no_line_ever_says_anything_of_anybody(
    whole: Whole, api: TelegramStandIn, log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    invited = await whole.invite(name="CanaryName", phone="+31612345678", email="canary@mail.example")
    code, typed_code = invited["invitation"]["code"], invited["invitation"]["typed_code"]
    person = api.person(424242777)
    person.start(code)
    await bring_all(whole, api)
    await whole.client.get(f"/c/{code}")
    await answer_some(whole, api, person)
    statuses = await break_everything(whole, api, person)
    misbehave()

    said = log.getvalue() + "".join(capfd.readouterr())
    lines = lines_of(log)
    hidden = (*CANARIES, code, typed_code, *whole.settings.secrets, whole.coach["Authorization"], TOKEN, SECRET_KEY)
    assert [canary for canary in hidden if canary in said] == []
    assert 500 in statuses, "the faults did happen"
    assert len([line for line in lines if line["event"] == "turn"]) >= 18, "one line a turn"
    assert {line["cause"] for line in lines if "cause" in line} >= {"provider-down", "StatementFailed", "KeyError"}
    assert [line for line in lines if line["event"] == "not_shown"]
    assert [line for line in lines if line["event"] == "uncaught"]


async def test_a_line_of_a_turn_has_ids_and_nothing_else(whole: Whole, api: TelegramStandIn, log: io.StringIO) -> None:
    invited = await whole.invite()
    api.person(1001).start(invited["invitation"]["code"])
    await bring_all(whole, api)
    (line,) = [line for line in lines_of(log) if line["event"] == "turn"]
    assert (line["channel"], line["kind"], line["outcome"], line["number"]) == ("telegram", "Came", "changed", 1)
    assert len(line["conversation"]) == 32
    assert set(line) == {
        *("event", "level", "at", "channel", "kind", "outcome", "number", "conversation", "milliseconds")
    }


def test_a_field_that_is_not_allowed_is_dropped_or_where_tests_run_a_fault(kept_logging: None) -> None:
    stream = io.StringIO()
    configure("INFO", stream=stream)
    structlog.get_logger().info("turn", answer="CanarySecret", number=3)
    configure("INFO", stream=stream, is_strict=True)
    with pytest.raises(UnknownField):
        structlog.get_logger().info("turn", answer="CanarySecret")
    (line,) = lines_of(stream)
    assert line["number"] == 3
    assert "answer" not in line


def test_a_secret_is_hidden_even_where_it_looks_like_an_id(kept_logging: None) -> None:
    stream = io.StringIO()
    configure("INFO", stream=stream, secrets=["0123456789abcdef"])
    structlog.get_logger().info("turn", cause="x0123456789abcdefx", conversation="fedcba9876543210")
    (line,) = lines_of(stream)
    assert (line["cause"], line["conversation"]) == ("hidden", "fedcba9876543210")


def test_an_exception_is_its_kind_and_the_place_in_our_own_code(log: io.StringIO) -> None:
    try:
        settings_of("mysql://CanarySecret")
    except BadSettings:
        structlog.get_logger().exception("turn")
    (line,) = lines_of(log)
    assert line["cause"] == "BadSettings"
    assert line["where"].startswith("api.settings:")


@pytest.mark.parametrize("level", ["INFO", "WARNING", "ERROR"])
def test_the_level_says_how_much_is_logged(level: str, kept_logging: None) -> None:
    stream = io.StringIO()
    configure(level, stream=stream)
    for name in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger(), name)(name)
    assert next(line["event"].upper() for line in lines_of(stream)) == level


async def test_a_wrong_token_is_in_no_error(log: io.StringIO, api: TelegramStandIn) -> None:
    telegram = Telegram("999:CanarySecret", api.url)
    with pytest.raises(SendError) as caught:
        await telegram.user_name()
    await telegram.close()
    structlog.get_logger().error("telegram_set_up", exc_info=caught.value)
    assert "CanarySecret" not in log.getvalue()

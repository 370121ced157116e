"""What is said to Telegram at the start."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels import SendError
from bot.channels.telegram import Telegram
from bot.channels.telegram_profile import COMMANDS, Profile
from bot.channels.telegram_setup import Setup
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogues
from tests.standins.telegram import TOKEN, TelegramStandIn

CATALOGUES = Catalogues.load()
PROFILES = {language: Profile.of(CATALOGUES[language].say) for language in LANGUAGES}
SECRET = "s3cret_of-the-webhook"
PUBLIC_URL = "https://werkstem.example/"


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    """The Bot API."""
    async with TelegramStandIn().serving() as serving:
        yield serving


@pytest.fixture
async def telegram(api: TelegramStandIn) -> AsyncIterator[Telegram]:
    """The channel."""
    made = Telegram(TOKEN, api.url)
    yield made
    await made.close()


async def set_up(telegram: Telegram, mode: str) -> None:
    """Say everything, in this process."""
    await telegram.receive_by(mode, public_url=PUBLIC_URL, secret=SECRET)
    await Setup(telegram._api).introduce(PROFILES)


async def test_the_menu_and_the_descriptions_are_there_in_every_language(
    api: TelegramStandIn, telegram: Telegram
) -> None:
    await set_up(telegram, "polling")
    for language in LANGUAGES:
        menu = api.profile["commands", language]
        assert tuple(command["command"] for command in menu) == COMMANDS
        assert [command["description"] for command in menu] == list(PROFILES[language].commands.values())
        assert api.profile["description", language] == PROFILES[language].description
        assert api.profile["short_description", language] == PROFILES[language].short_description
    assert api.profile["commands", ""] == api.profile["commands", "en"]
    assert {request.status for request in api.requests} == {200}


async def test_a_second_start_says_nothing_that_telegram_knows_already(
    api: TelegramStandIn, telegram: Telegram
) -> None:
    await set_up(telegram, "polling")
    api.requests.clear()
    await set_up(telegram, "polling")
    assert [request.method for request in api.requests if request.method.startswith("set")] == []


async def test_with_a_webhook_telegram_knows_where_to_send_what_and_how_to_prove_itself(
    api: TelegramStandIn, telegram: Telegram
) -> None:
    waiting = api.person(1)
    waiting.start()
    await set_up(telegram, "webhook")
    (asked,) = api.made("setWebhook")
    assert asked["url"] == "https://werkstem.example/hooks/telegram"
    assert asked["secret_token"] == SECRET
    assert asked["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert len(api.inbox.waiting) == 1


async def test_polling_takes_the_webhook_away_and_drops_nothing(api: TelegramStandIn, telegram: Telegram) -> None:
    await set_up(telegram, "webhook")
    api.person(1).start()
    await set_up(telegram, "polling")
    assert api.inbox.webhook is None
    assert len(api.inbox.waiting) == 1


async def test_the_bot_knows_its_own_name(telegram: Telegram) -> None:
    assert await telegram.user_name() == "werkstem_standin_bot"


@pytest.mark.parametrize(("kind", "cause"), [("502", "provider-down"), ("cut", "no-reply"), ("garbled", "no-reply")])
async def test_a_start_while_telegram_is_down_says_so_in_our_own_words(
    api: TelegramStandIn, telegram: Telegram, kind: str, cause: str
) -> None:
    api.fail(kind, times=99)
    with pytest.raises(SendError) as caught:
        await set_up(telegram, "polling")
    assert (caught.value.cause, caught.value.retryable) == (cause, True)


async def test_neither_the_token_nor_the_secret_is_in_any_log_or_error(
    api: TelegramStandIn, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await set_up(telegram, "webhook")
    errors = []
    for kind in ("502", "garbled", "cut", "500"):
        api.fail(kind)
        with pytest.raises(SendError) as caught:
            await set_up(telegram, "webhook")
        errors.append(f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}")
    api.token = "700000001:another-token-entirely"
    with pytest.raises(SendError) as caught:
        await set_up(telegram, "webhook")
    said = caplog.text + "".join(errors) + repr(caught.getrepr(showlocals=False))
    assert TOKEN.partition(":")[2] not in said
    assert SECRET not in said


async def test_the_channel_has_a_child_say_it_all_and_end(api: TelegramStandIn, telegram: Telegram) -> None:
    await telegram.introduce(PROFILES)

    assert {call.get("language_code") for call in api.made("setMyCommands")} >= set(LANGUAGES)


async def test_what_the_child_was_refused_is_told(api: TelegramStandIn) -> None:
    wrong = Telegram("1:wrong", api.url)

    with pytest.raises(SendError) as refused:
        await wrong.introduce(PROFILES)
    await wrong.close()

    assert refused.value.our_fault
    assert "1:wrong" not in str(refused.value)


async def test_what_telegram_refuses_of_it_keeps_nothing_else_from_being_said(
    api: TelegramStandIn, telegram: Telegram
) -> None:
    api.fail("500", "setMyDescription", times=99)

    with pytest.raises(SendError):
        await Setup(telegram._api).introduce(PROFILES)

    assert not api.profile.get(("description", "nl"))
    assert len(api.made("setMyShortDescription")) == 1 + len(LANGUAGES)
    assert len(api.made("setMyCommands")) == 1 + len(LANGUAGES)

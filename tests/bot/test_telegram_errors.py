"""Every refusal and every fault of the network has one cause, and every cause one consequence."""

import logging
from collections.abc import Iterator

import aiohttp
import pytest

from bot.channels import SendError
from bot.channels.telegram_errors import EXCHANGES, TEXTS, VERDICTS, Cause, cause_of_fault, cause_of_refusal, send_error
from bot.channels.telegram_http import TelegramApi
from tests.standins.telegram import TOKEN


def test_every_cause_has_a_consequence() -> None:
    assert set(VERDICTS) == set(Cause)


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_either_worth_another_try_or_the_persons_wish_or_our_mistake(cause: Cause) -> None:
    verdict = VERDICTS[cause]
    assert [verdict.retryable, verdict.opted_out, verdict.our_fault].count(True) == 1
    assert verdict.retryable or not verdict.ambiguous


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_has_a_cause(status: int) -> None:
    error = send_error(cause_of_refusal(status, "Something new: ???", {}))
    assert error.retryable == (status in {409, 429} or status >= 500)
    assert not error.ambiguous


def every_kind_below(kind: type[Exception]) -> Iterator[type[Exception]]:
    """A class of errors and all that come from it."""
    for lower in kind.__subclasses__():
        yield from every_kind_below(lower)
    yield kind


def test_every_fault_of_the_client_library_has_a_cause_below_the_root() -> None:
    kinds = {kind for kind in every_kind_below(aiohttp.ClientError) if kind.__module__.startswith("aiohttp")}
    bare = {aiohttp.ClientError, Exception, OSError}
    left = {kind for kind in kinds if not (set(kind.__mro__) - bare) & (set(EXCHANGES) - bare)}
    assert {kind.__name__ for kind in left} == {"ClientError", "UploadAbortedError"}
    assert all(kind.__mro__ and cause_of_fault(kind.__new__(kind)) for kind in kinds)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (aiohttp.ClientConnectorDNSError.__new__(aiohttp.ClientConnectorDNSError), Cause.UNREACHABLE),
        (aiohttp.ConnectionTimeoutError(), Cause.UNREACHABLE),
        (aiohttp.SocketTimeoutError(), Cause.NO_REPLY),
        (TimeoutError(), Cause.NO_REPLY),
        (ConnectionResetError(), Cause.NO_REPLY),
        (aiohttp.ServerDisconnectedError(), Cause.NO_REPLY),
        (aiohttp.ClientPayloadError(), Cause.NO_REPLY),
        (aiohttp.InvalidURL("x"), Cause.UNUSABLE),
    ],
)
def test_only_what_may_have_arrived_is_ambiguous(fault: BaseException, cause: Cause) -> None:
    assert cause_of_fault(fault) is cause


def test_a_mistake_of_ours_is_not_taken_for_a_fault_of_the_network() -> None:
    with pytest.raises(ZeroDivisionError):
        cause_of_fault(ZeroDivisionError())


@pytest.mark.parametrize(("text", "cause"), TEXTS)
def test_a_400_is_told_by_its_text_in_any_case(text: str, cause: Cause) -> None:
    assert cause_of_refusal(400, f"Bad Request: {text.upper()} and more", {}) is cause


def test_a_chat_that_moved_is_known_by_where_it_went() -> None:
    assert cause_of_refusal(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -100}) is Cause.MIGRATED


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def refuse(api: TelegramApi, chat_id: object) -> bool:
    """A 429 for that chat; whether it counts for the whole bot."""
    body = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}'
    with pytest.raises(SendError, match="slow-down") as caught:
        api.result(429, body, chat_id)
    assert caught.value.retry_after_seconds == 7
    return bool(caught.value.bot_wide)


def test_a_second_chat_told_to_wait_while_the_first_still_waits_means_the_whole_bot() -> None:
    clock = Clock()
    api = TelegramApi(TOKEN, monotonic_seconds=clock)
    assert [refuse(api, 1), refuse(api, 1), refuse(api, 2), refuse(api, None)] == [False, False, True, True]
    clock.seconds = 100
    assert refuse(api, 3) is False


async def test_while_the_whole_bot_is_told_to_wait_nothing_is_sent_and_updates_are_still_fetched() -> None:
    clock = Clock()
    api = TelegramApi(TOKEN, "http://127.0.0.1:1", monotonic_seconds=clock)
    assert [refuse(api, 1), refuse(api, 2)] == [False, True]
    clock.seconds = 3
    with pytest.raises(SendError, match="slow-down") as caught:
        await api.call("sendMessage", {"chat_id": 3})
    assert caught.value.retry_after_seconds == 4
    with pytest.raises(SendError, match="unreachable"):
        await api.call("getUpdates", {})
    clock.seconds = 7
    with pytest.raises(SendError, match="unreachable"):
        await api.call("sendMessage", {"chat_id": 3})
    await api.close()


async def test_no_token_is_in_any_error_or_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api = TelegramApi(TOKEN, "http://127.0.0.1:1")
    with pytest.raises(SendError, match="unreachable") as caught:
        await api.call("getMe", {})
    await api.close()
    links = (caught.value.__cause__, caught.value.__context__)
    assert links == (None, None)
    assert TOKEN.partition(":")[2] not in f"{caught.value!r} {api!r} {caplog.text}"

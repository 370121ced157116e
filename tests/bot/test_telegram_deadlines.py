"""A Bot API that never answers: every call ends by its deadline, and never more connections than the pool has."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.channels import SendError
from bot.channels.telegram_http import CONNECT_SECONDS, CONNECTIONS, TOTAL_SECONDS, TelegramApi
from tests.standins.telegram import TOKEN

CALLS = 3 * CONNECTIONS


@dataclass
class Silence:
    """Takes every connection, reads what comes, and says nothing."""

    url: str = ""
    open_now: int = 0
    most_open: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until the other side ends it."""
        self.writers.append(writer)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        while await reader.read(65536):
            continue
        self.open_now -= 1
        writer.close()


@pytest.fixture
async def silence() -> AsyncIterator[Silence]:
    silence = Silence()
    server = await asyncio.start_server(silence.take, "127.0.0.1", 0)
    silence.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield silence
        for writer in silence.writers:
            writer.close()


async def test_calls_that_are_never_answered_end_by_their_deadline_in_a_bounded_pool(silence: Silence) -> None:
    api = TelegramApi(TOKEN, silence.url, total_seconds=1.0, connect_seconds=0.4)
    begun = time.monotonic()
    ends = Counter(await asyncio.gather(*(_end_of(api, number) for number in range(CALLS))))
    seconds = time.monotonic() - begun
    await api.close()

    assert ends == {("no-reply", True): CONNECTIONS, ("unreachable", False): CALLS - CONNECTIONS}
    assert silence.most_open == CONNECTIONS
    assert seconds < 10


async def _end_of(api: TelegramApi, number: int) -> tuple[str, bool]:
    with pytest.raises(SendError) as caught:
        await api.call("sendMessage", {"chat_id": number, "text": "Welkom"})
    return caught.value.cause, caught.value.ambiguous


async def test_no_deadline_is_longer_than_ten_seconds() -> None:
    assert CONNECT_SECONDS < TOTAL_SECONDS <= 10

"""What is said to Telegram once, at the start: our commands and descriptions in every language.

Run as a process of its own by the channel: the library it uses is not needed after that.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from telegram import Bot, BotCommand
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels import SendError
from bot.channels.telegram_http import TelegramApi
from bot.channels.telegram_profile import Profile

STRANGERS_READ = "en"
"""The language of whoever has the app in none of ours."""

Given = TypeVar("Given")

# At DEBUG the library writes its address with the token in it, and the webhook's secret.
logging.getLogger("telegram").setLevel(logging.INFO)


class _CarriedError(TelegramError):
    """Our own error on its way through the library, which lets its own kind pass."""

    def __init__(self, error: SendError) -> None:
        super().__init__(error.cause)
        self.error = error


class _Request(BaseRequest):
    """The library's requests, sent along our own road with its deadlines."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open: the road opens itself."""

    async def shutdown(self) -> None:
        """Nothing to close: the road belongs to the channel."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more_timeouts: Any
    ) -> tuple[int, bytes]:
        """One request; a refusal is raised here, so that nothing of it reaches the library's log."""
        try:
            status, body = await self._api.post(url, request_data.json_parameters if request_data else {})
            self._api.result(status, body)
        except SendError as error:
            raise _CarriedError(error) from None
        return status, body


class Setup:
    """Says it, and changes only what Telegram does not have yet."""

    def __init__(self, api: TelegramApi) -> None:
        request = _Request(api)
        self._bot = Bot(api.token, base_url=f"{api.base}/bot", request=request, get_updates_request=request)

    async def introduce(self, profiles: Mapping[str, Profile]) -> None:
        """Commands and descriptions by language, and for every other language those of ``STRANGERS_READ``.

        Everything is tried, whatever else is refused (Telegram lets these be changed only now and then); then raises
        the first SendError.
        """
        everybody: dict[str | None, Profile] = {None: profiles[STRANGERS_READ]}
        everybody.update(profiles)
        steps = (self._say_commands, self._say_description, self._say_short_description)
        said = [step(language, profile) for language, profile in everybody.items() for step in steps]
        errors = [error for error in await asyncio.gather(*said, return_exceptions=True) if error]
        if errors:
            raise errors[0]

    async def _say_commands(self, language: str | None, profile: Profile) -> None:
        commands = tuple(BotCommand(command, text) for command, text in profile.commands.items())
        if await _told(self._bot.get_my_commands(language_code=language)) != commands:
            await _told(self._bot.set_my_commands(commands, language_code=language))

    async def _say_description(self, language: str | None, profile: Profile) -> None:
        if (await _told(self._bot.get_my_description(language_code=language))).description != profile.description:
            await _told(self._bot.set_my_description(profile.description, language_code=language))

    async def _say_short_description(self, language: str | None, profile: Profile) -> None:
        known = await _told(self._bot.get_my_short_description(language_code=language))
        if known.short_description != profile.short_description:
            await _told(self._bot.set_my_short_description(profile.short_description, language_code=language))


async def _told(asked: Awaitable[Given]) -> Given:
    """The library's answer. Raises SendError."""
    error: SendError
    try:
        return await asked
    except _CarriedError as carried:
        error = carried.error
    except TelegramError:
        # The library could not read a reply that we could: it knows an older Bot API than this one.
        error = SendError(cause="unreadable", our_fault=True)
    raise error


async def _main() -> None:
    """Say what stands on standard input, and end; what went wrong is written down, and nothing when nothing did."""
    said = json.loads(sys.stdin.buffer.read())
    profiles = {language: Profile(**profile) for language, profile in said["profiles"].items()}
    api = TelegramApi(said["token"], said["api_base"])
    setup = Setup(api)
    try:
        await setup.introduce(profiles)
    except SendError as error:
        sys.stdout.write(json.dumps(vars(error)))
    finally:
        await api.close()


if __name__ == "__main__":
    asyncio.run(_main())

"""A Bot API of our own over real HTTP: as strict as the documented one, and it fails on demand.

As a process: ``python -m tests.standins.telegram --port 8081 --token 123456:abc``. Its people are then moved by
``POST /people/<chat>/<start|tap|type|send|block|unblock>`` with JSON, and read by ``GET /people/<chat>``.
"""

import argparse
import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.standins import telegram_rules as rules
from tests.standins.telegram_chats import BOT, Chats
from tests.standins.telegram_inbox import Inbox, Webhook
from tests.standins.telegram_person import Person
from tests.standins.telegram_rules import RefusedError, bad
from tests.standins.telegram_wire import Failure, Recorded, out_of_order, read

TOKEN = "700000001:invented-token_of-the-stand-in"


class TelegramStandIn:
    """The Bot API, its chats and its people. ``now`` is its clock in seconds; ``pause`` waits between deliveries."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        first_update_id: int = 9_000_001,
    ) -> None:
        self.token = token
        self.now = now
        self.url = ""
        self.chats = Chats(now)
        self.inbox = Inbox(now, pause, first_update_id, self._change)
        self.requests: list[Recorded] = []
        self.updates: list[dict[str, Any]] = []
        """Every update that was handed over by polling or is on its way to the webhook."""
        self.failures: list[Failure] = []
        self.too_soon = 0
        """Requests that came while a 429 still held."""
        self.profile: dict[tuple[str, str], Any] = {}
        self._slow_down: dict[int | None, float] = {}
        self._poll = asyncio.Event()
        """Set when the poll that is under way must give way to a newer one."""
        self._changed = asyncio.Event()
        self._methods: dict[str, Callable[[dict[str, Any], dict[str, bytes]], Any]] = {
            "sendMessage": self.chats.send_message,
            "sendPhoto": self.chats.send_photo,
            "sendDocument": self.chats.send_document,
            "editMessageText": self.chats.edit_text,
            "editMessageMedia": self.chats.edit_media,
            "editMessageReplyMarkup": self.chats.edit_buttons,
            "deleteMessage": self.chats.delete,
            "answerCallbackQuery": self.chats.answer,
            "getMe": lambda _params, _files: {**BOT, "can_join_groups": True, "can_read_all_group_messages": False},
            "getWebhookInfo": self._webhook_info,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda params, _files: self._profile("commands", params) or [],
            "setMyDescription": self._describer("description", 512),
            "getMyDescription": lambda params, _files: {"description": self._profile("description", params) or ""},
            "setMyShortDescription": self._describer("short_description", 120),
            "getMyShortDescription": lambda params, _files: {
                "short_description": self._profile("short_description", params) or ""
            },
        }

    # Serving ----------------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator["TelegramStandIn"]:
        """Serve on this machine, at ``url``, until the block ends."""
        application = web.Application(client_max_size=60 * 1024 * 1024)
        application.router.add_post("/bot{token}/{method}", self._handle)
        application.router.add_get("/bot{token}/{method}", self._handle)
        application.router.add_post("/people/{chat_id}/{act}", self._move)
        application.router.add_get("/people/{chat_id}", self._look)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            for failure in self.failures:
                failure.released.set()
            await self.inbox.close()
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        failure = self._next_failure(method)
        if failure and failure.kind == "slow":
            await failure.released.wait()
        if failure and failure.kind == "cut":
            return self._hang_up(request)
        if failure and failure.kind in {"500", "502"}:
            return out_of_order(failure.kind)
        params, files = await read(request)
        status, reply = await self._reply(request.match_info["token"], method, params, files)
        self.requests.append(Recorded(method, params, files, status))
        self._change()
        if failure and failure.kind == "lost":
            return self._hang_up(request)
        if failure and failure.kind == "garbled":
            return web.Response(text="<html>", content_type="text/html")
        return web.json_response(reply, status=status)

    async def _reply(
        self, token: str, method: str, params: dict[str, Any], files: dict[str, bytes]
    ) -> tuple[int, dict[str, Any]]:
        try:
            rules.check_token(token, self.token)
            self._check_rate(params.get("chat_id"))
            if method == "getUpdates":
                return 200, {"ok": True, "result": await self._get_updates(params)}
            return 200, {"ok": True, "result": self._methods.get(method, _unknown)(params, files)}
        except RefusedError as refused:
            body = {"ok": False, "error_code": refused.status, "description": refused.description}
            return refused.status, {**body, **({"parameters": refused.parameters} if refused.parameters else {})}

    def _next_failure(self, method: str) -> Failure | None:
        for failure in self.failures:
            if failure.times and failure.method in {None, method}:
                failure.times -= 1
                return failure
        return None

    def _hang_up(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    # On demand --------------------------------------------------------------------------------------------------------

    def fail(self, kind: str, method: str | None = None, times: int = 1) -> Failure:
        """Let the next requests go wrong."""
        self.failures.append(Failure(kind, method, times))
        return self.failures[-1]

    def slow_down(self, seconds: float, chat_id: int | None = None) -> None:
        """Refuse with 429 for so long: one chat, or the whole bot."""
        self._slow_down[chat_id] = self.now() + seconds

    def _check_rate(self, chat_id: object) -> None:
        for chat, until in self._slow_down.items():
            left = until - self.now()
            if left > 0 and (chat is None or chat == chat_id):
                self.too_soon += 1
                seconds = max(1, round(left))
                raise RefusedError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    def migrate(self, chat_id: int, to_chat_id: int) -> None:
        """From now on that chat is another one."""

        def refuse(_params: dict[str, Any], _files: dict[str, bytes]) -> None:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, text, {"migrate_to_chat_id": to_chat_id})

        send = self._methods["sendMessage"]
        self._methods["sendMessage"] = lambda params, files: (
            refuse(params, files) if params.get("chat_id") == chat_id else send(params, files)
        )

    # Updates ----------------------------------------------------------------------------------------------------------

    def happen(self, kind: str, content: dict[str, Any], queue: str) -> int | None:
        """Something happened that the bot may hear of."""
        number = self.inbox.add(kind, content, queue)
        if number is not None:
            self.updates.append({"update_id": number, kind: content})
        self._change()
        return number

    async def _get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self.inbox.webhook is not None:
            text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise RefusedError(409, f"Conflict: {text}")
        if "allowed_updates" in params:
            self.inbox.allowed = frozenset(params["allowed_updates"])
        limit = int(params.get("limit", 100))
        if not 1 <= limit <= 100:
            raise bad("limit must be between 1 and 100")
        self._poll.set()  # The newest poll goes on; an older one is ended, whoever it is from (Client.cpp).
        self._poll = mine = asyncio.Event()
        updates = await self.inbox.fetch(params.get("offset"), limit, float(params.get("timeout", 0)), ended=mine)
        if updates is None:
            text = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise RefusedError(409, f"Conflict: {text}")
        return updates

    def _set_webhook(self, params: dict[str, Any], files: dict[str, bytes]) -> bool:
        rules.check_secret(params.get("secret_token", ""))
        if not params.get("url"):
            return self._delete_webhook(params, files)
        if "allowed_updates" in params:
            self.inbox.allowed = frozenset(params["allowed_updates"])
        self.inbox.webhook = Webhook(params["url"], params.get("secret_token", ""))
        self._drop_pending(params)
        self.inbox.deliver()
        return True

    def _delete_webhook(self, params: dict[str, Any], _files: dict[str, bytes]) -> bool:
        self.inbox.webhook = None
        self._drop_pending(params)
        return True

    def _drop_pending(self, params: dict[str, Any]) -> None:
        if params.get("drop_pending_updates"):
            self.inbox.waiting.clear()

    def _webhook_info(self, _params: dict[str, Any], _files: dict[str, bytes]) -> dict[str, Any]:
        url = self.inbox.webhook.url if self.inbox.webhook else ""
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self.inbox.waiting)}

    # The bot's own page -----------------------------------------------------------------------------------------------

    def _profile(self, what: str, params: dict[str, Any]) -> Any:
        return self.profile.get((what, rules.check_language(params)))

    def _set_commands(self, params: dict[str, Any], _files: dict[str, bytes]) -> bool:
        rules.check_commands(params)
        self.profile["commands", rules.check_language(params)] = params["commands"]
        return True

    def _describer(self, what: str, most: int) -> Callable[[dict[str, Any], dict[str, bytes]], bool]:
        def describe(params: dict[str, Any], _files: dict[str, bytes]) -> bool:
            rules.check_description(params.get(what, ""), most)
            self.profile[what, rules.check_language(params)] = params.get(what, "")
            return True

        return describe

    # For who looks on -------------------------------------------------------------------------------------------------

    def person(self, chat_id: int, language_code: str | None = "nl") -> Person:
        """Somebody with a phone."""
        return Person(self, chat_id, language_code)

    def made(self, method: str) -> list[dict[str, Any]]:
        """What was asked of one method, in order."""
        return [request.params for request in self.requests if request.method == method]

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, is_so: Callable[[], object], within_seconds: float = 10) -> None:
        """Wait until it is so; looked at after every request and every update."""
        async with asyncio.timeout(within_seconds):
            while not is_so():
                await self._changed.wait()

    async def _move(self, request: web.Request) -> web.Response:
        said = await request.json() if request.can_read_body else {}
        person = self.person(int(request.match_info["chat_id"]), said.pop("language_code", "nl"))
        acts = {"start", "tap", "type", "send", "block", "unblock"}
        if request.match_info["act"] not in acts:
            return web.json_response({"fault": f"acts are {sorted(acts)}"}, status=404)
        try:
            getattr(person, request.match_info["act"])(**said)
        except (LookupError, TypeError) as fault:
            return web.json_response({"fault": str(fault)}, status=409)
        return web.json_response({})

    async def _look(self, request: web.Request) -> web.Response:
        person = self.person(int(request.match_info["chat_id"]))
        screen = person.last
        seen = {"text": screen.text, "statement": screen.statement, "buttons": screen.buttons} if screen else {}
        picture = {"has_picture": screen.photo is not None, "message_id": screen.message_id} if screen else {}
        return web.json_response({**seen, **picture, "toasts": person.toasts, "messages": len(person.messages)})


def _unknown(_params: dict[str, Any], _files: dict[str, bytes]) -> Any:
    raise RefusedError(404, "Not Found")


async def _serve(port: int, token: str) -> None:
    async with TelegramStandIn(token).serving(port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Bot API of our own.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", default=TOKEN)
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.port, chosen.token))

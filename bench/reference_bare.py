"""The floor: no framework at all. Raw sockets, one durable commit and two calls for an answer, and nothing else.

It keeps no conversation, no consent, no dedupe and no delivery, and cannot be asked to: it shows what the machine takes
for a tap that is stored durably and answered. Commits are gathered, as ours are.
"""

import argparse
import asyncio
import json
import sqlite3
import threading
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import httptools
import uvloop

from bench import statement_screen

_INSERT = "INSERT INTO answers (chat_id, statement, value, answered_at) VALUES (?, ?, ?, datetime('now'))"
_OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"

Row = tuple[int, int, str]
Waiting = tuple[Row, asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class Answers:
    """A file of answers with one writer thread: what waits is committed together."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._queue: SimpleQueue[Waiting] = SimpleQueue()
        threading.Thread(target=self._write, daemon=True).start()

    def keep(self, row: Row) -> "asyncio.Future[None]":
        """One insert; done when it is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._queue.put((row, loop, future))
        return future

    def _write(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, chat_id, statement, value, answered_at)")
        while True:
            batch = [self._queue.get()]
            while True:
                try:
                    batch.append(self._queue.get_nowait())
                except Empty:
                    break
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT, [row for row, _, _ in batch])
            connection.execute("COMMIT")
            batch[0][1].call_soon_threadsafe(_tell, batch)


def _tell(batch: list[Waiting]) -> None:
    for _, _, future in batch:
        future.set_result(None)


class Api:
    """Calls the Bot API over kept-alive connections."""

    def __init__(self, base: str, token: str) -> None:
        self._address = urlsplit(base)
        self._token = token
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def call(self, method: str, payload: dict[str, Any]) -> None:
        """One call that must succeed."""
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection(*self._host)
        body = json.dumps(payload, ensure_ascii=False).encode()
        head = f"POST /bot{self._token}/{method} HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = answer.lower().partition(b"content-length:")[2].partition(b"\r")[0]
        json.loads(await reader.readexactly(int(length)))
        self._free.append((reader, writer))

    @property
    def _host(self) -> tuple[str, int]:
        assert self._address.hostname is not None
        assert self._address.port is not None
        return self._address.hostname, self._address.port


class Hook(asyncio.Protocol):
    """One connection over which Telegram brings updates."""

    def __init__(self, answers: Answers, api: Api) -> None:
        self._answers = answers
        self._api = api
        self._parser = httptools.HttpRequestParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers where to acknowledge."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Feeds the parser."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Called by the parser with a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser: an update is whole."""
        update, self._body = json.loads(b"".join(self._body)), []
        self._task = asyncio.ensure_future(self._take(update))

    async def _take(self, update: dict[str, Any]) -> None:
        if "callback_query" not in update:
            self._transport.write(_OK)
            where = {"chat_id": update["message"]["chat"]["id"]}
            await self._api.call("sendMessage", {**where, **_screen(0)})
            return
        query = update["callback_query"]
        message = query["message"]
        index, value = statement_screen.read_answer(query["data"])
        await self._answers.keep((message["chat"]["id"], index, value))
        self._transport.write(_OK)
        where = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        await asyncio.gather(
            self._api.call("answerCallbackQuery", {"callback_query_id": query["id"]}),
            self._api.call("editMessageText", {**where, **_screen(index + 1)}),
        )


def _screen(index: int) -> dict[str, Any]:
    rows = [[{"text": text, "callback_data": data} for text, data in row] for row in statement_screen.rows(index)]
    return {"text": statement_screen.text(index), "reply_markup": {"inline_keyboard": rows}}


async def serve(options: argparse.Namespace) -> None:
    """Serves until it is ended."""
    answers, api = Answers(options.database), Api(options.api_base, options.token)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Hook(answers, api), "127.0.0.1", options.port)
    await api.call("setWebhook", {"url": f"http://127.0.0.1:{options.port}/hook", "secret_token": options.secret})
    await server.serve_forever()


def main() -> None:
    """Reads the options and serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--api-base", "--token", "--secret", "--database"):
        parser.add_argument(name, required=True)
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()

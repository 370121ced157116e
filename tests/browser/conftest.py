"""A real browser, and the web chat behind a real socket."""

import asyncio
import os
import shutil
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from api.static_files import OwnFiles
from api.web_chat import web_chat
from storage.catalogue import Catalogues
from tests.api.fake_turns import FakeTurns

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CATALOGUES = Catalogues.load()

T = TypeVar("T")


def chromium() -> str:
    """Where Chromium is: $CHROMIUM, or on the PATH. `make browser` puts it there."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "The browser tests need Chromium: run `make browser`."
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file; each opens its own window without a history. It ends with the file,
    because its event loop would be in the way of every asynchronous test after it."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        running.close()


@dataclass
class Site:
    """A web chat on loopback, with as many open codes as are asked for."""

    turns: FakeTurns
    address: str = ""
    _codes: int = field(default=0)

    def invitation(self) -> str:
        """The address of a fresh invitation."""
        self._codes += 1
        code = f"browser-code-{self._codes:09d}"
        self.turns.codes[code] = "open"
        return f"{self.address}/c/{code}"


@dataclass(frozen=True)
class Listening:
    """An application behind a real socket; its event loop runs in a thread of its own."""

    address: str
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Something asynchronous, done on that loop: a test with a browser has none to spare."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


@contextmanager
def listening(app: FastAPI) -> Iterator[Listening]:
    """An application on loopback, served from a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    is_up = threading.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup()
        is_up.set()
        await server.main_loop()
        await server.shutdown()

    def begin() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    thread = threading.Thread(target=begin)
    thread.start()
    assert is_up.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Listening(f"http://127.0.0.1:{port}", loop)
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def serving(turns: FakeTurns) -> Iterator[Site]:
    """The web chat of these turns."""
    app = FastAPI()
    app.include_router(web_chat(turns, CATALOGUES, secure_cookies=False))
    app.mount("/static", OwnFiles())
    with listening(app) as here:
        yield Site(turns, here.address)


@pytest.fixture
def site() -> Iterator[Site]:
    """A web chat whose participant is called Sam."""
    with serving(FakeTurns(CATALOGUES)) as here:
        yield here

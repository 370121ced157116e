"""Charts drawn in a child process, off the event loop, cached by content: the service never imports matplotlib."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from domain.errors import WerkstemError
from reports.chart import Chart, FileFormat, Form, Paper, dump
from reports.easel import READY
from reports.group_change import ChangeChart, dump_change

EASEL: Final = (sys.executable, "-m", "reports.easel")

_MEMORY: Final = {"MALLOC_MMAP_THRESHOLD_": "131072"}
"""Bitmaps go back to the system when they are done: left to itself, glibc keeps the first one's 6 MB for the next."""

MOST_CACHED_BYTES: Final = 16 * 1024 * 1024

PRINTING_TIMES: Final = 4.0
"""A printed page may take so many times as long as a chart: a hundred cards on a busy machine take ten seconds."""


class DrawingError(WerkstemError):
    """A chart could not be drawn. ``cause``: "crash", "deadline", "closed", or the kind of error in the child."""

    def __init__(self, *, cause: str) -> None:
        super().__init__(f"a chart could not be drawn: {cause}")
        self.cause = cause


class _ChildDiedError(Exception):
    """The child went away in the middle of a drawing."""


class Studio:
    """Draws charts one at a time in one child, which starts at the first drawing and is replaced when it ends.

    The same chart, form, format and paper is drawn once and then kept, up to ``most_cached_bytes`` in all. A drawing
    that takes longer than ``deadline_seconds`` is given up and its child killed. Belongs to one event loop; ``close``
    it.
    """

    def __init__(
        self,
        *,
        deadline_seconds: float = 15,
        start_seconds: float = 60,
        most_cached_bytes: int = MOST_CACHED_BYTES,
        command: Sequence[str] = EASEL,
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._start_seconds = start_seconds
        self._most_cached_bytes = most_cached_bytes
        self._command = tuple(command)
        self._cached: OrderedDict[str, bytes] = OrderedDict()
        self._cached_bytes = 0
        self._at_work: dict[str, asyncio.Task[bytes]] = {}
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._is_closed = False

    async def draw(self, chart: Chart, form: Form, file_format: FileFormat, *, paper: Paper = "page") -> bytes:
        """The chart as a file; raises DrawingError. Who asks for what is being drawn already waits for that."""
        return await self._once({"form": form, "file_format": file_format, "paper": paper, "chart": dump(chart)})

    async def draw_change(self, chart: ChangeChart, file_format: FileFormat, *, paper: Paper = "page") -> bytes:
        """Then and now of many people as a file; raises as ``draw``."""
        return await self._once({"file_format": file_format, "paper": paper, "change": dump_change(chart)})

    async def print_page(self, page: str, content: Mapping[str, object], *, is_kept: bool = True) -> bytes:
        """A printed page (one of ``reports.easel.PAGES``) as a PDF, of content that JSON can hold; raises as
        ``draw``. Not ``is_kept``: what nobody may find again, such as codes."""
        return await self._once({"page": page, "content": content}, is_kept=is_kept, times=PRINTING_TIMES)

    async def _once(self, wish: Mapping[str, object], *, is_kept: bool = True, times: float = 1) -> bytes:
        """What was drawn already, or is being drawn, or is drawn now."""
        if self._is_closed:
            raise DrawingError(cause="closed")
        request = json.dumps(wish).encode() + b"\n"
        key = sha256(request).hexdigest()
        if key in self._cached:
            self._cached.move_to_end(key)
            return self._cached[key]
        task = self._at_work.get(key)
        if task is None:
            task = self._at_work[key] = asyncio.create_task(self._drawn(key, request, is_kept=is_kept, times=times))
            task.add_done_callback(lambda done: self._finished(key, done))
        # Shielded: somebody who stops waiting must not leave half an answer in the pipe.
        return await asyncio.shield(task)

    async def warm(self) -> None:
        """Start the child now, so that the first picture need not wait for it."""
        async with self._turn:
            await self._started()

    async def close(self) -> None:
        """End the child. Nothing can be drawn any more."""
        self._is_closed = True
        tasks = list(self._at_work.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with self._turn:
            await self._stop()

    @property
    def child_id(self) -> int | None:
        """The process id of the child, or None when there is none: for whoever measures or ends it."""
        return None if self._child is None else self._child.pid

    def _finished(self, key: str, done: "asyncio.Task[bytes]") -> None:
        self._at_work.pop(key, None)
        if not done.cancelled():
            done.exception()  # Taken note of: every waiter has been told already, or none is left.

    async def _drawn(self, key: str, request: bytes, *, is_kept: bool, times: float) -> bytes:
        async with self._turn:
            try:
                drawn = await self._asked(request, times)
            except _ChildDiedError:
                drawn = await self._asked_again(request, times)
        if is_kept:
            self._keep(key, drawn)
        return drawn

    async def _asked_again(self, request: bytes, times: float) -> bytes:
        try:
            return await self._asked(request, times)
        except _ChildDiedError:
            raise DrawingError(cause="crash") from None

    async def _asked(self, request: bytes, times: float) -> bytes:
        child = await self._started()
        try:
            async with asyncio.timeout(self._deadline_seconds * times):
                head, drawn = await _exchange(child, request)
        except TimeoutError:
            await self._stop()
            raise DrawingError(cause="deadline") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._stop()
            raise _ChildDiedError from None
        except asyncio.CancelledError:
            await self._stop()
            raise
        if head.get("is_last"):
            await self._stop()
        if "fault" in head:
            raise DrawingError(cause=str(head["fault"]))
        return drawn

    async def _started(self) -> Process:
        if self._child is not None and self._child.returncode is None:
            return self._child
        await self._stop()
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("WERKSTEM_")}
        child = self._child = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, env=surroundings | _MEMORY
        )
        try:
            async with asyncio.timeout(self._start_seconds):
                first = await _output(child).readline()
        except TimeoutError:
            await self._stop()
            raise DrawingError(cause="deadline") from None
        except asyncio.CancelledError:
            await self._stop()
            raise
        if first != READY:
            await self._stop()
            raise _ChildDiedError
        return child

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        # Reading to the end lets the pipes close; the child is gone, so that this cannot take long.
        await child.communicate()

    def _keep(self, key: str, drawn: bytes) -> None:
        self._cached[key] = drawn
        self._cached_bytes += len(drawn)
        while self._cached_bytes > self._most_cached_bytes:
            _, oldest = self._cached.popitem(last=False)
            self._cached_bytes -= len(oldest)


async def _exchange(child: Process, request: bytes) -> tuple[dict[str, object], bytes]:
    if child.stdin is None:
        raise _ChildDiedError
    child.stdin.write(request)
    await child.stdin.drain()
    output = _output(child)
    line = await output.readuntil(b"\n")
    head: dict[str, object] = json.loads(line)
    size = head.get("size", 0)
    return head, await output.readexactly(size if isinstance(size, int) else 0)


def _output(child: Process) -> asyncio.StreamReader:
    if child.stdout is None:
        raise _ChildDiedError
    return child.stdout

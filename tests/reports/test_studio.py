"""The studio draws in a child process, and comes through whatever happens to that child."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from example_charts import a_chart

from reports.chart import Chart
from reports.studio import DrawingError, Studio

STAND_IN = """
import json, os, sys
sys.stdout.buffer.write(b"ready\\n"); sys.stdout.buffer.flush()
for number, line in enumerate(sys.stdin.buffer, start=1):
    request = json.loads(line)
    title = request["page"] if "page" in request else json.loads(request["chart"])["title"]
    if title == "die": os._exit(1)
    if title == "stuck": sys.stdin.buffer.readline()
    secrets = sorted(name for name in os.environ if name.startswith("WERKSTEM_"))
    drawn = f"{title} {number} {secrets}".encode()
    head = {"fault": "ValueError"} if title == "fault" else {"size": len(drawn)}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\\n" + (b"" if "fault" in head else drawn))
    sys.stdout.buffer.flush()
"""
"""A child that keeps the easel's contract but draws words: it counts what it was asked, and dies when told."""


def titled(title: str) -> Chart:
    return replace(a_chart(of="inner"), title=title)


@asynccontextmanager
async def a_studio(*, deadline_seconds: float = 30, most_cached_bytes: int = 1_000_000) -> AsyncIterator[Studio]:
    studio = Studio(
        deadline_seconds=deadline_seconds,
        most_cached_bytes=most_cached_bytes,
        command=(sys.executable, "-c", STAND_IN),
    )
    try:
        yield studio
    finally:
        await studio.close()


async def test_a_chart_is_drawn_by_the_real_child_and_again_after_the_child_was_killed() -> None:
    studio = Studio(deadline_seconds=60)
    try:
        await studio.warm()
        first = studio.child_id
        assert first is not None
        drawn = await studio.draw(a_chart("ar", moments=2), "web", "svg")
        assert drawn.startswith(b"<svg ")
        assert (await studio.draw(a_chart("nl"), "bars", "png")).startswith(b"\x89PNG")
        assert b'viewBox="0 0 344 ' in await studio.draw(a_chart("fr"), "web", "svg", paper="phone")
        os.kill(first, signal.SIGKILL)
        assert (await studio.draw(a_chart("tr"), "bars", "svg")).startswith(b"<svg ")
        assert studio.child_id not in {None, first}
        assert await studio.draw(a_chart("ar", moments=2), "web", "svg") is drawn
    finally:
        await studio.close()
    assert studio.child_id is None


async def test_a_child_that_printed_gives_its_memory_back_and_the_next_picture_comes_from_another() -> None:
    studio = Studio(deadline_seconds=60)
    try:
        assert (await studio.draw(a_chart("nl"), "web", "svg")).startswith(b"<svg ")
        assert studio.child_id is not None
        assert (await studio.draw(a_chart("nl"), "web", "pdf")).startswith(b"%PDF")
        assert studio.child_id is None
        assert (await studio.draw(a_chart("nl"), "bars", "svg")).startswith(b"<svg ")
        assert studio.child_id is not None
    finally:
        await studio.close()


async def test_the_same_chart_is_drawn_once() -> None:
    async with a_studio() as studio:
        drawn = await asyncio.gather(*(studio.draw(titled("a"), "web", "svg") for _ in range(5)))
        assert set(drawn) == {b"a 1 []"}
        assert await studio.draw(titled("a"), "web", "svg") == b"a 1 []"


async def test_a_page_that_nobody_may_find_again_is_printed_anew_each_time() -> None:
    async with a_studio() as studio:
        assert await studio.print_page("talk_sheet", {}) == b"talk_sheet 1 []"
        assert await studio.print_page("talk_sheet", {}) == b"talk_sheet 1 []"
        assert await studio.print_page("cards", {}, is_kept=False) == b"cards 2 []"
        assert await studio.print_page("cards", {}, is_kept=False) == b"cards 3 []"
        assert studio._cached_bytes == len(b"talk_sheet 1 []")


async def test_another_form_or_format_is_another_drawing() -> None:
    async with a_studio() as studio:
        assert await studio.draw(titled("a"), "web", "svg") == b"a 1 []"
        assert await studio.draw(titled("a"), "bars", "svg") == b"a 2 []"
        assert await studio.draw(titled("a"), "web", "png") == b"a 3 []"
        assert await studio.draw(titled("a"), "web", "png", paper="phone") == b"a 4 []"
        assert await studio.draw(titled("a"), "web", "png", paper="page") == b"a 3 []"


async def test_what_was_not_asked_for_longest_makes_room() -> None:
    async with a_studio(most_cached_bytes=14) as studio:
        await studio.draw(titled("a"), "web", "svg")
        await studio.draw(titled("b"), "web", "svg")
        await studio.draw(titled("a"), "web", "svg")
        await studio.draw(titled("c"), "web", "svg")
        assert await studio.draw(titled("a"), "web", "svg") == b"a 1 []"
        assert await studio.draw(titled("b"), "web", "svg") == b"b 4 []"


async def test_a_picture_larger_than_the_cache_is_still_drawn() -> None:
    async with a_studio(most_cached_bytes=1) as studio:
        assert await studio.draw(titled("a"), "web", "svg") == b"a 1 []"


async def test_a_chart_that_kills_the_child_twice_is_given_up_and_the_next_is_drawn() -> None:
    async with a_studio() as studio:
        with pytest.raises(DrawingError) as raised:
            await studio.draw(titled("die"), "web", "svg")
        assert raised.value.cause == "crash"
        assert await studio.draw(titled("a"), "web", "svg") == b"a 1 []"


async def test_a_chart_that_takes_too_long_is_given_up_and_the_next_is_drawn() -> None:
    async with a_studio(deadline_seconds=0.3) as studio:
        with pytest.raises(DrawingError) as raised:
            await studio.draw(titled("stuck"), "web", "svg")
        assert raised.value.cause == "deadline"
        assert await studio.draw(titled("a"), "web", "svg") == b"a 1 []"


async def test_a_chart_that_cannot_be_drawn_says_so_and_costs_nobody_the_child() -> None:
    async with a_studio() as studio:
        with pytest.raises(DrawingError) as raised:
            await studio.draw(titled("fault"), "web", "svg")
        assert raised.value.cause == "ValueError"
        assert await studio.draw(titled("a"), "web", "svg") == b"a 2 []"


async def test_somebody_who_stops_waiting_leaves_no_half_answer_behind() -> None:
    async with a_studio() as studio:
        await studio.warm()
        waiting = asyncio.create_task(studio.draw(titled("a"), "web", "svg"))
        for _ in range(3):
            await asyncio.sleep(0)
        waiting.cancel()
        assert await studio.draw(titled("b"), "web", "svg") == b"b 2 []"
        assert waiting.cancelled()


async def test_the_child_gets_none_of_the_services_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERKSTEM_SECRET_KEY", "invented")
    async with a_studio() as studio:
        assert await studio.draw(titled("a"), "web", "svg") == b"a 1 []"


async def test_a_closed_studio_draws_nothing() -> None:
    async with a_studio() as studio:
        await studio.warm()
    with pytest.raises(DrawingError) as raised:
        await studio.draw(titled("a"), "web", "svg")
    assert raised.value.cause == "closed"


async def test_a_child_that_does_not_start_is_a_crash() -> None:
    studio = Studio(command=(sys.executable, "-c", "pass"))
    with pytest.raises(DrawingError) as raised:
        await studio.draw(titled("a"), "web", "svg")
    assert raised.value.cause == "crash"
    await studio.close()

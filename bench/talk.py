"""Many who talk: 200 people on SQLite who each answer after 2 to 4 seconds; how long the next question takes."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.crowd import Waits, crowd_of, talk

PEOPLE, SECONDS = 200, 40
SETTLING_SECONDS = 6
BOUND_P99_MS = 250


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """The waits from the webhook to the next question, and the CPU an answer takes at this pace."""
    people, seconds = (60, 8) if is_short else (PEOPLE, SECONDS)
    async with crowd_of(people, folder) as crowd:
        await talk(crowd.people, SETTLING_SECONDS)  # They came in all at once, and the service has only just begun.
        before = crowd.cpu_seconds()
        waits = Waits.of(await talk(crowd.people, seconds))
        cpu = crowd.cpu_seconds() - before
    return {"people": people, "seconds": seconds, **asdict(waits), "cpu_ms_per_tap": 1000 * cpu / waits.count}


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    waits = "median {median:.0f} ms, 95 % {p95:.0f} ms, 99 % {p99:.0f} ms".format_map(found)
    return [
        f"{found['people']} people who answer after 2 to 4 s, {found['count']} taps in {found['seconds']} s on SQLite:",
        f"  webhook to next question: {waits} (bound for 99 %: {BOUND_P99_MS} ms)",
        f"  CPU {found['cpu_ms_per_tap']:.2f} ms a tap",
    ]

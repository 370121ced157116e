"""Steps: what an answer costs with one step of our speed left out, by what it costs with all of them."""

import asyncio
import statistics
from pathlib import Path
from typing import Any

from bench.crowd import crowd_of
from bench.without import STEPS

PEOPLE, WARM_UP, ANSWERS, ROUNDS = 20, 10, 50, 3


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """For each step the median over the rounds; each round measures all of them, so that a busy machine hits all."""
    rounds, answers = (1, 20) if is_short else (ROUNDS, ANSWERS)
    found: dict[str, list[float]] = {name: [] for name in ("", *STEPS)}
    for _ in range(rounds):
        for without, costs in found.items():
            costs.append(await _cost(folder, without, answers))
    ratios = {
        without: statistics.median(cost / whole for cost, whole in zip(costs, found[""], strict=True))
        for without, costs in found.items()
        if without
    }
    return {"cpu_ms_per_answer": statistics.median(found[""]), "without": ratios}


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    rows = [f"  without {name:20} {ratio:.2f}" for name, ratio in found["without"].items()]
    return [f"CPU an answer {found['cpu_ms_per_answer']:.2f} ms; with one step left out, by that:", *rows]


async def _cost(folder: Path, without: str, answers: int) -> float:
    async with crowd_of(PEOPLE, folder, without=without) as crowd:
        await asyncio.gather(*(person.answer(WARM_UP) for person in crowd.people))
        before = crowd.cpu_seconds()
        await asyncio.gather(*(person.answer(answers) for person in crowd.people))
        return 1000 * (crowd.cpu_seconds() - before) / (PEOPLE * answers)

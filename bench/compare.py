"""Comparison: rounds of both plain bots, of the floor without any framework, and of ours in turn; their medians."""

import argparse
import asyncio
import shutil
import statistics
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from bench import rounds

OURS = "werkstem"
ROWS = {
    "cpu_ms_per_answer": "CPU per answer, ms",
    "latency_ms_median": "tap to next screen, median ms",
    "latency_ms_p95": "tap to next screen, 95 % within ms",
    "answers_per_second": "answers per second",
    "calls_per_answer": "Bot API calls per answer",
    "ready_seconds": "start to ready, s",
    "memory_mb": "memory, MB",
    "memory_with_charts_mb": "memory with charts, MB",
    "memory_most_mb": "most memory while a PDF is made, MB",
    "chart_first_ms": "first SVG chart, ms",
    "chart_warm_ms": "warm SVG chart, ms",
    "health_check_while_drawing_ms": "slowest health check while drawing, ms",
}

Medians = dict[str, dict[str, float | None]]


def one_round(bot: str, folder: Path, load: rounds.Load) -> rounds.Figures:
    """One round of one bot in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(rounds.werkstem(folder, load) if bot == OURS else rounds.reference(bot, folder, load))


def medians(found: dict[str, list[rounds.Figures]]) -> Medians:
    """The median of every figure over the rounds of each bot; None where a bot has no such figure."""
    result: Medians = {}
    for bot, figures in found.items():
        columns = {name: [getattr(figure, name) for figure in figures] for name in ROWS}
        result[bot] = {name: None if None in values else statistics.median(values) for name, values in columns.items()}
    return result


def ratios(found: dict[str, list[rounds.Figures]]) -> dict[str, float]:
    """CPU per answer of ours by that of each reference bot, the median of the rounds; empty when ours was not run.

    Both of one round ran within a minute: a machine that grows busier changes both and not their ratio.
    """
    if OURS not in found:
        return {}
    return {
        bot: statistics.median(
            own.cpu_ms_per_answer / other.cpu_ms_per_answer for own, other in zip(found[OURS], figures, strict=True)
        )
        for bot, figures in found.items()
        if bot != OURS
    }


def table(middle: Medians) -> str:
    """The medians, a line per figure and a column per bot."""
    lines = [" " * 40 + "".join(f"{bot:>12}" for bot in middle)]
    for name, words in ROWS.items():
        values = [figures[name] for figures in middle.values()]
        if any(value is not None for value in values):
            lines.append(f"{words:40}" + "".join(f"{'–' if value is None else f'{value:.2f}':>12}" for value in values))
    return "\n".join(lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """The rounds in alternating order, their medians, and what an answer of ours costs by each other bot."""
    load = rounds.Load(people=options.people, warm_up=options.warm_up, answers=options.answers)
    found: dict[str, list[rounds.Figures]] = {bot: [] for bot in options.only}
    for number in range(options.rounds):
        turn = number % len(options.only)
        for bot in (*options.only[turn:], *options.only[:turn]):
            figures = one_round(bot, options.folder / bot, load)
            found[bot].append(figures)
            print(f"round {number + 1} {bot}: {figures.cpu_ms_per_answer:.2f} ms CPU per answer", file=sys.stderr)
    return {
        "load": asdict(load),
        "medians": medians(found),
        "cpu_ours_by": ratios(found),
        "rounds": {bot: [asdict(figure) for figure in figures] for bot, figures in found.items()},
    }


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    load, first = found["load"], next(iter(found["rounds"].values()))
    told = f"{load['people']} people at once, {load['answers']} answers each, medians of {len(first)} rounds"
    by = [f"CPU per answer, ours by {bot}: {ratio:.2f}" for bot, ratio in found["cpu_ours_by"].items()]
    return [told, "", table(found["medians"]), "", *by]

"""`make bench`: everything that is measured, or what is named; prints it and keeps it in figures.json."""

import argparse
import asyncio
import json
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import uvloop

from bench import compare, exports, growth, pages, replicas, results, rounds, steps, talk, wave

HERE = Path(__file__).parent
LIVE: Mapping[str, ModuleType] = {
    "talk": talk,
    "growth": growth,
    "replicas": replicas,
    "wave": wave,
    "steps": steps,
    "pages": pages,
    "results": results,
    "exports": exports,
}
"""What is measured with people of ours only, by its name."""


def machine() -> dict[str, str | int | float]:
    """On what this was measured."""
    models = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")]
    return {
        "cores": os.cpu_count() or 0,
        "processor": models[0].partition(": ")[2] if models else platform.machine(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": os.getloadavg()[0],
    }


def measured(what: str, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """One measurement: its figures, and the same to read."""
    if what == "compare":
        found = compare.measure(options)
        return found, compare.lines(found)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(LIVE[what].measure(options.folder / what, is_short=options.short))
    return found, LIVE[what].lines(found)


def main() -> None:
    """Reads the options, measures, prints, and keeps the figures beside those of other measurements."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", help=f"of compare {' '.join(LIVE)}; everything when nothing is named")
    parser.add_argument("--short", action="store_true", help="a quick look: few people, small sizes")
    parser.add_argument("--folder", type=Path, default=HERE.parent / "build" / "bench", help="on a real disk")
    parser.add_argument("--out", type=Path, default=HERE / "figures.json")
    comparing = parser.add_argument_group("compare")
    comparing.add_argument("--rounds", type=int, default=3)
    comparing.add_argument("--people", type=int, default=20)
    comparing.add_argument("--warm-up", type=int, default=16)
    comparing.add_argument("--answers", type=int, default=60, help="answers of each person while measuring")
    bots = (*rounds.REFERENCES, compare.OURS)
    comparing.add_argument("--only", nargs="+", choices=bots, default=bots)
    options = parser.parse_args()
    if unknown := set(options.what) - {"compare", *LIVE}:
        parser.error(f"there is no {', '.join(sorted(unknown))}")

    here = machine()
    print(f"{here['cores']} cores, {here['processor']}, Python {here['python']}, {here['system']}")
    print(f"load before {here['load_before']:.1f}: on a busy machine every figure but the ratios misleads")
    kept = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    for what in options.what or ("compare", *LIVE):
        here["load_before"] = os.getloadavg()[0]
        found, lines = measured(what, options)
        print("\n" + "\n".join(lines), flush=True)
        kept[what] = {"on": time.strftime("%Y-%m-%d"), "is_short": options.short, "machine": dict(here), **found}
        options.out.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

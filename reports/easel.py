"""The child process that draws: one request a line on standard input, one answer on standard output.

A request is a line of JSON: the form, the file format, the paper, and the chart as ``reports.chart.dump`` writes it, or
the ``change`` (``reports.group_change.dump_change``); or ``page``, the name of a printed page, and its ``content``.
An answer is a line of JSON (``size``, or ``fault`` with the kind of error and no content) followed by that many bytes.
With ``is_last`` the child ends after it: what makes PDFs takes 20 to 40 MB, is seldom asked for, and goes with it.
The first line it writes is ``ready``, when matplotlib is there and warm.
"""

import gc
import json
import signal
import sys
from importlib import import_module
from typing import Any, BinaryIO, Final

from reports.chart import Axis, Chart, Moment, Point, load
from reports.group_change import loaded_change

PAGES: Final = {
    "cards": "reports.cards_drawing",
    "results_report": "reports.results_report_drawing",
    "talk_sheet": "reports.talk_sheet_drawing",
}
"""The printed pages by name: each module's ``draw`` makes a PDF of its content. Loaded when first asked for."""

READY = b"ready\n"

_WARMING_UP = Chart(
    title="A",
    description="A",
    language="nl",
    axes=tuple(Axis(str(number), "A") for number in range(3)),
    moments=(Moment("A", (Point(1.0, "1"), Point(3.0, "3"), Point(5.0, "5"))),),
    low_mark="A",
    high_mark="A",
)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Draw what is asked until the requests end."""
    from reports.drawing import draw  # Here, so that the parent can import this module without matplotlib.
    from reports.group_change_drawing import draw_change

    draw(_WARMING_UP, form="web", file_format="svg")
    gc.collect()
    gc.freeze()
    answers.write(READY)
    answers.flush()
    is_last = False
    while not is_last and (line := requests.readline()):
        try:
            request = json.loads(line)
            is_last = "page" in request or request["file_format"] == "pdf"
            if "page" in request:
                drawn = _printed(request["page"], request["content"])
            elif "change" in request:
                change = loaded_change(json.loads(request["change"]))
                drawn = draw_change(change, paper=request["paper"]).save(change, request["file_format"])
            else:
                chart = load(request["chart"])
                drawn = draw(chart, form=request["form"], file_format=request["file_format"], paper=request["paper"])
            head: dict[str, object] = {"size": len(drawn), "is_last": is_last}
        except Exception as fault:  # Whatever one chart breaks, the next one must still be drawn.
            drawn, head = b"", {"fault": type(fault).__name__, "is_last": is_last}
        answers.write(json.dumps(head).encode() + b"\n" + drawn)
        answers.flush()
        gc.collect()  # A figure is full of circles; left alone, a few dozen pictures double the memory.


def _printed(page: str, content: dict[str, Any]) -> bytes:
    """A printed page, as the module that knows it draws it."""
    printed: bytes = import_module(PAGES[page]).draw(content)
    return printed


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which closes this pipe in its own time.
    serve(sys.stdin.buffer, sys.stdout.buffer)

"""Logs of their own for the tests of the service, and nothing from the machine's environment."""

import io
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import structlog

from api.logs import configure


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody has set up on this machine changes no test."""
    for name in [name for name in os.environ if name.startswith("WERKSTEM_") or name == "DATA"]:
        monkeypatch.delenv(name)


@pytest.fixture
def kept_logging() -> Iterator[None]:
    """Whatever a test does to logging is undone after it."""
    root = logging.getLogger()
    handlers, level, levels = root.handlers[:], root.level, _levels()
    hooks, show = (sys.excepthook, threading.excepthook, sys.unraisablehook), warnings.showwarning
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    warnings.showwarning = show
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


@pytest.fixture
def log(kept_logging: None) -> io.StringIO:
    """What is logged, as much of it as there is; an unknown field is a fault."""
    stream = io.StringIO()
    configure("DEBUG", is_strict=True, stream=stream)
    return stream


def _levels() -> dict[str, int]:
    known = logging.getLogger().manager.loggerDict
    return {name: found.level for name, found in known.items() if isinstance(found, logging.Logger)}

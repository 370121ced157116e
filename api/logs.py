"""Logs: JSON lines on standard error with allow-listed fields only, and nothing of what libraries say but where.

No answer, name, address, token or code can stand in a line: every field is known by name, every text must look like an
id or a word of ours, and an exception is its type and its place, never its message.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import PurePath
from types import TracebackType
from typing import Any, TextIO

import structlog

FIELDS = frozenset(
    {
        *("event", "level", "at", "where", "cause", "outcome", "kind", "channel", "stage", "number", "attempts"),
        *("conversation", "participant", "organisation", "measurement", "staff", "letter", "update"),
        *("milliseconds", "seconds", "count", "status", "role", "mode", "port", "logger", "revision", "tries"),
    }
)
"""Every field that a line may have."""

ALWAYS_QUIET = ("httpx", "httpcore", "aiohttp", "uvicorn.access", "asyncio", "apscheduler", "telegram", "sqlalchemy")
"""Libraries that say at lower levels what people wrote, or where they are."""

_PLAIN = re.compile(r"[A-Za-z0-9_.:/+ -]{0,80}")
_HIDDEN = "hidden"

Event = MutableMapping[str, Any]


class UnknownField(ValueError):
    """A line was written with a field that is not allowed. Only raised where logs are strict: in the tests."""

    def __init__(self, *, field: str) -> None:
        super().__init__(f"no log line may have the field {field!r}")
        self.field = field


def configure(
    level: str = "INFO", *, secrets: Iterable[str] = (), is_strict: bool = False, stream: TextIO | None = None
) -> None:
    """Have everything in this process log so, from now on. ``is_strict``: an unknown field raises UnknownField."""
    out = stream or sys.stderr
    hidden = tuple(secret for secret in secrets if len(secret) >= 4)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _ExceptionPlace(),
            _Allowed(hidden, is_strict=is_strict),
            structlog.processors.JSONRenderer(sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_LibraryLine())
    handler.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in ALWAYS_QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    _catch_the_uncaught()


def where(error: BaseException) -> str:
    """The place an exception came from, as module:line of our own code where there is one."""
    return _place(error.__traceback__)


def _place(trace: TracebackType | None) -> str:
    places = []
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", "?"))
        places.append((name, trace.tb_lineno))
        trace = trace.tb_next
    if not places:
        return "?"
    ours = [place for place in places if place[0].split(".")[0] in {"api", "bot", "domain", "reports", "storage"}]
    name, line = (ours or places)[-1]
    return f"{name}:{line}"


class _ExceptionPlace:
    """What ``log.exception`` and ``exc_info`` become: the type as ``cause``, and where."""

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        given = event.pop("exc_info", None)
        error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
        if isinstance(error, BaseException):
            event.setdefault("cause", type(error).__name__)
            event.setdefault("where", where(error))
        return event


class _Allowed:
    """Lets known fields through, and of texts only what looks like an id or a word."""

    def __init__(self, secrets: tuple[str, ...], *, is_strict: bool) -> None:
        self._secrets = secrets
        self._is_strict = is_strict

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        for name in [name for name in event if name not in FIELDS]:
            if self._is_strict:
                raise UnknownField(field=name)
            del event[name]
        for name, value in event.items():
            event[name] = self._value(value)
        return event

    def _value(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        text = str(value)
        if _PLAIN.fullmatch(text) and not any(secret in text for secret in self._secrets):
            return text
        return _HIDDEN


class _LibraryLine(logging.Formatter):
    """A library's record: who spoke, where, and the type of exception; never its words, which may quote anything."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "event": "library",
            "level": record.levelname.lower(),
            "at": structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")(None, "", {})["at"],
            "logger": record.name if _PLAIN.fullmatch(record.name) else _HIDDEN,
            "where": f"{PurePath(record.pathname).stem}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"cause": type(record.exc_info[1]).__name__, "where": where(record.exc_info[1])}
        return json.dumps(line)


def _catch_the_uncaught() -> None:
    """What nobody catches is written as any other line, and not as Python does: with its message and its values."""
    log: Any = structlog.get_logger()

    def uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        log.error("uncaught", cause=kind.__name__, where=_place(trace))

    def in_thread(given: threading.ExceptHookArgs) -> None:
        uncaught(given.exc_type, given.exc_value, given.exc_traceback)

    def unraisable(given: "sys.UnraisableHookArgs") -> None:
        uncaught(given.exc_type, given.exc_value, given.exc_traceback)

    hook: Callable[..., None] = uncaught
    sys.excepthook = hook
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable

"""The service with one step of its speed left out: `python -m bench.without STEP serve …`, to see what it gains.

The steps are undone from outside, before the service starts: the product has no switches for them.
"""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def _module(name: str) -> Any:
    """A module of ours, as something whose parts may be exchanged."""
    return importlib.import_module(name)


def _group_commit() -> None:
    """Every job commits alone."""
    _module("storage.group_commit").MOST_AT_ONCE = 1


def _uvloop() -> None:
    """The event loop that comes with Python."""
    import uvicorn

    _configured(uvicorn.Config, loop="asyncio")


def _httptools() -> None:
    """The HTTP parser that is written in Python."""
    import uvicorn

    _configured(uvicorn.Config, http="h11")


def _configured(kind: Any, **values: str) -> None:
    made = kind.__init__

    def initialised(self: object, *arguments: Any, **given: Any) -> None:
        made(self, *arguments, **given | values)

    kind.__init__ = initialised


def _plain_dicts() -> None:
    """Updates are read into python-telegram-bot's types, and buttons made with them."""
    from telegram import InlineKeyboardMarkup, Update

    channel, intake = _module("bot.channels.telegram"), _module("bot.intake")
    parse, keyboard = intake.parse, channel.keyboard

    def parsed(update: Any) -> Any:
        return parse(Update.de_json(update, None).to_dict())

    def made(buttons: Any) -> Any:
        plain = keyboard(buttons)
        return InlineKeyboardMarkup.de_json(plain, None).to_dict() if plain else plain

    intake.parse, channel.keyboard = parsed, made


def _prepared_statements() -> None:
    """Every statement is compiled anew, by SQLAlchemy and by SQLite."""
    engine = _module("storage.engine")
    create = engine.create_engine

    def created(url: Any, **options: Any) -> Any:
        given = options.pop("connect_args", {})
        if url.get_backend_name() == "sqlite":
            given = {**given, "cached_statements": 0}
        return create(url, **options, query_cache_size=0, connect_args=given)

    engine.create_engine = created


def _quiet_log() -> None:
    """A line in the log for each turn costs what it costs; without it, nothing is written below a warning."""
    serving = _module("api.serving")
    configure = serving.configure

    def configured(_level: str, **options: Any) -> None:
        configure("WARNING", **options)

    serving.configure = configured


STEPS: Mapping[str, Callable[[], None]] = {
    "group-commit": _group_commit,
    "uvloop": _uvloop,
    "httptools": _httptools,
    "plain-dicts": _plain_dicts,
    "prepared-statements": _prepared_statements,
    "log-lines": _quiet_log,
}
"""What can be left out. The last one is no gain: it shows what the log costs."""


def main() -> None:
    """Leaves the step out, and goes on as the command line."""
    STEPS[sys.argv[1]]()
    from api.command_line import main as werkstem

    sys.argv = ["werkstem", *sys.argv[2:]]
    sys.exit(werkstem())


if __name__ == "__main__":
    main()

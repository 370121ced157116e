"""The command line ``werkstem``: what it takes, and how it answers.

With ``--json`` one object on one line of standard output, everything else on standard error. It ends with 0, or with
2 and a sentence; nobody ever gets a traceback.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from api.said import CannotDo, Said
from api.settings import BadSettings, Settings
from domain.errors import WerkstemError

FAILED = 2
INTERRUPTED = 130

Command = Callable[[argparse.Namespace], Said | None]


def main(given: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    os.umask(0o077)  # The database holds what people said of their health: nobody else on this machine reads it.
    chosen = _parser().parse_args(given)
    command: Command = chosen.command
    try:
        said = command(chosen)
    except BadSettings as error:
        return _failed(*error.faults)
    except WerkstemError as error:
        return _failed(*(str(error) or type(error).__name__).splitlines())
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # A fault of ours: its kind and its place, and nothing that it may quote.
        from api.logs import where

        return _failed(f"Something went wrong inside Werkstem ({type(error).__name__} at {where(error)}).")
    if said is None:
        return 0
    sys.stdout.write(f"{json.dumps(said.data) if chosen.json else said.text}\n")
    return 0 if said.is_fine else FAILED


def _failed(*sentences: str) -> int:
    for sentence in sentences:
        sys.stderr.write(f"{sentence}\n")
    return FAILED


# What it takes ------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="werkstem",
        description="A person answers short statements in the chat, in the own language, and gets the own web.",
        epilog="Settings are environment variables; `werkstem doctor` checks them and says what to do.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_running(commands)
    _add_office(commands)
    _add_care(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives the type of its own sub-commands no other name


def _add(
    commands: "Commands[argparse.ArgumentParser]", name: str, about: str, command: Command
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("--json", action="store_true", help="one JSON object on one line of standard output")
    parser.set_defaults(command=command)
    return parser


def _group(commands: "Commands[argparse.ArgumentParser]", name: str, about: str) -> "Commands[argparse.ArgumentParser]":
    return commands.add_parser(name, help=about, description=about).add_subparsers(required=True, metavar="COMMAND")


def _add_running(commands: "Commands[argparse.ArgumentParser]") -> None:
    serve = _add(commands, "serve", "Run the service.", _serve)
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    serve.add_argument("--port", type=int, default=8080, help="the port to listen on (default: 8080)")
    _add(commands, "worker", "Run delivery and planner, without HTTP.", _worker)
    demo = _add(commands, "demo", "Run the service with an invented organisation, and print its links.", _demo)
    demo.add_argument("--port", type=int, default=8080, help="the port to listen on (default: 8080)")
    demo.add_argument("--data", type=Path, default=None, help="the folder of the demo (default: DATA, or ./data)")


def _add_office(commands: "Commands[argparse.ArgumentParser]") -> None:
    init = _add(commands, "init", "Set up an organisation and its owner.", _office("init"))
    init.add_argument("--organisation", required=True, metavar="NAME")
    init.add_argument("--owner", required=True, metavar="EMAIL")
    init.add_argument("--name", help="the owner's name (default: from the e-mail address)")
    init.add_argument("--modules", metavar="all|NAMES", help="the groups of statements to ask about")
    people = _group(commands, "staff", "Coaches and owners.")
    add = _add(people, "add", "Add a coach or an owner.", _office("add"))
    add.add_argument("--organisation", required=True, metavar="ID")
    add.add_argument("--email", required=True)
    add.add_argument("--role", required=True, choices=["coach", "owner"])
    add.add_argument("--name", help="the name that people know (default: from the e-mail address)")
    add.add_argument("--also-boss", action="store_true", help="this coach also decides about people's work")
    reset = _add(people, "reset", "Let somebody set up signing in anew.", _office("reset"))
    reset.add_argument("--email", required=True)
    remove = _add(people, "remove", "Remove somebody, at once.", _office("remove"))
    remove.add_argument("--email", required=True)
    tokens = _group(commands, "token", "Tokens for the JSON API.")
    create = _add(tokens, "create", "Make an API token with somebody's rights.", _office("token"))
    create.add_argument("--email", required=True)


def _add_care(commands: "Commands[argparse.ArgumentParser]") -> None:
    database = _group(commands, "db", "The database.")
    _add(database, "upgrade", "Bring the database to what this version expects.", _upgrade)
    _add(commands, "doctor", "Check everything, and say what to do.", _doctor)
    letters = _group(commands, "dead-letters", "Incoming messages that could not be taken in.")
    _add(letters, "list", "List them; nothing of what they hold.", _letters_list)
    replay = _add(letters, "replay", "Take them in again.", _letters_replay)
    replay.add_argument("--id", help="only this one")
    whatsapp = _group(commands, "whatsapp", "WhatsApp.")
    _add(whatsapp, "templates", "The message templates at Meta.", _whatsapp_templates)
    questionnaire = _group(commands, "questionnaire", "The questionnaire.")
    _add(questionnaire, "report", "How well each statement is understood, in each language.", _report)


# What each does: imported only by the command that needs it, so that all others start quickly -----------------------


def _serve(chosen: argparse.Namespace) -> None:
    from api.serving import serve

    serve(Settings.read().listening_on(chosen.port), host=chosen.host, port=chosen.port)


def _worker(_chosen: argparse.Namespace) -> None:
    from api.serving import work

    work(Settings.read())


def _demo(chosen: argparse.Namespace) -> None:
    from api.demo import demo

    demo(port=chosen.port, data=chosen.data)


def _office(name: str) -> Command:
    def run(chosen: argparse.Namespace) -> Said:
        from api.office import Office

        command: Command = getattr(Office(Settings.read()), name)
        said = command(chosen)
        assert said is not None  # noqa: S101 - every command of the office has a result
        return said

    return run


def _upgrade(_chosen: argparse.Namespace) -> Said:
    from api.care import upgrade

    return upgrade(Settings.read())


def _doctor(_chosen: argparse.Namespace) -> Said:
    from api.doctor import examine

    return examine()


def _letters_list(_chosen: argparse.Namespace) -> Said:
    from api.care import list_letters

    return list_letters(Settings.read())


def _letters_replay(chosen: argparse.Namespace) -> Said:
    from api.care import replay_letters

    return replay_letters(Settings.read(), only=chosen.id)


def _whatsapp_templates(_chosen: argparse.Namespace) -> Said:
    raise CannotDo("WhatsApp is not connected in this version, so there are no templates yet.")


def _report(_chosen: argparse.Namespace) -> Said:
    from api.care import report_understanding

    return report_understanding(Settings.read())

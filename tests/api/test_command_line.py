"""The command line: one object for programs, sentences for people, and never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.command_line import main
from api.office import name_from
from storage import engine, schema, staff
from storage.store import Store
from tests.api.processes import Running, free_port, werkstem
from tests.api.whole_service import SECRET_KEY, settings_of


@dataclass
class Told:
    """What a command ended with, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one object on the one line of standard output."""
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Told]


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, on a fresh database."""
    monkeypatch.setenv("WERKSTEM_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("WERKSTEM_DATABASE_URL", sqlite_url)

    def runs(*arguments: str) -> Told:
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return Told(code, out, err)

    return runs


@pytest.fixture
def founded(run: Run) -> dict[str, Any]:
    return run("init", "--organisation", "De Proef", "--owner", "O.Wner@Proef.example", "--json").data


def coach(run: Run, founded: dict[str, Any], email: str = "j.de-vries@proef.example", *more: str) -> Told:
    there = ("--organisation", founded["organisation_id"], "--role", "coach")
    return run("staff", "add", *there, "--email", email, "--json", *more)


# The contract -------------------------------------------------------------------------------------------------------


def test_an_organisation_its_staff_and_a_token_in_four_commands(run: Run, founded: dict[str, Any]) -> None:
    assert set(founded) == {"organisation_id", "staff_id", "setup_url"}
    assert founded["setup_url"].startswith("http://127.0.0.1:8080/setup/")
    added = coach(run, founded).data
    assert set(added) == {"staff_id", "setup_url"}
    token = run("token", "create", "--email", "J.de-Vries@proef.example", "--json").data
    assert set(token) == {"token"}
    again = run("staff", "reset", "--email", "j.de-vries@proef.example", "--json").data
    assert again["staff_id"] == added["staff_id"]
    assert again["setup_url"] != added["setup_url"]
    removed = run("staff", "remove", "--email", "j.de-vries@proef.example", "--json").data
    assert removed == {"staff_id": added["staff_id"]}


def test_without_json_the_same_is_said_to_people(run: Run) -> None:
    told = run("init", "--organisation", "De Proef", "--owner", "o@proef.example")
    assert told.code == 0
    assert "http://127.0.0.1:8080/setup/" in told.out


def test_a_reset_ends_tokens_and_a_removed_address_is_free_again(
    run: Run, founded: dict[str, Any], sqlite_url: str
) -> None:
    coach(run, founded)
    token = run("token", "create", "--email", "j.de-vries@proef.example", "--json").data["token"]
    store, key = Store.open(sqlite_url), settings_of(sqlite_url).key
    assert store.look(lambda c: staff.by_token(c, token, key=key)) is not None
    run("staff", "reset", "--email", "j.de-vries@proef.example")
    assert store.look(lambda c: staff.by_token(c, token, key=key)) is None
    store.close()
    run("staff", "remove", "--email", "j.de-vries@proef.example")
    assert run("token", "create", "--email", "j.de-vries@proef.example").code == 2
    assert coach(run, founded).code == 0


def test_a_coach_who_also_decides_about_the_work_is_marked_so(
    run: Run, founded: dict[str, Any], sqlite_url: str
) -> None:
    coach(run, founded, "a@proef.example", "--also-boss", "--name", "Anna van Dam")
    coach(run, founded, "b@proef.example")
    store = Store.open(sqlite_url)
    boss, other = (store.look(lambda c, e=e: staff.by_email(c, e)) for e in ("a@proef.example", "b@proef.example"))  # type: ignore[misc] # mypy does not infer a bound lambda
    store.close()
    assert boss is not None
    assert other is not None
    assert (boss.name, boss.is_also_boss, other.name, other.is_also_boss) == ("Anna van Dam", True, "B", False)


@pytest.mark.parametrize(
    ("modules", "count"), [((), 12), (("--modules", "all"), 14), (("--modules", "money, household"), 2)]
)
def test_modules_are_all_or_names_and_without_them_the_usual_ones(
    run: Run, sqlite_url: str, modules: tuple[str, ...], count: int
) -> None:
    run("init", "--organisation", "De Proef", "--owner", "o@proef.example", *modules)
    store = Store.open(sqlite_url)
    kept = store.look(lambda c: c.execute(text("SELECT modules FROM organisations")).scalar_one())
    store.close()
    assert len(json.loads(kept)) == count


# What cannot be done ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("init", "--organisation", " ", "--owner", "a@proef.example"),
        ("init", "--organisation", "x" * 121, "--owner", "a@proef.example"),
        ("init", "--organisation", "De\u202eProef", "--owner", "a@proef.example"),
        ("init", "--organisation", "De Proef", "--owner", "nobody"),
        ("init", "--organisation", "De Proef", "--owner", "O.WNER@proef.example"),
        ("init", "--organisation", "De Proef", "--owner", "a@proef.example", "--modules", "moeny"),
        ("init", "--organisation", "De Proef", "--owner", "a@proef.example", "--modules", ","),
        ("staff", "add", "--organisation", "unknown", "--email", "a@proef.example", "--role", "coach"),
        ("staff", "reset", "--email", "nobody@proef.example"),
        ("staff", "remove", "--email", "nobody@proef.example"),
        ("token", "create", "--email", "nobody@proef.example"),
        ("whatsapp", "templates"),
        ("dead-letters", "replay"),
        ("staff", "add", "--email", "a@proef.example"),
        ("staff", "add", "--organisation", "x", "--email", "a@proef.example", "--role", "boss"),
        ("sing",),
        (),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_a_sentence(
    run: Run, founded: dict[str, Any], arguments: tuple[str, ...]
) -> None:
    told = run(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert len(told.err.strip()) > 20
    assert "Traceback" not in told.err


def test_one_address_has_one_role(run: Run, founded: dict[str, Any]) -> None:
    assert coach(run, founded).code == 0
    told = coach(run, founded, "J.DE-VRIES@proef.example")
    assert told.code == 2
    assert "one address, one role" in told.err


def test_only_a_coach_can_be_the_boss_as_well(run: Run, founded: dict[str, Any]) -> None:
    there = ("--organisation", founded["organisation_id"], "--role", "owner")
    assert run("staff", "add", *there, "--email", "b@proef.example", "--also-boss").code == 2


def test_every_fault_of_the_settings_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WERKSTEM_SECRET_KEY")
    monkeypatch.setenv("WERKSTEM_PUBLIC_URL", "http://example.org")
    told = run("init", "--organisation", "De Proef", "--owner", "a@proef.example", "--json")
    assert told.code == 2
    assert len(told.err.splitlines()) == 2
    assert "openssl rand -hex 32" in told.err


def test_a_database_that_cannot_be_reached_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERKSTEM_DATABASE_URL", "postgresql://somebody:CanarySecret@127.0.0.1:1/nothing")
    for arguments in (("token", "create", "--email", "a@proef.example"), ("db", "upgrade"), ("serve", "--port", "0")):
        told = run(*arguments)
        assert told.code == 2
        assert "CanarySecret" not in told.err
        assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("email", "name"),
    [("j.de-vries@x.example", "J de Vries"), ("noor@x.example", "Noor"), ("ali_el.amrani@x.example", "Ali el Amrani")],
)
def test_a_name_to_begin_with_comes_from_the_address(email: str, name: str) -> None:
    assert name_from(email) == name


# The database -------------------------------------------------------------------------------------------------------


def set_revision(url: str, revision: str) -> None:
    database = engine.create(url)
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    database.dispose()


def test_upgrade_says_what_it_did(run: Run, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("db", "upgrade", "--json").data == {"revision": schema.newest(), "was": "current", "erased_again": 0}
    monkeypatch.setenv("WERKSTEM_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert run("db", "upgrade", "--json").data == {"revision": schema.newest(), "was": "empty", "erased_again": 0}


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("token", "create", "--email", "a@b.example")])
def test_a_newer_database_is_refused_with_a_sentence(run: Run, sqlite_url: str, arguments: tuple[str, ...]) -> None:
    set_revision(sqlite_url, "2999_01_01_from_the_future")
    told = run(*arguments)
    assert told.code == 2
    assert "newer Werkstem" in told.err
    assert run("db", "upgrade").code == 2


# Looking after it ---------------------------------------------------------------------------------------------------


def test_the_doctor_finds_a_healthy_installation_fine(run: Run) -> None:
    data = run("doctor", "--json").data
    states = {check["about"]: check["state"] for check in data["checks"]}
    assert data["is_fine"]
    assert states["database"] == states["settings"] == states["texts"] == states["fonts"] == "fine"
    assert states["telegram"] == states["public address"] == "note"


def test_the_doctor_says_what_to_do_about_what_is_wrong(
    run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_revision(sqlite_url, "2999_01_01_from_the_future")
    monkeypatch.setenv("WERKSTEM_TELEGRAM_TOKEN", "1:CanarySecret")
    monkeypatch.setenv("WERKSTEM_TELEGRAM_API_BASE", "http://127.0.0.1:1")
    told = run("doctor")
    assert told.code == 2
    assert "✗ database: newer than this Werkstem. Run the newer Werkstem" in told.out
    assert "✗ telegram: did not answer" in told.out
    assert "CanarySecret" not in told.out


def test_the_doctor_tells_every_fault_of_the_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERKSTEM_ROLES", "king")
    monkeypatch.setenv("WERKSTEM_SECRET_KEY", "short")
    told = run("doctor")
    assert told.code == 2
    assert told.out.count("✗ settings: WERKSTEM_") == 2


def test_there_are_no_dead_letters_and_no_report_at_the_beginning(run: Run) -> None:
    assert run("dead-letters", "list", "--json").data == {"items": []}
    assert run("questionnaire", "report", "--json").data == {"fewest_people": 10, "items": []}
    assert "No statement was answered by 10 people" in run("questionnaire", "report").out


# As a process -------------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(sqlite_url: str) -> dict[str, str]:
    return {"WERKSTEM_SECRET_KEY": SECRET_KEY, "WERKSTEM_DATABASE_URL": sqlite_url}


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[Running]:
    with Running(["serve", "--port", str(free_port())], environment) as running:
        yield running


def test_commands_run_beside_a_running_service_which_knows_of_them_at_once(
    service: Running, environment: dict[str, str]
) -> None:
    made = json.loads(werkstem(environment, "init", "--organisation", "X", "--owner", "o@proef.example", "--json"))
    assert set(made) == {"organisation_id", "staff_id", "setup_url"}
    there = ("--organisation", made["organisation_id"], "--role", "coach", "--email", "c@proef.example")
    werkstem(environment, "staff", "add", *there, "--json")
    token = json.loads(werkstem(environment, "token", "create", "--email", "c@proef.example", "--json"))["token"]
    answer = httpx.post(
        f"{service.address}/api/v1/participants",
        json={"name": "Sam", "language": "nl"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201
    assert answer.json()["invitation"]["web_url"].startswith(f"{service.address}/c/"), "the port of this service"
    assert service.stop() == 0, "a calm end is no failure"


def test_a_port_that_is_taken_is_a_sentence(service: Running, environment: dict[str, str]) -> None:
    port = service.address.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "api", "serve", "--port", port],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Choose another with --port." in done.stderr
    assert done.stdout == ""


def test_a_worker_delivers_and_plans_without_http_and_ends_calmly(environment: dict[str, str]) -> None:
    with Running(["worker"], environment) as running:
        assert running.line("ready")["role"] == "delivery planner"
        assert running.stop() == 0

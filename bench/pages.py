"""The staff pages: what the server takes for each, with 2,000 people of one coach, measured twice, on SQLite."""

import secrets
import shutil
import statistics
import time
from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Response
from sqlalchemy import Connection, insert

from api.application import create_app
from api.office import Office
from api.service import Service
from api.settings import Settings
from api.staff.browser import Cookies, proof_of
from domain.consent import Purpose
from storage import sessions, staff
from storage.secrets import new_id
from storage.staff import StaffMember
from storage.tables import answers, audit, consents, measurements, participants

PEOPLE, SHARING = 2_000, 100
TIMES = 7
BOUND_MS = 80.0
BASE = "http://127.0.0.1:8080"
OWNER, COACH = "owner@bench.example", "coach@bench.example"

OF_THE_COACH = (
    *("/today", "/people", "/people?page=40", "POST /people", "/people?archived=1", "/people/add"),
    *("/people/import", "/people/cards", "/people/{sharing}", "/people/{sharing}/groups/{group}", "/people/{quiet}"),
    *(
        "/people/{quiet}/manage",
        "/people/{quiet}/hand-over",
        "/try",
        "/results",
        "/results/teams",
        "/settings",
        "/settings/log",
    ),
)
OF_THE_OWNER = (
    *(
        "/consent",
        "/consent?purpose=coach&decision=given",
        "/consent?page=100",
        "/consent/texts",
        "/results",
        "/results/grouping",
        "/settings",
    ),
    *("/settings/staff", "/settings/organisation", "/settings/modules", "/settings/channels", "/settings/log"),
)


async def measure(folder: Path, *, is_short: bool) -> dict[str, Any]:
    """Milliseconds for each page, the median of a few times; the pictures were drawn before."""
    return await measure_with(folder, people=PEOPLE // 10 if is_short else PEOPLE, times=TIMES)


async def measure_with(folder: Path, *, people: int, times: int) -> dict[str, Any]:
    """The same with so many people, each page so many times: as the clock has it, and what the processor took."""
    app = _installed(folder)
    service: Service = app.state.service
    try:
        ids = service.store.run(lambda connection: _fill(connection, service, people))
        found = {}
        for email, paths in ((COACH, OF_THE_COACH), (OWNER, OF_THE_OWNER)):
            async with _signed_in(app, service, email) as client:
                for path in paths:
                    full = path.format(sharing=ids[0], quiet=ids[-1], group="money")
                    found[f"{email.partition('@')[0]} {path}"] = await _taken(client, full, times)
    finally:
        await service.close()
    return {"people": people, "pages": found, "slowest_ms": max(page["ms"] for page in found.values())}


def _installed(folder: Path) -> FastAPI:
    """The service in an empty folder, with a coach and an owner."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = Settings.read(
        database_url=f"sqlite:///{folder / 'pages.sqlite'}", secret_key=secrets.token_hex(32), public_url=BASE
    )
    office = Office(settings)
    made = office.init(Namespace(organisation="Bench", owner=OWNER, name=None, modules=None))
    coach = {"organisation": made.data["organisation_id"], "email": COACH, "role": "coach"}
    office.add(Namespace(**coach, name="Kim", also_boss=False))
    return create_app(settings)


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, to read."""
    rows = [f"  {page['ms']:6.1f}  {page['cpu_ms']:6.1f}  {path}" for path, page in found["pages"].items()]
    head = f"The server's time for a page with {found['people']:,} people, ms and ms of CPU (bound {BOUND_MS:.0f} ms):"
    return [head, *rows]


async def _taken(client: httpx.AsyncClient, path: str, times: int) -> dict[str, float]:
    clock, processor = [], []
    for _ in range(times + 1):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        if path.startswith("POST "):
            form = {"proof": proof_of(client.headers["Cookie"].partition("=")[2]), "search": "person 19"}
            answer = await client.post(path.removeprefix("POST "), data=form)
        else:
            answer = await client.get(path)
        clock.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - begun_cpu) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return {"ms": statistics.median(clock[1:]), "cpu_ms": statistics.median(processor[1:])}


def _signed_in(app: FastAPI, service: Service, email: str) -> httpx.AsyncClient:
    """A browser in which that member of staff is signed in."""
    parts = service.parts

    def begin(connection: Connection) -> str:
        return sessions.begin(connection, _member(connection, email), device="Bench", key=parts.key, now=parts.now())

    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE)
    response = Response()
    Cookies(is_secure=False).keep_session(response, service.store.run(begin))
    client.headers["Cookie"] = response.headers["set-cookie"].partition(";")[0]
    return client


def _member(connection: Connection, email: str) -> StaffMember:
    found = staff.by_email(connection, email)
    assert found is not None
    return found


# People -------------------------------------------------------------------------------------------------------------


def _fill(connection: Connection, service: Service, people: int) -> list[str]:
    """So many people, measured twice each; the first hundred share what they answered. Their ids."""
    coach, now = _member(connection, COACH), service.parts.now()
    questionnaire = service.parts.catalogues.questionnaire
    modules = questionnaire.default_modules()
    asked = [one.id for one in questionnaire.statements if one.group in modules]
    ids, rows = [new_id() for _ in range(people)], Rows(coach, now)
    for number, person in enumerate(ids):
        rows.person(person, number)
        for ordinal in (1, 2):
            done_at = now - timedelta(days=1 if ordinal == 2 else 180, minutes=number)
            measurement = rows.measurement(person, ordinal, modules, done_at)
            if number < SHARING:
                rows.answers(person, measurement, asked, done_at)
        if number < SHARING:
            rows.topics(person, modules, now - timedelta(days=1))
    for table, values in rows.all.items():
        connection.execute(insert(table), values)
    return ids


class Rows:
    """What is to be written, by table."""

    def __init__(self, coach: StaffMember, now: datetime) -> None:
        self.coach, self.now = coach, now
        self.all: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (participants, measurements, answers, consents, audit)
        }

    def _add(self, table: Any, person: str | None, **values: Any) -> None:
        whose = {"participant_id": person} if person else {}
        self.all[table].append({"organisation_id": self.coach.organisation_id, **whose, **values})

    def person(self, person: str, number: int) -> None:
        """Somebody, with four decisions and ten lines in the log over a year."""
        self._add(
            participants,
            None,
            id=person,
            coach_id=self.coach.id,
            name=f"Person {number}",
            language="nl",
            phone_opt_in=False,
            same_order=False,
            created_at=self.now - timedelta(days=200),
            archived_at=self.now if number % 20 == 19 else None,
        )
        for purpose in (Purpose.KEEP, Purpose.COACH, Purpose.GROUP, Purpose.REMINDER):
            self._consent(person, purpose, self.now - timedelta(days=number % 360))
        for line in range(10):
            at = self.now - timedelta(days=(number + 37 * line) % 360)
            action = "person.opened" if line else "person.added"
            self._add(audit, person, staff_id=self.coach.id, action=action, done_at=at)

    def measurement(self, person: str, ordinal: int, modules: Iterable[str], done_at: datetime) -> str:
        """A finished measurement; its id."""
        id_ = new_id()
        self._add(
            measurements,
            person,
            id=id_,
            kind="baseline" if ordinal == 1 else "follow_up",
            number=1,
            ordinal=ordinal,
            questionnaire_version="1",
            modules=tuple(modules),
            seed=1,
            same_order=False,
            due_at=done_at,
            closes_at=done_at + timedelta(days=28),
            invited_at=done_at,
            opened_at=done_at,
            completed_at=done_at,
            status="done",
        )
        return id_

    def answers(self, person: str, measurement: str, statements: list[str], done_at: datetime) -> None:
        """An answer to each."""
        for position, statement in enumerate(statements, 1):
            self._add(
                answers,
                person,
                measurement_id=measurement,
                statement_id=statement,
                answer=str(position % 5 + 1),
                position=position,
                answered_at=done_at + timedelta(seconds=7 * position),
                language="nl",
                wording_version=1,
                channel="web",
                layout="vertical",
                assisted=False,
                is_corrected=False,
            )

    def topics(self, person: str, groups: Iterable[str], at: datetime) -> None:
        """Everything shared with the coach."""
        self._consent(person, Purpose.HEALTH, at)
        for group in groups:
            self._consent(person, Purpose.TOPIC, at, topic=group, ends_at=at + timedelta(days=180))

    def _consent(self, person: str, purpose: Purpose, at: datetime, **more: Any) -> None:
        is_named = purpose in (Purpose.COACH, Purpose.TOPIC)
        self._add(
            consents,
            person,
            id=new_id(),
            coach_id=self.coach.id if is_named else None,
            purpose=purpose.value,
            topic=more.get("topic"),
            decision="given",
            text_version="1",
            text_hash="hash",
            language="nl",
            channel="web",
            decided_at=at,
            ends_at=more.get("ends_at"),
        )

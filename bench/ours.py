"""Werkstem under measurement: its environment, an organisation with invited people, and its charts."""

import asyncio
import itertools
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

import aiohttp

LANGUAGES = ("nl", "en", "fr", "tr", "ar")
_COMMAND = str(Path(sys.executable).parent / "werkstem")


@dataclass(frozen=True, slots=True)
class Guest:
    """An invited participant, and the language and text with which they come to the chat."""

    participant_id: str
    language: str
    start: str


@dataclass(frozen=True, slots=True)
class ChartTimes:
    """How long charts take, in milliseconds: the first, the warm ones, and the slowest health check meanwhile."""

    first: float
    warm: tuple[float, ...]
    slowest_health_check: float


class Werkstem:
    """One installation in a folder of its own, on loopback; on SQLite there, or on another database.

    ``without``: a step of bench.without that is left out. ``settings`` are variables of the environment.
    """

    def __init__(
        self,
        folder: Path,
        *,
        api_base: str,
        port: int,
        database_url: str = "",
        without: str = "",
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.command = [_COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port)]
        self.environment = {
            "DATA": str(folder),
            "WERKSTEM_DATABASE_URL": database_url or f"sqlite:///{folder / 'werkstem.sqlite'}",
            "WERKSTEM_SECRET_KEY": secrets.token_hex(32),
            "WERKSTEM_PUBLIC_URL": self.address,
            "WERKSTEM_TELEGRAM_TOKEN": f"4242:{secrets.token_urlsafe(26)}",
            "WERKSTEM_TELEGRAM_API_BASE": api_base,
            "WERKSTEM_TELEGRAM_MODE": "webhook",
            "WERKSTEM_READING_MS": "0",
            **settings,
        }
        if without:
            self.command = [sys.executable, "-m", "bench.without", without, *self.command[1:]]
        self._coach_token = ""

    @property
    def database_url(self) -> str:
        """Where everything is kept."""
        return self.environment["WERKSTEM_DATABASE_URL"]

    def moved(self, *, api_base: str, port: int) -> None:
        """The same installation at another port, with another Bot API."""
        self.address = f"http://127.0.0.1:{port}"
        self.command[-1] = str(port)
        self.environment |= {"WERKSTEM_PUBLIC_URL": self.address, "WERKSTEM_TELEGRAM_API_BASE": api_base}

    def beside(self, port: int) -> tuple[list[str], dict[str, str]]:
        """The command and environment of one more process of this installation, on another port."""
        address = f"http://127.0.0.1:{port}"
        command = [str(port) if part == self.command[-1] else part for part in self.command]
        return command, self.environment | {"WERKSTEM_PUBLIC_URL": address}

    def found(self) -> None:
        """Makes the organisation and its coach on the command line."""
        made = self._run("init", "--organisation", "Bench", "--owner", "owner@bench.example")
        coach = ("--email", "coach@bench.example")
        self._run("staff", "add", "--organisation", made["organisation_id"], "--role", "coach", *coach)
        self._coach_token = self._run("token", "create", *coach)["token"]

    async def invite(self, people: int) -> list[Guest]:
        """Invites people through the JSON API, the five languages in turn."""
        guests = []
        async with self.session() as session:
            for number in range(people):
                language = LANGUAGES[number % len(LANGUAGES)]
                body = {"name": f"Person {number}", "language": language}
                async with session.post("/api/v1/participants", json=body) as response:
                    made = await response.json()
                    assert response.status == 201, made
                query = parse_qs(urlsplit(made["invitation"]["telegram_url"]).query)
                guests.append(Guest(made["id"], language, f"/start {query['start'][0]}"))
        return guests

    async def kept_answers(self) -> int:
        """How many answers the export of the coach holds."""
        async with self.session() as session, session.get("/api/v1/exports/answers.csv") as response:
            response.raise_for_status()
            return len((await response.text("utf-8-sig")).splitlines()) - 1

    async def draw_charts(self, guest: Guest) -> ChartTimes:
        """Asks for twenty different SVG charts of a finished person, one after the other, with health checks beside it.

        All differ, so that none comes from the cache; the first starts the drawing process and the next three warm it.
        A PNG comes after them, because it takes more memory.
        """
        async with self.session() as session:
            charts = await _charts(session, guest)
            drawn = asyncio.Event()
            watch = asyncio.create_task(_watch_health(session, drawn))
            times = []
            for language, ring, form in itertools.product(LANGUAGES, ("inner", "outer"), ("web", "bars")):
                begun_at = time.perf_counter()
                svg = await _get(session, f"{charts}/{ring}.svg?form={form}&language={language}")
                times.append((time.perf_counter() - begun_at) * 1000)
                assert b"<svg" in svg[:2000]
            drawn.set()
            await _get(session, f"{charts}/outer.png")
            return ChartTimes(times[0], tuple(times[4:]), max(await watch))

    async def draw_pdf(self, guest: Guest) -> None:
        """Asks for one chart of a finished person as a PDF."""
        async with self.session() as session:
            pdf = await _get(session, f"{await _charts(session, guest)}/outer.pdf")
            assert pdf.startswith(b"%PDF")

    def session(self) -> aiohttp.ClientSession:
        """What asks as the coach."""
        return aiohttp.ClientSession(self.address, headers={"Authorization": f"Bearer {self._coach_token}"})

    def _run(self, *arguments: str) -> dict[str, str]:
        done = subprocess.run(
            [_COMMAND, *arguments, "--json"],
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"werkstem {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
        answer: dict[str, str] = json.loads(done.stdout)
        return answer


async def _charts(session: aiohttp.ClientSession, guest: Guest) -> str:
    """Where the charts of the guest's first measurement are."""
    listed = await _get(session, f"/api/v1/participants/{guest.participant_id}/measurements")
    return f"/api/v1/measurements/{json.loads(listed)['items'][0]['id']}/charts"


async def _get(session: aiohttp.ClientSession, path: str) -> bytes:
    async with session.get(path) as response:
        body = await response.read()
        assert response.status == 200, f"{path} answered {response.status}: {body[:500]!r}"
        return body


async def _watch_health(session: aiohttp.ClientSession, stop: asyncio.Event) -> list[float]:
    """How long each health check took, in milliseconds, until told to stop."""
    times: list[float] = []
    while not (times and stop.is_set()):
        begun_at = time.perf_counter()
        await _get(session, "/healthz")
        times.append((time.perf_counter() - begun_at) * 1000)
        await asyncio.sleep(0.005)
    return times

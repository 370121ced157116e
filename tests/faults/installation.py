"""One installation under fault: real processes on a real database, which are killed, paused and started again."""

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import aiohttp

from api.office import Office
from api.settings import Settings

_COMMAND = str(Path(sys.executable).parent / "werkstem")
START_SECONDS = 60
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """In the child, before it begins: it ends when the test run that started it is killed (prctl(2))."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One ``werkstem serve`` or ``werkstem worker``, with everything it starts."""

    def __init__(self, arguments: list[str], *, environment: dict[str, str], log: Path, url: str = "") -> None:
        self.url = url
        self._log = log
        self._arguments = arguments
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it, without waiting until it is ready."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                [_COMMAND, *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=os.environ | self._environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    async def ready(self) -> float:
        """Seconds until it says that it is ready. Raises AssertionError with its log when it ends or never is."""
        begun = time.monotonic()
        async with aiohttp.ClientSession() as session:
            while time.monotonic() - begun < START_SECONDS and self.is_running:
                if self.url:
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get(f"{self.url}/readyz") as response:
                            if response.status == 200:
                                return time.monotonic() - begun
                elif '"ready"' in self.log():
                    return time.monotonic() - begun
                await asyncio.sleep(0.05)
        raise AssertionError(f"it is not ready: {self.log()[-3000:]}")

    async def start(self) -> float:
        """Start it; seconds until it is ready."""
        self.launch()
        return await self.ready()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        """Everything it said."""
        return self._log.read_text("utf-8", errors="replace")

    async def figure(self, name: str) -> float:
        """A figure of /metrics, over all its labels."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/metrics") as response:
            lines = (await response.text()).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.partition(" ")[0].partition("{")[0] == name)

    def kill(self) -> None:
        """End it as a power cut does, with everything it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def pause(self) -> None:
        """Stop the clock of this process alone."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def limit_files(self, most_bytes: int) -> None:
        """No file of this process may grow beyond that, until told otherwise; -1: no limit."""
        most = resource.RLIM_INFINITY if most_bytes < 0 else most_bytes
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (most, hard))

    async def stop(self) -> float:
        """Ask it to end; how many seconds it took. Raises TimeoutExpired after 20."""
        assert self._process is not None
        begun = time.monotonic()
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 20)
        return time.monotonic() - begun


class Installation:
    """An organisation with a coach on one database, and the processes that serve it."""

    def __init__(self, folder: Path, database_url: str, api_base: str) -> None:
        self.database_url = database_url
        self.processes: list[Process] = []
        self._folder = folder
        self._clock = folder / "clock"
        self._offset = 0.0
        self._environment = {
            "DATA": str(folder),
            "WERKSTEM_DATABASE_URL": database_url,
            "WERKSTEM_SECRET_KEY": "an invented key of the fault runs, long enough",
            "WERKSTEM_PUBLIC_URL": "http://127.0.0.1:9",
            "WERKSTEM_TELEGRAM_TOKEN": "4242:invented-token_of-the-fault-runs",
            "WERKSTEM_TELEGRAM_API_BASE": api_base,
            "WERKSTEM_TELEGRAM_MODE": "webhook",
            "WERKSTEM_READING_MS": "0",
            "WERKSTEM_DEMO": "1",
            "WERKSTEM_CLOCK_FILE": str(self._clock),
            "WERKSTEM_LOG_LEVEL": "WARNING",
        }
        self.settings = Settings.read(
            database_url=database_url,
            secret_key=self._environment["WERKSTEM_SECRET_KEY"],
            public_url=self._environment["WERKSTEM_PUBLIC_URL"],
            telegram_token=self._environment["WERKSTEM_TELEGRAM_TOKEN"],
        )
        self._coach = self._found()

    def _found(self) -> dict[str, str]:
        office = Office(self.settings)
        made = office.init(Namespace(organisation="De Proef", owner="owner@proef.example", name=None, modules=None))
        organisation = made.data["organisation_id"]
        email = "coach@proef.example"
        office.add(Namespace(organisation=organisation, email=email, role="coach", name="Coach", also_boss=False))
        return {"Authorization": f"Bearer {office.token(Namespace(email=email)).data['token']}"}

    def serve(self, **environment: str) -> Process:
        """One more ``werkstem serve``, not yet started, on a port of its own."""
        port = _free_port()
        arguments = ["serve", "--host", "127.0.0.1", "--port", str(port)]
        return self._process(arguments, environment, f"http://127.0.0.1:{port}")

    def worker(self, **environment: str) -> Process:
        """One more ``werkstem worker``, not yet started."""
        return self._process(["worker"], {"WERKSTEM_LOG_LEVEL": "INFO", **environment}, "")

    def _process(self, arguments: list[str], environment: dict[str, str], url: str) -> Process:
        log = self._folder / f"log-{len(self.processes)}"
        given = self._environment | {"WERKSTEM_PUBLIC_URL": url or self._environment["WERKSTEM_PUBLIC_URL"]}
        self.processes.append(Process(arguments, environment=given | environment, log=log, url=url))
        return self.processes[-1]

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass at once, for every process."""
        self._offset += seconds
        new = self._clock.with_suffix(".new")
        new.write_text(str(self._offset), "utf-8")
        new.replace(self._clock)

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the JSON API answers the coach; it must answer with success."""
        url = next(process.url for process in self.processes if process.url and process.is_running)
        async with (
            aiohttp.ClientSession(headers=self._coach) as session,
            session.request(method, f"{url}/api/v1{path}", json=body) as response,
        ):
            answer = await response.json()
            assert response.status < 300, answer
            return answer

    async def invite(self, people: int, **values: Any) -> list[tuple[str, str]]:
        """Invite so many people: their ids and the codes of their links."""
        invited = []
        for number in range(people):
            made = await self.ask("POST", "/participants", {"name": f"P{number}", "language": "nl", **values})
            invited.append((made["id"], made["invitation"]["code"]))
        return invited

    def end(self) -> None:
        """End whatever still runs."""
        for process in self.processes:
            process.kill()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

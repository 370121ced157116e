"""The command line as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

WITHIN_SECONDS = 60
WERKSTEM = (sys.executable, "-m", "api")


def free_port() -> int:
    """A port on loopback that nobody uses just now."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


def werkstem(environment: Mapping[str, str], *arguments: str) -> str:
    """What a command writes to standard output; it must succeed."""
    done = subprocess.run(
        [*WERKSTEM, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Running:
    """A command that runs until it is stopped; entering waits until it says that it is ready."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        port = arguments[arguments.index("--port") + 1] if "--port" in arguments else ""
        self.address = f"http://127.0.0.1:{port}"
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed where the block ends
        self._out = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed where the block ends
        self._process = subprocess.Popen(
            [*WERKSTEM, *arguments],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._log,
        )

    def __enter__(self) -> "Running":
        self.line("ready")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._out.close()

    def line(self, event: str) -> dict[str, Any]:
        """The first line of the log about that event, when it is there."""
        until = time.monotonic() + WITHIN_SECONDS
        while time.monotonic() < until:
            for line in self._read(self._log).splitlines():
                if line.startswith("{") and line.endswith("}") and json.loads(line)["event"] == event:
                    found: dict[str, Any] = json.loads(line)
                    return found
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"it ended with {self._process.returncode}: {self._read(self._log)}")
        raise AssertionError(f"no line about {event!r}: {self._read(self._log)}")

    @property
    def out(self) -> str:
        """What it wrote to standard output so far."""
        return self._read(self._out)

    @property
    def log(self) -> str:
        """What it wrote to standard error so far."""
        return self._read(self._log)

    def stop(self) -> int:
        """Ask it to end; with what it ended."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(WITHIN_SECONDS)

    def _read(self, file: Any) -> str:
        # Without moving the place where the other process writes: both share it.
        return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")

"""A service process under measurement: its start, its CPU time and memory with all its children, its end."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    ticks: int
    pages: int


def _read(pid: str) -> _Process | None:
    try:
        # The name stands in brackets and may hold spaces; the numbers after it are those of proc(5) from field 3.
        fields = Path("/proc", pid, "stat").read_text("utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # utime, stime, and those of children that ended and were waited for.
    return _Process(parent=int(fields[1]), ticks=sum(map(int, fields[11:15])), pages=int(fields[21]))


class Service:
    """A started process; ``log`` takes what it prints."""

    def __init__(self, command: list[str], *, log: Path, environment: dict[str, str] | None = None) -> None:
        self._log = log
        self.started_at = time.perf_counter()
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=os.environ | (environment or {}),
            )

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def check_running(self) -> None:
        """Raises RuntimeError with the end of the log when the process has ended."""
        if self._process.poll() is not None:
            tail = self._log.read_text("utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"the service ended with {self._process.returncode}; the end of its log:\n{tail}")

    def cpu_seconds(self) -> float:
        """User and system time so far, of the process and everything it started."""
        return cpu_seconds_of(self._process.pid)

    def resident_megabytes(self) -> float:
        """Resident memory of the process and everything it started; pages they share count for each of them."""
        return sum(process.pages for process in _family(self._process.pid)) * _PAGE_BYTES / 1e6

    def stop(self) -> None:
        """Asks the process to end, and ends it after 15 seconds when it does not."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def cpu_seconds_of(pid: int) -> float:
    """User and system time so far, of a process and everything it started."""
    return sum(process.ticks for process in _family(pid)) / _TICKS_PER_SECOND


def _family(pid: int) -> list[_Process]:
    everyone = {
        int(entry.name): process
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (process := _read(entry.name))
    }
    family = {pid}
    while more := {child for child, process in everyone.items() if process.parent in family} - family:
        family |= more
    return [everyone[member] for member in family if member in everyone]

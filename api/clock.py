"""The clock: UTC, moved by a file's offset in trials only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Tells the time; a call gives the moment, aware and in UTC.

    ``file``: holds an offset in seconds, read anew at every call so that all processes jump together. No file there
    is no offset; while it is being written, the last offset that could be read holds.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = timedelta()

    def __call__(self) -> datetime:
        now = datetime.now(UTC)
        return now if self._file is None else now + self._read(self._file)

    def _read(self, file: Path) -> timedelta:
        try:
            self._offset = timedelta(seconds=float(file.read_text("utf-8")))
        except FileNotFoundError:
            self._offset = timedelta()
        except (OSError, ValueError, OverflowError):
            return self._offset
        return self._offset

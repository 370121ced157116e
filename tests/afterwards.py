"""What must be cleared away when a test run ends, however it ends: a run that is killed clears nothing itself."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def afterwards(script: str, *arguments: str) -> Iterator[None]:
    """Run a shell script with these arguments when the block ends, or this process, by whatever signal."""
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", f"read -r _\n{script}", "sh", *arguments],
        stdin=subprocess.PIPE,  # It waits for the end of its input, which comes with the end of this process.
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C ends the run, and the run's end ends this.
    )
    try:
        yield
    finally:
        keeper.communicate()

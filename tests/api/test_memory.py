"""What the service keeps in memory: not the large libraries that only seldom, or only another process, needs."""

import subprocess
import sys

SELDOM = {"PIL", "alembic", "cryptography", "fontTools", "fpdf", "matplotlib", "numpy", "telegram", "xlsxwriter"}
"""Together more than the service itself. Pictures and printed pages are made in the drawing child; the others are
imported where they are used."""


def test_the_service_starts_without_the_libraries_it_seldom_needs() -> None:
    code = f"import sys; import api.application, api.command_line, bot.intake; print({SELDOM} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"

"""What a command of the command line says: one object for programs, a few lines for people, or why it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import WerkstemError


@dataclass(frozen=True, slots=True)
class Said:
    """The result of a command. ``text`` is for people; ``data`` is the one object of ``--json``.

    ``is_fine``: False when what was found needs somebody to do something; then the exit code is 2 as well.
    """

    data: Mapping[str, Any]
    text: str
    is_fine: bool = True


class CannotDo(WerkstemError):
    """The command cannot be done; its sentence says why and what to do."""

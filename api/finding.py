"""What the doctor finds: one line each."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is: fine, worth knowing, or wrong."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do about it."""

    about: str
    state: State
    says: str

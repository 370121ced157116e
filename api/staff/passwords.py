"""Passwords: what makes one good enough, and how they are kept and compared (Argon2id), two at a time at most."""

import asyncio
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

SHORTEST = 15
LONGEST = 256
"""Length is what counts (NIST SP 800-63B-4, 3.1.1.2); past the longest, a password only costs work."""

AT_ONCE = 2
"""Each comparison takes 19 MiB and a core for a moment: more at once would let strangers fill the machine."""

FEWEST_CHARACTERS = 5
FEWEST_LETTERS = 4
SHORTEST_OWN = 3
_NOTHING_OF_ANYBODY = "argon2 hash of a password that nobody has"
_PARTS = re.compile(r"[^\W\d_]+")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "01234567890")


class Passwords:
    """Makes and compares password hashes off the event loop: 19 MiB, two passes, one lane (OWASP's second choice)."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """What is kept of a password."""
        async with self._turns:
            kept: str = await asyncio.to_thread(_hasher().hash, _plain(password))
        return kept

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Whether that is the password. With nothing kept it is the same work, and wrong."""
        async with self._turns:
            return await asyncio.to_thread(_compare, kept, _plain(password))


@cache
def _hasher() -> Any:
    # Imported where it is needed: a process in which nobody signs in does without it.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _stand_in() -> str:
    """A hash to compare with where there is none, so that time does not tell which accounts exist."""
    kept: str = _hasher().hash(_NOTHING_OF_ANYBODY)
    return kept


def _compare(kept: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    stand_in = _stand_in()
    try:
        _hasher().verify(kept or stand_in, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def _plain(password: str) -> str:
    """The same password whatever keyboard typed it (Unicode NFC), cut where it only costs work."""
    return unicodedata.normalize("NFC", password)[:LONGEST]


def fault_of(password: str, *, email: str, name: str) -> str | None:
    """The key of what is wrong with a new password, or None when it is good enough."""
    if len(_plain(password)) < SHORTEST:
        return "password.short"
    small = _plain(password).casefold()
    if len(set(small)) < FEWEST_CHARACTERS or _is_repeated(small) or _is_walk(small) or _is_left_bare(small, ()):
        return "password.common"
    own = [part for part in _PARTS.findall(f"{email} {name}".casefold()) if len(part) >= SHORTEST_OWN]
    return "password.own" if _is_left_bare(small, own) else None


def _is_left_bare(small: str, own: Iterable[str]) -> bool:
    """Whether it is hardly more than the words that everybody takes, these ``own`` ones, digits and signs."""
    rest = small
    for word in sorted({*_common_words(), *own}, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return sum(ch.isalpha() for ch in rest) < FEWEST_LETTERS


def _is_repeated(small: str) -> bool:
    """Whether it is one short piece again and again."""
    return any(small == (small[:size] * len(small))[: len(small)] for size in range(1, len(small) // 2 + 1))


def _is_walk(small: str) -> bool:
    """Whether nearly every step is to a neighbour in the alphabet or on a keyboard."""
    steps = list(pairwise(ch for ch in small if ch.isalnum()))
    near = sum(any(_are_neighbours(run, *step) for run in _RUNS) for step in steps)
    return bool(steps) and near >= 0.8 * len(steps)


def _are_neighbours(run: str, one: str, other: str) -> bool:
    return one in run and other in run and abs(run.find(one) - run.find(other)) <= 1


@cache
def _common_words() -> tuple[str, ...]:
    words = (Path(__file__).parent / "common_words.txt").read_text("utf-8").split()
    return tuple(words)

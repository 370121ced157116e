"""Random ids, codes and secrets, and the keyed hashes under which secrets are kept."""

import hmac
import secrets
import unicodedata
import uuid

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""For codes that people type: no 0 O 1 I, which look alike."""

TYPED_LENGTH = 8


def keyed_hash(key: bytes, purpose: str, text: str) -> str:
    """HMAC-SHA256 in hexadecimal; the same text for another ``purpose`` gives another hash."""
    return hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256").hex()


def new_id() -> str:
    """A random UUID4 as 32 hexadecimal characters."""
    return uuid.uuid4().hex


def new_secret() -> str:
    """128 random bits as 22 characters of A-Z a-z 0-9 _ -, which may stand in a link or a Telegram start payload."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """Eight random characters to type or to read out: 40 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TYPED_LENGTH))


def as_typed(text: str) -> str | None:
    """A code as somebody typed it, made equal to how it was given out; None when it cannot be one.

    Small letters, blanks, dashes and the digits of any script are fine.
    """
    kept = "".join(_plain(ch) for ch in unicodedata.normalize("NFKC", text).upper() if not _is_gap(ch))
    return kept if len(kept) == TYPED_LENGTH and set(kept) <= set(ALPHABET) else None


def _is_gap(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Pd", "Cf"}


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)

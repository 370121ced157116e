"""Sealed texts: what a page carries on, or the database keeps, that only this installation can read or make."""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

_NONCE_BYTES = 12


class Sealer:
    """Seals small values with AES-GCM under a key of the installation (NIST SP 800-38D).

    What was sealed for one ``purpose`` opens for no other.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"sealing", "sha256")

    def seal(self, purpose: str, value: Mapping[str, Any], now: datetime) -> str:
        """The value, unreadable, as text that fits a form's field."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps([now.timestamp(), dict(value)], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(nonce + self._cipher().encrypt(nonce, plain, purpose.encode())).decode()

    def open(
        self, purpose: str, sealed: str, *, now: datetime, within: timedelta | None = None
    ) -> dict[str, Any] | None:
        """The value again; None when we did not seal it so, or longer ago than ``within``."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.urlsafe_b64decode(sealed.encode("ascii"))
            plain = self._cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
        except (ValueError, binascii.Error, InvalidTag):  # UnicodeEncodeError is a ValueError.
            return None
        sealed_at, value = json.loads(plain)
        is_late = within is not None and not 0 <= now.timestamp() - sealed_at <= within.total_seconds()
        return None if is_late else dict(value)

    def _cipher(self) -> Any:
        # Imported where it is needed: a process in which nobody signs in does without its megabytes.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key)

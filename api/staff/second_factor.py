"""The second factor: six digits from an app (TOTP, RFC 6238), read kindly and good once."""

import hmac
import secrets
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
NEAR = 1
"""A code counts in its own half minute and the ones beside it: people type slowly, and clocks are never quite right."""

FAR = 4
"""So far off, it is a right code on a clock that is wrong: worth a sentence of its own, and nothing else."""

ISSUER = "Werkstem"


class Verdict(StrEnum):
    """What six digits are worth."""

    RIGHT = "right"
    WRONG = "wrong"
    CLOCK_OFF = "clock_off"


@dataclass(frozen=True, slots=True)
class Looked:
    """A verdict, and the half minute whose code it was when it is right."""

    verdict: Verdict
    step: int = 0


def new_totp_secret() -> str:
    """160 random bits in base32, as every app takes them (RFC 4226, 4)."""
    return b32encode(secrets.token_bytes(20)).decode()


def digits_of(typed: str) -> str:
    """What was typed as plain digits: without blanks, dashes and unseen characters, digits of every script as ours."""
    kept = (
        ch for ch in unicodedata.normalize("NFKC", typed) if unicodedata.category(ch) not in {"Zs", "Pd", "Cf", "Cc"}
    )
    return "".join(str(unicodedata.decimal(ch, ch)) for ch in kept)


def look(totp_secret: str, typed: str, now: datetime) -> Looked:
    """What somebody's code is worth at this moment. Whether it was used before, the store says."""
    import pyotp

    digits = digits_of(typed)
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdecimal():
        return Looked(Verdict.WRONG)
    step = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.HOTP(totp_secret)
    right = [at for at in range(step - FAR, step + FAR + 1) if hmac.compare_digest(totp.at(at), digits)]
    near = [at for at in right if abs(at - step) <= NEAR]
    if near:
        return Looked(Verdict.RIGHT, near[-1])
    return Looked(Verdict.CLOCK_OFF if right else Verdict.WRONG)


def address_of(totp_secret: str, email: str) -> str:
    """The address that an app takes in, from a picture or a press."""
    label = f"{ISSUER}:{quote(email)}"
    return f"otpauth://totp/{label}?secret={totp_secret}&issuer={ISSUER}"


def picture_of(address: str) -> str:
    """The address as a QR picture, an SVG of our own without any text in it."""
    import segno

    return segno.make_qr(address, error="m").svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)


def in_fours(totp_secret: str) -> str:
    """The secret to type over, in groups of four."""
    return " ".join(totp_secret[at : at + 4] for at in range(0, len(totp_secret), 4))

"""Which passwords are good enough, and what six digits are worth."""

from datetime import UTC, datetime

import pyotp
import pytest

from api.staff import second_factor
from api.staff.passwords import Passwords, fault_of
from api.staff.second_factor import Verdict, look

NOW = datetime(2026, 11, 20, 9, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("veertien tekes", "password.short"),
        ("", "password.short"),
        ("e\u0301" * 14, "password.short"),
        ("wachtwoord12345", "password.common"),
        ("Welkom2026Welkom2026!", "password.common"),
        ("123456789012345678", "password.common"),
        ("aaaaaaaaaaaaaaaaaaaa", "password.common"),
        ("abcabcabcabcabcabc", "password.common"),
        ("qwertyuiopasdfghjkl", "password.common"),
        ("1q2w3e4r5t6y7u8i9o0p", "password.common"),
        ("correct horse battery staple", "password.common"),
        ("noor.de.vries.1985!", "password.own"),
        ("Noor van Proefwerkplaats", "password.own"),
        ("paars fietst door de regen", None),
        ("noor houdt van warme soep", None),
        ("vijftienletters", None),
        ("مطر على الحديقة الكبيرة", None),
    ],
)
def test_length_counts_and_what_everybody_or_the_owner_would_take_does_not(password: str, fault: str | None) -> None:
    """NIST SP 800-63B-4, 3.1.1.2: length, no rules of composition, and a list of what is common or of the context."""
    assert fault_of(password, email="noor@proefwerkplaats.example", name="Noor van de Vries") == fault


async def test_only_the_password_itself_is_right_however_it_was_typed() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("caf\u00e9 onder de bomen")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.is_right(kept, "cafe\u0301 onder de bomen")
    assert not await passwords.is_right(kept, "cafe onder de bomen")
    assert not await passwords.is_right(None, "cafe onder de bomen")
    assert not await passwords.is_right(None, "argon2 hash of a password that nobody has")


def _at(seconds: float) -> str:
    return pyotp.TOTP(SECRET).at(int(NOW.timestamp() + seconds))


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        (_at(0), Verdict.RIGHT),
        (f" {_at(0)[:3]} {_at(0)[3:]}\u200f", Verdict.RIGHT),
        (f"{_at(0)[:3]}-{_at(0)[3:]}", Verdict.RIGHT),
        (_at(0).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), Verdict.RIGHT),
        (_at(0).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), Verdict.RIGHT),
        (_at(-30), Verdict.RIGHT),
        (_at(30), Verdict.RIGHT),
        (_at(-60), Verdict.CLOCK_OFF),
        (_at(120), Verdict.CLOCK_OFF),
        (_at(-120), Verdict.CLOCK_OFF),
        (_at(300), Verdict.WRONG),
        (_at(0)[:5], Verdict.WRONG),
        (_at(0) + "0", Verdict.WRONG),
        ("", Verdict.WRONG),
        ("abcdef", Verdict.WRONG),
        ("²³¹²³¹", Verdict.WRONG),
    ],
)
def test_a_code_is_read_kindly_and_counts_in_its_own_half_minute(typed: str, verdict: Verdict) -> None:
    """RFC 6238, 5.2: one step either way for slow hands; further off it only earns a sentence about the clock."""
    assert look(SECRET, typed, NOW).verdict is verdict


def test_the_picture_holds_the_address_that_an_app_understands() -> None:
    secret = second_factor.new_totp_secret()
    address = second_factor.address_of(secret, "noor@werk.example")
    read = pyotp.parse_uri(address)
    assert (read.secret, read.name, read.issuer) == (secret, "noor@werk.example", "Werkstem")
    assert second_factor.picture_of(address).startswith("<svg viewBox=")
    assert second_factor.in_fours(secret).replace(" ", "") == secret
    assert len({second_factor.new_totp_secret() for _ in range(20)}) == 20

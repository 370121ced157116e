"""Both factors of a member of staff against what was typed: at sign-in, and once more before what matters."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.staff import second_factor
from api.staff.desk import StaffDesk
from api.staff.second_factor import Verdict
from storage import audit, recovery_codes, staff
from storage.staff import StaffMember

_PURPOSE = "totp-secret"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a code was worth: ``fault`` is the key of what is wrong with it, None when it was right and is used up."""

    fault: str | None = None


def check_second(connection: Connection, desk: StaffDesk, member: StaffMember, typed: str, now: datetime) -> Checked:
    """Use up a code of the app or a recovery code, in this transaction; a code is right once."""
    secret = totp_secret_of(desk, member, now)
    looked = second_factor.look(secret, typed, now) if secret else None
    if looked is not None and looked.verdict is Verdict.RIGHT:
        return Checked() if staff.use_totp_step(connection, member.id, looked.step) else Checked("second.used")
    if recovery_codes.spend(connection, member, typed, key=desk.parts.key, now=now):
        audit.record(connection, member, "staff.used_recovery_code", at=now)
        return Checked()
    is_off = looked is not None and looked.verdict is Verdict.CLOCK_OFF
    return Checked("second.clock_off" if is_off else "second.wrong")


def sealed_totp_secret(desk: StaffDesk, secret: str, now: datetime) -> str:
    """A second factor's secret as it is kept: the database alone makes no codes."""
    return desk.sealer.seal(_PURPOSE, {"secret": secret}, now)


def totp_secret_of(desk: StaffDesk, member: StaffMember, now: datetime) -> str | None:
    """The secret of somebody's app; None when there is none, or it was kept under another key."""
    opened = desk.sealer.open(_PURPOSE, member.totp_secret, now=now) if member.totp_secret else None
    return str(opened["secret"]) if opened else None

"""Recovery codes: ten for who lost the phone, each good once in place of the second factor, kept as keyed hashes."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.secrets import as_typed, keyed_hash, new_code, new_id
from storage.staff import StaffMember
from storage.tables import recovery_codes

HOW_MANY = 10


def renew(connection: Connection, member: StaffMember, *, key: bytes, now: datetime) -> tuple[str, ...]:
    """New codes in place of all earlier ones, told this once."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == member.id))
    codes = tuple(new_code() for _ in range(HOW_MANY))
    rows = [
        {
            "id": new_id(),
            "organisation_id": member.organisation_id,
            "staff_id": member.id,
            "code_hash": _hash(key, member.id, code),
            "created_at": now,
        }
        for code in codes
    ]
    connection.execute(insert(recovery_codes), rows)
    return codes


def spend(connection: Connection, member: StaffMember, typed: str, *, key: bytes, now: datetime) -> bool:
    """Use a code up; whether it was one of theirs and still unused."""
    code = as_typed(typed)
    if code is None:
        return False
    theirs = (recovery_codes.c.code_hash == _hash(key, member.id, code)) & recovery_codes.c.spent_at.is_(None)
    return connection.execute(update(recovery_codes).where(theirs).values(spent_at=now)).rowcount == 1


def left(connection: Connection, staff_id: str) -> int:
    """How many are still unused."""
    unused = (recovery_codes.c.staff_id == staff_id) & recovery_codes.c.spent_at.is_(None)
    count: int = connection.execute(select(func.count()).select_from(recovery_codes).where(unused)).scalar_one()
    return count


def _hash(key: bytes, staff_id: str, code: str) -> str:
    return keyed_hash(key, f"recovery-code:{staff_id}", code)

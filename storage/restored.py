"""After an older backup was put back: people who were erased since are erased again, by their receipts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.erasure import ErasedBy, erase, hash_of
from storage.tables import chats, erasures, participants

_RECEIPTS = select(erasures.c.person_hash, erasures.c.code, erasures.c.erased_at, erasures.c.erased_by).where(
    erasures.c.person_hash.is_not(None)
)
_PEOPLE = (
    select(participants.c.id, participants.c.organisation_id, participants.c.name, func.min(chats.c.created_at))
    .outerjoin(chats, chats.c.participant_id == participants.c.id)
    .group_by(participants.c.id, participants.c.organisation_id, participants.c.name)
)


def erase_again(connection: Connection, key: bytes) -> int:
    """Erase whoever has a receipt and is here all the same, as before; how many. Twice is the same as once."""
    receipts = {receipt.person_hash: receipt for receipt in connection.execute(_RECEIPTS)}
    if not receipts:
        return 0
    erased = 0
    for participant_id, organisation_id, name, first_chat_at in connection.execute(_PEOPLE).all():
        receipt = receipts.get(hash_of(key, participant_id))
        if receipt is None or not _is_back(receipt, name, first_chat_at):
            continue
        erase(
            connection,
            organisation_id=organisation_id,
            participant_id=participant_id,
            erased_by=ErasedBy(receipt.erased_by),
            key=key,
            now=receipt.erased_at,
            code=receipt.code,
        )
        erased += 1
    return erased


def _is_back(receipt: Any, name: str, first_chat_at: datetime | None) -> bool:
    """Whether this is the person of before. The empty place that an erasing leaves is not, and may be taken anew."""
    if receipt.erased_by == ErasedBy.COACH:
        return True
    return bool(name) if first_chat_at is None else first_chat_at <= receipt.erased_at

"""Invitations: a link and a typed code, kept as keyed hashes, claimed once by a press, expiring and revocable."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.ids import InvitationId, OrganisationId, ParticipantId
from storage import guesses
from storage.secrets import as_typed, keyed_hash, new_code, new_id, new_secret
from storage.tables import invitations

LINK_DAYS = 14
TYPED_HOURS = 24
MOST_GUESSES_PER_CHAT = 5
CHAT_WINDOW_SECONDS = 600
MOST_GUESSES_IN_ALL = 1000
WINDOW_IN_ALL_SECONDS = 3600
_EVERYWHERE = "all"


class State(StrEnum):
    """What a code is worth just now. TOO_MANY: wrong codes were typed too often here, so it was not looked at."""

    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Issued:
    """A new invitation. The codes are told this once; ``code`` goes into links, ``typed_code`` is for typing."""

    id: InvitationId
    code: str
    typed_code: str
    expires_at: datetime
    typed_expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is kept of an invitation."""

    id: InvitationId
    organisation_id: OrganisationId
    participant_id: ParticipantId
    expires_at: datetime
    typed_expires_at: datetime
    claimed_at: datetime | None
    claimed_chat_id: str | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A code and what it is worth; the invitation is there unless the state is UNKNOWN or TOO_MANY."""

    state: State
    invitation: Invitation | None = None


_COLUMNS = [invitations.c[name] for name in Invitation.__slots__]
_OPEN = (invitations.c.claimed_at.is_(None), invitations.c.revoked_at.is_(None))
_BY_LINK = select(*_COLUMNS).where(invitations.c.code_hash == bindparam("hash"))
_BY_TYPED = select(*_COLUMNS).where(invitations.c.typed_hash == bindparam("hash"))
_OF_PARTICIPANT = (
    select(*_COLUMNS)
    .where(invitations.c.participant_id == bindparam("participant_id"))
    .order_by(invitations.c.created_at.desc(), invitations.c.id)
)
_CLAIM = (
    update(invitations)
    .where(invitations.c.id == bindparam("id_"), *_OPEN)
    .values(claimed_at=bindparam("now"), claimed_chat_id=bindparam("chat_id"))
)


def issue(connection: Connection, *, organisation_id: str, participant_id: str, key: bytes, now: datetime) -> Issued:
    """A new invitation for a participant; the earlier ones that nobody used are revoked."""
    revoke(connection, participant_id, now)
    issued = Issued(
        InvitationId(new_id()),
        new_secret(),
        _free_typed_code(connection, key),
        now + timedelta(days=LINK_DAYS),
        now + timedelta(hours=TYPED_HOURS),
    )
    values = {
        "id": issued.id,
        "organisation_id": organisation_id,
        "participant_id": participant_id,
        "code_hash": _link_hash(key, issued.code),
        "typed_hash": _typed_hash(key, issued.typed_code),
        "typed_expires_at": issued.typed_expires_at,
        "created_at": now,
        "expires_at": issued.expires_at,
    }
    connection.execute(insert(invitations).values(**values))
    return issued


def revoke(connection: Connection, participant_id: str, now: datetime) -> None:
    """End every invitation of a participant that nobody used yet."""
    connection.execute(
        update(invitations).where(invitations.c.participant_id == participant_id, *_OPEN).values(revoked_at=now)
    )


def look_up_link(connection: Connection, code: str, *, key: bytes, now: datetime) -> Found:
    """What the secret of a link is worth. Writes nothing; a typed code is UNKNOWN here: looking is not counted."""
    return _found(connection, _BY_LINK, _link_hash(key, code), now)


def find(connection: Connection, code: str, *, channel: str, address: str, key: bytes, now: datetime) -> Found:
    """What a link's secret or a typed code, from that chat, is worth.

    A wrong typed code counts as a guess of that chat, and of all chats together; after too many the answer is
    TOO_MANY, whatever was typed, until the window is over. The job must commit, so that the count stays.
    """
    typed = as_typed(code)
    if typed is None:
        return look_up_link(connection, code, key=key, now=now)
    place = place_of(key, channel, address)
    # The place of this chat first: one chat that guesses on does not keep everyone else waiting or counted out.
    if not guesses.is_allowed(
        connection, place, most=MOST_GUESSES_PER_CHAT, window_seconds=CHAT_WINDOW_SECONDS, now=now
    ) or not guesses.is_allowed(
        connection, _EVERYWHERE, most=MOST_GUESSES_IN_ALL, window_seconds=WINDOW_IN_ALL_SECONDS, now=now
    ):
        return Found(State.TOO_MANY)
    found = _found(connection, _BY_TYPED, _typed_hash(key, typed), now, is_typed=True)
    if found.state is not State.UNKNOWN:
        guesses.take_back(connection, place)
        guesses.take_back(connection, _EVERYWHERE)
    return found


def claim(
    connection: Connection, code: str, *, chat_id: str, channel: str, address: str, key: bytes, now: datetime
) -> Found:
    """Claim the invitation of a code for a chat that the same transaction adds: exactly one caller ever gets VALID.

    Everyone else is told what the code is worth, as ``find`` does.
    """
    found = find(connection, code, channel=channel, address=address, key=key, now=now)
    if found.state is not State.VALID or found.invitation is None:
        return found
    values = {"id_": found.invitation.id, "now": now, "chat_id": chat_id}
    if connection.execute(_CLAIM, values).rowcount == 1:
        return found
    # Somebody was a moment earlier; what is it worth now?
    newest = connection.execute(_OF_PARTICIPANT, {"participant_id": found.invitation.participant_id})
    earlier = next(Invitation(*row) for row in newest if row[0] == found.invitation.id)
    return Found(_state(earlier, earlier.expires_at, now), earlier)


def of_participant(connection: Connection, participant_id: str) -> tuple[Invitation, ...]:
    """Every invitation of a participant, newest first."""
    rows = connection.execute(_OF_PARTICIPANT, {"participant_id": participant_id})
    return tuple(Invitation(*row) for row in rows)


def mark_handed(connection: Connection, participant_id: str, now: datetime) -> None:
    """The coach gave somebody the card with the newest invitation; what was given before stays as it was."""
    newest = connection.execute(_OF_PARTICIPANT, {"participant_id": participant_id}).first()
    if newest is not None:
        connection.execute(
            update(invitations)
            .where(invitations.c.id == newest.id, invitations.c.handed_at.is_(None))
            .values(handed_at=now)
        )


def place_of(key: bytes, channel: str, address: str) -> str:
    """Where guesses of one chat are counted: a keyed hash, no address."""
    return keyed_hash(key, "place", f"{channel}\0{address}")


def _found(connection: Connection, query: Any, code_hash: str, now: datetime, *, is_typed: bool = False) -> Found:
    row = connection.execute(query, {"hash": code_hash}).first()
    if row is None:
        return Found(State.UNKNOWN)
    invitation = Invitation(*row)
    return Found(
        _state(invitation, invitation.typed_expires_at if is_typed else invitation.expires_at, now), invitation
    )


def _state(invitation: Invitation, expires_at: datetime, now: datetime) -> State:
    if invitation.claimed_at is not None:
        return State.USED
    if invitation.revoked_at is not None:
        return State.REVOKED
    return State.EXPIRED if expires_at <= now else State.VALID


def _free_typed_code(connection: Connection, key: bytes) -> str:
    """A typed code that nobody was given before: 40 bits are few enough to meet again one day."""
    while True:
        code = new_code()
        if connection.execute(_BY_TYPED, {"hash": _typed_hash(key, code)}).first() is None:
            return code


def _link_hash(key: bytes, code: str) -> str:
    return keyed_hash(key, "invitation-link", code)


def _typed_hash(key: bytes, code: str) -> str:
    return keyed_hash(key, "invitation-typed", code)

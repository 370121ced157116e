"""Links with which a person goes on in another chat: ten minutes, one use, kept as keyed hashes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.ids import ConversationId, OrganisationId, ParticipantId
from storage.secrets import keyed_hash, new_id, new_secret
from storage.tables import elsewhere_links

MINUTES = 10


class State(StrEnum):
    """What the secret of such a link is worth."""

    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ElsewhereLink:
    """Whose link it is, and which conversation goes on through it."""

    id: str
    organisation_id: OrganisationId
    participant_id: ParticipantId
    conversation_id: ConversationId
    expires_at: datetime
    spent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A link's secret and what it is worth; the link is there unless the state is UNKNOWN."""

    state: State
    link: ElsewhereLink | None = None


_COLUMNS = [elsewhere_links.c[name] for name in ElsewhereLink.__slots__]
_FIND = select(*_COLUMNS).where(elsewhere_links.c.token_hash == bindparam("hash"))
_SPEND = (
    update(elsewhere_links)
    .where(elsewhere_links.c.id == bindparam("id_"), elsewhere_links.c.spent_at.is_(None))
    .values(spent_at=bindparam("now"))
)


def issue(
    connection: Connection,
    *,
    organisation_id: str,
    participant_id: str,
    conversation_id: str,
    key: bytes,
    now: datetime,
    secret: str | None = None,
) -> str:
    """The secret of a new link; earlier open ones of the participant are used up. ``secret``: one made beforehand."""
    told = secret or new_secret()
    connection.execute(
        update(elsewhere_links)
        .where(elsewhere_links.c.participant_id == participant_id, elsewhere_links.c.spent_at.is_(None))
        .values(spent_at=now)
    )
    values = {
        "id": new_id(),
        "organisation_id": organisation_id,
        "participant_id": participant_id,
        "conversation_id": conversation_id,
        "token_hash": _hash(key, told),
        "expires_at": now + timedelta(minutes=MINUTES),
    }
    connection.execute(insert(elsewhere_links).values(**values))
    return told


def find(connection: Connection, secret: str, *, key: bytes, now: datetime) -> Found:
    """What a secret is worth; spends nothing."""
    row = connection.execute(_FIND, {"hash": _hash(key, secret)}).first()
    if row is None:
        return Found(State.UNKNOWN)
    link = ElsewhereLink(*row)
    if link.spent_at is not None:
        return Found(State.USED, link)
    return Found(State.EXPIRED if link.expires_at <= now else State.VALID, link)


def spend(connection: Connection, secret: str, *, key: bytes, now: datetime) -> Found:
    """Use a link up: exactly one caller gets VALID."""
    found = find(connection, secret, key=key, now=now)
    if found.state is not State.VALID or found.link is None:
        return found
    is_first = connection.execute(_SPEND, {"id_": found.link.id, "now": now}).rowcount == 1
    return found if is_first else Found(State.USED, found.link)


def _hash(key: bytes, secret: str) -> str:
    return keyed_hash(key, "elsewhere-link", secret)

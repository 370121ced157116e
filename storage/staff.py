"""The staff: coaches and owners, their set-up links and API tokens. Secrets are kept as keyed hashes only."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Select, bindparam, delete, exists, insert, select, update

from domain.ids import OrganisationId, StaffId
from storage.secrets import keyed_hash, new_id, new_secret
from storage.tables import api_tokens, participants, recovery_codes, sessions, setup_links, staff
from storage.upserts import add_once

SETUP_DAYS = 7
DEMO_HOURS = 24


class Role(StrEnum):
    """What a member of staff is. One e-mail address, one role."""

    COACH = "coach"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One coach or owner. ``is_also_boss``: a coach who also decides about people's work. ``email`` is casefolded.

    ``totp_secret`` is sealed: whoever only has the database cannot make codes. ``language`` is that of the pages.
    """

    id: StaffId
    organisation_id: OrganisationId
    email: str
    role: Role
    is_also_boss: bool
    name: str
    created_at: datetime
    password_hash: str | None = None
    totp_secret: str | None = None
    removed_at: datetime | None = None
    language: str = "nl"
    totp_step: int | None = None


_COLUMNS = [staff.c[name] for name in StaffMember.__slots__]
_ACTIVE = select(*_COLUMNS).where(staff.c.removed_at.is_(None))
_ADD = add_once(staff)
_BY_EMAIL = _ACTIVE.where(staff.c.email == bindparam("email"))
_BY_ID = _ACTIVE.where(staff.c.id == bindparam("id"), staff.c.organisation_id == bindparam("organisation_id"))
_OF_ORGANISATION = _ACTIVE.where(staff.c.organisation_id == bindparam("organisation_id")).order_by(staff.c.email)
_EVER = select(*_COLUMNS).where(staff.c.id == bindparam("id"), staff.c.organisation_id == bindparam("organisation_id"))
_LEAVERS = (
    select(*_COLUMNS)
    .where(
        staff.c.organisation_id == bindparam("organisation_id"),
        staff.c.removed_at.is_not(None),
        exists().where(participants.c.coach_id == staff.c.id),
    )
    .order_by(staff.c.name, staff.c.id)
)
_BY_TOKEN = _ACTIVE.join(api_tokens, api_tokens.c.staff_id == staff.c.id).where(
    api_tokens.c.token_hash == bindparam("token_hash"), api_tokens.c.revoked_at.is_(None)
)
_BY_SETUP_LINK = _ACTIVE.join(setup_links, setup_links.c.staff_id == staff.c.id).where(
    setup_links.c.token_hash == bindparam("token_hash"),
    setup_links.c.spent_at.is_(None),
    setup_links.c.expires_at > bindparam("now", type_=setup_links.c.expires_at.type),
)


def add(connection: Connection, member: StaffMember) -> None:
    """Add a member of staff. Raises Conflict when somebody has the address; nothing happens when the id is there."""
    values = {name: getattr(member, name) for name in StaffMember.__slots__}
    values |= {"email": member.email.strip().casefold(), "role": member.role.value}
    connection.execute(_ADD[connection.dialect.name], values)


def by_email(connection: Connection, email: str) -> StaffMember | None:
    """The member of staff with that address, in any case of letters; None when there is none any more."""
    return _one(connection, _BY_EMAIL, email=email.strip().casefold())


def get(connection: Connection, organisation_id: str, staff_id: str) -> StaffMember | None:
    """The member of staff of that organisation and id; None when there is none any more."""
    return _one(connection, _BY_ID, organisation_id=organisation_id, id=staff_id)


def of_organisation(connection: Connection, organisation_id: str) -> tuple[StaffMember, ...]:
    """Everyone who works for an organisation now, by e-mail address."""
    rows = connection.execute(_OF_ORGANISATION, {"organisation_id": organisation_id})
    return tuple(_read(row) for row in rows)


def ever(connection: Connection, organisation_id: str, staff_id: str) -> StaffMember | None:
    """The member of staff of that organisation and id, also one who was removed; None when there never was one."""
    return _one(connection, _EVER, organisation_id=organisation_id, id=staff_id)


def leavers_with_people(connection: Connection, organisation_id: str) -> tuple[StaffMember, ...]:
    """Coaches who were removed and whose people wait to be handed over, by name. How many wait is not told."""
    return tuple(_read(row) for row in connection.execute(_LEAVERS, {"organisation_id": organisation_id}))


def rename(connection: Connection, staff_id: str, name: str) -> None:
    """Set the name under which people know a coach."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(name=name))


def set_language(connection: Connection, staff_id: str, language: str) -> None:
    """The language in which somebody reads the pages."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(language=language))


def set_sign_in(
    connection: Connection, staff_id: str, *, password_hash: str, totp_secret: str, totp_step: int | None = None
) -> None:
    """Set both factors of signing in; ``totp_step`` is the half minute whose code was used to set the second up."""
    values = {"password_hash": password_hash, "totp_secret": totp_secret, "totp_step": totp_step}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))


def set_password(connection: Connection, staff_id: str, password_hash: str) -> None:
    """Set the first factor."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash))


def set_second_factor(connection: Connection, staff_id: str, *, totp_secret: str, totp_step: int) -> None:
    """Set the second factor, and that this half minute's code was used."""
    values = {"totp_secret": totp_secret, "totp_step": totp_step}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))


def use_totp_step(connection: Connection, staff_id: str, step: int) -> bool:
    """Use the code of a half minute up; False when that one or a later one was used already, by whomever."""
    unused = (staff.c.totp_step.is_(None)) | (staff.c.totp_step < step)
    used = connection.execute(update(staff).where(staff.c.id == staff_id, unused).values(totp_step=step))
    return used.rowcount == 1


def mark_boss(connection: Connection, staff_id: str, *, is_also_boss: bool) -> None:
    """Whether a coach also decides about people's work."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(is_also_boss=is_also_boss))


def reset(connection: Connection, staff_id: str, now: datetime) -> None:
    """Forget both factors of signing in, and end sessions, links and tokens at once; a new set-up link must follow."""
    nothing = {"password_hash": None, "totp_secret": None, "totp_step": None}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**nothing))
    _end_keys(connection, staff_id, now)


def remove(connection: Connection, staff_id: str, now: datetime) -> None:
    """Take a member of staff away, at once: sessions, tokens and links die, and the address is free again.

    The row stays, because participants and consents name the coach.
    """
    gone = {"removed_at": now, "password_hash": None, "totp_secret": None, "totp_step": None}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**gone))
    _end_keys(connection, staff_id, now)


def create_setup_link(connection: Connection, member: StaffMember, *, key: bytes, now: datetime) -> str:
    """A secret for a link with which somebody sets up signing in: one use, seven days; ends earlier ones."""
    _spend_setup_links(connection, member.id, now)
    secret = new_secret()
    values = {
        "id": new_id(),
        "organisation_id": member.organisation_id,
        "staff_id": member.id,
        "token_hash": keyed_hash(key, "setup-link", secret),
        "created_at": now,
        "expires_at": now + timedelta(days=SETUP_DAYS),
    }
    connection.execute(insert(setup_links).values(**values))
    return secret


def by_setup_link(connection: Connection, secret: str, *, key: bytes, now: datetime) -> StaffMember | None:
    """Whose open set-up link that is; None when it is unknown, spent or too old. Spends nothing."""
    return _one(connection, _BY_SETUP_LINK, token_hash=keyed_hash(key, "setup-link", secret), now=now)


def spend_setup_link(connection: Connection, secret: str, *, key: bytes, now: datetime) -> StaffMember | None:
    """Use a set-up link up: whose it was, once; after that None."""
    member = by_setup_link(connection, secret, key=key, now=now)
    return member if _spend(connection, keyed_hash(key, "setup-link", secret), now) else None


def open_setup_links(connection: Connection, organisation_id: str, now: datetime) -> dict[str, datetime]:
    """Until when the open set-up link of each member of staff is good, by id."""
    query = select(setup_links.c.staff_id, setup_links.c.expires_at).where(
        setup_links.c.organisation_id == organisation_id,
        setup_links.c.spent_at.is_(None),
        setup_links.c.expires_at > now,
    )
    return {row.staff_id: row.expires_at for row in connection.execute(query)}


def create_demo_link(connection: Connection, member: StaffMember, *, key: bytes, now: datetime) -> str:
    """A secret with which whoever has it signs in without a password, once, within a day: for invented people only.

    It stands among the set-up links, under a hash of its own purpose, and ends with them.
    """
    secret = new_secret()
    values = {
        "id": new_id(),
        "organisation_id": member.organisation_id,
        "staff_id": member.id,
        "token_hash": keyed_hash(key, "demo-link", secret),
        "created_at": now,
        "expires_at": now + timedelta(hours=DEMO_HOURS),
    }
    connection.execute(insert(setup_links).values(**values))
    return secret


def by_demo_link(connection: Connection, secret: str, *, key: bytes, now: datetime) -> StaffMember | None:
    """Whose open demo link that is; None when it is unknown, spent or too old. Spends nothing."""
    return _one(connection, _BY_SETUP_LINK, token_hash=keyed_hash(key, "demo-link", secret), now=now)


def spend_demo_link(connection: Connection, secret: str, *, key: bytes, now: datetime) -> StaffMember | None:
    """Use a demo link up: whose it was, once; after that None."""
    member = by_demo_link(connection, secret, key=key, now=now)
    return member if _spend(connection, keyed_hash(key, "demo-link", secret), now) else None


def create_token(connection: Connection, member: StaffMember, *, key: bytes, now: datetime) -> str:
    """A new API token with that person's rights; kept as a hash, so it is told this once."""
    token = f"ws_{secrets.token_urlsafe(32)}"
    values = {
        "id": new_id(),
        "organisation_id": member.organisation_id,
        "staff_id": member.id,
        "token_hash": keyed_hash(key, "api-token", token),
        "created_at": now,
    }
    connection.execute(insert(api_tokens).values(**values))
    return token


def by_token(connection: Connection, token: str, *, key: bytes) -> StaffMember | None:
    """Whose API token that is; None when it is unknown or revoked, or its owner was removed."""
    return _one(connection, _BY_TOKEN, token_hash=keyed_hash(key, "api-token", token))


@dataclass(frozen=True, slots=True)
class Token:
    """An API token that works, as far as it may still be told."""

    id: str
    created_at: datetime


def tokens_of(connection: Connection, staff_id: str) -> tuple[Token, ...]:
    """The API tokens of somebody that work, oldest first."""
    query = select(api_tokens.c.id, api_tokens.c.created_at).where(
        api_tokens.c.staff_id == staff_id, api_tokens.c.revoked_at.is_(None)
    )
    return tuple(Token(*row) for row in connection.execute(query.order_by(api_tokens.c.created_at, api_tokens.c.id)))


def revoke_token(connection: Connection, staff_id: str, token_id: str, now: datetime) -> None:
    """End one of somebody's API tokens at once; another's is left alone."""
    theirs = (api_tokens.c.id == token_id) & (api_tokens.c.staff_id == staff_id) & api_tokens.c.revoked_at.is_(None)
    connection.execute(update(api_tokens).where(theirs).values(revoked_at=now))


def _end_keys(connection: Connection, staff_id: str, now: datetime) -> None:
    _spend_setup_links(connection, staff_id, now)
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    connection.execute(
        update(sessions).where(sessions.c.staff_id == staff_id, sessions.c.ended_at.is_(None)).values(ended_at=now)
    )
    connection.execute(
        update(api_tokens)
        .where(api_tokens.c.staff_id == staff_id, api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _spend(connection: Connection, token_hash: str, now: datetime) -> bool:
    unspent = (setup_links.c.token_hash == token_hash) & setup_links.c.spent_at.is_(None)
    return connection.execute(update(setup_links).where(unspent).values(spent_at=now)).rowcount == 1


def _spend_setup_links(connection: Connection, staff_id: str, now: datetime) -> None:
    connection.execute(
        update(setup_links)
        .where(setup_links.c.staff_id == staff_id, setup_links.c.spent_at.is_(None))
        .values(spent_at=now)
    )


def _one(connection: Connection, query: Select[tuple[object, ...]], **values: object) -> StaffMember | None:
    row = connection.execute(query, values).first()
    return None if row is None else _read(row)


def _read(row: object) -> StaffMember:
    values = dict(zip(StaffMember.__slots__, row, strict=True))  # type: ignore[call-overload]  # a Row is iterable
    return StaffMember(**{**values, "role": Role(values["role"])})

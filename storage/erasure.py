"""Erasing a person: one registry says what happens to every table that knows participants.

A test fails when a table gets a participant and no rule here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, case, delete, select, update

from storage.invitations import place_of
from storage.secrets import keyed_hash, new_code, new_id
from storage.tables import (
    agreements,
    answers,
    audit,
    chats,
    consents,
    conversations,
    dead_letters,
    elsewhere_links,
    guesses,
    invitations,
    measurements,
    memberships,
    participants,
    window_people,
)
from storage.tables import erasures as receipts
from storage.upserts import per_dialect


class ErasedBy(StrEnum):
    """Who asked for it."""

    PARTICIPANT = "participant"
    COACH = "coach"


Rule = Callable[[Connection, str], Any]


def _rows_of(table: Any) -> Rule:
    return lambda connection, participant_id: connection.execute(
        delete(table).where(table.c.participant_id == participant_id)
    )


def _answers(connection: Connection, participant_id: str) -> None:
    theirs = select(measurements.c.id).where(measurements.c.participant_id == participant_id)
    connection.execute(delete(answers).where(answers.c.measurement_id.in_(theirs)))


def _consents(connection: Connection, participant_id: str) -> None:
    # The proof of a decision stays (GDPR art. 7(1)); whose it was, and about which coach, does not.
    nobody = {"participant_id": None, "coach_id": None}
    connection.execute(update(consents).where(consents.c.participant_id == participant_id).values(**nobody))


def _audit(connection: Connection, participant_id: str) -> None:
    # That somebody of the staff did something stays; about whom does not. The log's triggers allow just this.
    connection.execute(update(audit).where(audit.c.participant_id == participant_id).values(participant_id=None))


def _window_people(connection: Connection, participant_id: str) -> None:
    """How many were counted stays, so that no later figure comes too near an earlier one; who they were does not."""
    theirs = window_people.c.participant_id == participant_id
    connection.execute(update(window_people).where(theirs).values(participant_id=new_id()))


def _nothing(_connection: Connection, _participant_id: str) -> None:
    """Stays as it is."""


def _participant(connection: Connection, participant_id: str) -> None:
    connection.execute(delete(participants).where(participants.c.id == participant_id))


def _empty_place(connection: Connection, participant_id: str) -> None:
    """Of somebody invited, only that there was an invitation: no name, no address, no language, no choice."""
    nothing = {"name": "", "language": "nl", "phone": None, "phone_opt_in": False, "email": None, "pin_hash": None}
    connection.execute(
        update(participants)
        .where(participants.c.id == participant_id)
        .values(**nothing, same_order=False, invited_language="nl")
    )


def _never_opened(connection: Connection, participant_id: str) -> None:
    """When the person was asked stays; that anything was opened, answered or said does not."""
    never = dict.fromkeys(("invited_at", "opened_at", "completed_at", "talk_topics"))
    reached = case((measurements.c.status.in_(("planned", "closed")), measurements.c.status), else_="invited")
    connection.execute(
        update(measurements)
        .where(measurements.c.participant_id == participant_id)
        .values(**never, seed=0, same_order=False, status=reached)
    )


RULES: Mapping[str, Rule] = {
    "answers": _answers,
    "agreements": _rows_of(agreements),
    "elsewhere_links": _rows_of(elsewhere_links),
    "measurements": _rows_of(measurements),
    "invitations": _rows_of(invitations),
    "chats": _rows_of(chats),
    "conversations": _rows_of(conversations),
    "consents": _consents,
    "audit": _audit,
    "memberships": _rows_of(memberships),
    "window_people": _window_people,
    "participants": _participant,
}
"""What erasing does in each table that knows participants, in an order that the foreign keys allow."""

BY_THE_PERSON: Mapping[str, Rule] = {
    **RULES,
    "measurements": _never_opened,
    "memberships": _nothing,  # The coach said in which team somebody invited works.
    "participants": _empty_place,
}
"""The same when the person does it: what the coach sees must not tell it from an invitation that nobody opened."""

_ADD_RECEIPT = per_dialect(lambda insert: insert(receipts).on_conflict_do_nothing())


def erase(
    connection: Connection,
    *,
    organisation_id: str,
    participant_id: str,
    erased_by: ErasedBy,
    key: bytes,
    now: datetime,
    code: str | None = None,
) -> str:
    """Remove everything that points to a person, in this transaction; the receipt's code comes back.

    What stays: consent decisions of nobody in particular, the receipt, and keyed hashes that keep a late copy of an
    old message from being taken for a new one. When the person did it, an empty place stays as well: that somebody
    was invited and when, without a name, an address or an answer. ``code``: a receipt code made beforehand. A Store's
    ``compact`` afterwards takes the bytes out of SQLite's log as well.
    """
    _erase_traces(connection, participant_id, key)
    rules = BY_THE_PERSON if erased_by is ErasedBy.PARTICIPANT else RULES
    for rule in rules.values():
        rule(connection, participant_id)
    receipt = code or new_code()
    values = {"code": receipt, "organisation_id": organisation_id, "erased_at": now, "erased_by": erased_by.value}
    values["person_hash"] = hash_of(key, participant_id)
    connection.execute(_ADD_RECEIPT[connection.dialect.name], values)
    return receipt


def hash_of(key: bytes, participant_id: str) -> str:
    """Who was erased, for whoever has the key and meets that id again in an older backup."""
    return keyed_hash(key, "erased", participant_id)


def _erase_traces(connection: Connection, participant_id: str, key: bytes) -> None:
    """What knows a person's chats by a keyed hash only: counted guesses, and messages that could not be taken in."""
    theirs = connection.execute(
        select(chats.c.channel, chats.c.address).where(chats.c.participant_id == participant_id)
    )
    places = [place_of(key, channel, address) for channel, address in theirs]
    connection.execute(delete(guesses).where(guesses.c.place.in_(places)))
    connection.execute(delete(dead_letters).where(dead_letters.c.chat_hash.in_(places)))

"""My data: everything that is kept about one person, as a file the person can keep (GDPR articles 15 and 20)."""

import json
from typing import Any

from sqlalchemy import Connection

from bot.around import with_names
from domain.answers import Answer
from storage import agreements, answers, chats, consents, conversations, looks, measurements, participants
from storage.catalogue import Catalogue, Catalogues
from storage.conversations import StoredConversation
from storage.participants import Participant


def my_data(connection: Connection, catalogues: Catalogues, organisation_id: str, participant_id: str) -> bytes:
    """The person's name, chats, choices, measurements and answers with their statements, as readable JSON (UTF-8).

    What is kept only as a hash (codes, the pictures of the PIN) is named, not shown: we do not have it.
    """
    participant = participants.get(connection, organisation_id, participant_id)
    if participant is None:
        return b"{}"
    stored = conversations.of_participant(connection, participant_id, lock=False)
    data = {
        **_person(participant),
        "chats": _chats(connection, participant_id),
        "choices": _choices(connection, participant_id, stored),
        "measurements": _measurements(connection, participant_id, catalogues[participant.language]),
        "agreements": _agreements(connection, participant_id, catalogues[participant.language]),
        "looks_at_my_answers": _looks(connection, participant_id),
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _person(participant: Participant) -> dict[str, Any]:
    return {
        "name": participant.name,
        "language": participant.language,
        "same_order": participant.same_order,
        "has_picture_pin": participant.pin_hash is not None,
        "phone": participant.phone,
        "email": participant.email,
    }


def _chats(connection: Connection, participant_id: str) -> list[dict[str, Any]]:
    """The chats the person came in by; a browser's address is a hash, which says nothing to anybody."""
    return [
        {"channel": chat.channel, "since": chat.created_at.isoformat()}
        | ({"address": chat.address} if chat.channel != "web" else {})
        for chat in chats.of_participant(connection, participant_id)
    ]


def _choices(connection: Connection, participant_id: str, stored: StoredConversation | None) -> list[dict[str, Any]]:
    return [
        {
            "purpose": consent.purpose,
            "topic": consent.topic,
            "decision": consent.decision,
            "at": consent.decided_at.isoformat(),
            "text": _words(consents.text_of(connection, consent.text_hash, consent.language), stored),
        }
        for consent in consents.history(connection, participant_id)
    ]


def _measurements(connection: Connection, participant_id: str, own: Catalogue) -> list[dict[str, Any]]:
    return [
        {
            "kind": measurement.kind,
            "number": measurement.number,
            "completed_at": measurement.completed_at.isoformat() if measurement.completed_at else None,
            "topics_to_talk_about": measurement.talk_topics,
            "answers": [
                {
                    "statement": own.statement(given.statement_id, given.wording_version),
                    "answer": own.say(_label(given.answer)),
                    "at": given.answered_at.isoformat(),
                }
                for given in answers.of_measurement(connection, measurement.id).values()
            ],
        }
        for measurement in measurements.of_participant(connection, participant_id)
    ]


def _agreements(connection: Connection, participant_id: str, own: Catalogue) -> list[dict[str, Any]]:
    return [
        {
            "with": made.coach,
            "on": made.words.agreed_on.isoformat(),
            "about": own.say(f"group.{made.words.topic}") if made.words.topic else None,
            "text": made.words.text,
            "done": made.words.is_done,
        }
        for made in agreements.of_participant(connection, participant_id)
    ]


def _looks(connection: Connection, participant_id: str) -> list[dict[str, Any]]:
    """Every look at the answers that staff took, the newest first."""
    return [
        {"who": looked.name, "how": looked.look, "at": looked.looked_at.isoformat()}
        for looked in looks.at(connection, participant_id)
    ]


def _words(text: str | None, stored: StoredConversation | None) -> str | None:
    """A consent's text as the person read it, with the names that are kept out of the register."""
    return with_names(text, stored) if text and stored else text


def _label(answer: Answer) -> str:
    return f"scale.{answer}" if answer.value_or_none else f"reason.{answer}"

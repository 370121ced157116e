"""Consent: what a participant said yes or no to, and what may be done because of it. Without a yes, nothing.

A history is one participant's decisions in time order, append-only. The newest decision about the same purpose (and
topic and coach) counts; earlier ones stay as proof (the method, sections f.1 and f.2).
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.questionnaire import Group, Sensitivity
from domain.schedule import months_later

SHARING_MONTHS = 6
"""How many calendar months after a measurement its sharing ends, unless renewed."""


class Purpose(StrEnum):
    """What a decision is about; each is asked on its own. The code of the method's table f.2 stands behind it."""

    KEEP = "keep"  # C0: keep my answers, to show me my own picture
    HEALTH = "health"  # C1: statements about feelings and body
    SUBSTANCE = "substance"  # C2: statements about alcohol and drugs
    JUSTICE = "justice"  # C3: statements about police and justice
    COACH = "coach"  # C4: this coach may see my web and my answers
    TOPIC = "topic"  # C4-g: this topic may be seen by this coach
    GROUP = "group"  # C5: count me in the group picture
    REMINDER = "reminder"  # C6: send me a message when I stop half-way, and next time
    COACH_VIEW = "coach_view"  # C8: my coach may fill in the same list about me
    EMAIL = "email"  # the same messages by e-mail


class Decision(StrEnum):
    """What was decided. Only ``given`` allows anything."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"  # by another coach taking over, not by the person: a yes to one coach comes back by itself for none


@dataclass(frozen=True, slots=True)
class Consent:
    """One decision, with the exact text it was given under (GDPR art. 7(1)).

    ``decided_at`` and ``ends_at`` are aware, UTC. ``coach_id`` names the coach of COACH and TOPIC; ``topic`` is the
    group of TOPIC. At ``ends_at`` it is no longer in force; None: until it is withdrawn.
    """

    purpose: Purpose
    decision: Decision
    decided_at: datetime
    text_version: str
    text_hash: str
    language: str
    channel: str
    topic: str | None = None
    coach_id: str | None = None
    ends_at: datetime | None = None


History = Sequence[Consent]


def text_hash(text: str) -> str:
    """SHA-256 of the text in NFC, in hexadecimal: proves which words were on the screen."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def latest(history: History, purpose: Purpose, topic: str | None = None, coach_id: str | None = None) -> Consent | None:
    """The decision that counts now for exactly this purpose, topic and coach; None when nothing was decided."""
    wanted = (purpose, topic, coach_id)
    return next((c for c in reversed(history) if (c.purpose, c.topic, c.coach_id) == wanted), None)


def is_in_force(
    history: History, purpose: Purpose, now: datetime, *, topic: str | None = None, coach_id: str | None = None
) -> bool:
    """Whether the newest decision for this purpose, topic and coach is a yes that has not ended at ``now``."""
    decided = latest(history, purpose, topic, coach_id)
    return decided is not None and decided.decision is Decision.GIVEN and not _has_ended(decided, now)


def may_ask(history: History, group: Group, now: datetime) -> bool:
    """Whether statements of this group may be shown: taking part, and a sensitive group's own yes as well."""
    if not is_in_force(history, Purpose.KEEP, now):
        return False
    return group.sensitivity is None or is_in_force(history, purpose_of(group.sensitivity), now)


def may_keep(history: History, group: Group, now: datetime) -> bool:
    """Whether an answer to a statement of this group may be stored now: under the same yes that lets it be asked."""
    return may_ask(history, group, now)


def may_share(
    history: History, group: Group, *, coach_id: str, now: datetime, measured_at: datetime | None = None
) -> bool:
    """Whether this coach may see this group's answers and scores.

    It takes the yes to this coach and the yes to this topic for this coach, neither ended, and everything that lets
    the group be asked. A topic's yes counts only when it came after the last no to this coach: whoever takes a coach
    back in goes through the list of topics again. With ``measured_at``, when that measurement was completed, an
    earlier yes does not count either: nothing of a new measurement is shared before its own list was confirmed.
    """
    if not may_ask(history, group, now) or not is_in_force(history, Purpose.COACH, now, coach_id=coach_id):
        return False
    said = latest(_since_last_no(history, coach_id), Purpose.TOPIC, group.name, coach_id)
    if said is None or said.decision is not Decision.GIVEN or _has_ended(said, now):
        return False
    return measured_at is None or said.decided_at >= measured_at


def may_count(history: History, group: Group, now: datetime) -> bool:
    """Whether this group's score may count in a group picture. Substance use and police & justice never do."""
    if group.sensitivity in (Sensitivity.SUBSTANCE, Sensitivity.JUSTICE):
        return False
    return is_in_force(history, Purpose.GROUP, now) and may_ask(history, group, now)


def may_write_to(history: History, now: datetime) -> bool:
    """Whether a message may be sent unasked: the yes to messages, while the person takes part."""
    return is_in_force(history, Purpose.REMINDER, now) and is_in_force(history, Purpose.KEEP, now)


def purpose_of(sensitivity: Sensitivity) -> Purpose:
    """The purpose that is asked before the first statement of that class."""
    return Purpose(sensitivity.value)


def sharing_ends_at(measured_at: datetime) -> datetime:
    """Six calendar months later, the same time of day; on the month's last day when it has no such day."""
    return months_later(measured_at, SHARING_MONTHS)


def _has_ended(consent: Consent, now: datetime) -> bool:
    return consent.ends_at is not None and now >= consent.ends_at


def _since_last_no(history: History, coach_id: str) -> History:
    for index in range(len(history) - 1, -1, -1):
        decided = history[index]
        is_about_coach = decided.purpose is Purpose.COACH and decided.coach_id == coach_id
        if is_about_coach and decided.decision is not Decision.GIVEN:
            return history[index + 1 :]
    return history

"""What a coach sees of somebody: what that person shares, and nothing that tells why the rest is missing. Pure.

Never opened, refused, stopped, withdrawn and expired look the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.consent import Consent, may_share
from domain.questionnaire import Questionnaire
from storage.measurements import Status, StoredMeasurement

_UNDER_WAY = frozenset({Status.BUSY, Status.PAUSED})


@dataclass(frozen=True, slots=True)
class Reader:
    """The coach who looks, and when."""

    coach_id: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a measurement came, as far as its coach may know."""

    status: Status
    completed_at: datetime | None = None


def shared_groups(
    questionnaire: Questionnaire, measurement: StoredMeasurement, history: Sequence[Consent], reader: Reader
) -> tuple[str, ...]:
    """The groups of a finished measurement that this coach may see now, in the fixed order; none when unfinished."""
    if measurement.completed_at is None:
        return ()
    return tuple(
        name
        for name in questionnaire.in_order(measurement.modules)
        if may_share(
            history,
            questionnaire.group(name),
            coach_id=reader.coach_id,
            now=reader.now,
            measured_at=measurement.completed_at,
        )
    )


def shares_anything(questionnaire: Questionnaire, history: Sequence[Consent], reader: Reader) -> bool:
    """Whether this person shares any topic with this coach now, of whichever measurement."""
    return any(may_share(history, group, coach_id=reader.coach_id, now=reader.now) for group in questionnaire.groups)


def status_for_staff(
    questionnaire: Questionnaire, measurement: StoredMeasurement, history: Sequence[Consent], reader: Reader
) -> Seen:
    """How far a measurement came, as its coach sees it.

    Without sharing it is invited from its due moment until its window closes, then closed, whatever happened. Done is
    seen once the person confirmed what of this very measurement is shared; until then it looks under way to a coach
    with whom something is shared already.
    """
    if shared_groups(questionnaire, measurement, history, reader):
        return Seen(Status.DONE, measurement.completed_at)
    if reader.now < measurement.due_at:
        return Seen(Status.PLANNED)
    if reader.now >= measurement.closes_at:
        return Seen(Status.CLOSED)
    if shares_anything(questionnaire, history, reader):
        if measurement.status in _UNDER_WAY:
            return Seen(measurement.status)
        if measurement.status is Status.DONE:
            return Seen(Status.BUSY)
    return Seen(Status.INVITED)

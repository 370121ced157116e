"""What a coach sees of one person, gathered in one place: what that person shares with this coach at this moment.

Where nothing is shared there is nothing at all: no reason, no date, no number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.access import participant_of
from api.sharing import Reader, shared_groups
from bot.webs import Measured, measured_by
from domain.change import AnsweredStatement, Change, Reworded, change_of
from domain.consent import History, Purpose, latest
from domain.looks import OPENED, Look
from domain.priority import Topic, strengths, topics
from domain.questionnaire import Questionnaire
from domain.scoring import GroupScore
from storage import agreements, answers, audit, consents, measurements, organisations
from storage.agreements import Agreement
from storage.answers import StoredAnswer
from storage.catalogue import Catalogues
from storage.measurements import StoredMeasurement
from storage.participants import Participant
from storage.staff import StaffMember

MOST_COMPARED = 2
"""At most three moments stand in one picture (METHOD e.6)."""


@dataclass(frozen=True, slots=True)
class SharedMoment:
    """One finished measurement of which something is shared: its answers, and which groups may be seen."""

    stored: StoredMeasurement
    shared: tuple[str, ...]
    given: Mapping[str, StoredAnswer]
    time_zone: str

    @property
    def measured(self) -> Measured:
        """The same, ready for a picture."""
        return measured_by(self.stored, self.given, visible=self.shared, time_zone=self.time_zone)

    @property
    def day(self) -> date:
        """The day on which it was finished, where the organisation is."""
        return self.measured.day

    def scores(self, questionnaire: Questionnaire) -> dict[str, GroupScore]:
        """The scores of the groups that may be seen."""
        return self.measured.scores(questionnaire)

    def answered(self) -> dict[str, AnsweredStatement]:
        """The answers with what a comparison needs to know of how each was asked."""
        return {
            statement_id: AnsweredStatement(
                answer=one.answer,
                wording_version=one.wording_version,
                language=one.language,
                same_order=self.stored.same_order,
                assisted="sits_next_to_me" if one.assisted else "no",
            )
            for statement_id, one in self.given.items()
        }


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A person who shares something. ``moments`` are oldest first, at least one. ``until`` says per last day which
    groups are shared until then."""

    participant: Participant
    moments: tuple[SharedMoment, ...]
    until: tuple[tuple[date, tuple[str, ...]], ...]
    agreements: tuple[Agreement, ...]

    @property
    def newest(self) -> SharedMoment:
        """The last measurement of which something is shared."""
        return self.moments[-1]

    def compared(self, wanted: Sequence[str] | None) -> tuple[SharedMoment, ...]:
        """The newest moment behind up to two earlier ones: those whose ordinal is wanted, or else the one before."""
        earlier = self.moments[:-1]
        chosen = earlier[-1:] if wanted is None else [one for one in earlier if str(one.stored.ordinal) in wanted]
        return (*chosen[-MOST_COMPARED:], self.newest)


def look_at(
    connection: Connection,
    catalogues: Catalogues,
    member: StaffMember,
    participant_id: str,
    *,
    look: Look,
    now: datetime,
) -> PersonSeen | None:
    """What this coach may see of an own person, with the look written down in this transaction; None for nothing.

    Raises NothingOfYours.
    """
    participant = participant_of(connection, member, participant_id)
    seen = _seen(connection, catalogues.questionnaire, member, participant, now)
    # Opening the quiet room is written down as well: else the log would tell an owner that somebody shares.
    audit.record(connection, member, look if seen else OPENED, participant_id=participant.id, at=now)
    return seen


def shares_now(
    connection: Connection, questionnaire: Questionnaire, member: StaffMember, participant: Participant, now: datetime
) -> tuple[str, ...]:
    """The groups of any finished measurement that this person shares with this coach now, in the fixed order."""
    history = consents.history(connection, participant.id)
    reader = Reader(member.id, now)
    every = measurements.of_participant(connection, participant.id)
    return questionnaire.in_order(
        {name for one in every for name in shared_groups(questionnaire, one, history, reader)}
    )


def sharing_among(
    connection: Connection, questionnaire: Questionnaire, member: StaffMember, ids: Collection[str], now: datetime
) -> frozenset[str]:
    """Those of some own people who share anything of a finished measurement with this coach now."""
    reader, wanted = Reader(member.id, now), sorted(ids)
    histories = consents.histories(connection, wanted)
    return frozenset(
        participant_id
        for participant_id, every in measurements.of_people(connection, wanted).items()
        if any(shared_groups(questionnaire, one, histories.get(participant_id, ()), reader) for one in every)
    )


def _seen(
    connection: Connection, questionnaire: Questionnaire, member: StaffMember, participant: Participant, now: datetime
) -> PersonSeen | None:
    history = consents.history(connection, participant.id)
    organisation = organisations.get(connection, member.organisation_id)
    zone = organisation.time_zone if organisation else "UTC"
    moments = tuple(
        SharedMoment(one, shared, _given(connection, questionnaire, one, shared), zone)
        for one in measurements.of_participant(connection, participant.id)
        if (shared := shared_groups(questionnaire, one, history, Reader(member.id, now)))
    )
    if not moments:
        return None
    shared_now = questionnaire.in_order({name for moment in moments for name in moment.shared})
    kept = agreements.of_two(connection, participant.id, member.id)
    return PersonSeen(
        participant=participant,
        moments=moments,
        until=_until(history, shared_now, member, zone),
        agreements=tuple(one for one in kept if one.topic is None or one.topic in shared_now),
    )


def _given(
    connection: Connection, questionnaire: Questionnaire, measurement: StoredMeasurement, shared: Sequence[str]
) -> dict[str, StoredAnswer]:
    """The answers of the shared groups; no others go any further than this."""
    stored = answers.of_measurement(connection, measurement.id)
    return {name: one for name, one in stored.items() if questionnaire.statement(name).group in shared}


def _until(
    history: History, shared: Sequence[str], member: StaffMember, zone: str
) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """Until which day which groups are shared, the first day first."""
    last_days: dict[date, tuple[str, ...]] = {}
    for name in shared:
        said = latest(history, Purpose.TOPIC, name, member.id)
        if said is not None and said.ends_at is not None:
            day = said.ends_at.astimezone(ZoneInfo(zone)).date()
            last_days[day] = (*last_days.get(day, ()), name)
    return tuple(sorted(last_days.items()))


def changes(
    questionnaire: Questionnaire, then: SharedMoment, now: SharedMoment, same_meaning: Reworded
) -> tuple[Change, ...]:
    """How the groups changed that are shared of both moments, in the fixed order (METHOD e.3)."""
    before, after = then.answered(), now.answered()
    return tuple(
        change_of(questionnaire, name, before, after, same_meaning) for name in now.shared if name in then.shared
    )


def talk_list(questionnaire: Questionnaire, moment: SharedMoment) -> tuple[tuple[Topic, ...], tuple[Topic, ...]]:
    """What the person picked to talk about, in the classes' order, and two strengths; of shared groups only."""
    listed = topics(questionnaire, moment.scores(questionnaire))
    picked = tuple(topic for topic in listed if topic.group in (moment.stored.talk_topics or ()))
    return picked, strengths([topic for topic in listed if topic not in picked])

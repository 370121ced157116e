"""Invented people who answered and shared, put into the store as the conversation would have left them."""

import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.answers import Answer
from domain.consent import Consent, Decision, Purpose, purpose_of, sharing_ends_at
from domain.ids import MeasurementId, ParticipantId
from domain.questionnaire import Kind as StatementKind
from storage import answers, consents, measurements, participants
from storage.measurements import Kind, Status, StoredMeasurement
from storage.participants import Participant
from storage.secrets import new_id
from tests.api.staff_house import StaffHouse
from tests.bot.people import CATALOGUES

QUESTIONNAIRE = CATALOGUES.questionnaire
GROUPS = QUESTIONNAIRE.default_modules()
BACK = timedelta(days=180)
"""How long before now the first of two measurements was finished."""


SCRIBE = """
import json, sys
out = sys.stdout.buffer
out.write(b"ready\\n"); out.flush()
for line in sys.stdin.buffer:
    wish = json.loads(line)
    drawn = b"%PDF" if "page" in wish else b"<svg role='img' aria-label='web'></svg>"
    out.write(json.dumps({"size": len(drawn)}).encode() + b"\\n" + drawn); out.flush()
"""


class QuickHouse(StaffHouse):
    """A house whose pictures are empty: the child that draws keeps the easel's contract and needs no time to start."""

    easel = (sys.executable, "-I", "-S", "-c", SCRIBE)


def add_person(
    house: StaffHouse,
    *,
    name: str = "Samira",
    language: str = "nl",
    measured: Sequence[timedelta] = (timedelta(hours=1),),
    groups: Sequence[str] = GROUPS,
    shared: Collection[str] | None = None,
    talk: tuple[str, ...] = (),
) -> ParticipantId:
    """Somebody of the coach who finished a measurement so long ago each, and shared these groups of the last (all).

    The answers go up and down by group, a little higher each time; the first statement about money has none.
    """
    person = ParticipantId(new_id())
    now = house.clock()
    made = Participant(
        id=person,
        organisation_id=house.place.organisation_id,
        coach_id=house.place.coach_id,
        name=name,
        language=language,
        created_at=now - max(measured, default=timedelta()),
    )

    def job(connection: Connection) -> None:
        participants.add(connection, made)
        for number, ago in enumerate(measured, start=1):
            is_last = number == len(measured)
            _measurement(connection, house, person, number, now - ago, groups, talk if is_last else ())
            _consents(connection, house, person, now - ago, groups, groups if shared is None else shared)

    house.store.run(job)
    return person


def decide(house: StaffHouse, person: str, purpose: Purpose, decision: Decision, *, topic: str | None = None) -> None:
    """A decision of that person now, about the coach where it is about one."""
    one = _consent(house, purpose, decision, house.clock(), topic=topic)
    house.store.run(lambda c: consents.append(c, house.place.organisation_id, person, one))


def _consent(
    house: StaffHouse, purpose: Purpose, decision: Decision, at: datetime, *, topic: str | None = None
) -> Consent:
    is_named = purpose in (Purpose.COACH, Purpose.TOPIC)
    return Consent(
        purpose=purpose,
        decision=decision,
        decided_at=at,
        text_version="1",
        text_hash="hash",
        language="nl",
        channel="web",
        topic=topic,
        coach_id=house.place.coach_id if is_named else None,
        ends_at=sharing_ends_at(at) if purpose is Purpose.TOPIC else None,
    )


def _consents(
    connection: Connection,
    house: StaffHouse,
    person: str,
    finished_at: datetime,
    groups: Iterable[str],
    shared: Collection[str],
) -> None:
    classes = {group.sensitivity for name in groups if (group := QUESTIONNAIRE.group(name)).sensitivity}
    early = [Purpose.KEEP, Purpose.COACH, *(purpose_of(one) for one in classes if one)]
    said = [_consent(house, purpose, Decision.GIVEN, finished_at - timedelta(hours=1)) for purpose in early]
    said += [
        _consent(
            house,
            Purpose.TOPIC,
            Decision.GIVEN if name in shared else Decision.REFUSED,
            finished_at + timedelta(minutes=1),
            topic=name,
        )
        for name in groups
    ]
    for one in said:
        consents.append(connection, house.place.organisation_id, person, one)


def _measurement(
    connection: Connection,
    house: StaffHouse,
    person: ParticipantId,
    number: int,
    finished_at: datetime,
    groups: Sequence[str],
    talk: tuple[str, ...],
) -> None:
    is_baseline = number == 1
    one = StoredMeasurement(
        id=MeasurementId(new_id()),
        organisation_id=house.place.organisation_id,
        participant_id=person,
        kind=Kind.BASELINE if is_baseline else Kind.FOLLOW_UP,
        number=1 if is_baseline else number - 1,
        ordinal=number,
        questionnaire_version=QUESTIONNAIRE.version,
        modules=tuple(groups),
        seed=7,
        same_order=False,
        due_at=finished_at - timedelta(hours=2),
        closes_at=finished_at + timedelta(days=27),
        status=Status.DONE,
        completed_at=finished_at,
        talk_topics=talk,
    )
    measurements.add(connection, one)
    position = 0
    for name in groups:
        for place, statement in enumerate(QUESTIONNAIRE.of_group(name)):
            position += 1
            if name == "money" and place == 0:
                answer = Answer.DK_ANSWER
            elif statement.kind is StatementKind.CORE:
                answer = Answer(str(1 + (len(name) + place % 2 + (number if len(name) % 2 else 0)) % 5))
            else:
                answer = Answer.FOUR
            given = answers.StoredAnswer(statement.id, answer, position, finished_at, "nl", 1, "web", "vertical")
            answers.put(connection, house.place.organisation_id, person, one.id, given)

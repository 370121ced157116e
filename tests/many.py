"""Many invented people with finished measurements, written straight into a store: what a crowd leaves behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from domain.consent import Purpose
from domain.questionnaire import Kind, Questionnaire
from storage.secrets import new_id
from storage.tables import answers, consents, measurements, participants

GIVEN = (Purpose.KEEP, Purpose.HEALTH, Purpose.GROUP)


@dataclass
class Many:
    """An organisation's people, whose answers follow from a level: every core statement of a group gets that face."""

    organisation_id: str
    coach_id: str
    questionnaire: Questionnaire
    groups: Sequence[str]
    began_at: datetime
    ids: list[str] = field(default_factory=list)

    def join(self, connection: Connection, count: int, *, purposes: Sequence[Purpose] = GIVEN) -> list[str]:
        """So many more people, who said yes to these purposes; their ids."""
        ids = [new_id() for _ in range(count)]
        own = {"organisation_id": self.organisation_id}
        rows = [
            {**own, "id": person, "coach_id": self.coach_id, "name": "P", "language": "nl", "phone_opt_in": False}
            | {"same_order": False, "created_at": self.began_at}
            for person in ids
        ]
        connection.execute(insert(participants), rows)
        for person in ids:
            for purpose in purposes:
                self.decide(connection, person, purpose, "given", self.began_at)
        self.ids += ids
        return ids

    def decide(
        self,
        connection: Connection,
        person: str,
        purpose: Purpose,
        decision: str,
        at: datetime,
        *,
        topic: str | None = None,
        coach_id: str | None = None,
    ) -> None:
        """What one of them decides."""
        values = {"id": new_id(), "organisation_id": self.organisation_id, "participant_id": person, "topic": topic}
        values |= {"coach_id": coach_id, "purpose": purpose.value, "decision": decision, "text_version": "1"}
        values |= {"text_hash": "0", "language": "nl", "channel": "web"}
        connection.execute(insert(consents), values | {"decided_at": at})

    def share(self, connection: Connection, people: Sequence[str], groups: Sequence[str], at: datetime) -> None:
        """These people let the coach see these groups."""
        for person in people:
            self.decide(connection, person, Purpose.COACH, "given", at, coach_id=self.coach_id)
            for group in groups:
                self.decide(connection, person, Purpose.TOPIC, "given", at, topic=group, coach_id=self.coach_id)

    def finish(
        self,
        connection: Connection,
        levels: Mapping[str, int],
        at: datetime,
        *,
        kind: str = "baseline",
        number: int = 1,
    ) -> None:
        """Everybody named finishes that measurement, with the same face everywhere."""
        asked: list[dict[str, Any]] = []
        given: list[dict[str, Any]] = []
        for person, level in levels.items():
            measurement = new_id()
            asked.append(self._measurement(measurement, person, kind, number, at))
            core = [one for group in self.groups for one in self.questionnaire.of_group(group, Kind.CORE)]
            given += [
                {"organisation_id": self.organisation_id, "participant_id": person, "measurement_id": measurement}
                | {"statement_id": statement.id, "answer": str(level), "position": position, "answered_at": at}
                | {"language": "nl", "wording_version": 1, "channel": "web", "layout": "rows", "assisted": False}
                | {"is_corrected": False}
                for position, statement in enumerate(core, start=1)
            ]
        connection.execute(insert(measurements), asked)
        connection.execute(insert(answers), given)

    def give_up(self, connection: Connection, people: Sequence[str], at: datetime, *, is_opened: bool) -> None:
        """These were asked for a baseline and did not finish it."""
        rows = [
            self._measurement(new_id(), person, "baseline", 1, at)
            | {"status": "closed", "completed_at": None, "closed_at": at, "opened_at": at if is_opened else None}
            for person in people
        ]
        connection.execute(insert(measurements), rows)

    def leave(self, connection: Connection, person: str, at: datetime) -> None:
        """Somebody is archived; the answers stay."""
        connection.execute(update(participants).where(participants.c.id == person).values(archived_at=at))

    def _measurement(self, id_: str, person: str, kind: str, number: int, at: datetime) -> dict[str, Any]:
        return {
            "id": id_,
            "organisation_id": self.organisation_id,
            "participant_id": person,
            "kind": kind,
            "number": number,
            "ordinal": number + (kind != "baseline"),
            "questionnaire_version": "1",
            "modules": tuple(self.groups),
            "seed": 1,
            "same_order": False,
            "due_at": at - timedelta(days=1),
            "closes_at": at + timedelta(days=30),
            "invited_at": at - timedelta(days=1),
            "opened_at": at,
            "completed_at": at,
            "closed_at": None,
            "status": "done",
        }

"""Many invented people who answered and may be counted, and windows that an owner closes, for the Results room."""

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, select, update

from api.results import close_by_hand, method_of
from domain.consent import Decision, Purpose
from domain.ids import ParticipantId
from domain.windows import Care
from storage import staff
from storage.secrets import new_id
from storage.staff import StaffMember
from storage.tables import answers
from storage.windows import ClosedWindow
from tests.api.staff.sharing_people import GROUPS, add_person, decide
from tests.api.staff_house import StaffHouse

ONCE = (timedelta(hours=1),)
TWICE = (timedelta(days=160), timedelta(hours=1))


def add_crowd(
    house: StaffHouse, people: int, *, measured: Sequence[timedelta] = ONCE, groups: Sequence[str] = GROUPS
) -> list[ParticipantId]:
    """So many people who may be counted, each with a level of their own, from a seed."""
    ids = [add_person(house, name=f"Kanarie {n}", measured=measured, groups=groups) for n in range(people)]
    for person in ids:
        decide(house, person, Purpose.GROUP, Decision.GIVEN)
    house.store.run(lambda connection: _vary(connection, ids))
    house.clock.pass_(60)
    return ids


def _vary(connection: Connection, ids: Sequence[ParticipantId]) -> None:
    dice = random.Random(5)  # noqa: S311 - invented answers, no secret
    mine = (answers.c.measurement_id, answers.c.statement_id)
    for person in ids:
        level = dice.uniform(2.4, 4.4)
        for measurement, statement in connection.execute(select(*mine).where(answers.c.participant_id == person)).all():
            value = min(5, max(1, round(dice.gauss(level, 0.7))))
            changed = update(answers).where(mine[0] == measurement, mine[1] == statement).values(answer=str(value))
            connection.execute(changed)


def owner_of(house: StaffHouse) -> StaffMember:
    """The owner, as stored."""
    found = house.store.look(lambda c: staff.get(c, house.place.organisation_id, house.owner_id))
    assert found is not None
    return found


def close(house: StaffHouse, care: Care = Care.WORK, *, moment: str = "baseline") -> ClosedWindow:
    """The owner closes the window that runs."""
    method, owner = method_of(house.place.parts.catalogues), owner_of(house)
    return house.store.run(
        lambda c: close_by_hand(c, method, owner, moment=moment, care=care, window_id=new_id(), now=house.clock())
    )

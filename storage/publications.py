"""What was printed of each group when a window closed, as it was printed; and the sets of people that it was about."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Text, bindparam, exists, insert, select, type_coerce

from domain.consent import Decision, Purpose
from domain.group_change import Direction, GroupChange, Share
from domain.publication import Before, Counted, GroupPublication, Response
from domain.suppression import Band, Edge, Figure
from storage.gathering import BASELINE, Scope
from storage.tables import consents, participants, publications, window_people, windows
from storage.windows import ClosedWindow


@dataclass(frozen=True, slots=True)
class WindowSets:
    """Who was counted in a window, per group: with the part in which each worked, and who of them is matched."""

    people: dict[str, dict[str, str | None]] = field(default_factory=dict)
    matched: dict[str, set[str]] = field(default_factory=dict)

    def of_part(self, group: str, part_id: str) -> frozenset[str]:
        """The people of one part who were counted in this group."""
        return frozenset(person for person, part in self.people.get(group, {}).items() if part == part_id)

    def published(self, group: str, said: GroupPublication) -> Iterator[frozenset[str]]:
        """The sets of which a figure or a change of this group was printed."""
        if said.whole:
            yield frozenset(self.people.get(group, {}))
        for part_id, figure in said.parts.items():
            if figure:
                yield self.of_part(group, part_id)
        if said.change:
            yield frozenset(self.matched.get(group, ()))


_SAID = select(publications.c.window_id, publications.c.group_name, publications.c.said).where(
    publications.c.window_id.in_(bindparam("ids", expanding=True))
)
_PEOPLE = select(
    window_people.c.window_id,
    window_people.c.participant_id,
    window_people.c.part_id,
    type_coerce(window_people.c.groups, Text),
    type_coerce(window_people.c.matched, Text),
).where(window_people.c.window_id.in_(bindparam("ids", expanding=True)))
_SAID_YES = exists().where(
    consents.c.participant_id == window_people.c.participant_id,
    consents.c.coach_id == bindparam("coach_id"),
    consents.c.purpose == Purpose.COACH.value,
    consents.c.decision == Decision.GIVEN.value,
)
_OWN = (
    select(window_people.c.participant_id)
    .distinct()
    .join(participants, participants.c.id == window_people.c.participant_id)
    .where(
        window_people.c.window_id.in_(bindparam("ids", expanding=True)),
        participants.c.coach_id == bindparam("coach_id"),
        _SAID_YES,
    )
)
_WITH_BASELINES = select(windows.c.id, windows.c.moment).where(
    windows.c.organisation_id == bindparam("organisation_id"), windows.c.care == bindparam("care")
)


def put(
    connection: Connection,
    window: ClosedWindow,
    said: Mapping[str, GroupPublication],
    people: Mapping[str, Counted],
) -> None:
    """Remember what was printed of a window, and who was counted in it."""
    own = {"window_id": window.id, "organisation_id": window.organisation_id}
    rows = [{**own, "group_name": group, "said": json.dumps(_written(one))} for group, one in said.items()]
    connection.execute(insert(publications), rows)
    counted = [
        {**own, "participant_id": person, "part_id": one.part}
        | {"groups": tuple(sorted(one.scores)), "matched": tuple(sorted(one.changes))}
        for person, one in people.items()
    ]
    connection.execute(insert(window_people), counted)


def of_windows(connection: Connection, window_ids: Collection[str]) -> dict[str, dict[str, GroupPublication]]:
    """What was printed when those windows closed, by window and group."""
    found: dict[str, dict[str, GroupPublication]] = {window_id: {} for window_id in window_ids}
    for window_id, group, said in connection.execute(_SAID, {"ids": list(window_ids)}):
        found[window_id][group] = _said(json.loads(said))
    return found


def sets_of(connection: Connection, window_ids: Collection[str]) -> dict[str, WindowSets]:
    """Who was counted in those windows."""
    found = {window_id: WindowSets() for window_id in window_ids}
    for window_id, person, part_id, groups, matched in connection.execute(_PEOPLE, {"ids": list(window_ids)}):
        sets = found[window_id]
        for group in _names(groups):
            sets.people.setdefault(group, {})[person] = part_id
        for group in _names(matched):
            sets.matched.setdefault(group, set()).add(person)
    return found


def who_may_share(connection: Connection, window_ids: Collection[str], coach_id: str) -> tuple[str, ...]:
    """The people of a coach who were counted in any of those windows, and ever let that coach see anything."""
    return tuple(connection.execute(_OWN, {"ids": list(window_ids), "coach_id": coach_id}).scalars())


def published_before(connection: Connection, scope: Scope) -> dict[str, Before]:
    """Per group the sets of people of whom answers that this window may hold were published already.

    Of a baseline every change speaks too, in whichever moment it was printed.
    """
    values = {"organisation_id": scope.organisation_id, "care": scope.care.value}
    moments = {row[0]: row[1] for row in connection.execute(_WITH_BASELINES, values)}
    sets = sets_of(connection, moments)
    now: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    baseline: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    for window_id, every in of_windows(connection, moments).items():
        for group, said in every.items():
            published = list(sets[window_id].published(group, said))
            changed = [frozenset(sets[window_id].matched.get(group, ()))] if said.change else []
            baseline[group] += published if moments[window_id] == BASELINE else changed
            if moments[window_id] == scope.moment:
                now[group] += published
            elif scope.moment == BASELINE:
                now[group] += changed
    return {group: Before(now[group], baseline[group]) for group in now.keys() | baseline.keys()}


def written_response(response: Response) -> str:
    """A response as it is stored."""
    return json.dumps({"response": _pair(response.response), "drop_out": _pair(response.drop_out)})


def read_response(stored: str | None) -> Response:
    """The response that was stored."""
    values = json.loads(stored) if stored else {}
    return Response(_share(values.get("response")), _share(values.get("drop_out")))


@lru_cache(maxsize=1024)
def _names(stored: str) -> tuple[str, ...]:
    """A stored list of groups: thousands of people have few different ones."""
    return tuple(json.loads(stored))


def _written(one: GroupPublication) -> dict[str, Any]:
    return {
        "whole": _figure(one.whole),
        "parts": {part_id: _figure(figure) for part_id, figure in one.parts.items()},
        "change": _change(one.change),
    }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    within = None if figure.within is None else str(figure.within)
    return {"mean": str(figure.mean), "people": figure.people, "edge": figure.edge, "within": within}


def _change(change: GroupChange | None) -> dict[str, Any] | None:
    if change is None:
        return None
    numbers = {name: str(getattr(change, name)) for name in ("mean", "within", "low", "high")}
    shares = {name: _pair(getattr(change, name)) for name in ("clearly_higher", "clearly_lower")}
    return {**numbers, **shares, "direction": change.direction, "people": change.people}


def _pair(share: Share | None) -> list[int] | None:
    return None if share is None else [share.low, share.high]


def _share(pair: list[int] | None) -> Share | None:
    return None if pair is None else Share(*pair)


def _said(stored: Mapping[str, Any]) -> GroupPublication:
    parts = {part_id: _read_figure(figure) for part_id, figure in stored["parts"].items()}
    return GroupPublication(_read_figure(stored["whole"]), parts, _read_change(stored["change"]))


def _read_figure(stored: Mapping[str, Any] | None) -> Figure | None:
    if stored is None:
        return None
    edge = None if stored["edge"] is None else Edge(stored["edge"])
    within = None if stored["within"] is None else Decimal(stored["within"])
    return Figure(Decimal(stored["mean"]), Band(stored["people"]), edge, within)


def _read_change(stored: Mapping[str, Any] | None) -> GroupChange | None:
    if stored is None:
        return None
    mean, within, low, high = (Decimal(stored[name]) for name in ("mean", "within", "low", "high"))
    shares = _share(stored["clearly_higher"]), _share(stored["clearly_lower"])
    return GroupChange(mean, within, low, high, Direction(stored["direction"]), Band(stored["people"]), *shares)

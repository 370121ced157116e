"""What may be shown of many to somebody of the staff, and what still waits: for the JSON API and the pages alike.

Everything here was printed when a window closed, and is only read. For a coach each figure is checked for each
request: how many of those in it share the same answers with that coach changes with every switch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.sharing import Reader, shared_groups
from domain.errors import NotEnoughFinished, WindowClosedAlready
from domain.group_change import GroupChange, Share
from domain.grouping import GroupingKind
from domain.publication import GroupPublication, Response
from domain.questionnaire import Questionnaire
from domain.suppression import Figure, may_be_seen_by_coach
from domain.windows import Care, Closing, care_of, half_year_ends_at
from storage import audit, closing, consents, groupings, measurements, organisations, publications, windows
from storage.catalogue import Catalogues
from storage.gathering import BASELINE, Method
from storage.groupings import Grouping
from storage.publications import WindowSets
from storage.staff import Role, StaffMember
from storage.windows import ClosedWindow, measured_at

_NOTHING = GroupPublication(None, {}, None)


@dataclass(frozen=True, slots=True)
class GroupView:
    """What may be shown of one group; None where nothing may: hidden and empty look the same.

    ``care`` None: the group is in no group figure, ever. ``parts`` are by name, in the order of the grouping.
    """

    group: str
    care: Care | None
    whole: Figure | None
    parts: Mapping[str, Figure | None]
    change: GroupChange | None


@dataclass(frozen=True, slots=True)
class MomentView:
    """What may be shown of one moment: of each kind of limits the newest window that closed, and every group."""

    moment: str
    windows: Mapping[Care, ClosedWindow]
    groups: Mapping[str, GroupView]
    response: Share | None
    drop_out: Share | None
    grouping: Grouping | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A window that runs. ``fewest``: from how many people a mean is shown; how many there are is never said.

    ``may_close``: the owner can close it now. ``number`` and ``since`` say which one it is; it closes by itself after
    ``ends_at``, the end of its half-year, once it holds enough.
    """

    moment: str
    care: Care
    number: int
    since: datetime
    ends_at: datetime
    fewest: int
    may_close: bool


def method_of(catalogues: Catalogues) -> Method:
    """What scores and compares, of the texts in use."""
    return Method(catalogues.questionnaire, catalogues.reworded())


def moments_of(connection: Connection, organisation_id: str) -> tuple[str, ...]:
    """The moments in which a window closed, the baseline first."""
    closed = {window.moment for window in windows.of_organisation(connection, organisation_id)}
    return tuple(sorted(closed, key=measured_at))


def view_of(
    connection: Connection, questionnaire: Questionnaire, member: StaffMember, moment: str, now: datetime
) -> MomentView:
    """What this member may be shown of a moment: of each kind of limits the newest window. Raises UnknownMoment."""
    measured_at(moment)
    newest = {window.care: window for window in windows.of_moment(connection, member.organisation_id, moment)}
    return _view(connection, questionnaire, member, moment, newest, now)


def history_of(
    connection: Connection, questionnaire: Questionnaire, member: StaffMember, moment: str, now: datetime
) -> tuple[MomentView, ...]:
    """The same of every window of a moment that closed, each by itself, the oldest first."""
    closed = windows.of_moment(connection, member.organisation_id, moment)
    return tuple(_view(connection, questionnaire, member, moment, {one.care: one}, now) for one in closed)


def waiting_for(connection: Connection, method: Method, organisation_id: str, now: datetime) -> tuple[Waiting, ...]:
    """The windows that run, of every moment at which anybody was asked; those of the work aspects first."""
    organisation = organisations.get(connection, organisation_id)
    zone = ZoneInfo(organisation.time_zone if organisation else "UTC")
    asked = {
        care_of(group) for group in method.questionnaire.groups if organisation and group.name in organisation.modules
    }
    cares = [care for care in Care if care in asked]
    return tuple(
        Waiting(
            scope.moment,
            scope.care,
            scope.number,
            scope.since,
            half_year_ends_at(scope.since, zone),
            scope.care.limits.fewest,
            closing.state_of(connection, method, scope) is not Closing.WAITS,
        )
        for scope in closing.running_scopes(connection, organisation_id, cares, now)
    )


def close_by_hand(
    connection: Connection,
    method: Method,
    owner: StaffMember,
    *,
    moment: str,
    care: Care,
    window_id: str,
    now: datetime,
    number: int | None = None,
) -> ClosedWindow:
    """Close the window that runs, for an owner who asks for it. ``window_id`` is made before the job: it may repeat.

    Raises UnknownMoment; WindowClosedAlready when it is not number ``number`` any more that runs; NotEnoughFinished.
    """
    done = next(
        (one for one in windows.of_organisation(connection, owner.organisation_id) if one.id == window_id), None
    )
    if done is not None:
        return done
    scope = closing.scope_of(connection, owner.organisation_id, moment, care, now)
    if number is not None and number != scope.number:
        raise WindowClosedAlready if number < scope.number else NotEnoughFinished
    draft = closing.drafted(connection, method, scope)
    closed = closing.close(connection, method, draft, window_id=window_id, by_hand=True)
    audit.record(connection, owner, "results.window_closed", at=now)
    return closed


def first_that_closes(
    connection: Connection,
    method: Method,
    owner: StaffMember,
    cares: Sequence[Care],
    *,
    moment: str,
    window_id: str,
    now: datetime,
    number: int | None = None,
) -> ClosedWindow:
    """Close the first of these windows that may close. Raises as ``close_by_hand``."""
    for care in cares:
        try:
            return close_by_hand(
                connection, method, owner, moment=moment, care=care, window_id=window_id, now=now, number=number
            )
        except NotEnoughFinished:
            continue
    raise NotEnoughFinished


def declare_grouping(
    connection: Connection, owner: StaffMember, kind: GroupingKind, names: Sequence[str], now: datetime
) -> Grouping:
    """Declare the teams or locations. Raises GroupingTooLate once anything is published, and BadGrouping."""
    declared = groupings.declare(connection, owner.organisation_id, kind, names, now)
    audit.record(connection, owner, "results.grouping_declared", at=now)
    return declared


def _view(
    connection: Connection,
    questionnaire: Questionnaire,
    member: StaffMember,
    moment: str,
    closed: Mapping[Care, ClosedWindow],
    now: datetime,
) -> MomentView:
    ids = [window.id for window in closed.values()]
    said = {
        group: one
        for window_id, groups in publications.of_windows(connection, ids).items()
        for group, one in groups.items()
    }
    is_owner = member.role is Role.OWNER
    if not is_owner:
        said = _for_coach(connection, questionnaire, member, moment, said, ids, now)
    grouping = groupings.of_organisation(connection, member.organisation_id)
    names = {part.id: part.name for part in grouping.parts} if grouping else {}
    views = {
        group.name: _group_view(group.name, care_of(group), said.get(group.name, _NOTHING), names)
        for group in questionnaire.groups
    }
    spoken = closed.get(Care.WORK) if is_owner else None
    stored = windows.response_of(connection, spoken.id) if spoken else None
    response: Response = publications.read_response(stored)
    return MomentView(moment, dict(closed), views, response.response, response.drop_out, grouping)


def _group_view(group: str, care: Care | None, said: GroupPublication, names: Mapping[str, str]) -> GroupView:
    parts = {name: said.parts.get(part_id) for part_id, name in names.items()}
    return GroupView(group, care, said.whole, parts, said.change)


def _for_coach(
    connection: Connection,
    questionnaire: Questionnaire,
    coach: StaffMember,
    moment: str,
    said: Mapping[str, GroupPublication],
    window_ids: Collection[str],
    now: datetime,
) -> dict[str, GroupPublication]:
    """What is left for a coach: nothing from which the answers of a few others could be told."""
    sets = WindowSets()
    for its in publications.sets_of(connection, window_ids).values():  # Each group stands in one of them.
        sets.people.update(its.people)
        sets.matched.update(its.matched)
    own = publications.who_may_share(connection, window_ids, coach.id)
    shared = _shared(connection, questionnaire, own, (moment, BASELINE), Reader(coach.id, now))
    found = {}
    for group, one in said.items():
        care = care_of(questionnaire.group(group))
        if care is None:
            continue
        known, both = shared[moment].get(group, set()), shared[BASELINE].get(group, set())
        people = frozenset(sets.people.get(group, {}))
        matched = frozenset(sets.matched.get(group, ()))

        def may(those: frozenset[str], known: set[str], care: Care = care) -> bool:
            return may_be_seen_by_coach(those, known, care.limits)

        found[group] = GroupPublication(
            one.whole if may(people, known) else None,
            {part: figure if may(sets.of_part(group, part), known) else None for part, figure in one.parts.items()},
            one.change if may(matched, known & both) else None,
        )
    return found


def _shared(
    connection: Connection,
    questionnaire: Questionnaire,
    people: Collection[str],
    moments: Collection[str],
    reader: Reader,
) -> dict[str, dict[str, set[str]]]:
    """Who shares what with a coach now: by moment and group."""
    found: dict[str, dict[str, set[str]]] = {moment: {} for moment in moments}
    histories = consents.histories(connection, people)
    wanted = {measured_at(moment): moment for moment in moments}
    for person, theirs in measurements.of_people(connection, list(people)).items():
        for one in theirs:
            moment = wanted.get((one.kind, one.number))
            if moment is not None:
                for group in shared_groups(questionnaire, one, histories.get(person, ()), reader):
                    found[moment].setdefault(group, set()).add(person)
    return found

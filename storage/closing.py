"""Closing a window: what is printed is worked out beforehand, and printed only if nothing changed meanwhile.

Working it out takes as long as there are answers; printing it is short, so that nobody's tap waits for it. Whoever was
erased, took back a consent or finished in between is found out by a fingerprint, and then it is worked out anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from domain.errors import NotEnoughFinished, UnknownMoment, WindowClosedAlready
from domain.publication import Before, Counted, GroupPublication, Response, group_publication, response_of
from domain.windows import Care, Closing, Running, closing
from storage import groupings, organisations, publications, windows
from storage.gathering import BASELINE, Method, Scope, fingerprint, finished_in, gathered, wave_of
from storage.tables import participants
from storage.windows import ClosedWindow

FIRST_LOOKED_AT = 60
"""Of so many who finished it is looked first whether they are enough: three times what any window needs."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be printed of a window. ``seen`` is what it rests on; ``closing`` whether it may be printed."""

    scope: Scope
    closing: Closing
    people: Mapping[str, Counted]
    said: Mapping[str, GroupPublication]
    response: Response
    seen: tuple[int, ...]


def scope_of(connection: Connection, organisation_id: str, moment: str, care: Care, now: datetime) -> Scope:
    """The window that runs. Raises UnknownMoment when nobody was ever asked at that moment, the baseline apart."""
    if moment != BASELINE and moment not in windows.moments_asked(connection, organisation_id):
        raise UnknownMoment
    number, since = windows.running(connection, organisation_id, moment, care)
    return Scope(organisation_id, moment, care, number, since, now)


def running_scopes(
    connection: Connection, organisation_id: str, cares: Collection[Care], now: datetime
) -> tuple[Scope, ...]:
    """Every window that runs, of the moments at which anybody was ever asked, the baseline first."""
    organisation = organisations.get(connection, organisation_id)
    if organisation is None:
        return ()
    newest = {(one.moment, one.care): one for one in windows.of_organisation(connection, organisation_id)}
    found = []
    for moment in windows.moments_asked(connection, organisation_id):
        for care in cares:
            last = newest.get((moment, care))
            number, since = (last.number + 1, last.closed_at) if last else (1, organisation.created_at)
            found.append(Scope(organisation_id, moment, care, number, since, now))
    return tuple(found)


def state_of(connection: Connection, method: Method, scope: Scope) -> Closing:
    """Whether this window closes now."""
    if finished_in(connection, scope) < scope.care.limits.fewest:
        return Closing.WAITS
    # What closes a window is a number of people that is soon reached; who comes after them changes nothing.
    limits = scope.care.limits
    people = gathered(connection, method, scope, with_changes=False, most=FIRST_LOOKED_AT)
    if _most_of_a_group(method, scope, people) < limits.fewest + limits.least_difference:
        people = gathered(connection, method, scope, with_changes=False)
    return _closing(connection, method, scope, people)


def drafted(connection: Connection, method: Method, scope: Scope) -> Draft:
    """What a window would say if it closed now. It says nothing while it may not close."""
    seen = fingerprint(connection, scope)
    people = gathered(connection, method, scope)
    may = _closing(connection, method, scope, people)
    if may is Closing.WAITS:
        return Draft(scope, may, {}, {}, Response(None, None), seen)
    grouping = groupings.of_organisation(connection, scope.organisation_id)
    parts = [part.id for part in grouping.parts] if grouping else []
    before = publications.published_before(connection, scope)
    said = {
        group.name: group_publication(group.name, scope.care.limits, people, parts, before.get(group.name, Before()))
        for group in method.groups(scope.care)
    }
    # One kind of window speaks of the wave: two that end at different moments would tell who came in between.
    is_spoken_of = scope.care is Care.WORK
    response = response_of(wave_of(connection, scope)) if is_spoken_of else Response(None, None)
    return Draft(scope, may, people, said, response, seen)


def close(connection: Connection, method: Method, draft: Draft, *, window_id: str, by_hand: bool) -> ClosedWindow:
    """Print a draft, exactly once, whoever else does the same at the same moment. Doing it again changes nothing.

    Raises WindowClosedAlready for who came second, and NotEnoughFinished when it may not close (any more).
    """
    scope = draft.scope
    organisations.hold(connection, scope.organisation_id)
    _hold_people(connection, scope.organisation_id)
    closed = [
        one for one in windows.of_moment(connection, scope.organisation_id, scope.moment) if one.care is scope.care
    ]
    if mine := next((one for one in closed if one.id == window_id), None):
        return mine
    if len(closed) >= scope.number:
        raise WindowClosedAlready
    if fingerprint(connection, scope) != draft.seen:
        draft = drafted(connection, method, scope)
    if draft.closing not in ((Closing.NOW, Closing.MAY) if by_hand else (Closing.NOW,)):
        raise NotEnoughFinished
    window = ClosedWindow(
        window_id, scope.organisation_id, scope.moment, scope.care, scope.number, scope.since, scope.until
    )
    windows.add(connection, window, publications.written_response(draft.response))
    publications.put(connection, window, draft.said, draft.people)
    return window


def _closing(connection: Connection, method: Method, scope: Scope, people: Mapping[str, Counted]) -> Closing:
    """Whether it closes, by the group in which most people count: people are asked different groups."""
    most = _most_of_a_group(method, scope, people)
    organisation = organisations.get(connection, scope.organisation_id)
    zone = ZoneInfo(organisation.time_zone if organisation else "UTC")
    return closing(Running(scope.since, most, scope.is_first), scope.care.limits, scope.until, zone)


def _most_of_a_group(method: Method, scope: Scope, people: Mapping[str, Counted]) -> int:
    groups = method.groups(scope.care)
    return max((sum(group.name in one.scores for one in people.values()) for group in groups), default=0)


def _hold_people(connection: Connection, organisation_id: str) -> None:
    """Nobody of this organisation is erased until this transaction ends: the erasing waits, and finds the new rows."""
    query = select(participants.c.id).where(participants.c.organisation_id == organisation_id)
    if connection.dialect.name == "postgresql":  # SQLite writes one after another anyway.
        connection.execute(query.order_by(participants.c.id).with_for_update(read=True)).all()

"""What a running window has gathered: whoever may be counted, with a score per group and the change since the baseline.

An answer belongs to exactly one window: that of its moment and kind of limits in which the measurement was finished.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from domain.answers import Answer
from domain.change import AnsweredStatement, Reworded, change_of
from domain.consent import Consent, Purpose, may_count
from domain.group_change import Changed
from domain.publication import Counted, Wave
from domain.questionnaire import Group, Kind, Questionnaire
from domain.scoring import core_score
from domain.windows import Care, care_of
from storage import groupings
from storage.consents import latest_of
from storage.measurements import Status
from storage.tables import answers, consents, erasures, measurements, window_people, windows
from storage.windows import measured_at

LATE = timedelta(minutes=5)
"""A measurement that is finished at the moment a window closes may be committed a little after it: the next window
looks back this far for whoever was not counted yet."""

BASELINE = "baseline"

_M = measurements.c
_Answers = Mapping[str, Mapping[str, AnsweredStatement]]


@dataclass(frozen=True, slots=True)
class Method:
    """What scores and compares: the questionnaire, and the wordings that mean the same as the version before them."""

    questionnaire: Questionnaire
    same_meaning: Reworded

    def groups(self, care: Care) -> tuple[Group, ...]:
        """The groups with these limits, in their fixed order."""
        return tuple(group for group in self.questionnaire.groups if care_of(group) is care)

    def core(self, group: str) -> tuple[str, ...]:
        """The ids of a group's core statements."""
        return _core_of(self.questionnaire, group)


@cache
def _core_of(questionnaire: Questionnaire, group: str) -> tuple[str, ...]:
    return tuple(statement.id for statement in questionnaire.of_group(group, Kind.CORE))


@dataclass(frozen=True, slots=True)
class Scope:
    """One window that runs: whose, of which moment and kind of limits, and from when until when. Aware, UTC."""

    organisation_id: str
    moment: str
    care: Care
    number: int
    since: datetime
    until: datetime

    @property
    def is_first(self) -> bool:
        """Whether no window of this sequence closed before."""
        return self.number == 1


def finished_in(connection: Connection, scope: Scope) -> int:
    """How many measurements this window gathers, whether they count or not."""
    return connection.execute(select(func.count()).select_from(_finished(scope).subquery())).scalar_one()


def gathered(
    connection: Connection, method: Method, scope: Scope, *, with_changes: bool = True, most: int | None = None
) -> dict[str, Counted]:
    """Everybody who counts in this window, by participant; nobody without a consent or a valid score of any group.

    ``most``: only of so many who finished last, for whoever asks no more than whether there are enough.
    """
    groups = method.groups(scope.care)
    finished = _finished(scope)
    if most is not None:
        finished = finished.order_by(_M.completed_at.desc(), _M.id).limit(most)
    now = _answers(connection, finished, _core(method, groups))
    allowed = _allowed(connection, scope, finished, groups)
    before = _counted_before(connection, scope) if with_changes else {}
    then = _answers(connection, _baselines(scope), _core(method, groups)) if before else {}
    part_of = groupings.members(connection, scope.organisation_id)
    found = {}
    for person, given in now.items():
        scores = _scores(method, [group for group in groups if (person, group.name) in allowed], given)
        if scores:
            matched = before.get(person, frozenset()) & scores.keys()
            earlier = then.get(person, {})
            changes = _changes(method, matched, earlier, given, scores)
            found[person] = Counted(scores, changes, part_of.get(person))
    return found


def wave_of(connection: Connection, scope: Scope) -> Wave:
    """How many measurements of this moment ended since the window before: finished, or closed without that."""
    ended = func.coalesce(_M.completed_at, _M.closed_at)
    query = select(
        func.count(),
        func.count().filter(_M.opened_at.is_not(None)),
        func.count().filter(_M.status == Status.DONE.value),
    ).where(_of_moment(scope), ended <= scope.until)
    if not scope.is_first:
        query = query.where(ended > scope.since)
    asked, opened, finished = connection.execute(query).one()
    return Wave(asked, opened, finished)


def fingerprint(connection: Connection, scope: Scope) -> tuple[int, ...]:
    """What changes whenever it may matter to this window that somebody decided, finished, was erased or was counted."""
    own = scope.organisation_id
    counts = (
        select(func.coalesce(func.max(consents.c.sequence), 0)).where(consents.c.organisation_id == own),
        select(func.count()).where(erasures.c.organisation_id == own),
        select(func.count()).where(windows.c.organisation_id == own),
    )
    return (*(connection.execute(count).scalar_one() for count in counts), finished_in(connection, scope))


def _of_moment(scope: Scope) -> Any:
    kind, number = measured_at(scope.moment)
    return and_(_M.organisation_id == scope.organisation_id, _M.kind == kind.value, _M.number == number)


def _finished(scope: Scope) -> Select[Any]:
    """The measurements that this window gathers: finished in it, and not counted in one before."""
    counted = (
        select(window_people.c.participant_id)
        .join(windows, windows.c.id == window_people.c.window_id)
        .where(*_sequence(scope, scope.moment))
    )
    query = select(_M.id, _M.participant_id, _M.same_order).where(
        _of_moment(scope), _M.status == Status.DONE.value, _M.completed_at <= scope.until
    )
    if scope.is_first:
        return query
    return query.where(_M.completed_at > scope.since - LATE, _M.participant_id.not_in(counted))


def _baselines(scope: Scope) -> Select[Any]:
    """The baselines of the people whom this window gathers."""
    gathers = _finished(scope).subquery()
    return select(_M.id, _M.participant_id, _M.same_order).where(
        _M.organisation_id == scope.organisation_id,
        _M.kind == BASELINE,
        _M.status == Status.DONE.value,
        _M.participant_id.in_(select(gathers.c.participant_id)),
    )


def _sequence(scope: Scope, moment: str) -> tuple[Any, ...]:
    """The windows of a moment with this window's limits."""
    return (
        windows.c.organisation_id == scope.organisation_id,
        windows.c.moment == moment,
        windows.c.care == scope.care.value,
    )


def _core(method: Method, groups: Collection[Group]) -> tuple[str, ...]:
    return tuple(statement for group in groups for statement in method.core(group.name))


def _answers(connection: Connection, those: Select[Any], statements: Collection[str]) -> _Answers:
    """What was answered in those measurements, by participant and statement."""
    which = those.subquery()
    query = (
        select(
            which.c.participant_id,
            answers.c.statement_id,
            answers.c.answer,
            answers.c.wording_version,
            answers.c.language,
            which.c.same_order,
            answers.c.assisted,
        )
        .join(answers, answers.c.measurement_id == which.c.id)
        .where(answers.c.statement_id.in_(statements))
    )
    found: dict[str, dict[str, AnsweredStatement]] = {}
    for person, statement, answer, version, language, same_order, assisted in connection.execute(query):
        found.setdefault(person, {})[statement] = AnsweredStatement(
            Answer(answer), version, language, same_order, "sits_next_to_me" if assisted else "no"
        )
    return found


def _allowed(
    connection: Connection, scope: Scope, finished: Select[Any], groups: Collection[Group]
) -> set[tuple[str, str]]:
    """Who may be counted in which group: the newest decision of each person about each purpose counts."""
    gathers = finished.subquery()
    needed = {Purpose.KEEP, Purpose.GROUP, Purpose.HEALTH}
    histories: dict[str, tuple[Consent, ...]] = latest_of(connection, select(gathers.c.participant_id), needed)
    return {
        (person, group.name)
        for person, history in histories.items()
        for group in groups
        if may_count(history, group, scope.until)
    }


def _counted_before(connection: Connection, scope: Scope) -> dict[str, frozenset[str]]:
    """In which groups each person's baseline was counted, in a window that closed; nobody in a baseline itself."""
    if scope.moment == BASELINE:
        return {}
    query = (
        select(window_people.c.participant_id, window_people.c.groups)
        .join(windows, windows.c.id == window_people.c.window_id)
        .where(*_sequence(scope, BASELINE))
    )
    return {person: frozenset(groups) for person, groups in connection.execute(query)}


def _scores(method: Method, groups: Collection[Group], given: Mapping[str, AnsweredStatement]) -> dict[str, float]:
    found = {}
    for group in groups:
        core = method.core(group.name)
        values = (given[statement].answer.value_or_none for statement in core if statement in given)
        score = core_score([value for value in values if value is not None], len(core))
        if score is not None:
            found[group.name] = score
    return found


def _changes(
    method: Method,
    groups: Collection[str],
    then: Mapping[str, AnsweredStatement],
    now: Mapping[str, AnsweredStatement],
    scores: Mapping[str, float],
) -> dict[str, Changed]:
    earlier = _scores(method, [method.questionnaire.group(name) for name in groups], then)
    found = {}
    for name, score in earlier.items():
        change = change_of(method.questionnaire, name, then, now, method.same_meaning)
        if change.delta is not None:
            found[name] = Changed(score, scores[name], change.delta)
    return found

"""Which pictures there are of what may be shown of one moment, for the JSON API and the pages alike."""

from collections.abc import Sequence
from dataclasses import replace

from api.group_charts import BASELINE, Span, change_picture, group_picture, ring_picture, span_of
from api.results import MomentView
from domain.questionnaire import Questionnaire, Ring
from domain.suppression import Band
from domain.windows import Care
from reports.chart import Chart
from reports.group_change import ChangeChart
from storage.catalogue import Catalogue
from storage.organisations import Organisation

_LEAST = {Band.FEW: 5, Band.SOME: 10, Band.MANY: 20, Band.MOST: 50}

CHANGE = "change-"
"""Before the name of a ring: then and now of that ring."""


def picture_of(
    catalogue: Catalogue, questionnaire: Questionnaire, organisation: Organisation, view: MomentView, name: str
) -> Chart | ChangeChart | None:
    """The picture of that name: a ring, ``change-`` and a ring, or a group; None where nothing of it may be shown.

    An unknown name, nothing closed and everything hidden look the same.
    """
    ring = next((ring for ring in Ring if name.removeprefix(CHANGE) == ring.value), None)
    names = _asked(questionnaire, organisation, view, ring, name)
    span = _span(view, names, organisation.time_zone)
    if span is None:
        return None
    views = {each: view.groups[each] for each in names}
    if ring is None:
        one = views[name]
        said = [one.whole, *one.parts.values()]
        return group_picture(catalogue, name, one.whole, one.parts, span) if any(said) else None
    if name.startswith(CHANGE):
        changes = {each: one.change for each, one in views.items()}
        return change_picture(catalogue, names, changes, BASELINE, span) if any(changes.values()) else None
    figures = {each: one.whole for each, one in views.items()}
    if not any(figures.values()):
        return None
    is_inside = any(one.whole and not may_leave(one.care, one.whole.people) for one in views.values())
    return ring_picture(catalogue, questionnaire, ring, figures, span, is_inside=is_inside)


def may_leave(care: Care | None, people: Band) -> bool:
    """Whether a figure of the whole organisation may be shown to somebody outside it (the method, e.4)."""
    return care is not None and _LEAST[people] >= care.limits.outside


def for_outside(view: MomentView) -> MomentView:
    """What may be shown to somebody outside the organisation: nothing of parts, and nothing of few people."""
    groups = {
        name: replace(
            one,
            whole=one.whole if one.whole and may_leave(one.care, one.whole.people) else None,
            parts={},
            change=one.change if one.change and may_leave(one.care, one.change.people) else None,
        )
        for name, one in view.groups.items()
    }
    return replace(view, groups=groups, response=None, drop_out=None, grouping=None)


def pictures_there_are(
    catalogue: Catalogue, questionnaire: Questionnaire, organisation: Organisation, view: MomentView
) -> dict[str, Chart | ChangeChart]:
    """The rings of which something may be shown, and then and now of each, by name, in the order of a page."""
    names = [*(ring.value for ring in Ring), *(f"{CHANGE}{ring}" for ring in Ring)]
    found = {name: picture_of(catalogue, questionnaire, organisation, view, name) for name in names}
    return {name: picture for name, picture in found.items() if picture is not None}


def groups_of(questionnaire: Questionnaire, organisation: Organisation, view: MomentView) -> tuple[str, ...]:
    """The groups of which figures can be said: of the modules that are on, those that are in figures at all."""
    return tuple(
        group.name
        for group in questionnaire.groups
        if view.groups[group.name].care is not None and group.name in organisation.modules
    )


def _asked(
    questionnaire: Questionnaire, organisation: Organisation, view: MomentView, ring: Ring | None, name: str
) -> tuple[str, ...]:
    groups = groups_of(questionnaire, organisation, view)
    if ring is None:
        return (name,) if name in groups else ()
    return tuple(each for each in groups if questionnaire.group(each).ring is ring)


def _span(view: MomentView, names: Sequence[str], time_zone: str) -> Span | None:
    """From when to when the answers behind these groups were gathered; None when no window of theirs closed."""
    cares = {view.groups[name].care for name in names}
    closed = [(window.since, window.closed_at) for care, window in view.windows.items() if care in cares]
    return span_of(view.moment, closed, time_zone) if closed else None

"""The pictures of many people in words: webs and bars of one closed window, and then and now, in five languages.

It takes what may be shown and decides nothing about that. "People who work here" is all that is said of why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.group_change import Direction, GroupChange
from domain.questionnaire import Questionnaire, Ring
from domain.suppression import Band, Edge, Figure
from reports.chart import Axis, Chart, Moment, Point
from reports.group_change import ChangeChart, Shift
from storage.catalogue import Catalogue

BASELINE = "baseline"
_EXACT = Decimal("0.1")
"""A mean change that is known so well is said as one number."""

_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when answers were gathered for one moment: the first and the last day, where the organisation is."""

    moment: str
    since: date
    until: date


def span_of(moment: str, windows: Sequence[tuple[datetime, datetime]], time_zone: str) -> Span:
    """The days of these windows (since, closed_at) together. Raises ValueError without any."""
    zone = ZoneInfo(time_zone)
    return Span(
        moment,
        min(since for since, _ in windows).astimezone(zone).date(),
        max(closed_at for _, closed_at in windows).astimezone(zone).date(),
    )


def ring_picture(
    catalogue: Catalogue,
    questionnaire: Questionnaire,
    ring: Ring,
    figures: Mapping[str, Figure | None],
    span: Span,
    *,
    is_inside: bool = False,
) -> Chart:
    """One ring of everybody together; ``figures`` by group, None where nothing is said. Its axes are those groups.

    ``is_inside``: it must not be shown outside the organisation, and says so.
    """
    names = [group.name for group in questionnaire.ring(ring) if group.name in figures]
    axes = tuple(Axis(name, catalogue.say(f"group.{name}")) for name in names)
    found = [figures[name] for name in names]
    return _chart(catalogue, catalogue.say(f"many.title_{ring}"), axes, found, span, is_inside=is_inside)


def group_picture(
    catalogue: Catalogue, group: str, whole: Figure | None, parts: Mapping[str, Figure | None], span: Span
) -> Chart:
    """One group: everybody together, and beside it each team or location by its own name; never for outside."""
    axes = (
        Axis("everyone", catalogue.say("many.everyone")),
        *(Axis(f"part-{number}", name) for number, name in enumerate(parts, start=1)),
    )
    title = catalogue.say("many.title_group", {"group": catalogue.say(f"group.{group}")})
    return _chart(catalogue, title, axes, [whole, *parts.values()], span, is_inside=True)


def change_picture(
    catalogue: Catalogue, names: Sequence[str], changes: Mapping[str, GroupChange | None], then: str, span: Span
) -> ChangeChart:
    """Then and now of who answered both times; ``then`` is the earlier moment, ``span`` that of the later one."""
    known = [change for name in names if (change := changes.get(name))]
    bands = {change.people for change in known}
    two = {"then": moment_name(catalogue, then), "now": window_words(catalogue, span)}
    moments = catalogue.say("many.compared", two)
    if len(bands) == 1:
        moments = catalogue.say("many.window_people", {"window": moments, "people": people_words(catalogue, *bands)})
    said = ["many.same_people", "many.line", "many.why"]
    said += ["many.hidden"] if len(known) < len(names) else []
    said += ["many.bands"] if len(bands) > 1 else []
    return ChangeChart(
        title=catalogue.say("many.title_change"),
        description=catalogue.say("many.description", {"window": window_words(catalogue, span)}),
        language=catalogue.language,
        moments=moments,
        rows=tuple(_shift(catalogue, name, changes.get(name), has_band=len(bands) > 1) for name in names),
        lower_mark=catalogue.say("many.lower"),
        same_mark=catalogue.say("many.same"),
        higher_mark=catalogue.say("many.higher"),
        sentences=tuple(catalogue.say(key) for key in said),
    )


# Words ----------------------------------------------------------------------------------------------------------------


def moment_name(catalogue: Catalogue, moment: str) -> str:
    """What a moment is called: the first time, time 2, …"""
    if moment == BASELINE:
        return catalogue.say("many.baseline")
    number = int(moment.rpartition("_")[2]) + 1
    return catalogue.say("many.follow_up", {"number": catalogue.number(number)})


def window_words(catalogue: Catalogue, span: Span) -> str:
    """Which moment, and from when to when."""
    since, until = catalogue.date(span.since), catalogue.date(span.until)
    values = {"moment": moment_name(catalogue, span.moment), "since": since, "until": until}
    return catalogue.say("many.window", values)


def people_words(catalogue: Catalogue, band: Band) -> str:
    """How many people, as a band."""
    return catalogue.say("chart.people_band", {"band": band_words(catalogue, band)})


def band_words(catalogue: Catalogue, band: Band) -> str:
    """A band in the reader's digits: 5–9, 50+."""
    first, _, last = band.value.partition("-")
    if not last:
        return f"{catalogue.number(int(first.rstrip('+')))}+"
    return f"{catalogue.number(int(first))}–{catalogue.number(int(last))}"


def figure_words(catalogue: Catalogue, figure: Figure | None) -> str:
    """A mean as it is said: 3,6, or 3,4–3,8, or 4,8 of hoger; or that there are too few people."""
    if figure is None:
        return catalogue.say("chart.too_few_people")
    mean = catalogue.decimal(figure.mean)
    if figure.edge is Edge.OR_HIGHER:
        return catalogue.say("many.or_higher", {"value": mean})
    if figure.edge is Edge.OR_LOWER:
        return catalogue.say("many.or_lower", {"value": mean})
    if figure.within is not None:
        return f"{catalogue.decimal(figure.low)}–{catalogue.decimal(figure.high)}"
    return mean


def change_words(catalogue: Catalogue, change: GroupChange | None) -> str:
    """A mean change as it is said, with its bounds, and whether it can be chance."""
    if change is None:
        return catalogue.say("chart.too_few_people")
    keys = {
        Direction.HIGHER: "many.change_higher",
        Direction.LOWER: "many.change_lower",
        Direction.CHANCE: "many.change_chance",
    }
    mean, low, high = (signed(catalogue, value) for value in (change.mean, change.low, change.high))
    if change.within > _EXACT:
        mean = f"{signed(catalogue, change.mean - change.within)} – {signed(catalogue, change.mean + change.within)}"
    verdict = catalogue.say(keys[change.direction])
    return catalogue.say("many.change_words", {"verdict": verdict, "mean": mean, "low": low, "high": high})


def signed(catalogue: Catalogue, value: Decimal) -> str:
    """A difference with its sign: +0,4, −0,2, 0,0."""
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    return f"{sign}{catalogue.decimal(abs(value))}"


# Pieces ---------------------------------------------------------------------------------------------------------------


def _chart(
    catalogue: Catalogue,
    title: str,
    axes: tuple[Axis, ...],
    figures: Sequence[Figure | None],
    span: Span,
    *,
    is_inside: bool,
) -> Chart:
    known = [figure for figure in figures if figure]
    bands = {figure.people for figure in known}
    window = window_words(catalogue, span)
    legend = window
    if len(bands) == 1:
        legend = catalogue.say("many.window_people", {"window": window, "people": people_words(catalogue, *bands)})
    points = tuple(_point(catalogue, figure, has_band=len(bands) > 1) for figure in figures)
    return Chart(
        title=title,
        description=catalogue.say("many.description", {"window": window}),
        language=catalogue.language,
        axes=axes,
        moments=(Moment(legend, points),),
        low_mark=catalogue.say("scale.1"),
        high_mark=catalogue.say("scale.5"),
        sentences=(
            *_sentences(catalogue, figures, has_bands=len(bands) > 1),
            *([catalogue.say("many.inside_only")] if is_inside else []),
        ),
    )


def _point(catalogue: Catalogue, figure: Figure | None, *, has_band: bool) -> Point:
    words = figure_words(catalogue, figure)
    if figure is None:
        return Point(None, gap=words)
    if has_band:
        words = catalogue.say("many.with_band", {"value": words, "band": band_words(catalogue, figure.people)})
    return Point(float(figure.mean), words, is_partial=figure.edge is not None)


def _sentences(catalogue: Catalogue, figures: Sequence[Figure | None], *, has_bands: bool) -> tuple[str, ...]:
    known = [figure for figure in figures if figure]
    said = ["chart.sentence", "many.mean"]
    said += ["many.ranges"] if any(figure.within is not None for figure in known) else []
    said += ["many.open_dot"] if any(figure.edge for figure in known) else []
    said += ["many.bands"] if has_bands else []
    said += ["many.hidden"] if len(known) < len(figures) else []
    return tuple(catalogue.say(key) for key in said)


def _shift(catalogue: Catalogue, name: str, change: GroupChange | None, *, has_band: bool) -> Shift:
    words, label = change_words(catalogue, change), catalogue.say(f"group.{name}")
    if change is None:
        return Shift(name, label, words)
    if has_band:
        words = f"{words} · {people_words(catalogue, change.people)}"
    return Shift(
        name,
        label,
        words,
        low=float(change.low),
        mean=float(change.mean),
        high=float(change.high),
        is_chance=change.direction is Direction.CHANCE,
    )

"""Webs of stored measurements: the numbers from the answers, the words from the catalogue, drawn off the event loop."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.around import conversation_of
from bot.conversation.screen import Picture
from bot.parts import Parts
from domain.answers import Answer
from domain.questionnaire import Kind, Questionnaire, Ring
from domain.scoring import GroupScore, State, display, score_groups
from reports.chart import Axis, Chart, FileFormat, Form, Moment, Paper, Point, in_words
from reports.group_change import ChangeChart
from reports.studio import Studio
from storage import answers, conversations, measurements
from storage.catalogue import Catalogue
from storage.conversations import StoredConversation


@dataclass(frozen=True, slots=True)
class Measured:
    """One finished measurement as somebody may see it.

    ``asked`` are the groups of the measurement; ``visible`` the ones whose values this reader may see. The others
    are gaps that all look the same.
    """

    day: date
    answers: Mapping[str, Answer]
    asked: tuple[str, ...]
    visible: frozenset[str]

    def scores(self, questionnaire: Questionnaire) -> dict[str, GroupScore]:
        """The scores of the visible groups."""
        scored = score_groups(questionnaire, self.answers, self.visible)
        return {name: scored[name] for name in self.visible}


def ring_chart(
    catalogue: Catalogue, questionnaire: Questionnaire, ring: Ring, moments: Sequence[Measured], *, is_own: bool
) -> Chart:
    """The web of a ring, oldest moment first, at most three. Its axes are the groups that the newest one asked.

    ``is_own``: the person's own picture; only there an axis says "not about me", and refused groups are left out.
    Raises ValueError when the newest moment asked nothing of the ring.
    """
    newest = moments[-1]
    groups = [group.name for group in questionnaire.ring(ring) if group.name in newest.asked]
    scored = [moment.scores(questionnaire) for moment in moments]
    rows = [[_score_point(catalogue, scores.get(name), is_own=is_own) for name in groups] for scores in scored]
    is_gap = any(name in newest.visible and point.value is None for name, point in zip(groups, rows[-1], strict=True))
    axes = tuple(Axis(name, catalogue.say(f"group.{name}")) for name in groups)
    title = catalogue.say(f"web.title_{ring}" if is_own else f"chart.title_{ring}")
    return _chart(catalogue, title, axes, moments, rows, is_own=is_own, is_gap=is_gap)


def group_chart(
    catalogue: Catalogue, questionnaire: Questionnaire, group: str, moments: Sequence[Measured], *, is_own: bool
) -> Chart:
    """One group with its five statements, each with its own answer. Raises UnknownGroup."""
    statements = questionnaire.of_group(questionnaire.group(group).name, Kind.CORE)
    rows = [
        [
            _answer_point(catalogue, moment.answers.get(s.id) if group in moment.visible else None, is_own=is_own)
            for s in statements
        ]
        for moment in moments
    ]
    axes = tuple(Axis(statement.id, catalogue.statement(statement.id)) for statement in statements)
    is_gap = group in moments[-1].visible and any(point.value is None for point in rows[-1])
    return _chart(catalogue, catalogue.say(f"group.{group}"), axes, moments, rows, is_own=is_own, is_gap=is_gap)


def _chart(
    catalogue: Catalogue,
    title: str,
    axes: tuple[Axis, ...],
    moments: Sequence[Measured],
    rows: list[list[Point]],
    *,
    is_own: bool,
    is_gap: bool,
) -> Chart:
    days = [moment.day for moment in moments]
    sentences = [catalogue.say("chart.sentence")]
    if is_gap:
        sentences.append(catalogue.say("web.gap"))
    if any(point.is_partial for row in rows for point in row):
        sentences.append(catalogue.say("web.open_dot"))
    return Chart(
        title=title,
        description=catalogue.say("web.alt" if is_own else "chart.description", {"date": catalogue.date(days[-1])}),
        language=catalogue.language,
        axes=axes,
        moments=tuple(
            Moment(_moment_label(catalogue, day, place, len(days)), tuple(row))
            for place, (day, row) in enumerate(zip(days, rows, strict=True), start=1)
        ),
        low_mark=catalogue.say("scale.1"),
        high_mark=catalogue.say("scale.5"),
        sentences=tuple(sentences),
    )


def _moment_label(catalogue: Catalogue, day: date, place: int, count: int) -> str:
    key = "chart.legend_moment" if count == 1 else "change.now" if place == count else "change.then"
    return catalogue.say(key, {"date": catalogue.date(day)})


def _score_point(catalogue: Catalogue, score: GroupScore | None, *, is_own: bool) -> Point:
    if score is None:
        return Point(None, gap=catalogue.say("web.axis_missing" if is_own else "chart.not_shared"))
    if score.score is None:
        is_na = is_own and score.state is State.NOT_ABOUT_ME
        return Point(None, gap=catalogue.say("web.axis_na" if is_na else "web.axis_missing"))
    return Point(score.score, catalogue.decimal(display(score.score)), is_partial=score.is_partial)


def _answer_point(catalogue: Catalogue, answer: Answer | None, *, is_own: bool) -> Point:
    value = answer.value_or_none if answer else None
    if value is None:
        is_na = is_own and answer is Answer.NA
        return Point(None, gap=catalogue.say("web.axis_na" if is_na else "web.axis_missing"))
    return Point(float(value), catalogue.number(value))


class Webs:
    """Draws webs for whoever may see them."""

    def __init__(self, parts: Parts, studio: Studio) -> None:
        self.parts = parts
        self._studio = studio

    async def draw(self, chart: Chart, *, form: Form, file_format: FileFormat, paper: Paper = "page") -> bytes:
        """A chart as a file. Raises DrawingError."""
        return await self._studio.draw(chart, form, file_format, paper=paper)

    async def draw_change(self, chart: ChangeChart, *, file_format: FileFormat, paper: Paper = "page") -> bytes:
        """Then and now of many people as a file. Raises DrawingError."""
        return await self._studio.draw_change(chart, file_format, paper=paper)

    async def print_page(self, page: str, content: Mapping[str, object]) -> bytes:
        """A printed page (``Studio.print_page``) as a PDF. Raises DrawingError."""
        return await self._studio.print_page(page, content)

    async def own(
        self, channel: str, address: str, picture: Picture, *, file_format: FileFormat
    ) -> tuple[bytes, str] | None:
        """The picture of a message in that chat, for a phone, and what it shows in words; None when it is not that
        person's. Raises DrawingError."""
        chart = await self.parts.store.read(lambda connection: self._own_chart(connection, channel, address, picture))
        if chart is None:
            return None
        form: Form = "bars" if picture.as_bars else "web"
        return await self._studio.draw(chart, form, file_format, paper="phone"), in_words(chart)

    def _own_chart(self, connection: Connection, channel: str, address: str, picture: Picture) -> Chart | None:
        stored = conversations.in_chat(connection, channel, address, lock=False)
        if stored is None:
            return None
        moments = [
            measured
            for measurement_id in (*picture.compare, picture.measurement_id)
            if (measured := self._measured(connection, stored, measurement_id))
        ]
        if not moments or len(moments) != len(picture.compare) + 1:
            return None
        catalogue = self.parts.catalogues[stored.language]
        return ring_chart(catalogue, self.parts.catalogues.questionnaire, Ring(picture.of.value), moments, is_own=True)

    def _measured(self, connection: Connection, stored: StoredConversation, measurement_id: str) -> Measured | None:
        measurement = measurements.get(connection, stored.organisation_id, measurement_id)
        if measurement is None or measurement.participant_id != stored.participant_id or not measurement.completed_at:
            return None
        conversation = conversation_of(stored)
        questionnaire = self.parts.catalogues.questionnaire
        asked = tuple(n for n in measurement.modules if conversation.may_ask(questionnaire.group(n).sensitivity))
        given = answers.of_measurement(connection, measurement_id)
        return Measured(
            day=measurement.completed_at.astimezone(ZoneInfo(stored.time_zone)).date(),
            answers={statement_id: one.answer for statement_id, one in given.items()},
            asked=asked,
            visible=frozenset(asked),
        )


def measured_by(
    measurement: measurements.StoredMeasurement,
    given: Mapping[str, answers.StoredAnswer],
    *,
    visible: Collection[str],
    time_zone: str,
) -> Measured:
    """A stored, finished measurement as somebody else may see it: every group it asked, values of the visible ones.

    Raises ValueError when it is not finished.
    """
    if measurement.completed_at is None:
        raise ValueError("only a finished measurement has a web")
    return Measured(
        day=measurement.completed_at.astimezone(ZoneInfo(time_zone)).date(),
        answers={statement_id: one.answer for statement_id, one in given.items()},
        asked=tuple(measurement.modules),
        visible=frozenset(visible),
    )

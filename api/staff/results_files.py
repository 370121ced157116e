"""The figures of one moment as a workbook and as CSV: only what may be shown, each cell in its own type."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from api.group_charts import band_words, change_words, figure_words, moment_name
from api.results import GroupView, MomentView
from api.results_charts import groups_of
from domain.questionnaire import Questionnaire
from domain.suppression import Figure
from reports.spreadsheet import Cell, Table
from storage.catalogue import Catalogue
from storage.organisations import Organisation
from storage.staff_texts import StaffWords

COLUMNS = ("moment", "since", "until", "group", "topic", "part", "said", "mean", "low", "high", "people")
_OF_CHANGE = tuple(column for column in COLUMNS if column != "part")
_NOTES = ("report.how_mean", "results.said_same_people", "report.not_why", "report.not_good", "report.not_one")
_WIDTHS = {"said": 28, "topic": 26, "part": 22, "group": 18}


class ResultFiles:
    """What makes the tables, in the language of who asks."""

    def __init__(
        self, words: StaffWords, catalogue: Catalogue, questionnaire: Questionnaire, organisation: Organisation
    ) -> None:
        self._words = words
        self._catalogue = catalogue
        self._questionnaire = questionnaire
        self._organisation = organisation

    def figures(self, view: MomentView) -> Table:
        """A row per group and part; where nothing may be said the cells are empty and the words say so."""
        return self._table("report.sheet_figures", COLUMNS, self._figure_rows(view))

    def tables(self, view: MomentView) -> list[Table]:
        """The sheets of the workbook: the figures, then and now, and what they are."""
        notes = [[self._words.say(key)] for key in _NOTES]
        about = self._words.say("report.sheet_about")
        return [
            self.figures(view),
            self._table("report.sheet_change", _OF_CHANGE, self._change_rows(view)),
            Table(about, [about], notes, widths=[110]),
        ]

    def _table(self, key: str, columns: tuple[str, ...], rows: Iterator[list[Cell]]) -> Table:
        heads = [self._words.say(f"report.column.{column}") for column in columns]
        return Table(self._words.say(key), heads, rows, widths=[_WIDTHS.get(column, 12) for column in columns])

    def _groups(self, view: MomentView) -> Iterator[tuple[GroupView, list[Cell]]]:
        zone = ZoneInfo(self._organisation.time_zone)
        for name in groups_of(self._questionnaire, self._organisation, view):
            one = view.groups[name]
            window = view.windows.get(one.care) if one.care else None
            if window is not None:
                days = [moment.astimezone(zone).date() for moment in (window.since, window.closed_at)]
                topic = self._catalogue.say(f"group.{name}")
                yield one, [moment_name(self._catalogue, view.moment), *days, name, topic]

    def _figure_rows(self, view: MomentView) -> Iterator[list[Cell]]:
        for one, head in self._groups(view):
            yield [*head, "", *self._said(one.whole)]
            for part, figure in one.parts.items():
                yield [*head, part, *self._said(figure)]

    def _said(self, figure: Figure | None) -> list[Cell]:
        words = figure_words(self._catalogue, figure)
        if figure is None:
            return [words, None, None, None, None]
        is_exact = figure.edge is None and figure.within is None
        mean = figure.mean if is_exact else None
        return [words, mean, figure.low, figure.high, band_words(self._catalogue, figure.people)]

    def _change_rows(self, view: MomentView) -> Iterator[list[Cell]]:
        for one, head in self._groups(view):
            words, change = change_words(self._catalogue, one.change), one.change
            if change is None:
                yield [*head, words, None, None, None, None]
            else:
                band = band_words(self._catalogue, change.people)
                yield [*head, words, change.mean, change.low, change.high, band]

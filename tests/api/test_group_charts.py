"""The pictures of many people: complete and honest in five languages, and nothing in them that must not be said."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from api.group_charts import (
    Span,
    change_picture,
    change_words,
    figure_words,
    group_picture,
    moment_name,
    ring_picture,
    span_of,
)
from domain.group_change import Direction, GroupChange
from domain.questionnaire import LANGUAGES, Ring
from domain.suppression import Band, Edge, Figure
from reports.chart import Chart, Form, Paper
from reports.drawing import lay_out
from reports.group_change import ChangeChart, dump_change, loaded_change
from reports.group_change_drawing import draw_change
from reports.sheet import Box, Sheet
from reports.studio import Studio
from storage.catalogue import Catalogues

CATALOGUES = Catalogues.load()
QUESTIONNAIRE = CATALOGUES.questionnaire
INNER = [group.name for group in QUESTIONNAIRE.ring(Ring.INNER)]
SPAN = Span("baseline", date(2026, 1, 1), date(2026, 7, 1))
PAPERS: Sequence[Paper] = ("page", "phone")

FORBIDDEN = {
    "nl": r"\b(beter|slechter|door het werk|dankzij|omdat|verbeterd?|effect|succes|score|cijfer)\b",
    "en": r"\b(better|worse|because|thanks to|improved?|effect|success|score|mark)\b",
    "fr": r"\b(mieux|pire|grâce|parce que|amélioré|effet|succès|score|note)\b",
    "tr": r"\b(daha iyi|daha kötü|sayesinde|çünkü|etki|başarı|puan)\b",
    "ar": r"(أفضل|أسوأ|بفضل|لأن|تأثير|نجاح|درجة)",
}


def a_figure(mean: str, people: Band = Band.FEW, *, within: str = "", edge: Edge | None = None) -> Figure:
    return Figure(Decimal(mean), people, edge=edge, within=Decimal(within) if within else None)


MIXED = dict(
    zip(
        INNER,
        [
            a_figure("3.6", within="0.2"),
            a_figure("2.8", Band.SOME, within="0.4"),
            a_figure("4.8", edge=Edge.OR_HIGHER),
            None,
            a_figure("1.2", edge=Edge.OR_LOWER),
        ],
        strict=True,
    )
)


def a_change(mean: str, low: str, high: str, direction: Direction, *, within: str = "0.1") -> GroupChange:
    return GroupChange(Decimal(mean), Decimal(within), Decimal(low), Decimal(high), direction, Band.SOME, None, None)


def changed(language: str) -> ChangeChart:
    found = {
        INNER[0]: a_change("0.6", "0.2", "1.0", Direction.HIGHER),
        INNER[1]: a_change("0.2", "-0.4", "0.8", Direction.CHANCE, within="0.3"),
        INNER[2]: None,
        INNER[3]: a_change("-0.4", "-0.7", "-0.1", Direction.LOWER),
    }
    span = Span("follow_up_1", date(2026, 7, 1), date(2026, 11, 20))
    return change_picture(CATALOGUES[language], INNER, found, "baseline", span)


def pictures(language: str) -> list[Chart]:
    catalogue = CATALOGUES[language]
    parts = {"Keuken": a_figure("3.6", within="0.2"), "Tuin": None, "Buitenploeg aan de overkant": a_figure("4.2")}
    return [
        ring_picture(catalogue, QUESTIONNAIRE, Ring.INNER, MIXED, SPAN),
        group_picture(catalogue, "self_esteem", a_figure("3.4", Band.SOME), parts, SPAN),
    ]


def check_words(sheet: Sheet) -> None:
    slim = [Box(box.words, box.left, box.top + 3, box.right, box.bottom - 3) for box in sheet.written]
    assert [box for box in slim if not (0 <= box.left < box.right <= sheet.width and box.bottom <= sheet.height)] == []
    assert [(a, b) for number, a in enumerate(slim) for b in slim[:number] if a.touches(b)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_leave_the_picture_or_run_into_others(language: str) -> None:
    forms: Sequence[Form] = ("web", "bars")
    for paper in PAPERS:
        for chart in pictures(language):
            for form in forms:
                check_words(lay_out(chart, form=form, paper=paper))
        check_words(draw_change(changed(language), paper=paper))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_says_when_of_how_many_and_what_it_is_and_none_says_why(language: str) -> None:
    catalogue = CATALOGUES[language]
    ring, of_parts = pictures(language)
    told = [" ".join([one.title, one.told, *one.sentences, one.moments[0].label]) for one in (ring, of_parts)]
    change = changed(language)
    told.append(" ".join([change.title, change.told, change.moments, *change.sentences]))
    assert catalogue.say("chart.too_few_people") in told[0]
    assert catalogue.say("many.hidden") in ring.sentences
    assert catalogue.say("many.change_chance") in change.told
    assert catalogue.say("many.why") in change.sentences
    for words in told:
        assert catalogue.date(date(2026, 7, 1)) in words
        assert re.search(FORBIDDEN[language], words, re.IGNORECASE) is None


def test_no_text_of_the_pictures_speaks_of_better_people_or_of_reasons() -> None:
    told = {
        (language, key)
        for language in LANGUAGES
        for key in CATALOGUES[language].keys()  # noqa: SIM118 - a catalogue of texts is no mapping
        if key.startswith("many.")
        for text in CATALOGUES[language]._texts[key].forms
        if re.search(FORBIDDEN[language], "".join(text), re.IGNORECASE)
    }
    assert told == set()


def test_a_mean_is_said_as_exactly_as_it_may_be() -> None:
    dutch = CATALOGUES["nl"]
    said = [figure_words(dutch, MIXED[name]) for name in INNER]
    assert said == ["3,4–3,8", "2,4–3,2", "4,8 of hoger", "te weinig mensen", "1,2 of lager"]
    assert figure_words(dutch, a_figure("3.6")) == "3,6"


def test_a_change_says_what_can_be_chance() -> None:
    dutch = CATALOGUES["nl"]
    rows = {row.label: row.words for row in changed("nl").rows}
    assert list(rows.values()) == [
        "Duidelijk hoger: +0,6 (+0,2 – +1,0)",
        "Kan toeval zijn: −0,1 – +0,5 (−0,4 – +0,8)",
        "te weinig mensen",
        "Duidelijk lager: −0,4 (−0,7 – −0,1)",
        "te weinig mensen",
    ]
    assert change_words(dutch, None) == "te weinig mensen"


def test_how_many_people_stands_in_the_legend_or_at_each_axis_when_it_differs() -> None:
    mixed, _ = pictures("nl")
    alike = ring_picture(
        CATALOGUES["nl"], QUESTIONNAIRE, Ring.INNER, dict.fromkeys(INNER, a_figure("3.6", Band.MOST)), SPAN
    )
    assert alike.moments[0].label == "Eerste keer: 1 januari 2026 – 1 juli 2026, 50+ mensen"
    assert {point.label for point in alike.moments[0].points} == {"3,6"}
    assert mixed.moments[0].label == "Eerste keer: 1 januari 2026 – 1 juli 2026"
    assert mixed.moments[0].points[1].label == "2,4–3,2 (10–19)"


def test_the_days_of_several_windows_are_those_of_all_of_them_where_the_organisation_is() -> None:
    night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    span = span_of("follow_up_2", [(night, datetime(2026, 9, 1, tzinfo=UTC)), (night, night)], "Europe/Amsterdam")
    assert span == Span("follow_up_2", date(2026, 7, 1), date(2026, 9, 1))
    assert moment_name(CATALOGUES["nl"], "follow_up_2") == "Keer 3"


async def test_then_and_now_is_drawn_in_the_child_in_every_format() -> None:
    studio = Studio()
    try:
        drawn = [await studio.draw_change(changed("ar"), kind) for kind in ("svg", "png", "pdf")]
    finally:
        await studio.close()
    assert [content[:4] for content in drawn] == [b"<svg", b"\x89PNG", b"%PDF"]
    assert loaded_change(json.loads(dump_change(changed("nl")))) == changed("nl")

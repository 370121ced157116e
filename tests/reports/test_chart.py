"""What a chart may say, before anything is drawn (METHOD e.6)."""

import subprocess
import sys
from dataclasses import replace

import pytest
from example_charts import a_chart

from reports.chart import Axis, Point, can_be_web, data_table, dump, in_words, load, web_lines


def test_a_chart_shows_at_most_three_moments() -> None:
    chart = a_chart(moments=3)
    with pytest.raises(ValueError, match="one to 3 moments"):
        replace(chart, moments=(chart.moments[0], *chart.moments))


def test_a_chart_without_a_moment_or_an_axis_is_refused() -> None:
    chart = a_chart()
    with pytest.raises(ValueError, match="moments"):
        replace(chart, moments=())
    with pytest.raises(ValueError, match="axis"):
        replace(chart, axes=())


def test_every_moment_has_one_point_per_axis() -> None:
    chart = a_chart()
    with pytest.raises(ValueError, match="one point per axis"):
        replace(chart, axes=(*chart.axes, Axis("more", "Meer")))


@pytest.mark.parametrize("point", [Point(0.9, "0,9"), Point(5.1, "5,1"), Point(3.0), Point(None)])
def test_a_value_outside_the_scale_and_a_point_without_words_are_refused(point: Point) -> None:
    chart = a_chart()
    moment = replace(chart.moments[0], points=(point, *chart.moments[0].points[1:]))
    with pytest.raises(ValueError, match=r"1 and 5|words"):
        replace(chart, moments=(moment,))


def test_a_web_needs_three_axes_with_a_value_in_the_newest_moment() -> None:
    assert can_be_web(a_chart(of="inner", missing=(0, 1)))
    assert not can_be_web(a_chart(of="inner", moments=2, missing=(0, 1, 2)))


def test_a_web_of_fourteen_axes_would_not_be_readable() -> None:
    assert not can_be_web(a_chart(of="all"))


def test_the_line_of_a_complete_moment_closes() -> None:
    assert web_lines(a_chart(of="inner").moments[0]) == [[0, 1, 2, 3, 4, 0]]


def test_a_missing_value_breaks_the_line_and_is_never_a_point_on_it() -> None:
    assert web_lines(a_chart(of="inner", missing=(2,)).moments[0]) == [[3, 4, 0, 1]]
    assert web_lines(a_chart(of="outer", missing=(0, 4)).moments[0]) == [[1, 2, 3], [5, 6, 7, 8]]


def test_an_axis_between_two_gaps_has_no_line() -> None:
    assert web_lines(a_chart(of="inner", missing=(0, 2)).moments[0]) == [[3, 4]]


def test_the_table_says_the_same_in_words() -> None:
    chart = a_chart("fr", of="inner", moments=2, missing=(1,))
    head, first, second, *_ = data_table(chart)
    assert head == ["Ma vie", "Avant\u202f: 3 septembre 2026", "Maintenant\u202f: 14 novembre 2026"]
    assert first == [chart.axes[0].label, "2,4", "4,2"]
    assert second == [chart.axes[1].label, "5,0", "pas de réponse"]


def test_the_description_says_every_value_and_every_gap() -> None:
    words = in_words(a_chart("nl", moments=2, missing=(3,)))
    assert "Geld: Toen: 3 september 2026 – 2,4; Nu: 14 november 2026 – 4,2." in words
    assert "Nu: 14 november 2026 – geen antwoord." in words


def test_a_chart_survives_json() -> None:
    chart = a_chart("ar", moments=3, missing=(2,), partial=(1,))
    assert load(dump(chart)) == chart


def test_describing_a_chart_and_asking_for_it_needs_no_matplotlib() -> None:
    program = "import sys, reports, reports.chart, reports.studio, reports.faces; print('matplotlib' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"

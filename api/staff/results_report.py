"""The report of a few pages in words: what was measured, when, of how many, how, the pictures, what it does not say."""

from datetime import date
from zoneinfo import ZoneInfo

from api.group_charts import moment_name, people_words
from api.results import MomentView
from api.results_charts import for_outside, groups_of, pictures_there_are
from api.staff.results_words import sentences
from domain.group_change import FEWEST
from domain.questionnaire import Questionnaire
from domain.suppression import Band
from domain.windows import Care
from reports.chart import Chart
from reports.results_report import Block, Report
from storage.catalogue import Catalogue
from storage.organisations import Organisation
from storage.staff_texts import StaffWords

EXAMPLE = "joy-1"
"""The statement that stands in the report as an example."""

_NOT = ("report.not_why", "report.not_good", "report.not_one", "report.not_others", "report.not_checked")


def report_of(
    words: StaffWords,
    catalogue: Catalogue,
    questionnaire: Questionnaire,
    organisation: Organisation,
    view: MomentView,
    today: date,
    *,
    is_outside: bool,
    is_demo: bool = False,
) -> Report:
    """The report of one moment. ``is_outside``: only what may be shown to somebody outside the organisation.

    ``is_demo``: its people are invented, and every page says so.
    """
    if is_outside:
        view = for_outside(view)
    pictures = pictures_there_are(catalogue, questionnaire, organisation, view)
    names = groups_of(questionnaire, organisation, view)
    seen = [Block("heading", words.say("report.seen"))]
    for picture in pictures.values():
        if isinstance(picture, Chart):
            seen.append(Block("picture", chart=picture))
        else:
            seen.append(Block("change", change=picture))
    if not pictures:
        seen.append(Block("words", words.say("report.nothing")))
    elif said := sentences(words, catalogue, view, names):
        seen.append(Block("points", lines=tuple((one,) for one in said)))
    return Report(
        language=words.language,
        title=words.say("report.title"),
        whose=words.say("report.whose", {"organisation": organisation.name, "date": words.date(today)}),
        blocks=(
            Block("heading", words.say("report.what")),
            Block("words", words.say("report.what_words", {"example": catalogue.statement(EXAMPLE).rstrip(".")})),
            Block("heading", words.say("report.when")),
            Block("facts", lines=_facts(words, catalogue, organisation, view)),
            *seen,
            Block("heading", words.say("report.how")),
            Block("points", lines=_how(words)),
            Block("heading", words.say("report.not")),
            Block("points", lines=tuple((words.say(key),) for key in _NOT)),
        ),
        foot=words.say(_foot(is_outside=is_outside, is_demo=is_demo)),
    )


def _foot(*, is_outside: bool, is_demo: bool) -> str:
    if is_demo:
        return "report.foot_demo"
    return "report.foot_outside" if is_outside else "report.foot_inside"


def _facts(
    words: StaffWords, catalogue: Catalogue, organisation: Organisation, view: MomentView
) -> tuple[tuple[str, str], ...]:
    """Which time it is, and from when to when the answers of each kind were gathered, of how many people."""
    zone = ZoneInfo(organisation.time_zone)
    facts = []
    for care in (care for care in Care if care in view.windows):
        window = view.windows[care]
        bands = {one.whole.people for one in view.groups.values() if one.care is care and one.whole}
        people = [people_words(catalogue, band) for band in Band if band in bands]
        days = {
            "since": words.date(window.since.astimezone(zone).date()),
            "until": words.date(window.closed_at.astimezone(zone).date()),
            "people": ", ".join(people) or catalogue.say("chart.too_few_people"),
        }
        name = {"care": words.say(f"results.care.{care}"), "moment": moment_name(catalogue, view.moment)}
        facts.append((words.say("results.care_moment", name), words.say("report.when_fact", days)))
    return tuple(facts)


def _how(words: StaffWords) -> tuple[tuple[str], ...]:
    small = {"work": words.number(Care.WORK.limits.fewest), "life": words.number(Care.LIFE.limits.fewest)}
    return (
        (words.say("report.how_mean"),),
        (words.say("report.how_small", small),),
        (words.say("report.how_change", {"fewest": words.number(FEWEST)}),),
    )

"""The sheet for a talk in words: what a person shares and what these two agreed, in the person's own language."""

from collections.abc import Sequence
from dataclasses import replace

from api.staff.desk import StaffDesk
from api.staff.person_pictures import chart_of, shared_rings
from api.staff.person_seen import PersonSeen, SharedMoment, talk_list
from bot.conversation.talk_list import sentence_key, strengths_key
from domain.priority import Topic
from reports.talk_sheet import Entry, Section, TalkSheet
from storage.agreements import Agreement
from storage.catalogue import Catalogue
from storage.staff import StaffMember

MOST_AGREEMENTS = 5
"""So many open agreements stand on the page, the newest; the others can be read in the chat."""


def talk_sheet(desk: StaffDesk, member: StaffMember, seen: PersonSeen, moments: Sequence[SharedMoment]) -> TalkSheet:
    """The page of these moments, oldest first, with only what is shared on it: nothing says that there is more."""
    catalogue = desk.parts.catalogues[seen.participant.language]
    charts = []
    for ring in shared_rings(desk, seen.newest):
        chart = chart_of(desk, ring, [_only_shared(moment) for moment in moments], catalogue.language)
        if chart is not None:
            charts.append(replace(chart, title=catalogue.say(f"web.title_{ring}")))
    picked, strong = talk_list(desk.parts.catalogues.questionnaire, seen.newest)
    sections = [Section(catalogue.say("sheet.topics"), tuple(_topic(catalogue, topic) for topic in picked), "dot")]
    if not picked:
        sections = [Section(catalogue.say("sheet.no_topics"), (), "dot")]
    if strong:
        names = tuple(Entry(catalogue.say(f"group.{topic.group}")) for topic in strong)
        sections.append(Section(catalogue.say(strengths_key(strong)), names, "ring"))
    kept = [one for one in seen.agreements if not one.is_done]
    return TalkSheet(
        language=catalogue.language,
        title=catalogue.say("sheet.title"),
        name=seen.participant.name,
        day=catalogue.date(seen.newest.day),
        charts=tuple(charts),
        topics=tuple(sections),
        agreed=_agreed(catalogue, member, kept[:MOST_AGREEMENTS]),
        more=catalogue.say("sheet.more"),
        has_more=len(kept) > MOST_AGREEMENTS,
        room=catalogue.say("sheet.room"),
        foot=catalogue.say("sheet.foot"),
    )


def _only_shared(moment: SharedMoment) -> SharedMoment:
    """The moment as if nothing else had been asked: paper travels further than a page."""
    return replace(moment, stored=replace(moment.stored, modules=moment.shared))


def _topic(catalogue: Catalogue, topic: Topic) -> Entry:
    return Entry(catalogue.say(f"group.{topic.group}"), catalogue.say(sentence_key(topic)))


def _agreed(catalogue: Catalogue, member: StaffMember, kept: Sequence[Agreement]) -> Section | None:
    if not kept:
        return None
    coach = member.name
    if member.is_also_boss:
        coach = catalogue.say("coach.also_boss", {"coach": coach})
    entries = tuple(Entry(one.text, _detail(catalogue, one)) for one in kept)
    return Section(catalogue.say("agreement.intro", {"coach": coach}), entries, "box")


def _detail(catalogue: Catalogue, agreement: Agreement) -> str:
    topic = [catalogue.say(f"group.{agreement.topic}")] if agreement.topic else []
    return " · ".join([*topic, catalogue.date(agreement.agreed_on)])

"""What a person's page says of scores, answers and change, in the coach's language. Higher and lower, never better."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list

from api.staff.person_seen import SharedMoment
from bot.conversation.talk_list import sentence_key
from domain.change import Change, Note, Size
from domain.priority import Topic
from domain.questionnaire import Questionnaire
from domain.scoring import display
from storage.catalogue import Catalogue
from storage.staff_texts import StaffWords

CHANGED = (Size.CLEARLY_HIGHER, Size.CLEARLY_LOWER, Size.BIT_HIGHER, Size.BIT_LOWER)
"""The sizes that are said by the groups' names, the largest first; what is about the same is said last."""


@dataclass(frozen=True, slots=True)
class ClassedTopic:
    """A topic that the person picked: its name and what kind of topic it is, as the person read it."""

    group: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: ``values`` are in words, oldest first; the last is now."""

    key: str
    name: str
    values: tuple[str, ...]


def classed_topics(catalogue: Catalogue, picked: Sequence[Topic]) -> tuple[ClassedTopic, ...]:
    """What to talk about, in the order of the classes (METHOD e.5)."""
    return tuple(
        ClassedTopic(topic.group, catalogue.say(f"group.{topic.group}"), catalogue.say(sentence_key(topic)))
        for topic in picked
    )


def score_rows(questionnaire: Questionnaire, catalogue: Catalogue, moments: Sequence[SharedMoment]) -> tuple[Row, ...]:
    """The shared groups of the newest moment with their scores at every moment."""
    scored = [moment.scores(questionnaire) for moment in moments]
    rows = []
    for name in moments[-1].shared:
        values = []
        for scores in scored:
            score = scores.get(name)
            if score is None:
                values.append(catalogue.say("chart.not_shared"))
            elif score.score is None:
                values.append(catalogue.say("web.axis_missing"))
            else:
                values.append(catalogue.decimal(display(score.score)))
        rows.append(Row(name, catalogue.say(f"group.{name}"), tuple(values)))
    return tuple(rows)


def answer_rows(
    questionnaire: Questionnaire, catalogue: Catalogue, group: str, moments: Sequence[SharedMoment]
) -> tuple[Row, ...]:
    """Every statement of a group with what was answered at every moment. Why there is none is not said."""
    return tuple(
        Row(
            statement.id,
            catalogue.statement(statement.id),
            tuple(_answered(catalogue, moment, statement.id, group) for moment in moments),
        )
        for statement in questionnaire.of_group(group)
    )


def _answered(catalogue: Catalogue, moment: SharedMoment, statement_id: str, group: str) -> str:
    if group not in moment.shared:
        return catalogue.say("chart.not_shared")
    given = moment.given.get(statement_id)
    value = given.answer.value_or_none if given else None
    if value is None:
        return catalogue.say("web.axis_missing")
    return f"{catalogue.number(value)} · {catalogue.say(f'scale.{value}')}"


def change_sentences(words: StaffWords, catalogue: Catalogue, changes: Sequence[Change]) -> tuple[str, ...]:
    """Then and now in sentences: what changed by name, then the rest, then what has to be said with it."""
    by_size: dict[Size, list[str]] = {}
    for change in changes:
        by_size.setdefault(change.size, []).append(catalogue.say(f"group.{change.group}"))
    said = [
        words.say(f"person.change_{size}", {"topics": format_list(names, locale=words.language)}, len(names))
        for size in (*CHANGED, Size.UNKNOWN)
        if (names := by_size.get(size))
    ]
    if same := by_size.get(Size.SAME):
        key = "person.change_rest_same" if said else "person.change_all_same"
        said.insert(len(said) - (Size.UNKNOWN in by_size), words.say(key, {}, len(same)))
    notes = {note for change in changes for note in change.notes}
    said += [words.say(f"person.note_{note}") for note in Note if note in notes]
    return tuple(said)

"""How well each statement is understood, in each language: over all people, only where enough were asked."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, distinct, func, select

from domain.answers import Answer
from storage.tables import answers

FEWEST_PEOPLE = 10
"""Fewer people than this say little about a statement, and a little too much about somebody."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One statement in one language: how many people were asked, how many answers there are, and how many of those
    say "I don't understand" or "I can't answer"."""

    statement_id: str
    language: str
    people: int
    answers: int
    dk_understand: int
    dk_answer: int


def _count_of(answer: Answer) -> ColumnElement[Any]:
    return func.sum(case((answers.c.answer == answer.value, 1), else_=0))


_PEOPLE = func.count(distinct(answers.c.participant_id))
_UNDERSTOOD = (
    select(
        answers.c.statement_id,
        answers.c.language,
        _PEOPLE,
        func.count(),
        _count_of(Answer.DK_UNDERSTAND),
        _count_of(Answer.DK_ANSWER),
    )
    .group_by(answers.c.statement_id, answers.c.language)
    .having(bindparam("fewest") <= _PEOPLE)
    .order_by(answers.c.statement_id, answers.c.language)
)


def of_statements(connection: Connection, *, fewest: int = FEWEST_PEOPLE) -> tuple[Understood, ...]:
    """Every statement and language in which at least ``fewest`` people answered."""
    rows = connection.execute(_UNDERSTOOD, {"fewest": fewest})
    return tuple(Understood(row[0], row[1], int(row[2]), int(row[3]), int(row[4]), int(row[5])) for row in rows)

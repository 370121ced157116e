"""Priorities: what to talk about first, and what goes well, from one person's scores.

They order a talk. No decision, task or referral follows from them (the method, section e.5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.questionnaire import Questionnaire, Ring
from domain.scoring import GroupScore, State

NEED_BELOW = 3.5
WANT_FROM = 4
CAN_FROM = 3


class TopicClass(StrEnum):
    """What kind of topic it is, in the order in which topics are offered."""

    A = "A"  # start: you want something here, and can do something about it
    B = "B"  # support: you want something here; who can help?
    C = "C"  # talk: this is not going smoothly; talking about it is not a must
    D = "D"  # wish: this goes well and you feel like it
    E = "E"  # strength: this goes well


_TO_TALK_ABOUT = frozenset({TopicClass.A, TopicClass.B, TopicClass.C})


@dataclass(frozen=True, slots=True)
class Topic:
    """A group as something to talk about.

    ``p`` (0 to 4) orders topics inside a class and means nothing else. ``level`` is L, 1 to 5: the score, in a life
    domain the lower of score and satisfaction. ``ask_can``: whether the person can do something about it is not known,
    so a text asks instead of claiming.
    """

    group: str
    topic_class: TopicClass
    p: float
    ask_can: bool
    level: float

    @property
    def is_relative(self) -> bool:
        """As a strength, it is one only beside the person's other topics: its level is under 3.5."""
        return self.level < NEED_BELOW


def topics(questionnaire: Questionnaire, scores: Mapping[str, GroupScore]) -> tuple[Topic, ...]:
    """Every group that says something, by class, then the highest ``p``, then the questionnaire's fixed order.

    Not listed: groups without a level, and those that are not about the person.
    """
    listed = [
        topic
        for group in questionnaire.groups
        if group.name in scores and (topic := _topic(scores[group.name], ring=group.ring)) is not None
    ]
    return tuple(sorted(listed, key=lambda topic: (topic.topic_class, -round(topic.p, 9))))


def to_talk_about(topics: Sequence[Topic], *, most: int = 3) -> tuple[Topic, ...]:
    """The first few of classes A, B and C, of topics in order: never more than ``most``, perhaps none."""
    return tuple(topic for topic in topics if topic.topic_class in _TO_TALK_ABOUT)[:most]


def strengths(topics: Sequence[Topic], *, most: int = 2) -> tuple[Topic, ...]:
    """The topics with the highest level, whatever their class: always shown beside what there is to talk about.

    Ties stand as given. They can be low in themselves: then ``is_relative``, and the text says so.
    """
    return tuple(sorted(topics, key=lambda topic: -topic.level)[:most])


def _topic(score: GroupScore, *, ring: Ring) -> Topic | None:
    is_life = ring is Ring.OUTER
    level = _level(score, is_life=is_life)
    if level is None:
        return None
    influence = score.influence if is_life else None
    need = level < NEED_BELOW
    want = score.motivation is not None and score.motivation >= WANT_FROM
    can = influence is None or influence >= CAN_FROM
    p = 2 * (5 - level) / 4 + _share(score.motivation) + _share(influence)
    return Topic(score.group, _class(need=need, want=want, can=can), p, ask_can=influence is None, level=level)


def _level(score: GroupScore, *, is_life: bool) -> float | None:
    """L: the lower of what is there of score and satisfaction; at work the score alone."""
    if score.state in (State.NOT_ABOUT_ME, State.NOT_ASKED):
        return None
    known = [score.score, score.satisfaction if is_life else None]
    return min((float(value) for value in known if value is not None), default=None)


def _class(*, need: bool, want: bool, can: bool) -> TopicClass:
    if need and want:
        return TopicClass.A if can else TopicClass.B
    if need:
        return TopicClass.C
    return TopicClass.D if want else TopicClass.E


def _share(value: int | None) -> float:
    """An answer from 0 to 1; a missing one stands in the middle."""
    return 0.5 if value is None else (value - 1) / 4

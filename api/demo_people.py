"""The invented people of the demo, and how they answer: by pressing buttons of the real conversation, from a seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation.conversation import Conversation
from bot.conversation.events import Came, Event, Pressed
from bot.conversation.screen import Label, Message, Role
from bot.conversation.welcome import language_buttons
from bot.inbound import Inbound, Reply
from bot.turns import Turns
from domain.questionnaire import Kind, Questionnaire
from storage.catalogue import Catalogue

CHANNEL = "web"
MOST_PRESSES = 400
SECONDS_A_PRESS = 7.0
_EXPLAIN = "u"


@dataclass(frozen=True, slots=True)
class Finished:
    """Somebody who answered: twice, or once when ``is_once``. ``modules`` None: everything that the organisation asks.

    ``levels`` are what most answers of a group lie around, and ``later`` how far each group had moved the second
    time; a group that is not named lies around ``usual``. ``refuses`` are consents that got a no, and ``switches_on``
    the topics that were switched on to talk about, or in the list of what the coach will see.
    """

    name: str
    language: str
    usual: float
    levels: Mapping[str, float]
    later: Mapping[str, float]
    refuses: frozenset[str] = frozenset()
    switches_on: frozenset[str] = frozenset()
    modules: tuple[str, ...] | None = None
    is_once: bool = False


SHORT = (
    "social_skills",
    "self_esteem",
    "self_confidence",
    "employee_skills",
    "work_happiness",
    "money",
)
"""What most of the demo's people were asked: the work aspects and one life domain, so that it is filled soon."""

FINISHED = (
    Finished(
        "Samira",
        "ar",
        3.6,
        {"employee_skills": 2.2, "social_network": 1.9, "money": 2.5, "family_housemates": 4.4},
        {"employee_skills": 1.3, "social_network": 1.1, "self_confidence": 0.5},
        switches_on=frozenset({"talk-money", "share-mental_health"}),
    ),
    Finished(
        "Kevin",
        "nl",
        3.3,
        {"self_esteem": 2.0, "mental_health": 2.1, "household": 2.4, "work_happiness": 4.0},
        {"self_esteem": 1.2, "mental_health": 0.6, "household": 0.8},
        switches_on=frozenset({"talk-household"}),
    ),
    Finished(
        "Emine",
        "tr",
        3.9,
        {"participation": 2.3, "money": 2.8, "household": 4.7},
        {"participation": 1.0, "money": -0.4},
        refuses=frozenset({"health"}),
        switches_on=frozenset({"talk-participation"}),
    ),
    Finished("Piotr", "en", 2.9, {"work_happiness": 3.6}, {"self_esteem": 0.9}, modules=SHORT),
    Finished("Fatima", "nl", 3.9, {"self_confidence": 2.7}, {"self_confidence": 1.0}, modules=SHORT),
    Finished("Didier", "fr", 3.2, {"social_skills": 4.2}, {"employee_skills": 0.8}, modules=SHORT),
    Finished("Yusuf", "tr", 3.5, {"money": 2.2}, {}, modules=SHORT, is_once=True),
    Finished("Anneke", "nl", 2.6, {"employee_skills": 3.8}, {}, modules=SHORT, is_once=True),
    Finished("Rachid", "nl", 4.1, {"self_esteem": 3.0}, {}, modules=SHORT, is_once=True),
)
"""Nine people: enough for a web of the work aspects of all together, and not enough for one of life. Six of them
answered twice; one did not want the statements about feelings and body."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody who is invited to everything that the organisation asks."""

    name: str
    language: str
    modules: None = None


OPEN = tuple(
    Awaited(*one) for one in (("Joris", "nl"), ("Grace", "en"), ("Amadou", "fr"), ("Deniz", "tr"), ("Layla", "ar"))
)
"""Who is invited and has not come yet: one in each language."""


@dataclass
class Watch:
    """A clock that is moved by hand: the demo's past."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        """Let some time pass."""
        self.now += timedelta(seconds=seconds)


class Someone:
    """One invented person in a chat, who presses the buttons that they see."""

    def __init__(self, who: Finished, turns: Turns, watch: Watch, *, coach: str, address: str, seed: int) -> None:
        self._who = who
        self._turns = turns
        self._watch = watch
        self._address = address
        self._random = random.Random(seed)  # noqa: S311 - invented answers, no secret
        self._words: Catalogue = turns.parts.catalogues[who.language]
        self._questionnaire: Questionnaire = turns.parts.catalogues.questionnaire
        self._statements = {self._words.statement(one.id): one.id for one in self._questionnaire.statements}
        self._refused = {self._words.say(f"consent.{purpose}.ask", {"coach": coach}) for purpose in who.refuses}
        self._presses = 0

    async def come_in(self, code: str) -> Reply:
        """Claim the invitation by pressing the own language."""
        data = next(one.data for one in language_buttons(Conversation().step) if one.data.endswith(self._who.language))
        return await self._do(Pressed(data), code=code)

    async def answer(self, *, is_later: bool) -> None:
        """Press on until nothing is asked any more."""
        reply = await self._do(Came())
        for _ in range(MOST_PRESSES):
            if reply.message is None or not reply.message.buttons:
                return
            reply = await self._do(Pressed(self._choose(reply.message, is_later=is_later)))
        raise RuntimeError("the conversation of the demo does not end")

    async def _do(self, event: Event, *, code: str | None = None) -> Reply:
        self._watch.wait(SECONDS_A_PRESS * (0.5 + self._random.random()))
        self._presses += 1
        key = f"{self._address}:{self._watch.now.isoformat()}:{self._presses}"
        return await self._turns.take(
            Inbound(CHANNEL, self._address, key, event, language=self._who.language, code=code)
        )

    # Choosing ---------------------------------------------------------------------------------------------------

    def _choose(self, message: Message, *, is_later: bool) -> str:
        """The data of the button to press: the face that fits, a refusal, or else the button that goes on."""
        faces = {label.face: label.data for label in message.buttons if label.role is Role.FACE}
        if faces:
            return self._answer(message, faces, is_later=is_later)
        other = next(
            (label for label in message.buttons if self._refuses(label, message) or self._switches(label)), None
        )
        return (other or message.buttons[0]).data

    def _refuses(self, label: Label, message: Message) -> bool:
        """Whether this is the no to a consent that this person refuses."""
        return label.data.endswith(".no") and bool(self._refused.intersection(message.paragraphs))

    def _switches(self, label: Label) -> bool:
        """Whether this is a switch that is off, and that this person wants on."""
        is_off = label.role is Role.SWITCH and not label.is_on
        return is_off and label.data.rpartition(".")[2] in self._who.switches_on

    def _answer(self, message: Message, faces: Mapping[int | None, str], *, is_later: bool) -> str:
        said = message.statement or ""
        statement_id = self._statements.get(said)
        if statement_id is None:
            return faces[5 if said == self._words.practice("p-true") else 1]
        if self._random.random() < 0.03:
            unsure = [label.data for label in message.buttons if label.role is Role.WITHOUT]
            return next(data for data in reversed(unsure) if not data.endswith(f".{_EXPLAIN}"))
        return faces[self._value(statement_id, is_later=is_later)]

    def _value(self, statement_id: str, *, is_later: bool) -> int:
        statement = self._questionnaire.statement(statement_id)
        level = self._who.levels.get(statement.group, self._who.usual)
        if is_later:
            level += self._who.later.get(statement.group, 0.1)
        if statement.kind is Kind.MOTIVATION:
            level = 5.6 - level / 2  # Most people want to work on what goes less well.
        return min(5, max(1, round(self._random.gauss(level, 0.6))))

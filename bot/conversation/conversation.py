"""The conversation as one value: where it is, and what it must remember to go on. It survives JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.conversation.screen import Say
from domain.answers import Answer
from domain.consent import Decision, Purpose
from domain.errors import UnreadableConversation
from domain.order import draw_order
from domain.questionnaire import LANGUAGES, Questionnaire, Sensitivity

OPEN = "."
"""The mark of a statement that has no answer yet."""

STATEMENTS_PER_SITTING = 20
"""After about twenty statements a break is offered (METHOD a.4)."""

FEWEST_AFTER_BREAK = 6
"""No break is offered when fewer statements than this are left: nobody stops two steps before the end."""


class Stage(StrEnum):
    """The scenes of the conversation. Each has its screen and its buttons in one chapter file."""

    LANGUAGE = "language"
    WHAT = "what"
    RULES = "rules"
    WHO_SEES = "who_sees"
    CONSENT = "consent"
    PIN = "pin"
    PRACTICE = "practice"
    STATEMENT = "statement"
    BREAK = "break"
    DONE = "done"
    WEB = "web"
    TALK = "talk"
    SHARE = "share"
    IDLE = "idle"
    INVITED = "invited"
    PAUSED = "paused"
    REFUSED = "refused"
    STOPPED = "stopped"
    DELETE = "delete"
    DELETE_AGAIN = "delete_again"
    ERASED = "erased"
    MORE = "more"
    CHOICES = "choices"
    AGREED = "agreed"
    AGREEMENTS = "agreements"
    LOOKS = "looks"
    HELP = "help"
    DATA = "data"
    ELSEWHERE = "elsewhere"
    LIMITED = "limited"
    PIN_ASK = "pin_ask"
    OLD_CHAT = "old_chat"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement under way: the drawn order, and one mark a position ('.' open, else an Answer's mark).

    ``at`` is the open position. ``is_explained``: the statement at ``at`` was said in another way already.
    ``last`` is the position answered just before, at ``answered_at``. ``opened_at`` is when the open question became
    open. ``since_break`` counts the answers of this sitting. ``wordings`` holds the statements that are asked in an
    older wording than the newest, because the baseline was.
    """

    id: str
    ordinal: int
    modules: tuple[str, ...]
    seed: int
    same_order: bool = False
    marks: str = ""
    at: int = -1
    is_explained: bool = False
    last: int = -1
    answered_at: datetime | None = None
    opened_at: datetime | None = None
    since_break: int = 0
    completed_at: datetime | None = None
    wordings: Mapping[str, int] = field(default_factory=dict)

    def order(self, questionnaire: Questionnaire) -> tuple[str, ...]:
        """The statement ids in the order drawn for this person and measurement."""
        return draw_order(questionnaire, self.modules, seed=self.seed, same_order=self.same_order)

    def answers(self, questionnaire: Questionnaire) -> dict[str, Answer]:
        """The answers given so far, by statement id."""
        return {
            statement_id: Answer.of_mark(mark)
            for statement_id, mark in zip(self.order(questionnaire), self.marks, strict=False)
            if mark != OPEN
        }


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything the bot remembers of where it is with one person.

    ``step`` numbers the screens: buttons carry it, so that an old button is known as old. ``behind`` are the stages
    that come back when the present one closes. ``notes`` are said once, above the present screen. ``choices`` is the
    newest decision a purpose (a topic's own is ``topic:<group>``). ``asking`` is the purpose on the screen,
    ``asking_over`` the one that 🔒 asks again meanwhile. ``measured`` is the last finished measurement,
    ``earlier`` the ids of the ones before it. ``topics`` and ``hidden`` are what was picked and hidden on the talk
    list, ``shared`` the switches of the share list, ``sharing_ends`` when each topic ends (milliseconds since 1970),
    ``listed`` the measurement whose lists the person has been through. ``pressed`` is the button pressed last.
    ``is_covered``: the present screen waits behind a neutral button, until the person does something.
    """

    stage: Stage = Stage.LANGUAGE
    language: str = "nl"
    step: int = 1
    stepped_at: datetime | None = None
    pressed: str = ""
    behind: tuple[Stage, ...] = ()
    notes: tuple[Say, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    asking: str = ""
    asking_over: str = ""
    measurement: Measurement | None = None
    measured: Measurement | None = None
    earlier: tuple[str, ...] = ()
    practice: int = 0
    practice_tries: int = 0
    ring: str = "inner"
    as_bars: bool = False
    topics: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    sharing_ends: Mapping[str, int] = field(default_factory=dict)
    listed: str = ""
    pin: tuple[str, ...] = ()
    pin_first: tuple[str, ...] = ()
    pin_tries: int = 0
    has_pin: bool = False
    is_limited: bool = False
    is_stopped: bool = False
    same_order: bool = False
    has_new_coach: bool = False
    elsewhere: int = 0
    is_covered: bool = False

    def decided(self, purpose: Purpose | str) -> Decision | None:
        """The newest decision about a purpose, or None when it was not asked or not answered."""
        decision = self.choices.get(str(purpose))
        return Decision(decision) if decision else None

    def has(self, purpose: Purpose | str) -> bool:
        """Whether a yes to that purpose is in force."""
        return self.choices.get(str(purpose)) == Decision.GIVEN

    def may_ask(self, sensitivity: Sensitivity | None) -> bool | None:
        """Whether statements of that class may be asked: None when the person has yet to be asked."""
        if not self.has(Purpose.KEEP):
            return False
        if sensitivity is None:
            return True
        decision = self.decided(sensitivity.value)
        return None if decision is None else decision is Decision.GIVEN

    def now_at(self, stage: Stage, *, now: datetime, **changes: Any) -> "Conversation":
        """The same conversation one step on, at another stage, with nothing said above its screen unless given."""
        changes.setdefault("notes", ())
        return replace(self, stage=stage, step=self.step + 1, stepped_at=now, **changes)


_ALWAYS = ("stage", "language", "step")
"""What is always written, so that something that lost its content is never taken for a beginning."""

_TIMES = frozenset({"stepped_at", "answered_at", "opened_at", "completed_at"})
_TUPLES = frozenset({"earlier", "topics", "hidden", "shared", "pin", "pin_first", "modules"})
_KINDS: Mapping[type, type] = {str: str, Stage: str, int: int, bool: bool, tuple: list, dict: dict}
"""What a value of each kind becomes in JSON."""

_DEFAULTS = Conversation()
_MEASUREMENT_DEFAULTS = Measurement(id="", ordinal=0, modules=(), seed=0)


def _dump_say(say: Say) -> list[Any]:
    values = {name: _dump_say(v) if isinstance(v, Say) else v for name, v in say.values.items()}
    return [say.key, values, say.count]


def _load_say(data: list[Any]) -> Say:
    key, values, count = data
    return Say(key, {name: _load_say(v) if isinstance(v, list) else v for name, v in values.items()}, count)


def _dump_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, Measurement):
        return _dump(value, _MEASUREMENT_DEFAULTS)
    if isinstance(value, tuple) and value and isinstance(value[0], Say):
        return [_dump_say(say) for say in value]
    return value


def _dump(value: Any, defaults: Any) -> dict[str, Any]:
    return {
        name: _dump_value(here)
        for name in value.__slots__
        if (here := getattr(value, name)) != getattr(defaults, name) or name in {"id", "ordinal", *_ALWAYS}
    }


def _load(data: dict[str, Any], defaults: Any) -> dict[str, Any]:
    """The values by name. Raises TypeError or AttributeError for a value that cannot have been written."""
    for name, value in data.items():
        kind = _KINDS.get(type(getattr(defaults, name)))
        if kind is not None and type(value) is not kind:
            raise TypeError(name)
    for name in data.keys() & _TIMES:
        data[name] = datetime.fromtimestamp(data[name] / 1000, UTC)
    for name in data.keys() & _TUPLES:
        data[name] = tuple(data[name])
    return data


def dump(conversation: Conversation) -> str:
    """The conversation as compact JSON; times to the millisecond."""
    return json.dumps(_dump(conversation, _DEFAULTS), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Conversation:
    """The conversation that ``dump`` wrote. Raises UnreadableConversation for anything else."""
    try:
        return _conversation(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError, RecursionError) as error:
        fault = type(error).__name__
    raise UnreadableConversation(fault=fault)  # Outside the except block: the first error may quote what is kept.


def _conversation(data: dict[str, Any]) -> Conversation:
    if not all(name in data for name in _ALWAYS) or data["language"] not in LANGUAGES:
        raise ValueError
    _load(data, _DEFAULTS)
    data["stage"] = Stage(data["stage"])
    if "notes" in data:
        data["notes"] = tuple(_load_say(say) for say in data["notes"])
    if "behind" in data:
        data["behind"] = tuple(Stage(stage) for stage in data["behind"])
    for name in ("measurement", "measured"):
        if name in data:
            fields = _load(data[name], _MEASUREMENT_DEFAULTS)
            fields.setdefault("modules", ())
            fields.setdefault("seed", 0)
            data[name] = Measurement(**fields)
    return Conversation(**data)

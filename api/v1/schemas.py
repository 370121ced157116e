"""What goes into the JSON API and what comes out of it, with an example of each for the OpenAPI description."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from domain.consent import Decision, Purpose
from domain.group_change import Direction
from domain.priority import TopicClass
from domain.questionnaire import Kind as ItemKind
from domain.windows import Care
from storage.measurements import Status

Language = Literal["nl", "en", "fr", "tr", "ar"]
FileFormat = Literal["svg", "png", "pdf"]
SheetFormat = Literal["csv", "xlsx"]
Form = Literal["web", "bars"]
MomentName = Annotated[str, Field(pattern=r"^(baseline|follow_up_[1-9][0-9]{0,2})$", examples=["baseline"])]

_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ID = "0f8fad5bd9cb469fa16570867728950e"
_MOMENT = "2026-11-20T09:00:00Z"


def _plain(name: str) -> str:
    """A name on one line; emoji, any script and any punctuation are fine."""
    if any(unicodedata.category(ch) in {"Cc", "Zl", "Zp", "Cs"} or ch in _TURNS_TEXT_AROUND for ch in name):
        raise ValueError("is one line of text, without control characters")
    return name


def _address(email: str) -> str:
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+", email) or not email.isprintable():
        raise ValueError("looks like no e-mail address")
    return email


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_plain)]
Modules = Annotated[list[Annotated[str, StringConstraints(max_length=40)]], Field(min_length=1, max_length=40)]


def _example(example: dict[str, Any], *, is_closed: bool = False) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]}, extra="forbid" if is_closed else "ignore")


# Participants -------------------------------------------------------------------------------------------------------

_INVITATION = {
    "code": "k2JqGx0bW1m9QvE3y8ZtAw",
    "typed_code": "H7KM2XQ4",
    "web_url": "https://werkstem.example/c/k2JqGx0bW1m9QvE3y8ZtAw",
    "telegram_url": "https://t.me/werkstem_bot?start=k2JqGx0bW1m9QvE3y8ZtAw",
    "expires_at": "2026-12-04T09:00:00Z",
}


class NewParticipant(BaseModel):
    """Somebody to invite. ``modules``: the groups to ask; all that the organisation has on when left out."""

    model_config = _example(
        {"name": "Samira", "language": "ar", "modules": ["work_happiness", "money"], "same_order": False},
        is_closed=True,
    )

    name: Name
    language: Language
    modules: Modules | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    phone_opt_in: StrictBool = False
    email: Annotated[str, StringConstraints(max_length=254), AfterValidator(_address)] | None = None
    same_order: StrictBool = False


class Invitation(BaseModel):
    """How somebody comes in. The codes are told this once; an earlier, unused invitation no longer works."""

    model_config = _example(_INVITATION)

    code: str
    typed_code: str
    web_url: str
    telegram_url: str | None
    whatsapp_url: str | None = None
    expires_at: AwareDatetime


class Invited(BaseModel):
    """A new participant with the invitation."""

    model_config = _example({"id": _ID, "invitation": _INVITATION})

    id: str
    invitation: Invitation


class Reissued(BaseModel):
    """A new invitation for somebody who is known already."""

    model_config = _example({"invitation": _INVITATION})

    invitation: Invitation


_PARTICIPANT = {"id": _ID, "name": "Samira", "language": "ar", "created_at": _MOMENT}


class ParticipantOut(BaseModel):
    """A participant. ``language``: the one the person reads in now, only while the person shares with this coach."""

    model_config = _example(_PARTICIPANT)

    id: str
    name: str
    language: Language | None
    created_at: AwareDatetime


class ParticipantList(BaseModel):
    """A coach's own people, oldest first."""

    model_config = _example({"items": [_PARTICIPANT]})

    items: list[ParticipantOut]


# Measurements and what they show ------------------------------------------------------------------------------------

_MEASUREMENT = {
    "id": _ID,
    "kind": "follow_up",
    "number": 1,
    "status": "done",
    "due_at": "2027-05-20T07:00:00Z",
    "completed_at": "2027-05-21T14:05:00Z",
    "modules": ["work_happiness", "money"],
}


class NewMeasurement(BaseModel):
    """A follow-up to plan. Without ``due_at``, or with one in the past, it is due now."""

    model_config = _example({"due_at": "2027-05-20T07:00:00Z", "modules": ["work_happiness", "money"]}, is_closed=True)

    due_at: AwareDatetime | None = None
    modules: Modules | None = None


class MeasurementOut(BaseModel):
    """A measurement as its coach sees it. Busy, paused and done are seen only while the person shares."""

    model_config = _example(_MEASUREMENT)

    id: str
    kind: Literal["baseline", "follow_up"]
    number: int
    status: Status
    due_at: AwareDatetime
    completed_at: AwareDatetime | None
    modules: list[str]


class MeasurementAdded(MeasurementOut):
    """A new measurement. ``warning`` too-soon: another one is less than eight weeks away."""

    model_config = _example({**_MEASUREMENT, "warning": "too-soon"})

    warning: Literal["too-soon"] | None


class MeasurementList(BaseModel):
    """Every measurement of a participant, in their order."""

    model_config = _example({"items": [_MEASUREMENT]})

    items: list[MeasurementOut]


class GroupScoreOut(BaseModel):
    """One group. ``score`` is unrounded, 1 to 5; a value that is missing, or not shared, is null."""

    model_config = _example(
        {"state": "scored", "score": 3.25, "answered": 4, "satisfaction": 2, "motivation": 5, "influence": 4}
    )

    state: Literal["scored", "too_few", "not_about_me", "not_asked", "not_shared"]
    score: float | None = None
    answered: int | None = None
    satisfaction: int | None = None
    motivation: int | None = None
    influence: int | None = None


class PriorityOut(BaseModel):
    """A shared group as something to talk about; the list is in that order. ``p`` orders inside a class."""

    model_config = _example({"group": "money", "class": "A", "p": 3.25})

    group: str
    topic_class: TopicClass = Field(serialization_alias="class")
    p: float


class Scores(BaseModel):
    """What a finished measurement says, as far as it is shared."""

    model_config = _example(
        {
            "groups": {
                "money": {
                    "state": "scored",
                    "score": 2.5,
                    "answered": 4,
                    "satisfaction": 2,
                    "motivation": 5,
                    "influence": 4,
                },
                "household": {"state": "not_shared"},
            },
            "priorities": [{"group": "money", "class": "A", "p": 3.25}],
        }
    )

    groups: dict[str, GroupScoreOut]
    priorities: list[PriorityOut]


# The organisation ---------------------------------------------------------------------------------------------------


class GroupResult(BaseModel):
    """The mean of a group of people and how many there are, as a band; both null when hidden or empty."""

    model_config = _example({"mean": 3.6, "people": "10–19"})

    mean: float | None
    people: str | None


class ShareOut(BaseModel):
    """A share of people, in tenths: from ``low`` to ``high`` of every ten."""

    model_config = _example({"low": 3, "high": 5})

    low: int
    high: int


_CHANGE = {
    "mean": 0.4,
    "within": 0.1,
    "low": 0.1,
    "high": 0.7,
    "direction": "higher",
    "people": "20–49",
    "clearly_higher": {"low": 2, "high": 3},
    "clearly_lower": {"low": 0, "high": 1},
}


class ChangeOut(BaseModel):
    """The mean change of the people who answered both times, of each of them since the baseline.

    The mean lies ``within`` so much of ``mean``; ``low`` and ``high`` hold the 95 % interval. ``direction``: higher,
    lower, or chance. The shares have a clear change of their own; null when too few people carry a share.
    """

    model_config = _example(_CHANGE)

    mean: float
    within: float
    low: float
    high: float
    direction: Direction
    people: str
    clearly_higher: ShareOut | None
    clearly_lower: ShareOut | None


_WINDOW = {
    "moment": "baseline",
    "care": "work",
    "number": 1,
    "label": "2027-1",
    "since": "2026-11-20T09:00:00Z",
    "closed_at": "2027-03-01T09:00:00Z",
}


class WindowOut(BaseModel):
    """A window that closed. ``care`` is the kind of groups it is about: work, life, or body. ``number`` counts from 1
    within its moment and kind; ``label`` is the half-year in which it closed."""

    model_config = _example(_WINDOW)

    moment: str
    care: Care
    number: int
    label: str
    since: AwareDatetime
    closed_at: AwareDatetime


class CloseWindow(BaseModel):
    """Which window to close: of which moment and kind of groups (absent: the first that may close), and which number
    is meant (absent: the one that runs)."""

    model_config = _example({"moment": "baseline", "care": "work", "number": 1}, is_closed=True)

    moment: MomentName = "baseline"
    care: Care | None = None
    number: Annotated[int, Field(ge=1, le=10_000)] | None = None


class Results(BaseModel):
    """What is published about one moment. ``window`` is null while no window has been closed.

    ``groups``: the mean of all. Of few people a mean may be known as a range only: ``bounds`` holds the lowest and the
    highest that it can be. ``parts``: the same by team or location. ``changes``: since the baseline, where there is
    one to show. ``response`` and ``drop_out`` are for the owner only.
    """

    model_config = _example(
        {
            "moment": "follow_up_1",
            "window": "2027-1",
            "groups": {"money": {"mean": 3.6, "people": "10–19"}},
            "bounds": {"money": [3.4, 3.8]},
            "parts": {"money": {"Noord": {"mean": 3.4, "people": "10–19"}, "Zuid": {"mean": 3.8, "people": "10–19"}}},
            "changes": {"money": _CHANGE},
            "response": {"low": 7, "high": 8},
            "drop_out": {"low": 1, "high": 3},
            "windows": [{**_WINDOW, "moment": "follow_up_1", "care": "life"}],
        }
    )

    moment: str
    window: str | None
    groups: dict[str, GroupResult]
    bounds: dict[str, tuple[float, float]]
    parts: dict[str, dict[str, GroupResult]]
    changes: dict[str, ChangeOut]
    response: ShareOut | None
    drop_out: ShareOut | None
    windows: list[WindowOut]


_GIVEN: dict[str, Any] = {
    "record": "6f1d3a0be1d94a5f8e1f5f0a37c2d9b4",
    "purpose": "keep",
    "decision": "given",
    "text_version": "2026-11",
    "text_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "language": "tr",
    "channel": "telegram",
    "day": "2026-11-20",
}


class ConsentOut(BaseModel):
    """One decision of nobody in particular: what was given or withdrawn, under which text. Refusals are left out."""

    model_config = _example(_GIVEN)

    record: str
    purpose: Purpose
    decision: Decision
    text_version: str
    text_hash: str
    language: Language
    channel: str
    day: date


_SHARING: dict[str, Any] = {
    "participant_id": _ID,
    "groups": ["work_happiness", "money"],
    "until": "2027-05-20T09:00:00Z",
}


class SharingOut(BaseModel):
    """What one of the coach's own people shares with the coach now, and until when unless it is renewed."""

    model_config = _example(_SHARING)

    participant_id: str
    groups: list[str]
    until: AwareDatetime | None


class ConsentList(BaseModel):
    """For the owner the register, in random order; for a coach the sharing in force of the own people."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_GIVEN]}, {"items": [_SHARING]}]})

    items: list[ConsentOut] | list[SharingOut]


_STATEMENT = {
    "id": "mon-1",
    "group": "money",
    "kind": "core",
    "text": "I have enough money for the things I need.",
    "version": 1,
}


class StatementOut(BaseModel):
    """One statement in one language, in its newest wording."""

    model_config = _example(_STATEMENT)

    id: str
    group: str
    kind: ItemKind
    text: str
    version: int


class StatementList(BaseModel):
    """The questionnaire, in its fixed order."""

    model_config = _example({"items": [_STATEMENT]})

    items: list[StatementOut]

"""What the Results room says of many people, in sentences: higher and lower, never why, and chance by its name."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list

from api.group_charts import moment_name
from api.results import MomentView, Waiting
from domain.group_change import Direction, GroupChange, Share
from domain.windows import Care
from storage.catalogue import Catalogue
from storage.staff_texts import StaffWords

_SAID = {
    Direction.HIGHER: "results.said_higher",
    Direction.LOWER: "results.said_lower",
    Direction.CHANCE: "results.said_chance",
}


def sentences(words: StaffWords, catalogue: Catalogue, view: MomentView, names: Sequence[str]) -> tuple[str, ...]:
    """What may be said of these groups: what changed, the shares of people, how many answered, and what is hidden."""
    changes = {name: change for name in names if (change := view.groups[name].change)}
    said = [
        words.say(key, {"topics": _listed(words, catalogue, topics)})
        for direction, key in _SAID.items()
        if (topics := [name for name, change in changes.items() if change.direction is direction])
    ]
    for name, change in changes.items():
        if change.direction is Direction.CHANCE:
            continue
        topic = {"topic": catalogue.say(f"group.{name}")}
        said += _share(words, "results.said_share_higher", change.clearly_higher, topic)
        said += _share(words, "results.said_share_lower", change.clearly_lower, topic)
    said += [words.say("results.said_same_people")] if changes else []
    said += _share(words, "results.response", view.response, {}) + _share(words, "results.drop_out", view.drop_out, {})
    if hidden := [name for name in names if view.groups[name].whole is None]:
        said.append(words.say("results.said_hidden", {"topics": _listed(words, catalogue, hidden)}))
    return tuple(said)


def shares(words: StaffWords, change: GroupChange | None) -> str:
    """Of every ten people, how many are clearly higher and how many clearly lower; "" where nothing is said."""
    both = [change.clearly_higher, change.clearly_lower] if change else []
    said = [words.say("results.range", _ends(words, share)) for share in both if share]
    return ", ".join(said) if len(said) == 2 else ""


def what_waits(words: StaffWords, catalogue: Catalogue, care: Care, moment: str) -> str:
    """Which kind of topics, and which time."""
    values = {"care": words.say(f"results.care.{care}"), "moment": moment_name(catalogue, moment)}
    return words.say("results.care_moment", values)


def is_later(waiting: Waiting) -> bool:
    """Whether a window of this kind closed before, so that only new answers are waited for."""
    return waiting.number > 1


def _listed(words: StaffWords, catalogue: Catalogue, names: Sequence[str]) -> str:
    return format_list([catalogue.say(f"group.{name}") for name in names], locale=words.language)


def _share(words: StaffWords, key: str, share: Share | None, values: Mapping[str, str]) -> list[str]:
    if share is None:
        return []
    return [words.say(key, {**_ends(words, share), **values})]


def _ends(words: StaffWords, share: Share) -> dict[str, str]:
    return {"low": words.number(share.low), "high": words.number(share.high)}

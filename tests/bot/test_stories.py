"""Conversations as stories in files: the moves in ``stories/*.story``, the screens in words in ``stories/<language>/``.

A story is played in all five languages; the conversation is saved and reloaded between turns. What a person reads is
rewritten only by ``pytest tests/bot/test_stories.py --rewrite-stories``, and read in review.
"""

import json
from pathlib import Path

import pytest

from bot.conversation.events import (
    Came,
    CoachChanged,
    CodeReissued,
    Commanded,
    Event,
    MeasurementClosed,
    Medium,
    OldChatDecided,
    Pressed,
    Sent,
    Typed,
)
from bot.conversation.screen import Message, Role
from domain.questionnaire import LANGUAGES
from storage.wording import LOCALES
from tests.bot.player import Player, writer

FOLDER = Path(__file__).parent / "stories"
STORIES = sorted(path.stem for path in FOLDER.glob("*.story"))
WORDS = json.loads((LOCALES / "words.json").read_text(encoding="utf-8"))


def _event(player: Player, verb: str, rest: str) -> Event:
    match verb:
        case "type":
            return Typed(rest)
        case "word":
            return Typed(WORDS[rest][player.conversation.language][0])
        case "command":
            return Commanded(rest)
        case "came":
            return Came()
        case "voice":
            return Sent(Medium.VOICE)
        case "photo":
            return Sent(Medium.OTHER)
        case "due":
            return player.due(int(rest))
        case "closed":
            return MeasurementClosed(rest)
        case "coach-changed":
            return CoachChanged()
        case "reissued":
            return CodeReissued(has_pin=rest == "pin")
        case "old-chat":
            return OldChatDecided(agreed=rest == "agrees")
        case "again":
            return Pressed(player.last_data)
        case "data":
            return Pressed(rest)
    raise AssertionError(f"no move {verb!r}")


def _move(player: Player, line: str) -> None:
    verb, _, rest = line.partition(" ")
    rest = rest.replace("{language}", player.language)
    if verb == "press" or verb == "face":
        player.press(rest)
    elif verb == "double":
        player.press(rest)
        player.happen(Pressed(player.last_data), after_seconds=0.2, shown=False)
    elif verb == "all":
        player.answer_all(rest)
    elif verb == "to-statements":
        player.to_statements(yes=dict.fromkeys(rest.split(), False) if rest else None)
    elif verb == "wait":
        player.happen(Came(), after_seconds=float(rest))
    else:
        player.happen(_event(player, verb, rest))


def _picture(message: Message) -> list[str]:
    if message.picture is None:
        return []
    form = "bars" if message.picture.as_bars else "web"
    compared = f" beside {', '.join(message.picture.compare)}" if message.picture.compare else ""
    return [f"  [{form} of {message.picture.of}, {message.picture.measurement_id}{compared}]"]


def _written(player: Player) -> list[str]:
    message = player.message()
    lines = [f"  {line}" for paragraph in message.paragraphs for line in paragraph.split("\n")]
    if message.progress_text:
        lines.append(f"  ({message.progress_text})")
    if message.statement:
        lines.append(f"  « {message.statement} »")
    lines += _picture(message)
    lines += [f"  {line}" for paragraph in message.after for line in paragraph.split("\n")]
    for label in message.buttons:
        lines.append(f"    {'·' if label.role is Role.MENU else '›'} {label.text}")
    if player.last and player.last.toast:
        lines.append(f"  (toast) {writer(message.language).say(player.last.toast)}")
    return lines


def _is_asked_first(player: Player, line: str) -> bool:
    """Whether a sensitive group asks its own consent before the statement that the story wants to answer."""
    return (
        line.split()[0] in {"face", "double", "type"}
        and player.conversation.stage == "consent"
        and player.conversation.asking in {"health", "substance", "justice"}
    )


def play(name: str, language: str) -> str:
    """The whole story in one language, as somebody would read it."""
    player = Player(language=language)
    written = [f"# {name}, {language}", "", *_written(player)]
    for raw in (FOLDER / f"{name}.story").read_text(encoding="utf-8").splitlines():
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        while _is_asked_first(player, line):
            _move(player, "press yes")
            written += ["", "> press yes", *_written(player)]
        _move(player, line)
        written += ["", f"> {line}", *_written(player)]
    return "\n".join(written) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STORIES)
def test_a_story_reads_as_it_was_reviewed(name: str, language: str, request: pytest.FixtureRequest) -> None:
    path = FOLDER / language / f"{name}.txt"
    told = play(name, language)
    if request.config.getoption("--rewrite-stories"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(told, encoding="utf-8")

    assert told == path.read_text(encoding="utf-8")


def test_every_language_has_every_story_and_no_other() -> None:
    for language in LANGUAGES:
        assert sorted(path.stem for path in (FOLDER / language).glob("*.txt")) == STORIES

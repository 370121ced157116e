"""From a screen to a message: keys become words in the reader's language, digits and direction included."""

from collections.abc import Mapping
from datetime import date

from bot.conversation.screen import Button, Label, Message, Say, Screen, Words
from bot.conversation.setting import Setting

AllWords = Mapping[str, Words]
"""The words of every language, by its code."""


class Writer:
    """Writes screens in one language, amid one setting."""

    def __init__(self, words: AllWords, language: str, setting: Setting) -> None:
        self._all = words
        self._words = words[language]
        self._language = language
        self._is_boss = setting.is_coach_boss
        self._names = {
            "name": setting.name,
            "coach": setting.coach,
            "organisation": setting.organisation,
            "keeper": setting.keeper,
            "contact": setting.contact,
        }

    def say(self, say: Say) -> str:
        """One text in words."""
        if say.key == "literal":
            return str(say.values["text"])
        words = self._all[say.language] if say.language else self._words
        if say.key == "explanation":
            statement_id = str(say.values["statement_id"])
            return words.explanation(statement_id) or words.say("explain.none", {})
        values = {name: self._value(value, words) for name, value in say.values.items()}
        if say.key == "list":
            return words.say("list.separator", {}).join(values.values())
        return words.say(say.key, {**self._names, **self._coach(say.key, words), **values}, say.count)

    def _coach(self, key: str, words: Words) -> dict[str, str]:
        """Where the coach also decides about the work, every text that names the coach says so (promise 4)."""
        if not self._is_boss or key.endswith("_boss"):
            return {}
        return {"coach": words.say("coach.also_boss", self._names)}

    def _value(self, value: "str | int | date | Say", words: Words) -> str:
        if isinstance(value, Say):
            return self.say(value)
        if isinstance(value, int):
            return words.number(value)
        if isinstance(value, date):
            return words.date(value)
        return value

    def message(self, screen: Screen) -> Message:
        """The whole screen in words."""
        progress = screen.progress
        left = progress.total - progress.done if progress else 0
        statement = None
        if screen.statement_id is not None:
            statement = self._words.statement(screen.statement_id, screen.wording_version)
        elif screen.practice is not None:
            statement = self._words.practice(screen.practice)
        return Message(
            language=self._language,
            paragraphs=tuple(self.say(line) for line in screen.lines),
            buttons=tuple(self._label(button) for button in screen.buttons),
            statement=statement,
            after=tuple(self.say(line) for line in screen.after),
            picture=screen.picture,
            progress=progress,
            progress_text=self.say(Say("progress.left", {"left": left}, left)) if progress and statement else None,
            has_file=screen.has_file,
        )

    def _label(self, button: Button) -> Label:
        return Label(self.say(button.label), button.data, button.role, button.face, button.is_on)

"""Who the bot says it is, in one language, before anybody has written to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

COMMANDS = ("start", "web", "language", "choices", "data", "help", "stop", "delete")
"""The commands of the menu, in its order."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The menu's commands with their words, and the two texts of an empty chat and of the bot's page."""

    commands: Mapping[str, str]
    description: str
    short_description: str

    @classmethod
    def of(cls, say: Callable[[str], str]) -> "Profile":
        """The profile in the language of ``say``, which gives the text of a key."""
        return cls(
            {command: say(f"command.{command}") for command in COMMANDS},
            say("telegram.description"),
            say("telegram.short_description"),
        )

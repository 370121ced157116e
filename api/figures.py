"""Figures of this process for whoever watches it: turns and answers, counted as they happen; ids and words never."""

from collections import Counter
from dataclasses import dataclass, field

from bot.conversation.events import Event, Pressed
from bot.inbound import Inbound, Reply


@dataclass
class Figures:
    """What happened since this process began, by channel and outcome."""

    turns: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    failed_updates: int = 0
    dead_letters: int = 0
    invited: int = 0
    closed: int = 0

    def turned(self, inbound: Inbound, outcome: str, reply: Reply) -> None:
        """One turn ended so; an answer is counted when a press on one changed something."""
        self.turns[inbound.channel, outcome] += 1
        if reply.message is not None and is_answer(inbound.event):
            self.answers[inbound.channel] += 1


def is_answer(event: Event) -> bool:
    """Whether an event is a press on an answer of a statement, and not on "I don't understand" for the first time."""
    if not isinstance(event, Pressed):
        return False
    head, _, rest = event.data.partition(".")
    return head[:1] == "q" and head[1:].isdecimal() and not rest.endswith(".u")

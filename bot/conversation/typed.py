"""What typed text means at the place where the conversation is. Nothing that is typed is kept."""

from dataclasses import dataclass

from bot.conversation.setting import TypedWords
from domain.answers import Answer, normalise, read_answer

WORDS_OF_A_STORY = 3
"""Text of more than two words may be somebody in need: it gets the answer that says who does read and listen."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text can mean: a command, an answer, both ("no") or neither; ``is_story``: it has more than two words."""

    command: str | None = None
    answer: Answer | None = None
    is_story: bool = False


def understand(text: str, words: TypedWords, *, may_not_apply: bool) -> Understood:
    """Reads a text in any of the five languages, whatever the person's own language is."""
    plain = normalise(text)
    return Understood(
        command=words.commands.get(plain),
        answer=read_answer(text, may_not_apply=may_not_apply, labels=words.answers),
        is_story=len(text.split()) >= WORDS_OF_A_STORY,
    )

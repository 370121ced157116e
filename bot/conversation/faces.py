"""The five answers as buttons: worst first in reading order, each a face and a word."""

from bot.conversation.screen import Button, Role, Say

VALUES = ("1", "2", "3", "4", "5")


def face_buttons(prefix: str) -> tuple[Button, ...]:
    """Five buttons with data ``<prefix>.1`` to ``<prefix>.5``."""
    return tuple(Button(Say(f"face.{value}"), f"{prefix}.{value}", Role.FACE, face=int(value)) for value in VALUES)

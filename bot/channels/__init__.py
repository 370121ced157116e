"""What every channel promises: how a message gets to a chat, where it stands there, and how sending can fail."""

from dataclasses import dataclass
from typing import Protocol

from bot.conversation.screen import Message


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the last message of a chat is; it survives JSON.

    ``is_last``: nothing came after it, so that it may be edited in place. Give it as False as well when the person
    should hear of the new message: an edit makes no sound. ``remove_label`` and ``remove_data`` are the words and the
    data of the button with which the person takes a picture out of the chat; such a picture stays when the
    conversation goes on.
    """

    message_id: str
    is_picture: bool = False
    is_last: bool = True
    remove_label: str = ""
    remove_data: str = ""


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """A chat can be reached again, or can no longer be reached: the person blocked us, or took that back."""

    channel: str
    address: str
    is_reachable: bool


class SendError(Exception):
    """A message did not arrive, or we cannot tell. It carries a short ``cause``; never an address, a text or a token.

    ``retryable``: the same may be sent again, after ``retry_after_seconds`` where the provider said so; ``bot_wide``:
    that wait is for all chats. ``ambiguous``: it may have arrived all the same; sending again may show it twice.
    ``opted_out``: this chat cannot be reached until the person comes back. ``our_fault``: the request or the settings
    are wrong, and sending it again changes nothing.
    """

    def __init__(
        self,
        *,
        cause: str,
        retryable: bool = False,
        ambiguous: bool = False,
        opted_out: bool = False,
        our_fault: bool = False,
        retry_after_seconds: float | None = None,
        bot_wide: bool = False,
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.retryable = retryable
        self.ambiguous = ambiguous
        self.opted_out = opted_out
        self.our_fault = our_fault
        self.retry_after_seconds = retry_after_seconds
        self.bot_wide = bot_wide


class Channel(Protocol):
    """A channel that pushes: it puts messages into a chat by itself."""

    name: str

    async def show(self, address: str, message: Message, *, placed: Placed | None, picture: bytes | None) -> Placed:
        """Make ``message`` what the chat shows, in place of what is ``placed`` there; where it stands now.

        ``picture``: the message's picture as PNG. Raises SendError; then what was placed is still there.
        """
        ...

    async def send_file(self, address: str, name: str, content: bytes) -> str:
        """Hand the person a file under that name; where it stands. Raises SendError."""
        ...

    async def remove(self, address: str, message_id: str, *, is_picture: bool = True) -> None:
        """Take a message out of the chat; nothing happens when it is gone already. Raises SendError."""
        ...

    def wait(self, seconds: float) -> None:
        """Send nothing for so long: the provider said so to another process. Until then everything that sends raises
        SendError without asking the provider."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...

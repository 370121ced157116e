"""Why Telegram did not do what we asked: its refusals and the network's faults, each put under one cause.

The texts of refusals are those of the Bot API server; status and text are all it gives (core.telegram.org/bots/api).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from bot.channels import SendError


class Cause(StrEnum):
    """What went wrong, in one word for logs and counters."""

    SLOW_DOWN = "slow-down"
    BLOCKED = "blocked"
    NO_CHAT = "no-chat"
    MIGRATED = "migrated"
    UNCHANGED = "unchanged"
    GONE = "gone"
    TOO_OLD = "too-old"
    TOKEN = "token"  # noqa: S105 - the name of a cause, not a token
    CONFLICT = "conflict"
    REFUSED = "refused"
    PROVIDER_DOWN = "provider-down"
    UNREACHABLE = "unreachable"
    NO_REPLY = "no-reply"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a cause; the words are those of SendError."""

    retryable: bool = False
    ambiguous: bool = False
    opted_out: bool = False
    our_fault: bool = False
    bot_wide: bool = False


VERDICTS: Mapping[Cause, Verdict] = {
    Cause.SLOW_DOWN: Verdict(retryable=True),
    Cause.BLOCKED: Verdict(opted_out=True),
    Cause.NO_CHAT: Verdict(opted_out=True),
    Cause.MIGRATED: Verdict(opted_out=True),
    Cause.UNCHANGED: Verdict(our_fault=True),
    Cause.GONE: Verdict(our_fault=True),
    Cause.TOO_OLD: Verdict(our_fault=True),
    Cause.TOKEN: Verdict(our_fault=True, bot_wide=True),
    Cause.CONFLICT: Verdict(retryable=True, bot_wide=True),
    Cause.REFUSED: Verdict(our_fault=True),
    Cause.PROVIDER_DOWN: Verdict(retryable=True),
    Cause.UNREACHABLE: Verdict(retryable=True),
    Cause.NO_REPLY: Verdict(retryable=True, ambiguous=True),
    Cause.UNUSABLE: Verdict(our_fault=True),
}
"""What follows from each cause. A test proves that none is missing."""

TEXTS: tuple[tuple[str, Cause], ...] = (
    ("message is not modified", Cause.UNCHANGED),
    ("message to edit not found", Cause.GONE),
    ("message can't be edited", Cause.GONE),
    ("no text in the message to edit", Cause.GONE),
    ("message to delete not found", Cause.GONE),
    ("message can't be deleted", Cause.GONE),
    ("message identifier is not specified", Cause.GONE),
    ("message_id_invalid", Cause.GONE),
    ("query is too old", Cause.TOO_OLD),
    ("query_id_invalid", Cause.TOO_OLD),
    ("chat not found", Cause.NO_CHAT),
    ("user not found", Cause.NO_CHAT),
    ("peer_id_invalid", Cause.NO_CHAT),
    ("input_user_deactivated", Cause.NO_CHAT),
)
"""A status of 400 says nothing by itself: these pieces of its text do, in lower case."""

STATUSES: Mapping[int, Cause] = {
    401: Cause.TOKEN,
    403: Cause.BLOCKED,
    404: Cause.TOKEN,
    409: Cause.CONFLICT,
    429: Cause.SLOW_DOWN,
}
"""Statuses that say enough. Other 4xx are refusals; 5xx come from a provider that is out of order."""

EXCHANGES: Mapping[type[BaseException], Cause] = {
    aiohttp.ClientConnectorError: Cause.UNREACHABLE,
    aiohttp.ConnectionTimeoutError: Cause.UNREACHABLE,
    aiohttp.ServerFingerprintMismatch: Cause.UNREACHABLE,
    aiohttp.ClientHttpProxyError: Cause.UNREACHABLE,
    aiohttp.WSServerHandshakeError: Cause.UNREACHABLE,
    aiohttp.InvalidURL: Cause.UNUSABLE,
    aiohttp.NonHttpUrlClientError: Cause.UNUSABLE,
    aiohttp.RedirectClientError: Cause.UNUSABLE,
    aiohttp.TooManyRedirects: Cause.UNUSABLE,
    aiohttp.ClientConnectionError: Cause.NO_REPLY,
    aiohttp.ClientPayloadError: Cause.NO_REPLY,
    aiohttp.ClientResponseError: Cause.NO_REPLY,
    aiohttp.ClientError: Cause.NO_REPLY,
    TimeoutError: Cause.NO_REPLY,
    OSError: Cause.NO_REPLY,
}
"""Faults of the exchange itself; the nearest class counts. What never left is UNREACHABLE and may be sent again."""


def send_error(cause: Cause, *, retry_after_seconds: float | None = None, bot_wide: bool = False) -> SendError:
    """The error of a cause, as every channel says it."""
    verdict = VERDICTS[cause]
    return SendError(
        cause=cause,
        retryable=verdict.retryable,
        ambiguous=verdict.ambiguous,
        opted_out=verdict.opted_out,
        our_fault=verdict.our_fault,
        retry_after_seconds=retry_after_seconds,
        bot_wide=bot_wide or verdict.bot_wide,
    )


def cause_of_refusal(status: int, description: str, parameters: Mapping[str, object]) -> Cause:
    """The cause of a reply that is not a success."""
    if "migrate_to_chat_id" in parameters:
        return Cause.MIGRATED
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return Cause.PROVIDER_DOWN
    lowered = description.lower()
    return next((cause for text, cause in TEXTS if text in lowered), Cause.REFUSED)


def cause_of_fault(fault: BaseException) -> Cause:
    """The cause of an exchange that broke. A fault that is not the network's is raised again: it is a mistake."""
    for kind in type(fault).__mro__:
        if kind in EXCHANGES:
            return EXCHANGES[kind]
    raise fault

"""What is stuck: screens that should have been shown, what was put aside, a wait for all, and planners that sleep."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.finding import Finding, State
from storage import buckets, claims, dead_letters, moments
from storage.claims import Unshown
from storage.moments import Moment
from storage.store import Store

REPLY_WITHIN = timedelta(minutes=2)
"""Replies that are not shown by then are stuck, unless they are held or nothing may be sent."""

BULK_WITHIN = timedelta(hours=1)
PLANNED_WITHIN = timedelta(minutes=5)
NAMED = 5
"""So many are named; the others are like them."""


def stuck(database: str, now: datetime) -> Iterator[Finding]:
    """A finding for each thing that can be stuck. Raises StoreUnavailable."""
    store = Store.open(database)
    try:
        yield from store.look(lambda connection: list(_findings(connection, now)))
    finally:
        store.close()


def _findings(connection: Connection, now: datetime) -> Iterator[Finding]:
    banned_until = buckets.longest_ban_until(connection, now)
    yield _screens(connection, now, is_banned=banned_until is not None)
    if banned_until is not None:
        yield Finding("sending", State.NOTE, f"Telegram told us to wait until {_moment(banned_until)}.")
    yield _letters(dead_letters.count(connection))
    planned_at = moments.last(connection, Moment.PLANNED)
    if planned_at is not None and now - planned_at > PLANNED_WITHIN:
        says = f"no planner looked since {_moment(planned_at)}. Is `werkstem serve` or `werkstem worker` running?"
        yield Finding("planner", State.NOTE, says)


def _screens(connection: Connection, now: datetime, *, is_banned: bool) -> Finding:
    waiting = claims.backlog(connection)
    late = claims.unshown_since(connection, now - REPLY_WITHIN, most=NAMED)
    if not late:
        return Finding("screens", State.FINE, f"none is stuck; {waiting.screens} on the way")
    is_wrong = not is_banned and any(_is_stuck(one, now) for one in late)
    says = (
        f"{waiting.screens} are due and not shown, {waiting.held} of them held because they may have arrived. "
        f"The longest: {', '.join(map(_named, late))}."
    )
    todo = " See that a process with the role delivery runs, that Telegram answers, and what the log says of these."
    return Finding("screens", State.WRONG if is_wrong else State.NOTE, says + (todo if is_wrong else ""))


def _is_stuck(one: Unshown, now: datetime) -> bool:
    return not one.is_held and now - one.due_at > (BULK_WITHIN if one.is_bulk else REPLY_WITHIN)


def _named(one: Unshown) -> str:
    how = "held" if one.is_held else f"tried {one.attempts} times"
    return f"conversation {one.conversation_id} since {_moment(one.due_at)} ({how})"


def _letters(count: int) -> Finding:
    if not count:
        return Finding("dead letters", State.FINE, "none")
    return Finding(
        "dead letters", State.NOTE, f"{count}: `werkstem dead-letters list` says which, `replay` tries again"
    )


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")

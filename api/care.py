"""The commands that take care of an installation: its tables, what could not be taken in, what is not understood."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from api.installation import prepared_store
from api.logs import configure, where
from api.said import CannotDo, Said
from api.settings import Settings
from storage import conversations, dead_letters, restored, schema, understanding
from storage import engine as engines
from storage.dead_letters import DeadLetter
from storage.errors import StoreUnavailable
from storage.store import Store
from storage.understanding import FEWEST_PEOPLE, Understood

if TYPE_CHECKING:
    from api.service import Service
    from bot.intake import TelegramIntake


def upgrade(settings: Settings) -> Said:
    """Bring the database to what this version expects; people who were erased and came back with an older backup are
    erased again. Raises SchemaError when it cannot."""
    engine = engines.create(settings.database)
    try:
        before = schema.state(engine)
        schema.upgrade(engine)
    except SQLAlchemyError as error:
        raise StoreUnavailable(cause=type(error).__name__) from None
    finally:
        engine.dispose()
    is_done = before is not schema.State.CURRENT
    text = f"The database is at {schema.newest()} now." if is_done else "The database was up to date already."
    erased = asyncio.run(_erase_again(settings))
    if erased:
        text += f" {erased} who had been erased came back with an older backup, and were erased again."
    return Said({"revision": schema.newest(), "was": before.value, "erased_again": erased}, text)


async def _erase_again(settings: Settings) -> int:
    store = prepared_store(settings)
    try:
        erased = await store.write(lambda connection: restored.erase_again(connection, settings.key))
        if erased:
            await store.compact()
        return erased
    finally:
        store.close()


# What could not be taken in -----------------------------------------------------------------------------------------


def list_letters(settings: Settings) -> Said:
    """Every dead letter that nobody dealt with: when, where and why, and nothing of what it held."""
    store = prepared_store(settings)
    try:
        letters = store.look(dead_letters.still_open)
    finally:
        store.close()
    lines = [f"{item['id']}  {item['created_at']}  {item['channel']}  {item['cause']}" for item in map(_told, letters)]
    return Said({"items": [_told(letter) for letter in letters]}, "\n".join(lines) or "There are no dead letters.")


def replay_letters(settings: Settings, *, only: str | None) -> Said:
    """Take dead letters in again, once; what is taken in, and what nothing was kept of, is dealt with."""
    if settings.telegram_token is None:
        raise CannotDo("Dead letters come from Telegram: set WERKSTEM_TELEGRAM_TOKEN to take them in again.")
    configure(settings.log_level, secrets=settings.secrets)
    items = asyncio.run(replay(settings, only=only))
    if only is not None and not items:
        raise CannotDo("There is no open dead letter of that id.")
    lines = [f"{item['id']}  {item['outcome']}" for item in items]
    is_fine = all(item["outcome"] != "failed" for item in items)
    return Said({"items": items}, "\n".join(lines) or "There are no dead letters.", is_fine=is_fine)


async def replay(settings: Settings, *, only: str | None) -> list[dict[str, Any]]:
    """What became of each dead letter, or of ``only`` the one of that id; what follows from it is shown."""
    from api.service import Service  # The whole bot: only for those who take something in again.

    service = Service(settings)
    try:
        letters = await service.store.read(dead_letters.still_open)
        items = [await _again(service, letter) for letter in letters if only in {None, letter.id}]
        await service.delivery.finish(within_seconds=30)
        return items
    finally:
        await service.close()


async def _again(service: "Service", letter: DeadLetter) -> dict[str, Any]:
    """One letter. What somebody typed was never kept: it is closed, and the question that was open is open still."""
    outcome, detail = "not kept", ""
    if letter.payload is not None and service.intake is not None:
        try:
            outcome = await _take_again(service, service.intake, json.loads(letter.payload))
        except Exception as error:  # Whatever it was, the next letter is tried all the same.
            outcome, detail = "failed", f"{type(error).__name__} at {where(error)}"
    if outcome != "failed":
        now = service.parts.now()
        await service.store.write(lambda connection: dead_letters.close(connection, letter.id, now))
    return {"id": letter.id, "outcome": outcome} | ({"cause": detail} if detail else {})


async def _take_again(service: "Service", intake: "TelegramIntake", payload: dict[str, Any]) -> str:
    """What became of it in one word; a screen that could not be shown is due again, for the service that runs."""
    conversation_id = payload.get(dead_letters.UNSHOWN)
    if conversation_id is None:
        return await intake.take(payload)
    now = service.parts.now()
    is_due = await service.store.write(lambda c: conversations.try_again(c, conversation_id, now=now))
    return "due again" if is_due else "nothing due"


def _told(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "channel": letter.channel,
        "created_at": letter.created_at.isoformat().replace("+00:00", "Z"),
        "tries": letter.tries,
        "cause": letter.cause,
        "is_kept": letter.payload is not None,
    }


# What is not understood ---------------------------------------------------------------------------------------------


def report_understanding(settings: Settings) -> Said:
    """Per statement and language how many say "I don't understand" or "I can't answer"; the worst first."""
    store: Store = prepared_store(settings)
    try:
        found = store.look(understanding.of_statements)
    finally:
        store.close()
    worst_first = sorted(found, key=lambda one: (-_unclear(one), one.statement_id, one.language))
    return Said({"fewest_people": FEWEST_PEOPLE, "items": [_row(one) for one in worst_first]}, _table(worst_first))


def _unclear(one: Understood) -> float:
    return (one.dk_understand + one.dk_answer) / one.answers


def _row(one: Understood) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Understood.__slots__}


def _table(rows: list[Understood]) -> str:
    if not rows:
        return f"No statement was answered by {FEWEST_PEOPLE} people in one language yet."
    head = f"{'statement':<12}{'language':<10}{'people':>8}{'answers':>9}{'not understood':>16}{'cannot answer':>15}"
    lines = [
        f"{one.statement_id:<12}{one.language:<10}{one.people:>8}{one.answers:>9}"
        f"{one.dk_understand / one.answers:>16.0%}{one.dk_answer / one.answers:>15.0%}"
        for one in rows
    ]
    return "\n".join([head, *lines])

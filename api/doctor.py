"""The doctor: looks at everything the service needs, one line each, and says what to do about what is wrong."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from api.clock import Clock
from api.finding import Finding, State
from api.hooks import TELEGRAM_HOOK
from api.said import Said
from api.settings import BadSettings, Settings
from api.stuck import stuck
from bot.channels import SendError
from domain.errors import WerkstemError
from reports.chart import Axis, Chart, Moment, Point
from reports.studio import DrawingError, Studio
from storage import engine as engines
from storage import schema
from storage.catalogue import Catalogues
from storage.errors import StoreError
from storage.failures import code_of

LEAST_FREE_BYTES = 100 * 1024 * 1024
LITTLE_FREE_BYTES = 1024 * 1024 * 1024
MOST_WAITING = 100


_MARKS = {State.FINE: "✓", State.NOTE: "!", State.WRONG: "✗"}


def examine() -> Said:
    """Every finding; fine only when nothing is wrong."""
    findings = list(_findings())
    is_fine = all(finding.state is not State.WRONG for finding in findings)
    lines = [f"{_MARKS[finding.state]} {finding.about}: {finding.says}" for finding in findings]
    checks = [{"about": one.about, "state": one.state.value, "says": one.says} for one in findings]
    return Said({"is_fine": is_fine, "checks": checks}, "\n".join(lines), is_fine=is_fine)


def _findings() -> Iterator[Finding]:
    try:
        settings = Settings.read()
    except BadSettings as error:
        yield from (Finding("settings", State.WRONG, fault) for fault in error.faults)
    else:
        yield Finding("settings", State.FINE, "all there, and as they must be")
        yield _address(settings)
        yield from _database(settings)
        yield from asyncio.run(_telegram(settings))
        yield from _whatsapp(settings)
    yield _texts()
    yield asyncio.run(_drawing())


# Settings -----------------------------------------------------------------------------------------------------------


def _address(settings: Settings) -> Finding:
    if settings.is_secure:
        return Finding("public address", State.FINE, settings.public_url)
    says = f"{settings.public_url} has no https: fine for a trial, but not for real people. Put a TLS proxy before it."
    return Finding("public address", State.NOTE, says)


def _whatsapp(settings: Settings) -> Iterator[Finding]:
    names = ("phone_number_id", "number", "business_account_id", "token", "app_secret", "verify_token")
    if any(getattr(settings, f"whatsapp_{name}") for name in names):
        yield Finding("whatsapp", State.NOTE, "its settings are read, but this version does not connect to it yet")


# Database and disk --------------------------------------------------------------------------------------------------


def _database(settings: Settings) -> Iterator[Finding]:
    is_file = settings.database.startswith("sqlite")
    if is_file:
        yield _disk(Path(settings.database.removeprefix("sqlite:///")).parent)
    try:
        found = _schema(settings)
        yield found
        if found.state is State.FINE:
            yield from stuck(settings.database, Clock(settings.clock_file)())
    except StoreError as error:
        yield Finding("database", State.WRONG, f"{error}.")
    except SQLAlchemyError as error:
        cause = code_of(getattr(error, "orig", None) or error)
        says = f"cannot be opened ({cause}). Check WERKSTEM_DATABASE_URL, and that the server or folder is there."
        yield Finding("database", State.WRONG, says)


def _schema(settings: Settings) -> Finding:
    if settings.database.startswith("sqlite") and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return Finding("database", State.NOTE, "does not exist yet; `werkstem init` or `werkstem serve` makes it.")
    engine = engines.create(settings.database)
    try:
        found = schema.state(engine)
    finally:
        engine.dispose()
    says = {
        schema.State.CURRENT: (State.FINE, f"reachable, at {schema.newest()}"),
        schema.State.EMPTY: (State.NOTE, "reachable and empty; `werkstem init` or `werkstem serve` makes the tables."),
        schema.State.OLDER: (State.WRONG, "older than this Werkstem. Make a backup, then run `werkstem db upgrade`."),
        schema.State.NEWER: (State.WRONG, "newer than this Werkstem. Run the newer Werkstem that upgraded it."),
        schema.State.UNKNOWN: (
            State.WRONG,
            "made by another version of Werkstem, not known here. Run that version, or go back to a backup.",
        ),
        schema.State.FOREIGN: (State.WRONG, "holds tables that are not Werkstem's. Give it a database of its own."),
    }[found]
    return Finding("database", *says)


def _disk(folder: Path) -> Finding:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Finding("disk", State.WRONG, f"{says}: answers can be lost when it is full. Make room.")
    return Finding("disk", State.NOTE if free < LITTLE_FREE_BYTES else State.FINE, says)


# Telegram -----------------------------------------------------------------------------------------------------------


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.telegram_token is None:
        return [Finding("telegram", State.NOTE, "no WERKSTEM_TELEGRAM_TOKEN: there is a web chat only.")]
    from bot.channels.telegram_http import TelegramApi

    api = TelegramApi(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    try:
        name = (await api.call("getMe", {}, is_repeatable=True))["username"]
        webhook = await api.call("getWebhookInfo", {}, is_repeatable=True)
    except SendError as error:
        return [Finding("telegram", State.WRONG, _refused(error))]
    finally:
        await api.close()
    return [Finding("telegram", State.FINE, f"the token is @{name}'s"), _webhook(settings, webhook)]


def _refused(error: SendError) -> str:
    if error.cause == "token":
        return "the token is not known there. Take it from @BotFather anew, into WERKSTEM_TELEGRAM_TOKEN."
    return f"did not answer ({error.cause}). Check the way out, and WERKSTEM_TELEGRAM_API_BASE."


def _webhook(settings: Settings, webhook: dict[str, Any]) -> Finding:
    url, waiting = str(webhook.get("url") or ""), int(webhook.get("pending_update_count") or 0)
    wanted = settings.public_url + TELEGRAM_HOOK if settings.telegram_mode == "webhook" else ""
    if url != wanted:
        return Finding("updates", State.NOTE, "go elsewhere now; the next start of `werkstem serve` brings them here.")
    failed_at = webhook.get("last_error_date")
    if isinstance(failed_at, int) and time.time() - failed_at < 3600:
        says = "Telegram could not bring one within the last hour. Check that the public address answers from outside."
        return Finding("updates", State.NOTE, says)
    if waiting > MOST_WAITING:
        return Finding("updates", State.NOTE, f"{waiting} wait at Telegram. Check that `werkstem serve` is running.")
    return Finding("updates", State.FINE, f"come by {settings.telegram_mode}; {waiting} wait")


# Texts and pictures -------------------------------------------------------------------------------------------------


def _texts() -> Finding:
    try:
        catalogues = Catalogues.load()
    except WerkstemError as error:
        return Finding("texts", State.WRONG, f"{error}".replace("\n", "; "))
    statements = len(catalogues.questionnaire.statements)
    return Finding("texts", State.FINE, f"{statements} statements in {len(catalogues)} languages")


async def _drawing() -> Finding:
    """A small web with Latin and Arabic letters, drawn as the service draws."""
    chart = Chart(
        title="Werkstem",
        description="Werkstem",
        language="ar",
        axes=tuple(Axis(label, label) for label in ("Werk", "العمل", "Ağ")),
        moments=(Moment("1", (Point(1.0, "1"), Point(3.0, "3"), Point(5.0, "5"))),),
        low_mark="1",
        high_mark="5",
    )
    studio = Studio()
    try:
        await studio.draw(chart, "web", "png")
    except DrawingError as error:
        says = f"a web could not be drawn ({error.cause}). Install Werkstem anew: its fonts or matplotlib are missing."
        return Finding("fonts", State.WRONG, says)
    finally:
        await studio.close()
    return Finding("fonts", State.FINE, "there, and a web was drawn with them")

"""The running service without HTTP: its parts, chosen and wired here, and what it does by itself in the background."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from api.clock import Clock
from api.figures import Figures
from api.installation import prepared_store
from api.planner import TICK_SECONDS, Planner
from api.poison import Patience
from api.settings import Role, Settings
from api.watched_turns import WatchedTurns
from bot.channels import Channel, SendError
from bot.delivery import Delivery
from bot.parts import Parts, typed_words
from bot.recovery import BEAT_SECONDS, Recovery
from bot.sweeping import Pace, Sweeper
from bot.webs import Webs
from domain.questionnaire import LANGUAGES
from reports.studio import Studio
from storage import settings as remembered
from storage.catalogue import Catalogues
from storage.errors import StoreError
from storage.store import Store

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.intake import TelegramIntake

SWEEP_SECONDS = 1.0
SWEEP_MOST = 50
BULK_LOOK_SECONDS = 0.5
"""How often to look for bulk while there is none."""

STOP_SECONDS = 4.0
NAME_SECONDS = 2.0
"""How long the start waits for Telegram to say the bot's name; after that it is asked in the background."""

RETRY_SECONDS = 30.0

log = structlog.get_logger()


class Service:
    """Everything of one process but its HTTP routes. Making it opens the store and checks or creates its tables.

    Raises BrokenTexts, UnknownDatabase, SchemaError or StoreUnavailable.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = prepared_store(settings)
        self.parts = parts_of(settings, self.store)
        self.figures = Figures()
        self.turns = WatchedTurns(self.parts, self.figures)
        self.studio = Studio()
        self.webs = Webs(self.parts, self.studio)
        self.telegram = _telegram(settings)
        channels: dict[str, Channel] = {self.telegram.name: self.telegram} if self.telegram else {}
        self.delivery = Delivery(self.parts, self.webs, channels)
        pace = Pace(settings.telegram_per_second, settings.telegram_apart_seconds)
        self.sweeper = Sweeper(self.parts, self.turns, self.delivery, dict.fromkeys(channels, pace))
        self.intake = self._intake(self.telegram) if self.telegram else None
        self.patience = Patience(self.parts, self.intake, self.figures) if self.intake else None
        self.recovery = Recovery(self.turns)
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._set_up_task: asyncio.Task[None] | None = None
        self._introducing: asyncio.Task[None] | None = None

    def _intake(self, telegram: "Telegram") -> "TelegramIntake":
        from bot.intake import TelegramIntake

        return TelegramIntake(self.parts, self.turns, self.delivery, telegram)

    # Starting and stopping --------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin what this process does by itself, according to its roles."""
        roles = self.settings.roles
        if self.telegram is not None:
            await self._learn_name(self.telegram)
        if Role.DELIVERY in roles:
            self._begin(self._again_and_again("sweep", self._sweep))
            self._begin(self._again_and_again("bulk", self._send_portions))
        else:
            self._begin(self._again_and_again("replies", self._count_replies))
        if Role.PLANNER in roles:
            self._begin(self._plan())
        if self.telegram is not None and self.patience is not None:
            if self.settings.telegram_mode == "webhook" and Role.HTTP in roles:
                self._set_up_task = asyncio.create_task(self._set_up(self.telegram))
                self._begin(self._again_and_again("beat", self._beat))
            if self.settings.telegram_mode == "polling" and Role.DELIVERY in roles:
                self._begin(self._poll(self.telegram, self.patience))
                self._begin(self._again_and_again("beat", self._beat))

    async def stop(self) -> None:
        """Let what was begun end, for a few seconds, then let everything go. Whatever was not shown stays due."""
        self._stop.set()
        said = [task for task in (self._set_up_task, self._introducing) if task]
        tasks = self._tasks + said
        for task in said:
            task.cancel()  # The next start says it all again.
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_SECONDS)
        await self.delivery.finish(within_seconds=STOP_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.close()

    async def close(self) -> None:
        """Let go of the store, of Telegram and of the drawing process."""
        await self.studio.close()
        if self.telegram is not None:
            await self.telegram.close()
        self.store.close()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until the service stops."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    # In the background ------------------------------------------------------------------------------------------

    async def _again_and_again(self, what: str, work: Callable[[], Awaitable[float]]) -> None:
        """Do something until the service stops; it says how many seconds later it is wanted again."""
        while not self._stop.is_set():
            seconds = SWEEP_SECONDS
            try:
                seconds = await work()
            except StoreError as error:
                log.warning(what, cause=type(error).__name__)
            except Exception:  # The sweeper is the last resort of every message: it goes on.
                log.exception(what)
            if seconds:
                await self._rest(seconds)

    async def _sweep(self) -> float:
        """Show replies that stayed due and unshown."""
        return 0 if await self.sweeper.sweep(most=SWEEP_MOST) == SWEEP_MOST else SWEEP_SECONDS

    async def _send_portions(self) -> float:
        """Send what is no reply, as much as there is pace for."""
        return self.sweeper.portion_seconds if await self.sweeper.send_portions() else BULK_LOOK_SECONDS

    async def _count_replies(self) -> float:
        """Tell those who send bulk how many replies went out here."""
        await self.sweeper.count_replies()
        return SWEEP_SECONDS

    async def _beat(self) -> float:
        """Say that this process can receive, and make up for a time in which none could."""
        if self.settings.telegram_mode == "polling" and not (self.telegram and self.telegram.is_polling):
            return SWEEP_SECONDS
        await self.recovery.beat()
        return BEAT_SECONDS

    async def _plan(self) -> None:
        """Wake the planner, once at a time; ticks that were missed are made up for by one."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped] # it has no types

        planner = Planner(self.turns, self.figures)
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            planner.tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        scheduler.start()
        try:
            await planner.tick()
            await self._stop.wait()
        finally:
            scheduler.shutdown(wait=False)

    async def _poll(self, telegram: "Telegram", patience: Patience) -> None:
        from api.polling import Poller

        holder = f"{socket.gethostname()}:{os.getpid()}"
        poller = Poller(self.parts, telegram, patience, holder=holder, begin=lambda: self._set_up(telegram))
        while not self._stop.is_set():
            try:
                await poller.run(self._stop)
            except Exception:  # Whatever it was: people go on writing.
                log.exception("polling")
                await self._rest(RETRY_SECONDS)

    # Telegram ---------------------------------------------------------------------------------------------------

    async def _set_up(self, telegram: "Telegram") -> None:
        """Tell Telegram how we receive, however long it takes to reach it. Who we are is said meanwhile."""
        while not self._stop.is_set():
            try:
                await telegram.receive_by(
                    self.settings.telegram_mode,
                    public_url=self.settings.public_url,
                    secret=self.settings.webhook_secret,
                )
            except SendError as error:
                log.warning("telegram_set_up", cause=error.cause)
                await self._rest(RETRY_SECONDS)
            else:
                log.info("telegram_set_up", mode=self.settings.telegram_mode, outcome="done")
                self._introducing = asyncio.create_task(self._introduce(telegram))
                return

    async def _introduce(self, telegram: "Telegram") -> None:
        """The bot's own name asked until it is known, its menu and descriptions said. People write meanwhile."""
        from bot.channels.telegram_profile import Profile

        profiles = {language: Profile.of(self.parts.catalogues[language].say) for language in LANGUAGES}
        while not self._stop.is_set():
            try:
                await self._ask_name(telegram)
                break
            except (SendError, StoreError) as error:
                log.warning("telegram_name", cause=getattr(error, "cause", type(error).__name__))
                await self._rest(RETRY_SECONDS)
        try:
            await telegram.introduce(profiles)
        except SendError as error:
            log.warning("telegram_introduction", cause=error.cause)

    async def _learn_name(self, telegram: "Telegram") -> None:
        """The bot's name as it was last time; the first time, Telegram is asked."""
        known = await self.store.read(lambda connection: remembered.get(connection, self._name_key))
        if known:
            self._know_name(known)
            return
        try:
            async with asyncio.timeout(NAME_SECONDS):
                await self._ask_name(telegram)
        except (SendError, TimeoutError) as error:
            log.warning("telegram_name", cause=getattr(error, "cause", "unreachable"))

    async def _ask_name(self, telegram: "Telegram") -> None:
        name = await telegram.user_name()
        await self.store.write(lambda connection: remembered.put(connection, self._name_key, name))
        self._know_name(name)

    def _know_name(self, name: str) -> None:
        # Everything holds these same parts, which are otherwise never changed: only Telegram knows the bot's name.
        object.__setattr__(self.parts, "telegram_name", name)

    @property
    def _name_key(self) -> str:
        token = self.settings.telegram_token
        return f"telegram-name:{token.get_secret_value().partition(':')[0] if token else ''}"


def parts_of(settings: Settings, store: Store) -> Parts:
    """What the bot works with. Raises BrokenTexts."""
    catalogues = Catalogues.load()
    return Parts(
        store=store,
        catalogues=catalogues,
        key=settings.key,
        now=Clock(settings.clock_file),
        public_url=settings.public_url,
        reading_seconds=settings.reading_ms / 1000,
        typed=typed_words(catalogues),
    )


def _telegram(settings: Settings) -> "Telegram | None":
    """The channel to Telegram, imported only where there is a token."""
    if settings.telegram_token is None:
        return None
    from bot.channels.telegram import Telegram

    return Telegram(settings.telegram_token.get_secret_value(), settings.telegram_api_base)

"""Serving: one process on one event loop, until it is told to stop; then it ends within ten seconds."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator

import structlog
import uvicorn
import uvloop

from api.application import create_app
from api.logs import configure
from api.said import CannotDo
from api.service import Service
from api.settings import Role, Settings
from storage.errors import StoreError

LAST_REQUESTS_SECONDS = 3
"""How long requests that are under way may still take when the process is told to stop."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class _Server(uvicorn.Server):
    """The server, which says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as always, then tell."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop calmly at a signal, and end as if done: not, as the library does, by raising it once more."""
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(settings: Settings, *, host: str, port: int, ready: Callable[[Service], None] | None = None) -> None:
    """Answer HTTP, and do what the roles say, until SIGTERM or SIGINT. ``ready`` is called when it answers.

    Raises CannotDo when nobody can listen there, and whatever making the application raises.
    """
    configure(settings.log_level, secrets=settings.secrets)
    listening = _listen(host, port)
    try:
        app = create_app(settings)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=LAST_REQUESTS_SECONDS,
        )
        server = _Server(config, lambda: _is_ready(listening, app.state.service, ready))
        server.run(sockets=[listening])
    finally:
        listening.close()
    if not server.started:
        raise CannotDo("Werkstem could not start; the log says where it failed.")


def _is_ready(listening: socket.socket, service: Service, ready: Callable[[Service], None] | None) -> None:
    log.info("ready", port=listening.getsockname()[1])
    if ready is not None:
        ready(service)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "no such address"
        raise CannotDo(f"Nothing can listen on {host} port {port}: {why}. Choose another with --port.") from None
    listening.set_inheritable(False)
    return listening


def work(settings: Settings) -> None:
    """Deliver and plan without HTTP, until SIGTERM or SIGINT. Raises what making the service raises."""
    configure(settings.log_level, secrets=settings.secrets)
    roles = settings.roles - {Role.HTTP} or {Role.DELIVERY, Role.PLANNER}
    uvloop.run(_work(settings.model_copy(update={"roles": frozenset(roles)})))


async def _work(settings: Settings) -> None:
    service = Service(settings)
    stop = asyncio.Event()
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await service.start()
        log.info("ready", role=" ".join(sorted(settings.roles)))
        await stop.wait()
    except StoreError as error:
        log.warning("worker", cause=type(error).__name__)
        raise
    finally:
        await service.stop()

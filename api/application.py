"""The application: the service behind its HTTP routes, wired here and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.body_limit import Gate
from api.health import health
from api.hooks import telegram_hook
from api.service import Service
from api.settings import Settings
from api.staff import staff_pages
from api.staff.browser import Cookies as StaffCookies
from api.staff.desk import StaffDesk
from api.staff.pages import Pages
from api.staff.sealing import Sealer
from api.static_files import OwnFiles
from api.trouble import Trouble
from api.v1 import v1_router
from api.watched_turns import ShowingDesk
from api.web_chat import web_chat
from api.web_guard import Cookies
from storage.staff_texts import StaffTexts

ABOUT = "A person answers short statements in the chat, in the own language, and gets the own web."


def create_app(settings: Settings) -> FastAPI:
    """The whole service on one event loop. Its Service stands in ``app.state.service``.

    Raises what Service raises: nothing listens before the store, its tables and the texts are there.
    """
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    app = FastAPI(title="Werkstem", description=ABOUT, version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.service = service
    trouble = Trouble(service.parts.catalogues, Cookies(is_secure=settings.is_secure))
    app.add_middleware(Gate, failed=trouble.answer)
    trouble.answer_for(app)
    _add_routes(app, service)
    return app


def _add_routes(app: FastAPI, service: Service) -> None:
    parts, settings = service.parts, service.settings
    app.router.routes.append(telegram_hook(service.patience, settings.webhook_secret))
    desk = ShowingDesk(service.turns, service.webs, service.delivery)
    app.include_router(web_chat(desk, parts.catalogues, secure_cookies=settings.is_secure))
    app.include_router(v1_router(parts, service.webs, service.turns, service.delivery.show_soon))
    app.include_router(health(parts, service.figures, service.delivery.sends))
    app.include_router(staff_pages(_staff_desk(service, settings)))
    app.mount("/static", OwnFiles())


def _staff_desk(service: Service, settings: Settings) -> StaffDesk:
    texts, cookies = StaffTexts.load(), StaffCookies(is_secure=settings.is_secure)
    return StaffDesk(
        parts=service.parts,
        webs=service.webs,
        studio=service.studio,
        turns=service.turns,
        show=service.delivery.show_soon,
        texts=texts,
        cookies=cookies,
        pages=Pages(texts, cookies),
        sealer=Sealer(settings.key),
        is_demo=settings.demo,
    )

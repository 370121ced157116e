"""The channels: which are set up here, and a sample message with which an owner tries one on the own phone."""

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from sqlalchemy import Connection

from api.access import Owner
from api.staff.desk import StaffDesk
from api.staff.second_factor import picture_of
from storage import audit, sample_links


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/settings/channels``."""

    @router.get("/settings/channels")
    async def show(request: Request, member: Owner) -> Response:
        link = await desk.parts.store.read(lambda connection: sample_links.of_member(connection, member.id))
        taken = link if link and link.taken_at else None
        bot, web = desk.parts.telegram_name, f"{desk.parts.public_url}/c"
        return desk.pages.show(request, "settings_channels.html", taken=taken, telegram=bot, web=web)

    @router.post("/settings/channels/sample")
    async def sample(request: Request, member: Owner) -> Response:
        def job(connection: Connection) -> str:
            audit.record(connection, member, "channels.tried", at=desk.parts.now())
            return sample_links.issue(connection, member, key=desk.parts.key, now=desk.parts.now())

        secret = await desk.parts.store.write(job, may_repeat=False)
        ways = [("web", desk.parts.link(secret))]
        if telegram := desk.parts.telegram_link(secret):
            ways.insert(0, ("telegram", telegram))
        # A picture of ours holds squares and no text.
        shown = [(channel, link, Markup(picture_of(link))) for channel, link in ways]  # noqa: S704
        return desk.pages.show(request, "settings_sample.html", ways=shown, minutes=sample_links.MINUTES)

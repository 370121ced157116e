"""The demo's sign-in links: one button, no password, once; only where everybody is invented."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import NothingOfYours
from api.staff.desk import StaffDesk
from api.staff.entering import Entered, enter, let_in
from api.staff.forms import Form
from storage import staff


def add_doors(router: APIRouter, desk: StaffDesk) -> None:
    """``/demo/<secret>``; elsewhere than in a demo there is no such address."""
    if not desk.is_demo:
        return

    @router.get("/demo/{secret}")
    async def show(request: Request, secret: str) -> Response:
        key, now = desk.parts.key, desk.parts.now()
        member = await desk.parts.store.read(lambda c: staff.by_demo_link(c, secret, key=key, now=now))
        if member is None:
            return desk.pages.show(request, "refused.html", status=404, why="refused.link")
        return desk.pages.show(request, "demo.html", action=f"/demo/{secret}", whose=member)

    @router.post("/demo/{secret}")
    async def press(request: Request, secret: str, form: Form) -> Response:
        now = desk.parts.now()

        def entered(connection: Connection) -> Entered:
            member = staff.spend_demo_link(connection, secret, key=desk.parts.key, now=now)
            if member is None:
                raise NothingOfYours
            return enter(connection, desk, request, member, now=now)

        try:
            done = await desk.parts.store.write(entered, may_repeat=False)
        except NothingOfYours:
            return desk.pages.show(request, "refused.html", status=404, why="refused.link")
        return let_in(desk, request, done)

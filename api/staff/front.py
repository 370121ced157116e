"""The front door: who is signed in goes on to the own first room."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import Staff
from api.staff.desk import StaffDesk
from storage.staff import Role


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/``."""

    @router.get("/")
    async def front(member: Staff) -> Response:
        return desk.pages.go_to("/today" if member.role is Role.COACH else "/results")

"""The staff pages: sign-in, and the rooms of coaches and owners behind it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from api.staff import front
from api.staff.access import guarded
from api.staff.desk import StaffDesk

ROOMS = (front,)
"""The rooms behind the sign-in; each module has ``add_routes(router, desk)``."""


def staff_pages(desk: StaffDesk) -> APIRouter:
    """Every route of the staff pages, to be included as it is."""
    router = APIRouter(
        route_class=guarded(desk), include_in_schema=False, default_response_class=HTMLResponse, redirect_slashes=False
    )
    for room in ROOMS:
        room.add_routes(router, desk)
    desk.pages.know_rooms(frozenset(route.path for route in router.routes if isinstance(route, APIRoute)))
    return router

"""The staff pages: sign-in, and the rooms of coaches and owners behind it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from api.staff import (
    account,
    agreements,
    consent,
    demo_door,
    front,
    handing_over,
    keys,
    people,
    people_cards,
    people_import,
    people_manage,
    person,
    proving,
    results,
    results_closing,
    results_grouping,
    settings_channels,
    settings_log,
    settings_modules,
    settings_organisation,
    setup,
    sign_in,
    staff_list,
    today,
    trial,
)
from api.staff.access import guarded, opened
from api.staff.desk import StaffDesk

DOORS = (sign_in, setup, demo_door)
"""What stands before the sign-in; each module has ``add_doors(router, desk)``."""

ROOMS = (
    *(settings_organisation, settings_modules, settings_channels, settings_log),
    *(results, results_closing, results_grouping),
    *(consent, front, sign_in, proving, account, keys, staff_list, handing_over, today),
    *(people, people_cards, people_import, people_manage, trial, agreements, person),
)
"""The rooms behind the sign-in; each module has ``add_routes(router, desk)``. A person comes last: the address of one
takes any word that no room before it knows."""


def staff_pages(desk: StaffDesk) -> APIRouter:
    """Every route of the staff pages, to be included as it is."""
    router = APIRouter(
        route_class=guarded(desk), include_in_schema=False, default_response_class=HTMLResponse, redirect_slashes=False
    )
    doors = APIRouter(route_class=opened(desk), include_in_schema=False, default_response_class=HTMLResponse)
    for door in DOORS:
        door.add_doors(doors, desk)
    for room in ROOMS:
        room.add_routes(router, desk)
    router.routes.extend(doors.routes)
    desk.pages.know_rooms(frozenset(route.path for route in router.routes if isinstance(route, APIRoute)))
    return router

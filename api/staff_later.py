"""What stands where staff will sign in: that this version has no staff pages yet, and what to use meanwhile."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.static_files import static_address
from api.web_guard import PrivateRoute


def staff_later() -> APIRouter:
    """The routes ``/`` and ``/setup/<secret>``. Looking at a set-up link spends nothing and tells nothing about it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["static"] = static_address
    template = environment.get_template("staff_later.html")
    router = APIRouter(route_class=PrivateRoute, include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/")
    async def front() -> HTMLResponse:
        return HTMLResponse(template.render(is_setup=False))

    @router.get("/setup/{secret}")
    async def setup(secret: str) -> HTMLResponse:
        return HTMLResponse(template.render(is_setup=True))

    return router

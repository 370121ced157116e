"""The pages' own files: style, script and fonts. Each address carries a fingerprint, so a browser may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


@cache
def static_address(name: str) -> str:
    """The address of a file of ours, with the fingerprint of what is in it."""
    fingerprint = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={fingerprint}"


class OwnFiles(StaticFiles):
    """Serves api/static; mounted at ``/static``."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept for a year when its address carries a fingerprint, a day otherwise."""
        response = await super().get_response(path, scope)
        is_marked = scope["query_string"].startswith(b"v=")
        age = "max-age=31536000, immutable" if is_marked else "max-age=86400"
        response.headers["Cache-Control"] = f"public, {age}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

"""What somebody gets where nothing is, or where something went wrong: a kind page, a problem document, or nothing."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from api.v1.access import HEADERS
from api.v1.errors import Problem, internal, problem_of
from api.web_guard import PRIVATE_HEADERS, Cookies
from api.web_pages import Pages
from api.web_words import Catalogues
from storage.errors import StoreUnavailable

_NOT_HERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


class Trouble:
    """Answers for whoever has no better answer: never a trace, a detail or a stored value."""

    def __init__(self, catalogues: Catalogues, cookies: Cookies) -> None:
        self._pages = Pages(catalogues)
        self._cookies = cookies

    def answer_for(self, app: FastAPI) -> None:
        """Have unknown addresses, refused requests and an absent store answered here."""
        for kind in (HTTPException, RequestValidationError, StoreUnavailable):
            app.add_exception_handler(kind, self.answer)

    async def answer(self, request: Request, error: Exception) -> Response:
        """The answer to an error: a page for a browser, nothing at the webhooks, a problem document elsewhere."""
        problem = problem_of(error) or internal()
        path = request.url.path
        if path.startswith("/hooks/"):
            return Response(status_code=problem.status, headers=problem.headers)
        if _is_browser(request) and not path.startswith("/api/"):
            return HTMLResponse(self._page(request, problem), problem.status, {**PRIVATE_HEADERS, **problem.headers})
        answer = problem.answer()
        answer.headers.update(HEADERS)
        return answer

    def _page(self, request: Request, problem: Problem) -> str:
        accepted = request.headers.get("accept-language", "")
        if problem.status in _NOT_HERE:
            back = "/chat" if self._cookies.secret(request) else None
            return self._pages.notice_in_all("web_chat.no_page", accepted, asks_code=True, go_on=back)
        is_chat = request.url.path.startswith("/chat")
        key = "trouble.last_lost" if is_chat and request.method == "POST" else "trouble.saved"
        return self._pages.notice_in_all(key, accepted, go_on="/chat" if is_chat else None)


def _is_browser(request: Request) -> bool:
    """Whether a page can be shown: a browser asks for one, and so does our own script."""
    return "text/html" in request.headers.get("accept", "") or "x-swap" in request.headers

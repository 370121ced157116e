"""Closing a window by hand: a page that says what it means, and the closing itself, once."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import NothingOfYours, Owner
from api.results import close_by_hand, method_of, waiting_for
from api.staff.desk import StaffDesk
from api.staff.forms import Form
from api.staff.results import ResultsRoom
from api.staff.results_words import what_waits
from domain.errors import NotEnoughFinished, UnknownMoment, WindowClosedAlready
from domain.windows import Care
from storage.secrets import new_id


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/results/close`` and ``/results/windows``."""
    room, method = ResultsRoom(desk), method_of(desk.parts.catalogues)

    @router.get("/results/close")
    async def ask(request: Request, member: Owner) -> Response:
        moment, care = request.query_params.get("moment", ""), _care(request.query_params.get("care", ""))
        now = desk.parts.now()
        waiting = await desk.parts.store.read(
            lambda connection: waiting_for(connection, method, member.organisation_id, now)
        )
        one = next((one for one in waiting if (one.moment, one.care) == (moment, care)), None)
        if one is None or not one.may_close:
            return await room.page(request, member, fault="results.fault_few")
        words = desk.pages.words(request)
        what = what_waits(words, room.catalogue(request), one.care, one.moment)
        return desk.pages.show(
            request,
            "confirm.html",
            title=words.say("results.close_title"),
            lines=[
                words.say("results.close_what", {"what": what}),
                words.say("results.close_then"),
                words.say("results.close_later"),
            ],
            action="/results/windows",
            fields=[("moment", one.moment), ("care", one.care.value), ("number", one.number), ("window", new_id())],
            go=words.say("results.close_go"),
            back="/results",
        )

    @router.post("/results/windows")
    async def close(request: Request, member: Owner, form: Form) -> Response:
        moment, number, window = form.text("moment", most=20), form.text("number", most=6), form.text("window", most=32)
        care, now = _care(form.text("care", most=10)), desk.parts.now()
        if not (number.isascii() and number.isdecimal()) or len(window) != 32 or not window.isalnum():
            raise NothingOfYours
        try:
            await desk.parts.store.write(
                lambda connection: close_by_hand(
                    connection,
                    method,
                    member,
                    moment=moment,
                    care=care,
                    window_id=window,
                    now=now,
                    number=int(number),
                )
            )
        except WindowClosedAlready:
            return await room.page(request, member, fault="results.fault_closed")
        except NotEnoughFinished:
            return await room.page(request, member, fault="results.fault_few")
        except UnknownMoment:
            raise NothingOfYours from None
        return desk.pages.go_to(f"/results?{urlencode({'moment': moment})}", said="said.results_closed")


def _care(name: str) -> Care:
    """The kind of limits of that name. Raises NothingOfYours."""
    found = next((care for care in Care if care.value == name), None)
    if found is None:
        raise NothingOfYours
    return found

"""Who gets past the guard of the staff pages, and what every answer carries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import Connection

from api.access import Coach, Owner, Staff
from api.staff import staff_pages
from api.staff.access import guarded, is_dangerous
from api.staff.forms import MOST_BYTES, Form, takes_files
from storage import participants, sessions, staff
from storage.errors import StoreUnavailable
from storage.store import Store
from tests.api.staff_house import StaffHouse
from tests.bot.people import KEY


async def test_whoever_is_signed_in_goes_on_to_the_own_first_room(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach, house.signed_in("owner") as owner:
        assert (await coach.get("/")).headers["location"] == "/today"
        assert (await owner.get("/")).headers["location"] == "/results"


async def test_whoever_is_not_goes_to_the_sign_in_page(house: StaffHouse) -> None:
    async with house.visitor() as nobody:
        answer = await nobody.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/")


async def test_a_session_ends_after_twenty_idle_minutes(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        house.clock.pass_(20 * 60 - 1)
        assert (await coach.get("/")).headers["location"] == "/today"
        house.clock.pass_(20 * 60)
        assert (await coach.get("/")).headers["location"].startswith("/sign-in")


async def test_a_session_ends_after_ten_hours_however_busy(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        for _ in range(int(timedelta(hours=10) / timedelta(minutes=15))):
            assert (await coach.get("/")).headers["location"] == "/today"
            house.clock.pass_(15 * 60)
        assert (await coach.get("/")).headers["location"].startswith("/sign-in")


async def test_a_route_that_says_nothing_or_two_things_about_whom_it_is_for_cannot_be_made(house: StaffHouse) -> None:
    router = APIRouter(route_class=guarded(house.desk))

    async def open_to_all() -> None: ...

    async def of_two_minds(one: Coach, other: Owner) -> None: ...

    for endpoint in (open_to_all, of_two_minds):
        with pytest.raises(TypeError, match="must say once whom it is for"):
            router.add_api_route("/x", endpoint)


@pytest.mark.parametrize("is_outside", [True, False])
async def test_what_is_dangerous_is_so_in_whatever_order_it_was_said(house: StaffHouse, *, is_outside: bool) -> None:
    router = APIRouter(route_class=guarded(house.desk))

    async def act(member: Staff) -> Response:
        return Response("done")

    if is_outside:
        is_dangerous(router.post("/act")(act))
    else:
        router.post("/act")(is_dangerous(act))
    house.app.include_router(router)
    async with house.signed_in() as coach:
        assert (await house.send(coach, "/act")).text == "done"
        house.clock.pass_(11 * 60)
        assert (await house.send(coach, "/act")).status_code == 401


async def test_a_form_brings_texts_and_files_and_nothing_that_breaks_a_database(house: StaffHouse) -> None:
    router = APIRouter(route_class=guarded(house.desk))

    @router.post("/echo")
    @takes_files(100_000)
    async def echo(request: Request, member: Staff, form: Form) -> Response:
        file = form.file("table")
        content = file.decode() if file else ""
        return Response("|".join([form.text("name", most=5), *form.all("id"), str(form.has("tick")), content]))

    house.app.include_router(router)
    async with house.signed_in() as coach:
        fields = {"name": "  Zoë\0 van Dam ", "id": ["1", "2"], "tick": ""}
        assert (await house.send(coach, "/echo", fields)).text == "Zoë v|1|2|True|"
        with_file = await house.send(coach, "/echo", fields, files={"table": ("a.csv", b"a;b\r\n")})
        assert with_file.text == "Zoë v|1|2|True|a;b\r\n"
        assert (await house.send(coach, "/echo", {"name": "x"}, files={"table": ("", b"")})).text == "x|False|"
        large = await house.send(coach, "/echo", {}, files={"table": ("a.csv", b"x" * 100_000)})
        assert large.status_code == 413
        assert "te groot" in large.text
        assert (await house.send(coach, "/settings/language", {"language": "x" * MOST_BYTES})).status_code == 413
        crowd = {"id": [str(n) for n in range(5000)]}
        assert (await house.send(coach, "/echo", crowd)).status_code == 413


async def test_what_was_sent_broken_is_no_form_and_no_fault_of_ours(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        for kind, body in (
            ("application/json", b"{}"),
            ("multipart/form-data", b"no boundary"),
            ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
            ("application/x-www-form-urlencoded", b"\xff\xfe=%ff%00&proof"),
        ):
            answer = await coach.post("/settings/language", content=body, headers={"Content-Type": kind})
            assert answer.status_code == 403, kind


@pytest.mark.parametrize(("is_secure", "prefix"), [(True, "__Host-"), (False, "")])
async def test_the_cookies_are_as_strict_as_the_address_allows(
    sqlite_url: str, *, is_secure: bool, prefix: str
) -> None:
    store = Store.open(sqlite_url)
    here = StaffHouse(store, is_secure=is_secure)
    async with here.visitor() as browser:
        told = (await browser.get("/sign-in")).headers["set-cookie"]
    assert told.startswith(f"{prefix}werkstem-visitor=")
    assert ("Secure" in told) is is_secure
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(told.split("; "))
    assert "Max-Age" not in told
    await here.studio.close()
    store.close()


async def test_rights_are_read_anew_for_every_request(house: StaffHouse) -> None:
    invited = await house.invite()
    async with house.signed_in() as coach:
        path = f"/people/{invited['id']}"
        assert (await coach.get(path)).status_code == 200
        house.store.run(lambda c: participants.set_coach(c, invited["id"], house.colleague_id))
        assert (await coach.get(path)).status_code == 404
        house.store.run(lambda c: staff.reset(c, house.place.coach_id, house.clock()))
        assert (await coach.get(path)).status_code == 303


async def test_a_session_that_is_in_use_is_noted_now_and_then_and_no_oftener(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        secret = coach.cookies[house.cookies._name("staff")]
        seen = []
        for seconds in (10, 25, 5):
            house.clock.pass_(seconds)
            await coach.get("/")
            session = house.store.look(lambda c: sessions.by_secret(c, secret, key=KEY))
            assert session is not None
            seen.append((session.seen_at - session.created_at).total_seconds())
    assert seen == [0, 35, 35]


class AwayStore(Store):
    """A store that cannot be reached."""

    def __init__(self) -> None:
        """Opens nothing."""

    async def read(self, job: Callable[[Connection], Any]) -> Any:
        """Fails as an unreachable database does."""
        raise StoreUnavailable(cause="away")


async def test_while_the_store_is_away_a_page_says_so_and_asks_to_try_again(house: StaffHouse) -> None:
    app = FastAPI()
    app.include_router(staff_pages(replace(house.desk, parts=replace(house.desk.parts, store=AwayStore()))))
    async with house.signed_in() as coach:
        coach._transport = httpx.ASGITransport(app)
        answer = await coach.get("/settings")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "blijft bewaard" in answer.text
    assert answer.headers["cache-control"] == "no-store"

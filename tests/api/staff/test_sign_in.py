"""Signing in: what two right factors open, and what nothing else does."""

import re
import time

import httpx
import pyotp
import pytest

from storage import sessions, staff
from tests.api.staff_house import StaffHouse
from tests.bot.people import KEY

PASSWORD = "paars fietst door de regen"


async def set_up(house: StaffHouse, who: str = "coach") -> str:
    """Somebody goes through the set-up link; the secret of the app comes back."""
    member = house.member(who)
    link = house.store.run(lambda c: staff.create_setup_link(c, member, key=KEY, now=house.clock()))
    async with house.visitor() as browser:
        assert (await browser.get(f"/setup/{link}")).status_code == 200
        page = await house.send(browser, f"/setup/{link}", {"password": PASSWORD, "again": PASSWORD})
        secret = re.findall(r'class="code"[^>]*>([A-Z2-7 ]+)<', page.text)[0].replace(" ", "")
        done = await house.send(browser, f"/setup/{link}/code", {"ticket": ticket(page), "code": code(house, secret)})
        assert done.status_code == 200, done.text
        assert (await browser.get("/")).headers["location"] in {"/today", "/consent"}
    house.clock.pass_(30)
    return secret


def ticket(page: httpx.Response) -> str:
    return re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]


def code(house: StaffHouse, secret: str, *, off_seconds: float = 0) -> str:
    return pyotp.TOTP(secret).at(int(house.clock().timestamp() + off_seconds))


async def first(
    house: StaffHouse, browser: httpx.AsyncClient, *, email: str = "", password: str = PASSWORD
) -> httpx.Response:
    await browser.get("/sign-in")
    fields = {"email": email or house.member("coach").email, "password": password, "next": "/people"}
    return await house.send(browser, "/sign-in", fields)


async def second(house: StaffHouse, browser: httpx.AsyncClient, page: httpx.Response, typed: str) -> httpx.Response:
    return await house.send(browser, "/sign-in/code", {"ticket": ticket(page), "code": typed, "next": "/people"})


async def test_two_right_factors_open_what_was_asked_for(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.visitor() as browser:
        page = await first(house, browser)
        answer = await second(house, browser, page, code(house, secret))
        assert (answer.status_code, answer.headers["location"]) == (303, "/people")
        assert (await browser.get("/")).headers["location"] == "/today"


async def test_a_password_alone_opens_nothing(house: StaffHouse) -> None:
    await set_up(house)
    async with house.visitor() as browser:
        page = await first(house, browser)
        assert (await browser.get("/")).headers["location"].startswith("/sign-in")
        for typed in ("", "000000", "wrong", "12345678901234567890", "\u0661" * 6, "ABCD-EFGH"):
            answer = await second(house, browser, page, typed)
            assert answer.status_code == 401, typed
        assert (await browser.get("/")).headers["location"].startswith("/sign-in")

"""Signing in: what two right factors open, and what nothing else does; what is told of accounts, which is nothing."""

import asyncio
import re

import httpx
import pyotp

from api.staff.attempts import PER_ACCOUNT, PER_ADDRESS, PER_CODE
from storage import audit, recovery_codes, sessions, staff
from tests.api.staff_house import StaffHouse
from tests.bot.people import KEY

PASSWORD = "paars fietst door de regen"


async def set_up(house: StaffHouse, who: str = "coach") -> str:
    """Somebody goes through the set-up link; the secret of the app comes back."""
    link = setup_link(house, who)
    async with house.visitor() as browser:
        await browser.get(f"/setup/{link}")
        page = await house.send(browser, f"/setup/{link}", {"password": PASSWORD, "again": PASSWORD})
        secret = app_secret(page)
        done = await house.send(browser, f"/setup/{link}/code", {"ticket": ticket(page), "code": code(house, secret)})
        assert done.status_code == 200, done.text
    house.clock.pass_(30)
    return secret


def setup_link(house: StaffHouse, who: str) -> str:
    member = house.member(who)
    return house.store.run(lambda c: staff.create_setup_link(c, member, key=KEY, now=house.clock()))


def app_secret(page: httpx.Response) -> str:
    return re.findall(r'class="code"[^>]*>([A-Z2-7 ]+)<', page.text)[0].replace(" ", "")


def ticket(page: httpx.Response) -> str:
    return re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]


def kept(page: httpx.Response) -> str:
    return re.findall(r'name="kept" value="([^"]*)"', page.text)[0]


def code(house: StaffHouse, secret: str, *, off_seconds: float = 0) -> str:
    return pyotp.TOTP(secret).at(int(house.clock().timestamp() + off_seconds))


async def first(
    house: StaffHouse, browser: httpx.AsyncClient, *, email: str = "", password: str = PASSWORD, **more: str
) -> httpx.Response:
    await browser.get("/sign-in")
    fields = {"email": email or house.member("coach").email, "password": password, "next": "/people", **more}
    return await house.send(browser, "/sign-in", fields)


async def second(
    house: StaffHouse, browser: httpx.AsyncClient, page: httpx.Response, typed: str, **more: str
) -> httpx.Response:
    fields = {"ticket": ticket(page), "code": typed, "next": "/people", **more}
    return await house.send(browser, "/sign-in/code", fields)


async def is_in(browser: httpx.AsyncClient) -> bool:
    return not (await browser.get("/")).headers["location"].startswith("/sign-in")


# What opens ---------------------------------------------------------------------------------------------------------


async def test_two_right_factors_open_what_was_asked_for(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.visitor() as browser:
        answer = await second(house, browser, await first(house, browser), code(house, secret))
        assert (answer.status_code, answer.headers["location"]) == (303, "/people")
        assert await is_in(browser)
    done = [deed.action for deed in house.store.look(lambda c: audit.of_member(c, house.place.coach_id))]
    assert done == ["staff.signed_in", "staff.signed_in", "staff.set_up"]


async def test_a_password_alone_opens_nothing(house: StaffHouse) -> None:
    await set_up(house)
    async with house.visitor() as browser:
        page = await first(house, browser)
        for typed in ("", "000000", "wrong", "12345678901234567890", "ABCD-EFGH"):
            assert (await second(house, browser, page, typed)).status_code == 401, typed
        assert not await is_in(browser)


async def test_a_code_works_once_also_with_blanks_or_other_digits(house: StaffHouse) -> None:
    secret = await set_up(house)
    typed = code(house, secret)
    async with house.visitor() as one, house.visitor() as other:
        pages = await first(house, one), await first(house, other)
        assert (await second(house, one, pages[0], typed)).status_code == 303
        assert one.cookies[house.cookies._name("staff")] != one.cookies[house.cookies._name("visitor")]
        arabic = typed.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        for again in (typed, f"{typed[:3]} {typed[3:]}", arabic):
            answer = await second(house, other, pages[1], again)
            assert answer.status_code == 401
            assert "al gebruikt" in answer.text


async def test_of_two_who_send_one_code_at_the_same_moment_one_is_in(house: StaffHouse) -> None:
    secret = await set_up(house)
    typed = code(house, secret)
    browsers = [house.visitor() for _ in range(6)]
    pages = [await first(house, browser) for browser in browsers]
    answers = await asyncio.gather(
        *(second(house, browser, page, typed) for browser, page in zip(browsers, pages, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 401, 401, 401, 401, 401]
    for browser in browsers:
        await browser.aclose()


async def test_a_clock_two_minutes_off_gets_a_sentence_of_its_own_and_stays_out(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.visitor() as browser:
        answer = await second(house, browser, await first(house, browser), code(house, secret, off_seconds=120))
        assert answer.status_code == 401
        assert "klok" in answer.text
        assert not await is_in(browser)


async def test_a_recovery_code_stands_in_for_the_app_once(house: StaffHouse) -> None:
    await set_up(house)
    member = house.member("coach")
    codes = house.store.run(lambda c: recovery_codes.renew(c, member, key=KEY, now=house.clock()))
    typed = f"{codes[0][:4].lower()} {codes[0][4:].lower()}"
    async with house.visitor() as browser:
        page = await first(house, browser)
        assert (await second(house, browser, page, typed)).status_code == 303
        assert (await second(house, browser, page, typed)).status_code == 401


async def test_the_first_step_is_good_for_five_minutes_and_for_the_same_factors_only(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.visitor() as browser:
        page = await first(house, browser)
        house.clock.pass_(5 * 60 + 1)
        assert "duurde te lang" in (await second(house, browser, page, code(house, secret))).text
        page = await first(house, browser)
        await set_up(house)
        assert (await second(house, browser, page, code(house, secret))).status_code == 401
        forged = {"ticket": "x" * 80, "code": code(house, secret)}
        assert (await house.send(browser, "/sign-in/code", forged)).status_code == 401


async def test_signing_in_begins_a_new_session_and_ends_the_one_that_was_there(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.signed_in("coach") as browser:
        before = browser.cookies[house.cookies._name("staff")]
        answer = await second(house, browser, await first(house, browser), code(house, secret))
        assert answer.status_code == 303
        assert browser.cookies[house.cookies._name("staff")] != before
    old = house.store.look(lambda c: sessions.by_secret(c, before, key=KEY))
    assert old is not None
    assert old.ended_at is not None


async def test_signing_out_ends_the_session_at_the_server(house: StaffHouse) -> None:
    async with house.signed_in("coach") as browser:
        cookie = browser.cookies[house.cookies._name("staff")]
        answer = await house.send(browser, "/sign-out")
        assert answer.headers["location"] == "/sign-in"
        assert answer.headers["clear-site-data"] == '"cache"'
        browser.cookies.set(house.cookies._name("staff"), cookie, domain="werkstem.example")
        assert not await is_in(browser)


async def test_nobody_is_led_out_of_the_house(house: StaffHouse) -> None:
    secret = await set_up(house)
    elsewhere = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a?b")
    for place in (*elsewhere, "/people\r\nX: y"):
        async with house.visitor() as browser:
            page = await first(house, browser)
            answer = await second(house, browser, page, code(house, secret), next=place)
            assert (answer.status_code, answer.headers["location"]) == (303, "/"), place
        house.clock.pass_(30)


# What tells which accounts exist: nothing ---------------------------------------------------------------------------


async def test_neither_words_nor_status_nor_work_tell_which_accounts_exist(house: StaffHouse) -> None:
    await set_up(house)
    without_factors, removed = house.member("colleague").email, house.member("owner").email
    house.store.run(lambda c: staff.remove(c, house.owner_id, house.clock()))
    strange = ("nobody@nowhere.example", "", "no address", "é" * 300, "a\0b@c.example")
    emails = (house.member("coach").email, without_factors, removed, *strange)
    told = set()
    for email in emails:
        async with house.visitor() as browser:
            before = house.passwords.compared
            answer = await first(house, browser, email=email or " ", password="not the password at all")
            assert house.passwords.compared == before + 1, email
            page = re.sub(r'name="(email|proof)"[^>]*', "", answer.text)
            told.add((answer.status_code, re.sub(r' value="[^"]*"', "", page)))
    assert len(told) == 1
    assert told.pop()[0] == 401


async def test_an_account_and_an_address_have_so_many_tries_exactly_whoever_asks_at_once(house: StaffHouse) -> None:
    await set_up(house)
    async with house.visitor() as browser:
        await browser.get("/sign-in")
        for email in (house.member("coach").email, "nobody@nowhere.example"):
            before = house.passwords.compared
            tries = [house.send(browser, "/sign-in", {"email": email, "password": f"try {n}"}) for n in range(25)]
            answers = await asyncio.gather(*tries)
            assert house.passwords.compared == before + PER_ACCOUNT
            assert sorted(answer.status_code for answer in answers) == [401] * PER_ACCOUNT + [429] * (25 - PER_ACCOUNT)
        assert (await first(house, browser)).status_code == 429, "the right password does not count either now"
        house.clock.pass_(15 * 60)
        assert (await first(house, browser)).status_code == 200
        before = house.passwords.compared
        for n in range(PER_ADDRESS + 10):
            await house.send(browser, "/sign-in", {"email": f"{n}@nowhere.example", "password": "a guess"})
        assert house.passwords.compared == before + PER_ADDRESS


async def test_the_second_factor_has_so_many_tries_too(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.visitor() as browser:
        page = await first(house, browser)
        answers = [(await second(house, browser, page, f"{n:06}")).status_code for n in range(PER_CODE + 3)]
        assert answers == [401] * PER_CODE + [429] * 3
        assert (await second(house, browser, page, code(house, secret))).status_code == 429
        house.clock.pass_(15 * 60)
        page = await first(house, browser)
        assert (await second(house, browser, page, code(house, secret))).status_code == 303


async def test_who_signs_in_rightly_all_day_is_never_held_up(house: StaffHouse) -> None:
    secret = await set_up(house)
    for _ in range(PER_ACCOUNT + 2):
        async with house.visitor() as browser:
            answer = await second(house, browser, await first(house, browser), code(house, secret))
            assert answer.status_code == 303
        house.clock.pass_(30)


# A form that came too late ------------------------------------------------------------------------------------------

NEW = {"name": "Kanarie de Boer", "email": "new@werk.example", "role": "coach"}


async def test_a_form_that_came_too_late_is_kept_unseen_and_sent_again_after_signing_in(house: StaffHouse) -> None:
    secret = await set_up(house, "owner")
    email = house.member("owner").email
    async with house.signed_in("owner") as browser:
        house.clock.pass_(21 * 60)
        late = await house.send(browser, "/settings/staff", NEW)
        assert late.status_code == 401
        assert "bewaard" in late.text
        assert "Kanarie" not in late.text
        carried = kept(late)
        page = await first(house, browser, email=email, kept=carried)
        assert kept(page) == carried
        back = await second(house, browser, page, code(house, secret), kept=carried)
        assert back.status_code == 200
        assert "Kanarie de Boer" in back.text
        again = dict(re.findall(r'<textarea name="(\w+)" hidden>\n([^<]*)</textarea>', back.text))
        assert again == NEW
        done = await house.send(browser, "/settings/staff", again)
        assert done.status_code == 200
    assert house.store.look(lambda c: staff.by_email(c, "new@werk.example")) is not None


async def test_nobody_else_gets_a_form_that_was_kept(house: StaffHouse) -> None:
    secret = await set_up(house, "coach")
    async with house.signed_in("owner") as owner:
        house.clock.pass_(21 * 60)
        carried = kept(await house.send(owner, "/settings/staff", NEW))
        assert carried
    async with house.visitor() as browser:
        page = await first(house, browser, kept=carried)
        answer = await second(house, browser, page, code(house, secret), kept=carried)
        assert answer.status_code == 303
        assert "Kanarie" not in answer.text


async def test_no_form_is_kept_of_another_site_or_of_a_session_that_was_ended(house: StaffHouse) -> None:
    async with house.signed_in("owner") as browser:
        house.clock.pass_(21 * 60)
        foreign = await house.send(browser, "/settings/staff", NEW, headers={"Sec-Fetch-Site": "cross-site"})
        assert kept(foreign) == ""
        assert kept(await browser.post("/settings/staff", data={**NEW, "proof": "0" * 32})) == ""
        house.store.run(lambda c: sessions.end_all(c, house.owner_id, house.clock()))
        assert kept(await house.send(browser, "/settings/staff", NEW)) == ""

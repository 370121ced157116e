"""Setting up through a link, the own account, and proving both factors again before what matters."""

import re

from storage import audit, sessions, staff
from tests.api.staff.test_sign_in import (
    PASSWORD,
    app_secret,
    code,
    first,
    is_in,
    kept,
    second,
    set_up,
    setup_link,
    ticket,
)
from tests.api.staff_house import StaffHouse
from tests.bot.people import KEY

NEW_PASSWORD = "groene thee smaakt naar hooi"
STALE = 11 * 60


async def test_looking_at_a_link_or_leaving_half_way_spends_nothing_and_the_last_press_spends_it(
    house: StaffHouse,
) -> None:
    link = setup_link(house, "coach")
    async with house.visitor() as browser:
        for _ in range(2):
            assert "Joke" in (await browser.get(f"/setup/{link}")).text
            page = await house.send(browser, f"/setup/{link}", {"password": PASSWORD, "again": PASSWORD})
            assert house.member("coach").password_hash is None
        fields = {"ticket": ticket(page), "code": code(house, app_secret(page))}
        done = await house.send(browser, f"/setup/{link}/code", fields)
        assert len(re.findall(r"<li class=\"code\">[2-9A-Z]{4}-[2-9A-Z]{4}</li>", done.text)) == 10
        assert await is_in(browser)
    member = house.member("coach")
    assert member.totp_secret is not None
    assert app_secret(page) not in member.totp_secret, "the second factor is kept sealed"
    async with house.visitor() as late:
        unknown = await late.get("/setup/no-such-link")
        for answer in (await late.get(f"/setup/{link}"), await house.send(late, f"/setup/{link}/code", fields)):
            assert (answer.status_code, answer.content) == (404, unknown.content)


async def test_a_link_is_good_for_seven_days_and_a_newer_one_ends_it(house: StaffHouse) -> None:
    old, new = setup_link(house, "coach"), setup_link(house, "coach")
    async with house.visitor() as browser:
        assert (await browser.get(f"/setup/{old}")).status_code == 404
        assert (await browser.get(f"/setup/{new}")).status_code == 200
        house.clock.pass_(7 * 24 * 3600)
        assert (await browser.get(f"/setup/{new}")).status_code == 404


async def test_what_cannot_be_used_while_setting_up_gets_a_sentence_and_the_step_again(house: StaffHouse) -> None:
    link = setup_link(house, "coach")
    async with house.visitor() as browser:
        await browser.get(f"/setup/{link}")
        for password, again, told in (
            ("zo-kort", "zo-kort", "te kort"),
            ("welkom2026welkom2026", "welkom2026welkom2026", "te raden"),
            (PASSWORD, PASSWORD + " ", "niet gelijk"),
        ):
            answer = await house.send(browser, f"/setup/{link}", {"password": password, "again": again})
            assert answer.status_code == 422
            assert told in answer.text
            assert password not in answer.text
        page = await house.send(browser, f"/setup/{link}", {"password": PASSWORD, "again": PASSWORD})
        secret = app_secret(page)
        for typed, told in ((code(house, secret, off_seconds=-120), "klok"), ("123", "klopt niet")):
            answer = await house.send(browser, f"/setup/{link}/code", {"ticket": ticket(page), "code": typed})
            assert answer.status_code == 422
            assert told in answer.text
            assert app_secret(answer) == secret, "the app that was scanned stays good"
        house.clock.pass_(31 * 60)
        late = await house.send(browser, f"/setup/{link}/code", {"ticket": ticket(page), "code": code(house, secret)})
        assert "duurde te lang" in late.text


async def test_somebody_who_sets_up_in_english_reads_english_afterwards(house: StaffHouse) -> None:
    link = setup_link(house, "coach")
    async with house.visitor(**{"Accept-Language": "en-GB"}) as browser:
        await browser.get(f"/setup/{link}")
        page = await house.send(browser, f"/setup/{link}", {"password": PASSWORD, "again": PASSWORD})
        assert "Step 2" in page.text
        fields = {"ticket": ticket(page), "code": code(house, app_secret(page))}
        assert "Your recovery codes" in (await house.send(browser, f"/setup/{link}/code", fields)).text
        assert "My account" in (await browser.get("/settings")).text
        await house.send(browser, "/settings/language", {"language": "nl"})
        assert "Mijn account" in (await browser.get("/settings")).text
        await house.send(browser, "/settings/language", {"language": "xx"})
        assert "Mijn account" in (await browser.get("/settings")).text


async def test_the_sign_in_page_speaks_the_chosen_language(house: StaffHouse) -> None:
    async with house.visitor() as browser:
        assert 'lang="nl"' in (await browser.get("/sign-in")).text
        assert (await browser.get("/sign-in?language=en")).status_code == 303
        assert 'lang="en"' in (await browser.get("/sign-in")).text


# Proving again ------------------------------------------------------------------------------------------------------


async def test_what_matters_asks_for_both_factors_again_and_then_goes_on_with_the_form(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.signed_in("coach") as browser:
        house.clock.pass_(STALE)
        before = browser.cookies[house.cookies._name("staff")]
        asked = await house.send(browser, "/settings/tokens")
        assert asked.status_code == 401
        assert "Bent u het" in asked.text
        assert len(house.store.look(lambda c: staff.tokens_of(c, house.place.coach_id))) == 1  # That of the house.
        wrong = ({"password": "not the password"}, {"code": "000000"}, {"code": ""})
        for one in wrong:
            right = {"kept": kept(asked), "password": PASSWORD, "code": code(house, secret)}
            assert (await house.send(browser, "/prove", right | one)).status_code == 401
        again = {"kept": kept(asked), "password": PASSWORD, "code": code(house, secret)}
        back = await house.send(browser, "/prove", again)
        assert back.status_code == 200
        assert 'action="/settings/tokens"' in back.text
        assert browser.cookies[house.cookies._name("staff")] != before
        assert (await house.send(browser, "/settings/tokens")).status_code == 200
    old = house.store.look(lambda c: sessions.by_secret(c, before, key=KEY))
    assert old is not None
    assert old.ended_at is not None


async def test_proving_again_makes_no_day_longer(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.signed_in("coach") as browser:
        for _ in range(39):
            house.clock.pass_(15 * 60)
            assert await is_in(browser)
        asked = await house.send(browser, "/settings/tokens")
        again = {"kept": kept(asked), "password": PASSWORD, "code": code(house, secret)}
        assert (await house.send(browser, "/prove", again)).status_code == 200
        house.clock.pass_(15 * 60)
        assert not await is_in(browser)


# What is changed ----------------------------------------------------------------------------------------------------


async def test_a_new_password_counts_at_once_and_ends_every_other_session(house: StaffHouse) -> None:
    secret = await set_up(house)
    async with house.signed_in("coach") as here, house.signed_in("coach") as elsewhere, house.visitor() as browser:
        weak = await house.send(here, "/settings/password", {"password": "kort", "again": "kort"})
        assert weak.status_code == 422
        assert await is_in(elsewhere)
        done = await house.send(here, "/settings/password", {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
        assert done.status_code == 303
        assert await is_in(here)
        assert not await is_in(elsewhere)
        assert (await first(house, browser)).status_code == 401
        page = await first(house, browser, password=NEW_PASSWORD)
        assert (await second(house, browser, page, code(house, secret))).status_code == 303


async def test_a_new_app_counts_once_it_showed_a_right_code_and_the_old_one_until_then(house: StaffHouse) -> None:
    old = await set_up(house)
    async with house.signed_in("coach") as here, house.visitor() as browser:
        page = await house.send(here, "/settings/second-factor")
        new = app_secret(page)
        answer = await second(house, browser, await first(house, browser), code(house, old))
        assert answer.status_code == 303
        wrong = await house.send(here, "/settings/second-factor/code", {"ticket": ticket(page), "code": "000000"})
        assert wrong.status_code == 422
        done = await house.send(
            here, "/settings/second-factor/code", {"ticket": ticket(page), "code": code(house, new)}
        )
        assert done.status_code == 303
        assert not await is_in(browser)
        house.clock.pass_(30)
        page = await first(house, browser)
        assert (await second(house, browser, page, code(house, old))).status_code == 401
        assert (await second(house, browser, page, code(house, new))).status_code == 303


async def test_new_recovery_codes_are_told_once(house: StaffHouse) -> None:
    await set_up(house)
    async with house.signed_in("coach") as browser:
        told = re.findall(
            r"<li class=\"code\">(.{9})</li>", (await house.send(browser, "/settings/recovery-codes")).text
        )
        assert len(set(told)) == 10
        account = (await browser.get("/settings")).text
        assert "nog 10 herstelcodes" in account
        assert not any(one in account for one in told)


async def test_a_token_is_told_once_works_with_the_own_rights_and_can_be_revoked(house: StaffHouse) -> None:
    async with house.signed_in("coach") as browser, house.client(None) as program:
        token = re.findall(r"ws_[\w-]{43}", (await house.send(browser, "/settings/tokens")).text)[0]
        program.headers["Authorization"] = f"Bearer {token}"
        assert (await program.get("/participants")).status_code == 200
        account = (await browser.get("/settings")).text
        assert token not in account
        for revoke in re.findall(r'action="(/settings/tokens/\w+/revoke)"', account):
            await house.send(browser, revoke)
        assert (await program.get("/participants")).status_code == 401


async def test_one_session_or_all_of_them_end_at_once(house: StaffHouse) -> None:
    async with house.signed_in("coach") as here, house.signed_in("coach") as other, house.signed_in("coach") as third:
        page = (await here.get("/settings")).text
        (end, _) = re.findall(r'action="(/settings/sessions/\w+/end)"', page)
        await house.send(here, end)
        assert [await is_in(browser) for browser in (here, other, third)].count(True) == 2
        assert await is_in(here)
        await house.send(here, "/settings/sign-out-everywhere")
        assert [await is_in(browser) for browser in (here, other, third)] == [False] * 3


async def test_whatever_is_changed_is_written_down(house: StaffHouse) -> None:
    async with house.signed_in("coach") as browser:
        await house.send(browser, "/settings/password", {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
        await house.send(browser, "/settings/recovery-codes")
        await house.send(browser, "/settings/tokens")
        await house.send(browser, "/settings/language", {"language": "en"})
    done = [deed.action for deed in house.store.look(lambda c: audit.of_member(c, house.place.coach_id))]
    assert done == ["staff.changed_language", "token.made", "staff.renewed_recovery_codes", "staff.changed_password"]

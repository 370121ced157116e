"""Five hundred texts that would run as script, in every place where somebody can leave one: nothing ever runs.

They are put into the store past the checks of the inputs, which would refuse some of them: whatever an input lets
through one day is among them. Pages are opened with their own policy, where a complaint of it is a fault. Answers to
forms are shown once more without any policy and with script: there nothing but escaping protects.
"""

import shutil
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Connection, insert, update

from api.watched_turns import ShowingDesk
from api.web_chat import web_chat
from bot.delivery import Delivery
from storage import audit, organisations, tables
from storage.secrets import new_id
from tests.api.staff.sharing_people import add_person
from tests.api.staff_house import StaffHouse
from tests.bot.people import CATALOGUES
from tests.browser.hostile_texts import HOSTILE, together
from tests.browser.staff_site import StaffSite, staff_site
from tests.browser.windows import window

pytestmark = pytest.mark.xdist_group("browser")

CHUNKS = tuple(together(26))
LARGE = tuple(together(130))
A_PAGE = 50

FOREIGN = """() => {
  const never = new Set(['iframe', 'object', 'embed', 'video', 'audio', 'base', 'img', 'image', 'math', 'portal',
    'marquee', 'template']);
  const inHead = new Set(['script', 'link', 'meta', 'style', 'noscript']);
  const leads = new Set(['href', 'src', 'action', 'formaction', 'xlink:href', 'data']);
  const home = /^(?:\\/(?![\\/\\\\])|#|https:\\/\\/werkstem\\.example\\/|http:\\/\\/127\\.0\\.0\\.1[:\\/])/;
  const bad = new Set();
  for (const one of document.querySelectorAll('*')) {
    const name = one.localName;
    if (never.has(name) || inHead.has(name) && one.closest('head') === null) bad.add(name);
    for (const { name: attribute, value } of one.attributes) {
      if (attribute.startsWith('on') || attribute === 'style' && !one.closest('svg')) bad.add(attribute);
      if (leads.has(attribute) && !home.test(value)) bad.add(attribute + '=' + value);
    }
  }
  return [...bad]; }"""
"""What is in a page that no page of ours holds."""


WRITTEN = """() => document.body.textContent
  + [...document.querySelectorAll('input, textarea')].map(one => one.value).join(' ')"""


@pytest.fixture(scope="module")
def site(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffSite]:
    """One house for all: the texts of one test are there in the next, which makes it no easier."""
    file = tmp_path_factory.mktemp("hostile") / "werkstem.sqlite"
    with staff_site(f"sqlite:///{shutil.copy(migrated_file, file)}") as here:
        yield here


def _open(page: Page, address: str, *, has: Sequence[str] = ()) -> None:
    """Opens a page of ours and looks through it. ``has``: what must be written on it for the test to mean anything."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    assert page.evaluate(FOREIGN) == [], address
    written = "".join(page.evaluate(WRITTEN).split())
    missing = [text for text in has if "".join(text.split()) not in written]
    assert missing == [], address
    assert page.url == address, "the page went somewhere else"


# In the store -------------------------------------------------------------------------------------------------------


def _people(house: StaffHouse, names: Sequence[str]) -> list[str]:
    """People of the coach who never came in, each with a line in the log."""
    coach, now = house.member("coach"), house.clock()
    ids = [new_id() for _ in names]
    common = {"organisation_id": coach.organisation_id, "coach_id": coach.id, "language": "nl", "created_at": now}
    rows = [
        common | {"id": id_, "name": name, "phone_opt_in": False, "same_order": False, "email": name, "phone": name}
        for id_, name in zip(ids, names, strict=True)
    ]

    def job(connection: Connection) -> None:
        connection.execute(insert(tables.participants), rows)
        for id_ in ids:
            audit.record(connection, coach, "person.added", participant_id=id_, at=now)

    house.store.run(job)
    return ids


def _staff(house: StaffHouse) -> None:
    """Coaches with such names and addresses, each with a line in the log; and the names of those who are there."""
    owner, now = house.member("owner"), house.clock()
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "organisation_id": owner.organisation_id, "email": f"{at}{text}@x.nl", "role": "coach"}
        | {"is_also_boss": True, "name": text, "created_at": now}
        for at, text in enumerate(HOSTILE)
    ]

    def job(connection: Connection) -> None:
        connection.execute(insert(tables.staff), rows)
        line = {"organisation_id": owner.organisation_id, "action": "person.opened", "done_at": now}
        connection.execute(insert(tables.audit), [line | {"staff_id": row["id"]} for row in rows])

    house.store.run(job)


def _agreements(house: StaffHouse, person: str) -> list[str]:
    coach, now = house.member("coach"), house.clock()
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "organisation_id": coach.organisation_id, "participant_id": person, "coach_id": coach.id}
        | {"text": text, "topic": None, "agreed_on": now.date(), "is_done": False, "version": 1, "created_at": now}
        for text in (*HOSTILE, " ".join(CHUNKS))
    ]
    house.store.run(lambda c: c.execute(insert(tables.agreements), rows))
    return [row["id"] for row in rows]


def _rename(house: StaffHouse, text: str) -> None:
    """Organisation, keeper, contact and the coach are called so."""

    def job(connection: Connection) -> None:
        organisations.change(connection, house.place.organisation_id, name=text, keeper=text, contact=text)
        connection.execute(update(tables.staff).where(tables.staff.c.id == house.place.coach_id).values(name=text))

    house.store.run(job)


def test_there_are_five_hundred_and_the_browser_would_run_them() -> None:
    assert len(HOSTILE) >= 500
    assert all(text in " ".join(CHUNKS) for text in HOSTILE)


def test_the_look_through_finds_what_got_out(browser: Browser) -> None:
    with window(browser, has_script=False) as page:
        for text in ("<img src=x>", "<p onclick=x>", "<a href=javascript:x>", "<iframe></iframe>", "<a href=//x>"):
            page.set_content(f"<main>{text}</main>")
            assert page.evaluate(FOREIGN) != [], text


def test_names_of_people_run_nowhere(browser: Browser, site: StaffSite) -> None:
    ids = _people(site.house, CHUNKS)
    with site.window(browser) as page:
        for path in ("/people", "/people/cards", "/settings/log"):
            _open(page, f"{site.here.address}{path}", has=CHUNKS)
        for act in ("manage", "erase", "hand-over"):
            _open(page, f"{site.here.address}/people/{ids[0]}/{act}", has=CHUNKS[:1])


def test_names_of_people_run_nowhere_one_by_one_either(browser: Browser, site: StaffSite) -> None:
    _people(site.house, HOSTILE[:A_PAGE])
    with site.window(browser) as page:
        _open(page, f"{site.here.address}/people?page=1")
        _open(page, f"{site.here.address}/people?page=2")


def test_agreements_run_nowhere(browser: Browser, site: StaffSite) -> None:
    person = add_person(site.house, name=CHUNKS[0])
    ids = _agreements(site.house, person)
    with site.window(browser) as page:
        _open(page, f"{site.here.address}/people/{person}", has=CHUNKS)
        _open(page, f"{site.here.address}/people/{person}/agreements/{ids[-1]}", has=CHUNKS)


def test_names_of_staff_run_nowhere(browser: Browser, site: StaffSite) -> None:
    _staff(site.house)
    with site.window(browser, "owner") as page:
        for path in ("/settings/staff", "/settings/log", f"/settings/staff/{site.house.place.coach_id}/hand-over"):
            _open(page, f"{site.here.address}{path}", has=HOSTILE)
    gone = update(tables.staff).where(tables.staff.c.is_also_boss).values(removed_at=site.house.clock())
    site.house.store.run(lambda c: c.execute(gone))


def test_names_of_the_organisation_run_nowhere(browser: Browser, site: StaffSite) -> None:
    with site.window(browser, "owner") as page:
        for chunk in LARGE:
            _rename(site.house, chunk)
            _open(page, f"{site.here.address}/settings/organisation", has=[chunk])
            _open(page, f"{site.here.address}/settings/modules", has=["alert(1)"])


def test_names_of_staff_and_organisation_run_nowhere_in_the_chat_of_a_person(browser: Browser, site: StaffSite) -> None:
    house = site.house
    desk = ShowingDesk(house.place.turns, house.webs, Delivery(house.place.parts, house.webs, {}))
    house.app.include_router(web_chat(desk, CATALOGUES, secure_cookies=False))
    everything = " ".join(HOSTILE)
    _rename(house, everything)
    invited = site.here.do(house.invite(name=everything[:80]))
    called = update(tables.participants).where(tables.participants.c.id == invited["id"]).values(name=everything)
    house.store.run(lambda c: c.execute(called))
    with window(browser) as page:
        page.goto(f"{site.here.address}/c/{invited['invitation']['code']}")
        page.get_by_role("button", name="Nederlands").click()
        met = 0
        for _ in range(8):
            assert page.evaluate(FOREIGN) == []
            met += "alert" in page.locator("body").inner_text()
            house.clock.pass_(5)
            page.locator("main button[name=data]").first.click()
        assert met >= 3, "the names were hardly shown: the test saw nothing"


# In an address ------------------------------------------------------------------------------------------------------


FIELDS = ("page", "archived", "month", "member", "purpose", "decision", "language", "channel", "form", "then")
PLACES = (("coach", "/people"), ("coach", "/people/cards"), ("owner", "/consent"), ("owner", "/settings/log"))


def test_what_stands_in_an_address_runs_nowhere(browser: Browser, site: StaffSite) -> None:
    with site.window(browser, None) as page:
        for chunk in LARGE:
            page.goto(f"{site.here.address}/sign-in?next={quote('/' + chunk)}")
            assert page.evaluate(FOREIGN) == []
        for at, (who, path) in product(range(0, len(CHUNKS), len(FIELDS)), PLACES):
            query = "&".join(f"{name}={quote(chunk)}" for name, chunk in zip(FIELDS, CHUNKS[at:], strict=False))
            site.sign_in(page, who)
            page.goto(f"{site.here.address}{path}?{query}")
            assert page.evaluate(FOREIGN) == []
            assert page.locator("h1").count() == 1


# In a form ----------------------------------------------------------------------------------------------------------

FORMS: tuple[tuple[str, str, tuple[str, ...], Sequence[str]], ...] = (
    ("coach", "/people", ("search",), HOSTILE[::12]),  # A search is short, and who finds somebody shows no hint of it.
    ("coach", "/people/cards/search", ("search",), HOSTILE[1::12]),
    ("coach", "/people/add", ("name", "email", "phone", "language", "modules", "new"), together(20)),
    ("owner", "/settings/organisation", ("name", "keeper", "contact", "time_zone", "language"), LARGE),
    ("owner", "/settings/modules", ("module",), LARGE),
    ("owner", "/settings/staff", ("name", "email", "role"), LARGE),
    ("nobody", "/sign-in", ("email", "password", "next", "kept"), together(4)[:4]),  # It counts how often it is tried.
)
"""Whose form it is, where it goes, its fields, and the texts that are put into each of them."""

AT_ONCE = 20


async def _answers(house: StaffHouse) -> list[httpx.Response]:
    """The answers to every form with each of its texts in every field."""
    answers = []
    for who, path, fields, typed in FORMS:
        async with house.visitor() if who == "nobody" else house.signed_in(who) as client:
            if who == "nobody":
                await client.get(path)
            answers += [await house.send(client, path, dict.fromkeys(fields, text)) for text in typed]
    return answers


def test_what_a_form_says_back_runs_nowhere(browser: Browser, site: StaffSite) -> None:
    answers = site.here.do(_answers(site.house))
    assert {answer.status_code for answer in answers} == {200, 401, 422}
    assert sum("alert(1)" in answer.text for answer in answers) > 60, "hardly anything is said back"
    with window(browser) as page:  # No policy and with script: nothing but escaping protects here.
        page.route("**/*", lambda route: route.abort())
        for at in range(0, len(answers), AT_ONCE):
            bodies = [answer.text.partition("</head>")[2] for answer in answers[at : at + AT_ONCE]]
            page.set_content("".join(bodies), wait_until="commit")
            assert page.evaluate(FOREIGN) == [], answers[at].url


def test_a_list_with_such_names_runs_nowhere(browser: Browser, site: StaffSite) -> None:
    lines = "naam;taal;e-mail\n" + "".join(f'"{text.replace(chr(34), chr(34) * 2)}";nl;\n' for text in HOSTILE)

    async def read() -> str:
        async with site.house.signed_in("coach") as coach:
            answer = await site.house.send(
                coach,
                "/people/import",
                files={"list": ("<img src=x onerror=alert(1)>.csv", lines.encode(), "text/csv")},
            )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    address = site.here.do(read())
    with site.window(browser) as page:
        _open(page, f"{site.here.address}{address}", has=["<imgsrc=xonerror=alert(1)>"])

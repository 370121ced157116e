"""Who may do what: every route of the staff pages, for everybody who asks, about own, foreign and absent things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

import httpx
from fastapi.routing import APIRoute

from api.application import create_app
from api.staff.browser import proof_of
from api.v1 import PREFIX
from storage.secrets import new_id
from tests.api.staff_house import StaffHouse
from tests.api.whole_service import settings_of

COACH, OWNER, STAFF = frozenset({"coach"}), frozenset({"owner"}), frozenset({"coach", "owner"})
PERSON, COLLEAGUE = "participant", "colleague"


@dataclass(frozen=True)
class Row:
    """What is expected of one route: whom it is for, what its ids are of, and the answer about something own.

    ``own`` None: the thing itself has tests of its own. ``foreign`` is the answer about what is not theirs.
    """

    who: frozenset[str]
    about: str = ""
    own: int | None = None
    foreign: int = 404
    body: Mapping[str, str] = field(default_factory=dict)


ROWS = {
    "GET /": Row(STAFF, own=303),
    "POST /sign-out": Row(STAFF, own=303),
    "POST /prove": Row(STAFF, own=401),
    "GET /settings": Row(STAFF, own=200),
    "POST /settings/language": Row(STAFF, own=303, body={"language": "en"}),
    "POST /settings/password": Row(STAFF, own=422),
    "POST /settings/sessions/{session_id}/end": Row(STAFF, about="session", foreign=303),
    "POST /settings/sign-out-everywhere": Row(STAFF, own=303),
    "POST /settings/second-factor": Row(STAFF, own=200),
    "POST /settings/second-factor/code": Row(STAFF, own=422),
    "POST /settings/recovery-codes": Row(STAFF, own=200),
    "POST /settings/tokens": Row(STAFF, own=200),
    "POST /settings/tokens/{token_id}/revoke": Row(STAFF, about="token", foreign=303),
    "GET /settings/staff": Row(OWNER, own=200),
    "POST /settings/staff": Row(OWNER, own=422),
    "POST /settings/staff/{staff_id}/boss": Row(OWNER, COLLEAGUE, 303),
    "GET /settings/staff/{staff_id}/reset": Row(OWNER, COLLEAGUE, 200),
    "POST /settings/staff/{staff_id}/reset": Row(OWNER, COLLEAGUE, 200),
    "GET /settings/staff/{staff_id}/hand-over": Row(OWNER, COLLEAGUE, 200),
    "POST /settings/staff/{staff_id}/hand-over": Row(OWNER, COLLEAGUE, 404),
    "GET /settings/staff/{staff_id}/remove": Row(OWNER, COLLEAGUE, 200),
    "POST /settings/staff/{staff_id}/remove": Row(OWNER, COLLEAGUE, 303),
    "GET /settings/organisation": Row(OWNER, own=200),
    "POST /settings/organisation": Row(OWNER, own=422),
    "GET /settings/modules": Row(OWNER, own=200),
    "POST /settings/modules": Row(OWNER, own=422),
    "GET /settings/channels": Row(OWNER, own=200),
    "POST /settings/channels/sample": Row(OWNER, own=200),
    "GET /settings/log": Row(STAFF, own=200),
    "GET /results": Row(STAFF, own=200),
    "GET /results/groups/{group}": Row(STAFF),
    "GET /results/charts/{name}.{file_format}": Row(STAFF, own=404),
    "GET /results/report.pdf": Row(STAFF, own=404),
    "GET /results/figures.{kind}": Row(STAFF, own=404),
    "GET /results/close": Row(OWNER, own=404),
    "POST /results/windows": Row(OWNER, own=404),
    "GET /results/grouping": Row(OWNER, own=200),
    "POST /results/grouping": Row(OWNER, own=422),
    "GET /results/teams": Row(COACH, own=200),
    "POST /results/teams": Row(COACH, own=303),
    "GET /consent": Row(OWNER, own=200),
    "GET /consent/register.{kind}": Row(OWNER, own=200),
    "GET /consent/texts": Row(OWNER, own=200),
    "GET /try": Row(STAFF, own=200),
    "POST /try": Row(STAFF, own=422),
    "GET /today": Row(COACH, own=200),
    "POST /today/cards/{participant_id}": Row(COACH, PERSON),
    "GET /people": Row(COACH, own=200),
    "POST /people": Row(COACH, own=200, body={"search": "x"}),
    "POST /people/cards/search": Row(COACH, own=200, body={"search": "x"}),
    "GET /people/add": Row(COACH, own=200),
    "POST /people/add": Row(COACH, own=422),
    "GET /people/cards": Row(COACH),
    "POST /people/cards": Row(COACH),
    "GET /people/import": Row(COACH, own=200),
    "GET /people/import/example.csv": Row(COACH, own=200),
    "POST /people/import": Row(COACH),
    "GET /people/import/{import_id}": Row(COACH, "import"),
    "GET /people/import/{import_id}/refused.csv": Row(COACH, "import"),
    "POST /people/import/{import_id}/add": Row(COACH, "import"),
    "POST /people/import/{import_id}/forget": Row(COACH, "import"),
    "GET /people/{participant_id}/manage": Row(COACH, PERSON, 200),
    "POST /people/{participant_id}/invitation": Row(COACH, PERSON),
    "POST /people/{participant_id}/archive": Row(COACH, PERSON, 303),
    "POST /people/{participant_id}/bring-back": Row(COACH, PERSON, 303),
    "GET /people/{participant_id}/hand-over": Row(COACH, PERSON, 200),
    "POST /people/{participant_id}/hand-over": Row(COACH, PERSON),
    "GET /people/{participant_id}/erase": Row(COACH, PERSON, 200),
    "POST /people/{participant_id}/erase": Row(COACH, PERSON),
    "POST /people/{participant_id}/agreements": Row(COACH, PERSON),
    "GET /people/{participant_id}/agreements/{agreement_id}": Row(COACH, PERSON),
    "POST /people/{participant_id}/agreements/{agreement_id}": Row(COACH, PERSON),
    "POST /people/{participant_id}/agreements/{agreement_id}/done": Row(COACH, PERSON),
    "GET /people/{participant_id}": Row(COACH, PERSON, 200),
    "GET /people/{participant_id}/groups/{group}": Row(COACH, PERSON),
    "GET /people/{participant_id}/charts/{name}.{file_format}": Row(COACH, PERSON),
    "GET /people/{participant_id}/talk-sheet.pdf": Row(COACH, PERSON),
}
"""Every route behind the sign-in. A room that is added adds its rows here."""

DOORS = {
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-in/code",
    "GET /setup/{secret}",
    "POST /setup/{secret}",
    "POST /setup/{secret}/code",
}
"""The routes before it."""

FIXED = {"kind": "csv", "group": "money", "name": "inner", "file_format": "svg"}
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


def test_every_route_of_the_staff_pages_has_a_row_and_every_row_a_route(house: StaffHouse) -> None:
    found = [route for route in house.staff_router.routes if isinstance(route, APIRoute)]
    assert len(found) == len(house.staff_router.routes), "a route that is not guarded"
    behind = {f"{method} {route.path}" for route in found if hasattr(route, "roles") for method in route.methods}
    before = {f"{method} {route.path}" for route in found if not hasattr(route, "roles") for method in route.methods}
    assert behind == set(ROWS)
    assert before == DOORS


def test_every_other_route_of_the_service_is_for_participants_programs_or_the_machine(sqlite_url: str) -> None:
    app = create_app(settings_of(sqlite_url))
    mine = {row.split()[1] for row in (*ROWS, *DOORS)}
    paths = {path for path in _paths(app.router.routes) if path not in mine and not path.startswith(PREFIX)}
    app.state.service.store.close()
    assert {path.split("/")[1] for path in paths} == {
        "c", "chat", "healthz", "hooks", "metrics", "openapi.json", "readyz", "static"
    }  # fmt: skip


def _paths(routes: object) -> set[str]:
    found: set[str] = set()
    for route in routes:  # type: ignore[attr-defined]  # a list of routes, some of which hold others
        inner = getattr(route, "original_router", None)
        found |= _paths(inner.routes) if inner is not None else {route.path}
    return found


async def _ask(house: StaffHouse, client: httpx.AsyncClient, route: str, ids: Mapping[str, str]) -> httpx.Response:
    method, path = route.split()
    for name, value in (FIXED | dict(ids)).items():
        path = path.replace(f"{{{name}}}", value)
    if method == "GET":
        return await client.get(path)
    return await house.send(client, path, ROWS[route].body)


def _all(of: str) -> dict[str, str]:
    names = ("participant_id", "staff_id", "session_id", "token_id", "import_id", "agreement_id")
    return dict.fromkeys(names, of)


async def test_a_stranger_gets_nowhere_and_every_answer_carries_the_headers(house: StaffHouse) -> None:
    async with house.visitor() as nobody:
        for route in ROWS:
            answer = await _ask(house, nobody, route, _all(new_id()))
            _check_headers(answer)
            if route.startswith("GET"):
                assert answer.status_code == 303, route
                assert answer.headers["location"].startswith("/sign-in"), route
            else:
                assert answer.status_code == 401, route
                assert 'name="kept" value=""' in answer.text, route


def _check_headers(answer: httpx.Response) -> None:
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


async def test_another_role_is_refused_before_anything_is_looked_up(house: StaffHouse) -> None:
    invited = await house.invite(name="Kanarie")
    for who in STAFF:
        answers = set()
        async with house.signed_in(who) as client:
            for route, own in product(ROWS, (invited["id"], house.colleague_id, new_id())):
                if who not in ROWS[route].who:
                    answer = await _ask(house, client, route, _all(own))
                    assert answer.status_code == 403, (who, route)
                    _check_headers(answer)
                    answers.add(_without_the_place(answer))
        assert len(answers) == 1
        assert "Kanarie" not in answers.pop()


def _without_the_place(answer: httpx.Response) -> str:
    """The page but for the mark of the room that it was asked for in."""
    return answer.text.replace(' aria-current="page"', "").replace(' aria-current="true"', "")


async def test_what_is_somebody_elses_is_as_if_it_were_not_there(house: StaffHouse) -> None:
    invited = await house.invite()
    others = {PERSON: invited["id"], COLLEAGUE: house.elsewhere.coach_id}
    for route, row in ROWS.items():
        for who in {PERSON: ("colleague", "foreign coach")}.get(row.about, sorted(row.who)) if row.about else ():
            async with house.signed_in(who) as client:
                ids = (others.get(row.about, new_id()), new_id(), "'; DROP TABLE", "\N{SNOWMAN}", "x" * 400)
                answers = [await _ask(house, client, route, _all(one)) for one in ids]
                assert {answer.status_code for answer in answers} == {row.foreign}, (route, who)
                assert len({answer.content for answer in answers}) == 1, (route, who)
                _check_headers(answers[0])


async def test_whoever_may_gets_the_answer_of_the_row(house: StaffHouse) -> None:
    for route, who in product(ROWS, sorted(STAFF)):
        row = ROWS[route]
        if who not in row.who or row.own is None:
            continue
        invited = await house.invite() if row.about == PERSON else {"id": ""}
        async with house.signed_in(who) as client:
            ids = {"participant_id": invited["id"], "staff_id": house.colleague_id}
            answer = await _ask(house, client, route, ids)
            assert answer.status_code == row.own, (route, who, answer.text)
            _check_headers(answer)


async def test_no_form_is_taken_that_we_did_not_make_or_that_another_site_sent(house: StaffHouse) -> None:
    elsewhere = (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"))
    for route in (route for route in ROWS if route.startswith("POST")):
        (who, *_) = sorted(ROWS[route].who)
        path = route.split()[1].replace("{", "").replace("}", "")
        async with house.signed_in(who) as client, house.signed_in(who) as other:
            for wrong in ("", "0" * 32, _proof(house, other)):
                assert (await client.post(path, data={"proof": wrong})).status_code == 403, (route, wrong)
            for name, value in elsewhere:
                answer = await client.post(path, data={"proof": _proof(house, client)}, headers={name: value})
                assert answer.status_code == 403, (route, value)
            assert (await client.get("/")).status_code == 303


def _proof(house: StaffHouse, client: httpx.AsyncClient) -> str:
    return proof_of(client.cookies[house.cookies._name("staff")])

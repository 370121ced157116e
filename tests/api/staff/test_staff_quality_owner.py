"""The owner and single people: no page, download or answer ever says who anybody is, or that somebody takes part."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from itertools import product

import httpx
from sqlalchemy import Connection, select

from domain.ids import AgreementId, ParticipantId
from domain.looks import Look
from storage import agreements, audit, tables
from storage.agreements import Agreement
from storage.secrets import new_id
from tests.api.staff.test_staff_routes import OWNER, ROWS, STAFF
from tests.api.staff_house import StaffHouse
from tests.api.test_v1_access import ROWS as PROGRAM_ROWS

CANARY = "Kanarie"
QUERIES = ("", "?search=Kanarie&member=Kanarie", "?purpose=coach&month=2026-11&language=nl&channel=telegram&page=2")
ENDINGS = {"{kind}": ("csv", "xlsx"), "{file_format}": ("csv", "xlsx", "svg", "json")}
BODIES: Mapping[str, Mapping[str, str | list[str]]] = {
    "POST /settings/modules": {"module": ["money", "social_skills"]},
    "POST /settings/organisation": {"name": "De Werkplaats", "time_zone": "Europe/Amsterdam", "language": ["nl"]},
}
"""What makes the owner's forms succeed where the matrix lets them fail."""

TELLING = re.compile(rb'(name="proof" value="|/settings/sessions/|/settings/tokens/)[^"]*')
"""What differs from page to page and tells of nobody: proofs of forms."""


async def _take_part(house: StaffHouse, name: str) -> str:
    """Somebody comes in, answers, shares; the coach looks and writes down what they agree."""
    invited = await house.invite(name=name, modules=["money"], email=f"{name}@kanarie.example", phone="+31612349876")
    await house.finish(await house.come_in(invited, address=f"31337-{name}"))
    coach = house.member("coach")
    made = Agreement(
        id=AgreementId(new_id()),
        organisation_id=coach.organisation_id,
        participant_id=ParticipantId(invited["id"]),
        coach_id=coach.id,
        text=f"{CANARY}-afspraak",
        topic=None,
        agreed_on=house.clock().date(),
        is_done=False,
        version=1,
        created_at=house.clock(),
    )

    def written(connection: Connection) -> None:
        agreements.add(connection, made)
        for look in Look:
            audit.record(connection, coach, look, participant_id=invited["id"], at=house.clock())

    house.store.run(written)
    id_: str = invited["id"]
    return id_


def _canaries(house: StaffHouse) -> set[str]:
    """Everything in the store that stands for one person: ids, names, addresses, conversations, agreements."""
    found = {CANARY, CANARY.lower(), "31337", "612349876"}
    kept = (tables.participants, tables.measurements, tables.conversations, tables.chats, tables.invitations)
    ids = [select(table.c.id) for table in kept]
    found |= set(house.store.look(lambda c: [one for query in ids for one in c.execute(query).scalars()]))
    return found


def _texts(answer: httpx.Response) -> str:
    """Whatever an answer says: its headers, and its body or what is packed in it."""
    head = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(answer.content)) as packed:
            return head + "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    return head + answer.content.decode(errors="replace")


def _addresses(route: str, ids: Mapping[str, str]) -> list[str]:
    path = route.split()[1]
    for name, value in ids.items():
        path = path.replace(name, value)
    spread = [path.replace(name, ending) for name, endings in ENDINGS.items() if name in path for ending in endings]
    return [f"{one}{query}" for one, query in product(spread or [path], QUERIES if route.startswith("GET") else ("",))]


async def test_nothing_that_an_owner_is_answered_holds_anything_of_one_person(house: StaffHouse) -> None:
    own = await _take_part(house, f"{CANARY}-Naam")
    ids = {f"{{{name}}}": own for name in ("participant_id", "session_id", "token_id", "import_id", "agreement_id")}
    ids |= {"{staff_id}": house.colleague_id, "{group}": "money", "{name}": "inner", "{measurement_id}": own}
    canaries, told = _canaries(house), 0
    async with house.signed_in("owner") as owner:
        for route, row in ROWS.items():
            for address in _addresses(route, ids):
                if route.startswith("GET"):
                    answer = await owner.get(address)
                elif "sign-out" not in route:
                    answer = await house.send(owner, address, BODIES.get(route, row.body))
                assert not _found(canaries, answer), (route, _found(canaries, answer))
                told += answer.status_code < 400
    async with house.client("owner") as program:
        for route in PROGRAM_ROWS:
            for address in _addresses(route, ids | {"{file_format}": "svg"}):
                answer = await program.request(route.split()[0], address, json=PROGRAM_ROWS[route].body)
                assert not _found(canaries, answer), (route, _found(canaries, answer))
                told += answer.status_code < 400
    assert told > 30, "hardly anything was answered: the test saw nothing"


def _found(canaries: set[str], answer: httpx.Response) -> set[str]:
    text = _texts(answer)
    return {one for one in canaries if one in text}


async def _pages(house: StaffHouse) -> dict[str, bytes]:
    """Every page of an owner without an id in its address, but the register, which is there to show decisions."""
    shown = {}
    async with house.signed_in("owner") as owner:
        for route, row in ROWS.items():
            method, path = route.split()
            if method == "GET" and row.who >= OWNER and "{" not in path and not path.startswith("/consent"):
                answer = await owner.get(path)
                shown[path] = TELLING.sub(b"", answer.content)
    assert len(shown) > 5
    return shown


async def test_no_page_of_an_owner_but_the_register_changes_when_somebody_takes_part(house: StaffHouse) -> None:
    invited = await house.invite(modules=["money"])
    async with house.signed_in("coach") as coach:
        await coach.get(f"/people/{invited['id']}")
    begun_at = house.clock.now
    before = await _pages(house)
    await house.finish(await house.come_in(invited))
    house.clock.now = begun_at
    async with house.signed_in("coach") as coach:
        seen = (await coach.get(f"/people/{invited['id']}")).text
    assert "Samira" in seen, "nothing was shared: the test would see no difference"
    after = await _pages(house)
    assert {path for path in before if before[path] != after[path] and path != "/settings"} == set()


def test_the_owner_has_no_route_with_a_person_in_it(house: StaffHouse) -> None:
    assert {route for route, row in ROWS.items() if "participant_id" in route and row.who & OWNER} == set()
    assert {row.who for row in ROWS.values()} <= {OWNER, STAFF, STAFF - OWNER}

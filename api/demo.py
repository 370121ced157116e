"""The demo: the whole service with an invented organisation, filled by the real conversation, and its links printed."""

import asyncio
import os
import secrets
import socket
import sys
from argparse import Namespace
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.clock import Clock
from api.demo_people import FINISHED, OPEN, Awaited, Finished, Someone, Watch
from api.installation import prepared_store
from api.office import Office
from api.people import OPEN_FOR
from api.said import CannotDo
from api.service import Service, parts_of
from api.settings import Settings, is_near
from api.windows import Windows
from bot.codes import due_event
from bot.parts import Parts
from bot.turns import Turns
from domain.ids import MeasurementId, ParticipantId
from domain.windows import half_year_ends_at
from storage import engine as engines
from storage import invitations, measurements, organisations, participants, schema, staff
from storage import settings as remembered
from storage.invitations import Issued
from storage.measurements import Kind, Status, StoredMeasurement
from storage.participants import Participant
from storage.secrets import new_id
from storage.staff import StaffMember
from storage.store import Store
from storage.wording import read_questionnaire

ORGANISATION = "De Proefwerkplaats"
OWNER, COACH = "owner@proefwerkplaats.example", "coach@proefwerkplaats.example"
COACH_NAME = "Noor"
FILLED = "demo-filled"
TIME_ZONE = "Europe/Amsterdam"
BASELINE_AGO = timedelta(days=150)
LONGEST_HALF_YEAR = timedelta(days=190)
"""A little longer than any half-year, and shorter than two."""

SHORTEST_AGO = timedelta(days=102)
"""The first measurements lie in the running half-year where that leaves eight weeks before the second ones."""

FOLLOW_UP_AGO = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Links:
    """What is printed: secrets that are told this once."""

    invitations: tuple[tuple[Participant, Issued], ...]
    door_paths: dict[staff.Role, str]
    tokens: dict[staff.Role, str]
    measurement_id: str


def demo(*, port: int, data: Path | None) -> None:
    """Fill the demo once, then serve it on every address of this machine until it is stopped.

    A second start goes on with the same people and prints fresh links.
    """
    settings = demo_settings(port=port, data=(data or Path(os.environ.get("DATA") or "data")).absolute())
    links = asyncio.run(prepare(settings))
    from api.serving import serve

    # Phones in the same network must reach it.
    serve(settings, host="0.0.0.0", port=port, ready=lambda service: _print(service, links, port))  # noqa: S104


def demo_settings(*, port: int, data: Path) -> Settings:
    """The settings of the demo in that folder: its own database, and a key that is made there the first time."""
    data.mkdir(parents=True, exist_ok=True)
    found = {"public_url": f"http://{_own_address() or '127.0.0.1'}:{port}"}
    return Settings.read(
        data=data,
        demo=True,
        database_url=f"sqlite:///{data / 'demo.sqlite'}",
        secret_key=_key(data / "demo.key"),
        **({} if os.environ.get("WERKSTEM_PUBLIC_URL") else found),
    )


def _key(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), "ascii")
    return file.read_text("ascii").strip()


def _own_address() -> str | None:
    """This machine's address in its own network, or None. Connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(asking.getsockname()[0])
    return address if is_near(address) else None


# Filling ------------------------------------------------------------------------------------------------------------


async def prepare(settings: Settings) -> Links:
    """Everybody is there, and everybody who has not come yet gets a fresh invitation."""
    store = _opened(settings)
    try:
        if await store.read(lambda connection: remembered.get(connection, FILLED)) is None:
            await _fill(settings, store)
        return await store.write(lambda connection: _fresh_links(connection, settings), may_repeat=False)
    finally:
        store.close()


def _opened(settings: Settings) -> Store:
    """The demo's store; one that was left half filled begins anew, one of an earlier version is upgraded."""
    file = settings.data / "demo.sqlite"
    if file.exists() and not _is_filled(settings):
        for path in settings.data.glob("demo.sqlite*"):
            path.unlink()
    return prepared_store(settings)


def _is_filled(settings: Settings) -> bool:
    engine = engines.create(settings.database)
    try:
        schema.upgrade(engine)
    finally:
        engine.dispose()
    store = Store.open(settings.database)
    try:
        return store.look(lambda connection: remembered.get(connection, FILLED)) is not None
    finally:
        store.close()


async def _fill(settings: Settings, store: Store) -> None:
    sys.stderr.write("Filling the demo: nine invented people answer, most of them twice ...\n")
    parts = parts_of(settings, store)
    now = parts.now()
    began_at = _half_year_began_at(now)
    office = Office(settings, lambda: began_at)
    made = await asyncio.to_thread(
        office.init, Namespace(organisation=ORGANISATION, owner=OWNER, name="Anna", modules=None)
    )
    new_coach = Namespace(
        organisation=made.data["organisation_id"], email=COACH, role="coach", name=COACH_NAME, also_boss=False
    )
    await asyncio.to_thread(office.add, new_coach)
    ago = min(BASELINE_AGO, max(now - began_at, SHORTEST_AGO))
    await asyncio.gather(*(_answer_twice(parts, who, seed, now, ago) for seed, who in enumerate(FINISHED, start=1)))
    await Windows(parts).close_due()
    await store.write(lambda connection: remembered.put(connection, FILLED, now.isoformat()))


def _half_year_began_at(now: datetime) -> datetime:
    """When the running half-year began: some days before it the one before was not over yet."""
    zone = ZoneInfo(TIME_ZONE)
    return half_year_ends_at(half_year_ends_at(now, zone) - LONGEST_HALF_YEAR, zone)


async def _answer_twice(parts: Parts, who: Finished, seed: int, now: datetime, ago: timedelta) -> None:
    """Somebody invented, with a baseline and most often a follow-up that were finished long ago."""
    watch = Watch(now - ago + timedelta(hours=seed))
    turns = Turns(replace(parts, now=watch, reading_seconds=0))
    participant, issued = await parts.store.write(
        lambda connection: _enrol(connection, parts.key, who, seed, watch.now), may_repeat=False
    )
    person = Someone(who, turns, watch, coach=COACH_NAME, address=f"demo-{participant.id}", seed=seed)
    await person.come_in(issued.code)
    await person.answer(is_later=False)
    if who.is_once:
        return
    watch.now = now - FOLLOW_UP_AGO + timedelta(hours=seed)
    follow_up = _measurement(participant, Kind.FOLLOW_UP, seed, watch.now)
    await parts.store.write(lambda connection: measurements.add(connection, follow_up))
    await turns.tell(participant.id, due_event(follow_up))
    await person.answer(is_later=True)


def _enrol(
    connection: Connection, key: bytes, who: Finished | Awaited, seed: int, now: datetime
) -> tuple[Participant, Issued]:
    """A new participant of the demo's coach, with a baseline and an invitation."""
    coach = _coach(connection)
    organisation = organisations.get(connection, coach.organisation_id)
    participant = Participant(
        id=ParticipantId(new_id()),
        organisation_id=coach.organisation_id,
        coach_id=coach.id,
        name=who.name,
        language=who.language,
        created_at=now,
        modules=who.modules or (organisation.modules if organisation else ()),
    )
    participants.add(connection, participant)
    measurements.add(connection, _measurement(participant, Kind.BASELINE, seed, now))
    return participant, _invite(connection, key, participant, now)


def _measurement(participant: Participant, kind: Kind, seed: int, now: datetime) -> StoredMeasurement:
    return StoredMeasurement(
        id=MeasurementId(new_id()),
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        kind=kind,
        number=1,
        ordinal=1 if kind is Kind.BASELINE else 2,
        questionnaire_version=read_questionnaire().version,
        modules=participant.modules or (),
        seed=seed,
        same_order=False,
        due_at=now,
        closes_at=now + OPEN_FOR,
        status=Status.INVITED,
        invited_at=now,
    )


def _invite(connection: Connection, key: bytes, participant: Participant, now: datetime) -> Issued:
    return invitations.issue(
        connection, organisation_id=participant.organisation_id, participant_id=participant.id, key=key, now=now
    )


def _coach(connection: Connection) -> StaffMember:
    coach = staff.by_email(connection, COACH)
    if coach is None:
        raise CannotDo("The demo has lost its coach: remove the demo's folder and start it again.")
    return coach


# Links --------------------------------------------------------------------------------------------------------------


def _fresh_links(connection: Connection, settings: Settings) -> Links:
    """New links and tokens for everybody; whoever's invitation was used meanwhile makes room for somebody new."""
    key, now, coach = settings.key, Clock(settings.clock_file)(), _coach(connection)
    people = participants.of_coach(connection, coach.organisation_id, coach.id)
    invited = []
    for who in OPEN:
        waiting = [one for one in people if one.name == who.name and _is_waiting(connection, one, now)]
        if waiting:
            invited.append((waiting[0], _invite(connection, key, waiting[0], now)))
        else:
            invited.append(_enrol(connection, key, who, secrets.randbits(63), now))
    members = [coach, *(one for one in staff.of_organisation(connection, coach.organisation_id) if one.id != coach.id)]
    return Links(
        invitations=tuple(invited),
        door_paths={one.role: f"/demo/{staff.create_demo_link(connection, one, key=key, now=now)}" for one in members},
        tokens={one.role: staff.create_token(connection, one, key=key, now=now) for one in members},
        measurement_id=_newest_finished(connection, people),
    )


def _is_waiting(connection: Connection, participant: Participant, now: datetime) -> bool:
    """Whether somebody was invited, has not come, and still may."""
    is_claimed = any(one.claimed_at for one in invitations.of_participant(connection, participant.id))
    current = measurements.current_of(connection, participant.id)
    return not is_claimed and current is not None and current.closes_at > now


def _newest_finished(connection: Connection, people: tuple[Participant, ...]) -> str:
    name = FINISHED[0].name
    finished = [
        measurement.id
        for one in people
        if one.name == name
        for measurement in measurements.of_participant(connection, one.id)
        if measurement.status is Status.DONE
    ]
    return finished[-1] if finished else ""


def _print(service: Service, links: Links, port: int) -> None:
    """The addresses and links, on standard output: the only place where they are ever told."""
    here, public = f"http://127.0.0.1:{port}", service.settings.public_url
    coach, owner = links.tokens[staff.Role.COACH], links.tokens[staff.Role.OWNER]
    chart = f"{here}/api/v1/measurements/{links.measurement_id}/charts/inner.svg"
    lines = [
        "",
        f"Werkstem is running, with {ORGANISATION}: an invented organisation with invented people, for trying out.",
        f"  on this machine      {here}",
        f"  in the same network  {public}" if public != here else "  (this machine has no network of its own)",
        "",
        "Answer as somebody who is invited; each link works once, on a phone too:",
        *(line for one, issued in links.invitations for line in _invited(service, one, issued)),
        "",
        f"The coach, {COACH_NAME} ({COACH})",
        f"  sign-in link, for one use: {public}{links.door_paths[staff.Role.COACH]}",
        f"  token: {coach}",
        f"  curl -H 'Authorization: Bearer {coach}' {here}/api/v1/participants",
        f"  curl -H 'Authorization: Bearer {coach}' -o web.svg {chart}",
        "",
        f"The owner ({OWNER})",
        f"  sign-in link, for one use: {public}{links.door_paths[staff.Role.OWNER]}",
        f"  token: {owner}",
        f"  curl -H 'Authorization: Bearer {owner}' {here}/api/v1/consents",
        f"  curl -H 'Authorization: Bearer {owner}' '{here}/api/v1/results?moment=baseline'",
        "",
        "A sign-in link keeps for 24 hours. Starting the demo again prints new ones. Stop with Ctrl+C.",
        "",
    ]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _invited(service: Service, participant: Participant, issued: Issued) -> list[str]:
    language = service.parts.catalogues[participant.language].say("language.own_name")
    lines = [f"  {participant.name} ({language}): {service.parts.link(issued.code)}"]
    telegram = service.parts.telegram_link(issued.code)
    return [*lines, f"    or in Telegram: {telegram}"] if telegram else lines

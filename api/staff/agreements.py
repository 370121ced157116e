"""Agreements on a person's page: written down, changed and done by the coach, together with the person.

They can be seen and changed while the person shares something with this coach; the person reads them in the chat.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import Coach, NothingOfYours, participant_of
from api.staff.desk import StaffDesk
from api.staff.forms import Fields, Form
from api.staff.person import PersonRoom
from api.staff.person_seen import shares_now
from domain.agreements import MOST_LETTERS, Words, is_short_enough, plain
from domain.ids import AgreementId
from storage import agreements, audit
from storage.agreements import Agreement
from storage.participants import Participant
from storage.staff import StaffMember

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Typed:
    """An agreement as it was typed, with what is wrong with it (keys of staff texts); no faults: it can be kept."""

    text: str
    topic: str
    agreed_on: str
    is_done: bool = False
    fault_text: str = ""
    fault_topic: str = ""
    fault_date: str = ""

    @property
    def words(self) -> Words | None:
        """What is to be kept; None when something is wrong with it."""
        if self.fault_text or self.fault_topic or self.fault_date:
            return None
        return Words(plain(self.text), date.fromisoformat(self.agreed_on), self.topic or None, self.is_done)

    def among(self, shared: tuple[str, ...]) -> "Typed":
        """The same, with a fault when it is about a topic that is not shared any more."""
        is_gone = bool(self.topic) and self.topic not in shared
        return replace(self, fault_topic="person.agreement_topic_gone") if is_gone else self

    @classmethod
    def of(cls, agreement: Agreement) -> "Typed":
        """A kept agreement, as a form has it."""
        return cls(agreement.text, agreement.topic or "", agreement.agreed_on.isoformat(), agreement.is_done)


@dataclass(frozen=True, slots=True)
class Opened:
    """An agreement that may be seen, its person, and the topics that may be chosen."""

    agreement: Agreement
    participant: Participant
    shared: tuple[str, ...]


def agreement_of(
    connection: Connection, desk: StaffDesk, member: StaffMember, participant_id: str, agreement_id: str
) -> Opened | None:
    """An agreement of this coach with an own person; None while nothing is shared.

    Raises NothingOfYours: what is not there, what is another coach's, and what is about a topic that is not shared now
    are one.
    """
    participant = participant_of(connection, member, participant_id)
    shared = shares_now(connection, desk.parts.catalogues.questionnaire, member, participant, desk.parts.now())
    if not shared:
        return None
    for one in agreements.of_two(connection, participant.id, member.id):
        if one.id == agreement_id and (one.topic is None or one.topic in shared):
            return Opened(one, participant, shared)
    raise NothingOfYours


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """The routes under ``/people/{participant_id}/agreements``."""
    room = PersonRoom(desk)

    @router.post("/people/{participant_id}/agreements")
    async def add(request: Request, member: Coach, participant_id: str, form: Form) -> Response:
        agreement_id = _new_id(form)
        typed = await desk.parts.store.write(
            lambda connection: _add(
                connection, desk, member, participant_id, agreement_id, _typed(form, room.today(request))
            )
        )
        if typed.words is None:
            shown = {**_shown(desk, request, typed), "id": agreement_id}
            return await room.page(request, member, participant_id, status=422, typed=shown)
        return desk.pages.go_to(f"/people/{participant_id}#agreements", said="said.agreement_kept")

    @router.get("/people/{participant_id}/agreements/{agreement_id}")
    async def one(request: Request, member: Coach, participant_id: str, agreement_id: str) -> Response:
        opened = await desk.parts.store.read(
            lambda connection: agreement_of(connection, desk, member, participant_id, agreement_id)
        )
        if opened is None:
            return room.quiet(request)
        return _page(desk, room, request, opened, Typed.of(opened.agreement))

    @router.post("/people/{participant_id}/agreements/{agreement_id}")
    async def change(request: Request, member: Coach, participant_id: str, agreement_id: str, form: Form) -> Response:
        typed, version = _typed(form, room.today(request)), _version(form)
        opened, is_kept = await desk.parts.store.write(
            lambda connection: _change(connection, desk, member, (participant_id, agreement_id), typed, version)
        )
        if opened is None:
            return room.quiet(request, typed=typed.text)
        if is_kept:
            return desk.pages.go_to(f"/people/{participant_id}#agreements", said="said.agreement_kept")
        typed = typed.among(opened.shared)
        if typed.words is None:
            return _page(desk, room, request, opened, typed, version=version, status=422)
        return _page(desk, room, request, opened, typed, is_crossed=True, status=409)

    @router.post("/people/{participant_id}/agreements/{agreement_id}/done")
    async def done(request: Request, member: Coach, participant_id: str, agreement_id: str, form: Form) -> Response:
        version = _version(form)
        opened, is_kept = await desk.parts.store.write(
            lambda connection: _done(connection, desk, member, (participant_id, agreement_id), version)
        )
        if opened is None:
            return room.quiet(request)
        if not is_kept:
            typed = replace(Typed.of(opened.agreement), is_done=True)
            return _page(desk, room, request, opened, typed, is_crossed=True, status=409)
        return desk.pages.go_to(f"/people/{participant_id}#agreements", said="said.agreement_done")


def _typed(form: Fields, today: str) -> Typed:
    """What was typed, with what is wrong with it."""
    text = form.text("text", most=20 * MOST_LETTERS)
    day = form.text("agreed_on", most=20)
    said = plain(text)
    fault_text = "" if is_short_enough(said) else "person.agreement_long" if said else "person.agreement_empty"
    fault_date = "" if _is_day(day) and "2000-01-01" <= day <= today else "person.agreement_day"
    return Typed(text, form.text("topic", most=40), day, form.has("is_done"), fault_text, fault_date)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _version(form: Fields) -> int:
    text = form.text("version", most=6)
    return int(text) if text.isascii() and text.isdecimal() else 0


def _new_id(form: Fields) -> str:
    """The id that the form was given; a form that is sent twice makes one agreement. Raises NothingOfYours."""
    found = form.text("id", most=40)
    if not _ID.fullmatch(found):
        raise NothingOfYours
    return found


def _add(
    connection: Connection, desk: StaffDesk, member: StaffMember, participant_id: str, agreement_id: str, typed: Typed
) -> Typed:
    """Keep a new agreement, if nothing is wrong with it; as it was typed, with what is wrong with it.

    Without sharing nothing is kept: the topic of anything is gone then, and the page is the quiet room.
    """
    participant = participant_of(connection, member, participant_id)
    now = desk.parts.now()
    shared = shares_now(connection, desk.parts.catalogues.questionnaire, member, participant, now)
    typed = typed.among(shared) if shared else replace(typed, fault_topic="person.agreement_topic_gone")
    words = typed.words
    if words is None:
        return typed
    made = Agreement(
        id=AgreementId(agreement_id),
        organisation_id=member.organisation_id,
        participant_id=participant.id,
        coach_id=member.id,
        text=words.text,
        topic=words.topic,
        agreed_on=words.agreed_on,
        is_done=words.is_done,
        version=1,
        created_at=now,
    )
    agreements.add(connection, made)
    audit.record(connection, member, "agreement.added", participant_id=participant.id, at=now)
    return typed


def _change(
    connection: Connection, desk: StaffDesk, member: StaffMember, ids: tuple[str, str], typed: Typed, version: int
) -> tuple[Opened | None, bool]:
    """The agreement as it was found, and whether it says now what was typed."""
    opened = agreement_of(connection, desk, member, *ids)
    words = typed.among(opened.shared).words if opened else None
    if opened is None or words is None:
        return opened, False
    is_kept = agreements.change(connection, opened.agreement, words, version=version)
    if is_kept:
        person = opened.participant.id
        audit.record(connection, member, "agreement.changed", participant_id=person, at=desk.parts.now())
    return opened, is_kept


def _done(
    connection: Connection, desk: StaffDesk, member: StaffMember, ids: tuple[str, str], version: int
) -> tuple[Opened | None, bool]:
    opened = agreement_of(connection, desk, member, *ids)
    if opened is None:
        return None, False
    return _change(connection, desk, member, ids, replace(Typed.of(opened.agreement), is_done=True), version)


def _page(
    desk: StaffDesk,
    room: PersonRoom,
    request: Request,
    opened: Opened,
    typed: Typed,
    *,
    is_crossed: bool = False,
    version: int | None = None,
    status: int = 200,
) -> Response:
    """The page of one agreement. ``is_crossed``: somebody changed it meanwhile, and what it says now stands above."""
    stored = opened.agreement
    return desk.pages.show(
        request,
        "agreement.html",
        status=status,
        participant=opened.participant,
        id=stored.id,
        # Who read that it changed and saves again means it: the version on the screen is the one that stands now.
        version=stored.version if version is None else version,
        stored=stored if is_crossed else None,
        typed=_shown(desk, request, typed),
        topic_options=room.topic_options(request, opened.shared),
        group_name=room.group_name(request),
        today=room.today(request),
    )


def _shown(desk: StaffDesk, request: Request, typed: Typed) -> dict[str, Any]:
    """What was typed, with its faults in words."""
    words = desk.pages.words(request)
    most = {"most": words.number(MOST_LETTERS)}
    return {
        "text": typed.text,
        "topic": typed.topic,
        "agreed_on": typed.agreed_on,
        "is_done": typed.is_done,
        "fault_text": words.say(typed.fault_text, most) if typed.fault_text else "",
        "fault_topic": words.say(typed.fault_topic) if typed.fault_topic else "",
        "fault_date": words.say(typed.fault_date) if typed.fault_date else "",
    }

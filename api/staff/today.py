"""Today: what a coach can do now. Webs that were shared just now, follow-ups by the calendar, cards to hand over.

What stands here is a function of the calendar and of what the coach did; only the webs that were shared, and the word
that messages do not arrive, are about what people share with this coach now. So the difference between two Todays tells
nothing else: not who came in, refused, stopped or stays silent. No row comes back when somebody takes sharing back.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import Coach, participant_of
from api.staff.desk import StaffDesk
from api.staff.person_seen import sharing_among
from storage import agenda, audit, invitations
from storage.agenda import Card, FollowUp, NewlyShared
from storage.staff import StaffMember

DAYS_BACK = 7
DAYS_AHEAD = 14
"""A follow-up stands here for a week from its day, whatever became of it, and two weeks before."""

MOST = 30
"""So many rows of each kind stand on the page; whoever has more finds everybody among the people."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What stands on the page. ``is_more`` names the lists that go on."""

    shared: tuple[NewlyShared, ...]
    due: tuple[FollowUp, ...]
    coming: tuple[FollowUp, ...]
    cards: tuple[Card, ...]
    is_more: frozenset[str]


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/today``."""

    @router.get("/today")
    async def today(request: Request, member: Coach) -> Response:
        zone = ZoneInfo(request.state.organisation.time_zone)
        found = await desk.parts.store.read(lambda connection: _agenda(connection, desk, member, zone))
        words = desk.pages.words(request)
        return desk.pages.show(
            request,
            "today.html",
            agenda=found,
            local_day=lambda at: words.short_date(at.astimezone(zone).date()),
        )

    @router.post("/today/cards/{participant_id}")
    async def handed(request: Request, member: Coach, participant_id: str) -> Response:
        def job(connection: Connection) -> None:
            person, now = participant_of(connection, member, participant_id), desk.parts.now()
            invitations.mark_handed(connection, person.id, now)
            audit.record(connection, member, "invitation.handed", participant_id=person.id, at=now)

        await desk.parts.store.write(job)
        return desk.pages.go_to("/today#cards", said="said.card_handed")


def _agenda(connection: Connection, desk: StaffDesk, member: StaffMember, zone: ZoneInfo) -> Agenda:
    now = desk.parts.now()
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    since, until = midnight - timedelta(days=DAYS_BACK), midnight + timedelta(days=DAYS_AHEAD + 1)
    tomorrow = midnight + timedelta(days=1)
    whose = (connection, member.organisation_id, member.id)
    shared = agenda.newly_shared(*whose, most=MOST + 1)
    due = agenda.follow_ups(*whose, since=since, until=tomorrow, most=MOST + 1)
    coming = agenda.follow_ups(*whose, since=tomorrow, until=until, most=MOST + 1)
    cards = agenda.cards(*whose, now=now, most=MOST + 1)
    ids = {row.participant_id for row in shared} | {row.participant_id for row in (*due, *coming)}
    sharing = sharing_among(connection, desk.parts.catalogues.questionnaire, member, ids, now)
    lists = {"shared": shared, "due": due, "coming": coming, "cards": cards}
    return Agenda(
        shared=tuple(row for row in shared if row.participant_id in sharing)[:MOST],
        due=_told(due, sharing),
        coming=_told(coming, sharing),
        cards=cards[:MOST],
        is_more=frozenset(name for name, rows in lists.items() if len(rows) > MOST),
    )


def _told(rows: tuple[FollowUp, ...], sharing: frozenset[str]) -> tuple[FollowUp, ...]:
    """The rows; that messages do not arrive is said only of people who share something: of others it would tell that
    there is a chat, and that something happened to it."""
    return tuple(
        replace(row, is_unreachable=row.is_unreachable and row.participant_id in sharing) for row in rows[:MOST]
    )

"""Cards to print, for many people at once: each with a new invitation, in the language of that person."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import Coach, participant_of
from api.people import Drawn
from api.staff.desk import StaffDesk
from api.staff.forms import Form
from api.staff.people import A_PAGE, page_of, search_of
from api.staff.people_manage import in_halves, issue
from reports.cards import Card
from reports.studio import DrawingError
from storage import participants
from storage.catalogue import Catalogue
from storage.invitations import Issued
from storage.participants import Part, Participant
from storage.staff import StaffMember

MOST_CARDS = 100
"""So many are drawn in two seconds; whoever has more people prints again for the next hundred."""


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """/people/cards."""

    @router.get("/people/cards")
    async def choose(request: Request, member: Coach) -> Response:
        is_everyone = request.query_params.get("all") == "1"
        return await _choose(request, desk, member, is_everyone=is_everyone, at=page_of(request))

    @router.post("/people/cards/search")
    async def search(request: Request, member: Coach, form: Form) -> Response:
        return await _choose(request, desk, member, is_everyone=True, search=search_of(form))

    @router.post("/people/cards")
    async def print_them(request: Request, member: Coach, form: Form) -> Response:
        ids = list(dict.fromkeys(form.all("person")))[:MOST_CARDS]
        if not ids:
            return await _choose(request, desk, member, status=422, fault="people.cards_nobody")
        drawn = [Drawn() for _ in ids]

        def issued(connection: Connection) -> list[tuple[Participant, Issued]]:
            people = [participant_of(connection, member, id_) for id_ in ids]
            return [
                (person, issue(connection, desk, member, person, new))
                for person, new in zip(people, drawn, strict=True)
            ]

        invited = await desk.parts.store.write(issued)
        printer = _Printer(desk, request, member, opens_telegram=form.text("opens") == "telegram")
        try:
            cards = await printer.cards(invited)
        except DrawingError:
            return await _choose(request, desk, member, status=503, fault="people.cards_not_drawn")
        headers = {"Content-Disposition": f'attachment; filename="{"card" if len(ids) == 1 else "cards"}.pdf"'}
        return Response(cards, media_type="application/pdf", headers=headers)


async def _choose(
    request: Request,
    desk: StaffDesk,
    member: StaffMember,
    *,
    is_everyone: bool = False,
    search: str = "",
    at: int = 1,
    status: int = 200,
    fault: str | None = None,
) -> Response:
    """Whom to print for: those without a card, or everybody by name."""

    def found(connection: Connection) -> Part:
        if not is_everyone:
            new = participants.never_invited(connection, member.organisation_id, member.id)
            return Part(new[:MOST_CARDS], len(new))
        return participants.listed(
            connection, member.organisation_id, member.id, search=search, first=(at - 1) * A_PAGE, most=A_PAGE
        )

    part = await desk.parts.store.read(found)
    return desk.pages.show(
        request,
        "people_cards.html",
        status=status,
        fault=fault,
        people=[person for person in part.people if person.name],
        total=part.total,
        most=MOST_CARDS,
        is_everyone=is_everyone,
        search=search,
        page=at,
        pages=-(-part.total // A_PAGE) if is_everyone and not search else 1,
        has_telegram=bool(desk.parts.telegram_name),
    )


class _Printer:
    """Puts the words on cards. A card is in the language of the invitation: the one that the person chose since tells
    that somebody came."""

    def __init__(self, desk: StaffDesk, request: Request, coach: StaffMember, *, opens_telegram: bool) -> None:
        self._desk = desk
        self._coach = coach
        self._zone = ZoneInfo(request.state.organisation.time_zone)
        self._title = desk.pages.words(request).say("people.cards")
        self._opens_telegram = opens_telegram

    async def cards(self, invited: Sequence[tuple[Participant, Issued]]) -> bytes:
        """The PDF. Raises DrawingError. The codes on it are nowhere kept."""
        cards = [asdict(self._card(person, new)) for person, new in invited]
        return await self._desk.studio.print_page("cards", {"title": self._title, "cards": cards}, is_kept=False)

    def _card(self, person: Participant, new: Issued) -> Card:
        parts, words = self._desk.parts, self._desk.parts.catalogues[person.invited_language]
        coach = self._coach.name
        if self._coach.is_also_boss:
            coach = words.say("coach.also_boss", {"coach": coach})
        telegram = parts.telegram_link(new.code) if self._opens_telegram else None
        return Card(
            language=words.language,
            title=words.say("card.title"),
            name=person.name,
            link=telegram or parts.link(new.code),
            scan=words.say("card.scan"),
            open=words.say("card.open"),
            choose=words.say("card.choose"),
            code_lead=words.say("card.code", {"url": parts.link("").rstrip("/")}),
            code=in_halves(new.typed_code),
            code_until=words.say("card.code_until", self._moment(words, new.typed_expires_at)),
            coach=words.say("card.coach", {"coach": coach}),
            until=words.say("card.until", {"date": self._moment(words, new.expires_at)["date"]}),
            foot=f"{words.say('card.not_a_test')} {words.say('card.private')}",
        )

    def _moment(self, words: Catalogue, at: datetime) -> dict[str, str]:
        there = at.astimezone(self._zone)
        return {"date": words.date(there.date()), "time": words.time(there)}

"""Try it yourself: the conversation as a participant has it, for staff, that stores nothing anywhere.

The whole conversation travels in the page, sealed, and comes back with the next press. When the page is closed it is
gone; going back in the browser goes back in the conversation.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.access import Staff
from api.people import SEED_BITS
from api.staff.browser import proof_of
from api.staff.desk import StaffDesk
from api.staff.forms import Fields, Form
from api.web_pages import COMMANDS, Pages, bubbles
from api.web_words import groups, has_menu, statements_left
from bot.conversation import lobby
from bot.conversation.advance import advance, screen
from bot.conversation.conversation import Conversation, Stage, dump, load
from bot.conversation.events import Commanded, Event, MeasurementDue, PinChecked, Pressed, Typed
from bot.conversation.facts import ErasureConfirmed, Fact, PinTried
from bot.conversation.render import Writer
from bot.conversation.screen import Message, Picture, Say
from bot.conversation.setting import Setting
from bot.conversation.turn import Turn
from bot.webs import Measured, ring_chart
from domain.questionnaire import LANGUAGES, Ring
from reports.studio import DrawingError
from storage.staff import StaffMember

LASTS = timedelta(hours=10)
SHORT = ("work_happiness", "social_skills", "money", "household")
"""Two groups of each ring: the whole way through in five minutes."""

MOST_TYPED = 4096
_PURPOSE = "trial"
_DATA_CHARACTERS = 64
_COMMANDS = frozenset(name for name, _ in COMMANDS) | {"start", "data"}


@dataclass(frozen=True, slots=True)
class Trial:
    """A conversation of nobody, and since when its screen is there."""

    conversation: Conversation
    shown_at: datetime


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """/try."""
    pages = TrialPages(desk.parts.catalogues)

    @router.get("/try")
    async def offer(request: Request, member: Staff) -> Response:
        return desk.pages.show(request, "try.html", fault="")

    @router.post("/try")
    async def go_on(request: Request, member: Staff, form: Form) -> Response:
        now = desk.parts.now()
        setting = _setting(desk, request, member)
        trial = _begun(form, setting, member, now) if form.has("begin") else _opened(desk, form, now)
        if trial is None:
            return desk.pages.show(request, "try.html", status=422, fault="try.too_late")
        event = _event(form)
        setting = replace(setting, shown_at=trial.shown_at)
        turn = _advanced(trial.conversation, event, now, setting) if event else Turn(trial.conversation)
        return await _page(desk, pages, request, turn, setting, now)


def _setting(desk: StaffDesk, request: Request, member: StaffMember) -> Setting:
    """As around a participant of this very member, who plays both."""
    organisation, parts = request.state.organisation, desk.parts
    return Setting(
        questionnaire=parts.catalogues.questionnaire,
        name=member.name,
        coach=member.name,
        organisation=organisation.name,
        keeper=organisation.keeper or organisation.name,
        contact=organisation.contact or member.email,
        is_coach_boss=member.is_also_boss,
        reading_seconds=parts.reading_seconds,
        typed=parts.typed,
        now=parts.now(),
        elsewhere_url=parts.link("").rstrip("/"),
    )


def _begun(form: Fields, setting: Setting, member: StaffMember, now: datetime) -> Trial:
    """A new conversation before its first screen, with a measurement that is due."""
    every = tuple(group.name for group in setting.questionnaire.groups)
    modules = SHORT if form.text("begin") == "short" else every
    due = MeasurementDue("trial", ordinal=1, modules=modules, seed=secrets.randbits(SEED_BITS))
    language = member.language if member.language in LANGUAGES else LANGUAGES[0]
    return Trial(advance(Conversation(language=language), due, now, setting).conversation, now)


def _opened(desk: StaffDesk, form: Fields, now: datetime) -> Trial | None:
    """The conversation that the page carried; None when we did not seal it, or longer ago than a session lasts."""
    value = desk.sealer.open(_PURPOSE, form.text("kept", most=60_000), now=now, within=LASTS)
    if value is None:
        return None
    return Trial(load(value["state"]), datetime.fromtimestamp(value["shown_at"], UTC))


def _event(form: Fields) -> Event | None:
    data, command = form.text("data", most=_DATA_CHARACTERS), form.text("command", most=_DATA_CHARACTERS)
    if data:
        return Pressed(data)
    if command in _COMMANDS:
        return Commanded(command)
    text = form.text("text", most=MOST_TYPED)
    return Typed(text) if text else None


def _advanced(conversation: Conversation, event: Event, now: datetime, setting: Setting) -> Turn:
    """The turn. The pictures of a PIN are right whatever they are: nothing is behind them."""
    turn = advance(conversation, event, now, setting)
    if _has(turn.facts, PinTried):
        checked = advance(turn.conversation, PinChecked(matched=True), now, setting)
        return replace(checked, facts=(*turn.facts, *checked.facts))
    return turn


def _has(facts: Sequence[Fact], kind: type) -> bool:
    return any(isinstance(fact, kind) for fact in facts)


# What is shown ------------------------------------------------------------------------------------------------------


class TrialPages(Pages):
    """The pages of a trial: those of the web chat, which send to /try and carry the conversation along."""

    def trial(
        self, message: Message, *, proof: str, kept: str, note: str | None, picture: bytes | None, words: dict[str, str]
    ) -> str:
        """The page of a Message. ``words`` are what staff reads around it."""
        language = message.language
        own = self._catalogues[language]
        left = statements_left(message)
        return self._draw(
            "trial.html",
            language,
            message=message,
            before=bubbles(self._sayings(message.paragraphs, language), is_asking=message.is_statement),
            after=bubbles(self._sayings(message.after, language), is_asking=False),
            language_of=lambda text: self._tongues.of(text, language),
            groups=groups(message.buttons),
            has_menu=has_menu(message.buttons),
            commands=COMMANDS,
            left=own.say("progress.short", {"left": own.number(left)}, left) if message.progress else "",
            proof=proof,
            kept=kept,
            note=note,
            words=words,
            # Drawn by ourselves: its words are escaped in it, and the page's policy runs no script.
            picture=Markup(picture.decode()) if picture else None,  # noqa: S704
        )


async def _page(
    desk: StaffDesk, pages: TrialPages, request: Request, turn: Turn, setting: Setting, now: datetime
) -> Response:
    conversation = turn.conversation
    writer = Writer(desk.parts.catalogues, conversation.language, setting)
    if _has(turn.facts, ErasureConfirmed):
        drawn = lobby.erased(on=now.astimezone(_zone(request)).date(), code="–")
    else:
        drawn = screen(conversation, _for_screen(conversation, setting))
    message = writer.message(drawn)
    value = {"state": dump(conversation), "shown_at": now.timestamp()}
    words = desk.pages.words(request)
    page = pages.trial(
        message,
        proof=proof_of(request.state.secret),
        kept=desk.sealer.seal(_PURPOSE, value, now),
        note=writer.say(turn.toast) if turn.toast else None,
        picture=await _picture(desk, request, conversation, message.picture) if message.picture else None,
        words={
            "note": writer.say(Say("trial.note")),
            "language": words.language,
            "again": words.say("try.again"),
            "leave": words.say("try.leave"),
        },
    )
    return HTMLResponse(page)


def _for_screen(conversation: Conversation, setting: Setting) -> Setting:
    """With how many answers there would be to show, where the screen tells of them."""
    if conversation.stage is not Stage.DATA:
        return setting
    under_way = [one for one in (conversation.measurement, conversation.measured) if one is not None]
    return replace(setting, answers_kept=sum(len(one.answers(setting.questionnaire)) for one in under_way))


async def _picture(desk: StaffDesk, request: Request, conversation: Conversation, picture: Picture) -> bytes | None:
    """The web of the answers that the page carried; None when it cannot be drawn: the words beside it stay."""
    measured, catalogues = conversation.measured, desk.parts.catalogues
    if measured is None or measured.completed_at is None:
        return None
    questionnaire = catalogues.questionnaire
    asked = tuple(name for name in measured.modules if conversation.may_ask(questionnaire.group(name).sensitivity))
    day = measured.completed_at.astimezone(_zone(request)).date()
    moment = Measured(day, measured.answers(questionnaire), asked, frozenset(asked))
    chart = ring_chart(catalogues[conversation.language], questionnaire, Ring(picture.of.value), [moment], is_own=True)
    form: Any = "bars" if picture.as_bars else "web"
    try:
        return await desk.studio.draw(chart, form, "svg", paper="phone")
    except DrawingError:
        return None


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(request.state.organisation.time_zone)

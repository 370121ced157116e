"""The modules of an organisation: which groups are asked, how long they take, and what each asks first."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from api.access import Owner
from api.staff.desk import StaffDesk
from api.staff.forms import Form
from bot.conversation import consents
from bot.conversation.render import Writer
from bot.conversation.setting import Setting
from domain.consent import Purpose
from domain.duration import SECONDS_ASSUMED, minutes
from domain.questionnaire import Group, Ring
from storage import audit, organisations
from storage.durations import measured_seconds


@dataclass(frozen=True, slots=True)
class Module:
    """A group as an owner reads of it. ``asks``: the words of its own consent, "" when it has none."""

    name: str
    title: str
    is_on: bool
    statements: int
    minutes: int
    asks: str


def add_routes(router: APIRouter, desk: StaffDesk) -> None:
    """``/settings/modules``."""

    @router.get("/settings/modules")
    async def show(request: Request, member: Owner) -> Response:
        return await _page(desk, request, request.state.organisation.modules)

    @router.post("/settings/modules")
    async def keep(request: Request, member: Owner, form: Form) -> Response:
        questionnaire = desk.parts.catalogues.questionnaire
        chosen = tuple(group.name for group in questionnaire.groups if group.name in form.all("module"))
        if not chosen:
            return await _page(desk, request, chosen, fault="modules.fault_none")

        def job(connection: Any) -> None:
            organisations.change(connection, member.organisation_id, modules=chosen)
            audit.record(connection, member, "organisation.modules_changed", at=desk.parts.now())

        await desk.parts.store.write(job)
        return desk.pages.go_to("/settings/modules", said="said.modules")


async def _page(desk: StaffDesk, request: Request, on: tuple[str, ...], *, fault: str | None = None) -> Response:
    questionnaire = desk.parts.catalogues.questionnaire
    measured = await desk.parts.store.read(measured_seconds)
    seconds = measured or SECONDS_ASSUMED
    rings = [(ring, [_module(desk, request, one, on, seconds) for one in questionnaire.ring(ring)]) for ring in Ring]
    asked = sum(module.statements for _, modules in rings for module in modules if module.is_on)
    return desk.pages.show(
        request,
        "settings_modules.html",
        status=422 if fault else 200,
        rings=rings,
        fault=fault,
        asked=asked,
        minutes=minutes(asked, seconds),
        seconds=max(1, round(seconds)),
        is_measured=measured is not None,
        keeps=_asked(desk, request, Purpose.KEEP),
    )


def _module(desk: StaffDesk, request: Request, group: Group, on: tuple[str, ...], seconds: float) -> Module:
    catalogues, language = desk.parts.catalogues, desk.pages.words(request).language
    count = len(catalogues.questionnaire.of_group(group.name))
    return Module(
        name=group.name,
        title=catalogues[language].say(f"group.{group.name}"),
        is_on=group.name in on,
        statements=count,
        minutes=minutes(count, seconds),
        asks=_asked(desk, request, Purpose(group.sensitivity.value)) if group.sensitivity else "",
    )


def _asked(desk: StaffDesk, request: Request, purpose: Purpose) -> str:
    """What the chat says when it asks a consent, in the language of who asks, with somebody for the coach."""
    words, organisation = desk.pages.words(request), request.state.organisation
    setting = Setting(
        questionnaire=desk.parts.catalogues.questionnaire,
        name=words.say("modules.the_person"),
        coach=words.say("modules.the_coach"),
        organisation=organisation.name,
        keeper=organisation.keeper or organisation.name,
        contact=organisation.contact or request.state.member.email,
    )
    writer = Writer(desk.parts.catalogues, words.language, setting)
    return "\n\n".join(writer.say(line) for line in consents.asked(purpose, setting))

"""The modules of an organisation: which groups are asked, how long they take, and what each asks first."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.access import Owner
from api.staff.desk import StaffDesk
from api.staff.forms import Form
from api.staff.settings_organisation import owners_email
from bot.conversation import consents
from bot.conversation.render import Writer
from bot.conversation.screen import Say
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

        def job(connection: Connection) -> None:
            organisations.change(connection, member.organisation_id, modules=chosen)
            audit.record(connection, member, "organisation.modules_changed", at=desk.parts.now())

        await desk.parts.store.write(job)
        return desk.pages.go_to("/settings/modules", said="said.modules")


async def _page(desk: StaffDesk, request: Request, on: tuple[str, ...], *, fault: str | None = None) -> Response:
    questionnaire, words = desk.parts.catalogues.questionnaire, desk.pages.words(request)
    organisation = request.state.organisation
    measured, email = await desk.parts.store.read(lambda c: (measured_seconds(c), owners_email(c, organisation.id)))
    setting = Setting(
        questionnaire=questionnaire,
        name=words.say("modules.the_person"),
        coach=words.say("modules.the_coach"),
        organisation=organisation.name,
        keeper=organisation.keeper or organisation.name,
        contact=organisation.contact or email,
    )
    writer = Writer(desk.parts.catalogues, words.language, setting)
    seconds = measured or SECONDS_ASSUMED
    rings = [(ring, [_module(writer, setting, one, on, seconds) for one in questionnaire.ring(ring)]) for ring in Ring]
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
        keeps=_asked(writer, setting, Purpose.KEEP),
    )


def _module(writer: Writer, setting: Setting, group: Group, on: tuple[str, ...], seconds: float) -> Module:
    count = len(setting.questionnaire.of_group(group.name))
    return Module(
        name=group.name,
        title=writer.say(Say(f"group.{group.name}")),
        is_on=group.name in on,
        statements=count,
        minutes=minutes(count, seconds),
        asks=_asked(writer, setting, Purpose(group.sensitivity.value)) if group.sensitivity else "",
    )


def _asked(writer: Writer, setting: Setting, purpose: Purpose) -> str:
    """What the chat says when it asks that consent."""
    return "\n\n".join(writer.say(line) for line in consents.asked(purpose, setting))

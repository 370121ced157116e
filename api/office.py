"""The commands about organisations and their staff: set one up, add, reset or remove somebody, make a token."""

import re
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from api.clock import Clock
from api.installation import prepared_store
from api.said import CannotDo, Said
from api.settings import Settings
from domain.errors import UnknownGroup
from domain.ids import OrganisationId, StaffId
from domain.questionnaire import Questionnaire
from storage import organisations, staff
from storage.errors import Conflict
from storage.organisations import Organisation
from storage.secrets import new_id
from storage.staff import Role, StaffMember
from storage.wording import read_questionnaire

MOST_NAME = 120
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_BETWEEN = re.compile(r"[._+-]+")

T = TypeVar("T")


class Office:
    """The organisations and staff of one installation. Every method is one transaction."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] | None = None) -> None:
        self._settings = settings
        self._now = now or Clock(settings.clock_file)

    def init(self, chosen: Namespace) -> Said:
        """A new organisation with its owner."""
        organisation = Organisation(
            id=OrganisationId(new_id()),
            name=_name(chosen.organisation, "the organisation's name"),
            modules=modules_of(read_questionnaire(), chosen.modules),
            created_at=self._now(),
        )
        owner = self._member(chosen, organisation.id, Role.OWNER, email=chosen.owner)

        def added(connection: Connection) -> str:
            _check_free(connection, owner.email)
            organisations.add(connection, organisation)
            staff.add(connection, owner)
            return self._setup_url(connection, owner)

        url = self._written(added)
        data = {"organisation_id": organisation.id, "staff_id": owner.id, "setup_url": url}
        return Said(data, f"Organisation {organisation.id}\nOwner {owner.id}\nSet up signing in (once): {url}")

    def add(self, chosen: Namespace) -> Said:
        """A new coach or owner of an organisation."""
        role = Role(chosen.role)
        if chosen.also_boss and role is not Role.COACH:
            raise CannotDo("--also-boss is for a coach who also decides about people's work.")
        member = self._member(chosen, OrganisationId(chosen.organisation), role, email=chosen.email)

        def added(connection: Connection) -> str:
            if organisations.get(connection, member.organisation_id) is None:
                raise CannotDo("There is no organisation of that id; `werkstem init` says the id when it makes one.")
            _check_free(connection, member.email)
            staff.add(connection, member)
            return self._setup_url(connection, member)

        return self._with_link(member.id, self._written(added))

    def reset(self, chosen: Namespace) -> Said:
        """Somebody sets up signing in anew; tokens and open links of theirs end."""

        def done(connection: Connection) -> tuple[StaffId, str]:
            member = _known(connection, chosen.email)
            staff.reset(connection, member.id, self._now())
            return member.id, self._setup_url(connection, member)

        return self._with_link(*self._written(done))

    def remove(self, chosen: Namespace) -> Said:
        """Somebody does not work here any more; tokens and links end at once."""

        def done(connection: Connection) -> StaffId:
            member = _known(connection, chosen.email)
            staff.remove(connection, member.id, self._now())
            return member.id

        staff_id = self._written(done)
        return Said({"staff_id": staff_id}, f"Removed {staff_id}. Tokens and links ended; the address is free again.")

    def token(self, chosen: Namespace) -> Said:
        """An API token with somebody's rights, told this once."""

        def made(connection: Connection) -> str:
            member = _known(connection, chosen.email)
            return staff.create_token(connection, member, key=self._settings.key, now=self._now())

        token = self._written(made)
        return Said({"token": token}, f"{token}\nKeep it to yourself: it is shown this once, and gives your rights.")

    def _member(self, chosen: Namespace, organisation_id: OrganisationId, role: Role, *, email: str) -> StaffMember:
        address = email.strip()
        if not EMAIL.fullmatch(address):
            raise CannotDo("That is not an e-mail address: it must look like somebody@example.org.")
        return StaffMember(
            id=StaffId(new_id()),
            organisation_id=organisation_id,
            email=address.casefold(),
            role=role,
            is_also_boss=bool(getattr(chosen, "also_boss", False)),
            name=_name(chosen.name, "the name") if chosen.name else name_from(address),
            created_at=self._now(),
        )

    def _setup_url(self, connection: Connection, member: StaffMember) -> str:
        secret = staff.create_setup_link(connection, member, key=self._settings.key, now=self._now())
        return f"{self._settings.public_url}/setup/{secret}"

    def _with_link(self, staff_id: StaffId, url: str) -> Said:
        return Said({"staff_id": staff_id, "setup_url": url}, f"{staff_id}\nSet up signing in (once): {url}")

    def _written(self, job: Callable[[Connection], T]) -> T:
        store = prepared_store(self._settings)
        try:
            return store.run(job, may_repeat=False)
        except Conflict:
            raise CannotDo("Somebody of the staff has that e-mail address already: one address, one role.") from None
        finally:
            store.close()


def modules_of(questionnaire: Questionnaire, given: str | None) -> tuple[str, ...]:
    """The modules of ``--modules``: ``all``, or names with commas or blanks between; by default those that are on."""
    if given is None:
        return questionnaire.default_modules()
    names = [name for name in re.split(r"[,\s]+", given.strip()) if name]
    if names == ["all"]:
        return tuple(group.name for group in questionnaire.groups)
    try:
        chosen = questionnaire.in_order(names)
    except UnknownGroup:
        chosen = ()
    if not chosen:
        known = ", ".join(group.name for group in questionnaire.groups)
        raise CannotDo(f"--modules must be all, or some of these with commas between: {known}.")
    return chosen


def name_from(email: str) -> str:
    """A name to begin with, from what stands before the @: j.de-vries becomes J de Vries."""
    words = [word for word in _BETWEEN.split(email.partition("@")[0]) if word]
    small = {"de", "den", "der", "van", "ten", "ter", "el", "al"}
    return " ".join(word if at and word in small else word.capitalize() for at, word in enumerate(words)) or email


def clean_name(given: str) -> str | None:
    """A name with single blanks; None when it is empty, too long, or holds what cannot be printed."""
    name = " ".join(given.split())
    return name if name and len(name) <= MOST_NAME and name.isprintable() else None


def _name(given: str, what: str) -> str:
    name = clean_name(given)
    if name is None:
        raise CannotDo(f"{what[0].upper()}{what[1:]} must be 1 to {MOST_NAME} characters that can be printed.")
    return name


def _known(connection: Connection, email: str) -> StaffMember:
    member = staff.by_email(connection, email)
    if member is None:
        raise CannotDo("Nobody of the staff has that e-mail address.")
    return member


def _check_free(connection: Connection, email: str) -> None:
    if staff.by_email(connection, email) is not None:
        raise CannotDo("Somebody of the staff has that e-mail address already: one address, one role.")

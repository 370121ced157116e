"""The organisations of this installation and their settings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from domain.ids import OrganisationId
from domain.questionnaire import LANGUAGES
from storage.tables import organisations
from storage.upserts import add_once


@dataclass(frozen=True, slots=True)
class Organisation:
    """One social enterprise. ``modules`` are the groups it has on.

    ``keeper`` says who keeps the answers and ``contact`` whom to ask; None: its own name, and its owner's e-mail.
    ``languages`` are those that participants are offered; None: all that there are.
    """

    id: OrganisationId
    name: str
    modules: tuple[str, ...]
    created_at: datetime
    keeper: str | None = None
    contact: str | None = None
    time_zone: str = "Europe/Amsterdam"
    languages: tuple[str, ...] | None = None

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages that participants are offered, in the fixed order."""
        return tuple(language for language in LANGUAGES if language in (self.languages or LANGUAGES))


_COLUMNS = [organisations.c[name] for name in Organisation.__slots__]
_ADD = add_once(organisations)
_ALL = select(*_COLUMNS).order_by(organisations.c.created_at, organisations.c.id)
_BY_ID = select(*_COLUMNS).where(organisations.c.id == bindparam("id"))
_HOLD = select(organisations.c.id).where(organisations.c.id == bindparam("id")).with_for_update(key_share=True)
_SETTINGS = frozenset({"name", "keeper", "contact", "time_zone", "modules", "languages"})


def add(connection: Connection, organisation: Organisation) -> None:
    """Add an organisation; nothing happens when its id is there already."""
    values = {name: getattr(organisation, name) for name in Organisation.__slots__}
    connection.execute(_ADD[connection.dialect.name], values)


def get(connection: Connection, organisation_id: str) -> Organisation | None:
    """The organisation of that id, or None."""
    row = connection.execute(_BY_ID, {"id": organisation_id}).first()
    return None if row is None else Organisation(*row)


def hold(connection: Connection, organisation_id: str) -> None:
    """Until this transaction ends, whoever else wants to hold this organisation waits; nobody else notices."""
    connection.execute(_HOLD, {"id": organisation_id})


def every(connection: Connection) -> tuple[Organisation, ...]:
    """All organisations, oldest first."""
    return tuple(Organisation(*row) for row in connection.execute(_ALL))


def change(connection: Connection, organisation_id: str, **settings: Any) -> None:
    """Change name, keeper, contact, time_zone, modules or languages; raises ValueError for anything else."""
    if not settings or not settings.keys() <= _SETTINGS:
        raise ValueError(f"an organisation's settings are {sorted(_SETTINGS)}")
    connection.execute(update(organisations).where(organisations.c.id == organisation_id).values(**settings))

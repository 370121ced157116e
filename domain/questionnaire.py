"""The questionnaire as a value: groups, rings, kinds and statements. Counts follow from the data."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import BrokenQuestionnaire, UnknownGroup, UnknownStatement

LANGUAGES = ("nl", "en", "fr", "tr", "ar")
"""The languages a participant can choose, in the order of the language screen."""


class Ring(StrEnum):
    """Inner circle (work aspects) or outer circle (life domains)."""

    INNER = "inner"
    OUTER = "outer"


class Kind(StrEnum):
    """What a statement is for. Only core statements make a score (METHOD e.1)."""

    CORE = "core"
    SATISFACTION = "satisfaction"
    MOTIVATION = "motivation"
    INFLUENCE = "influence"


class Sensitivity(StrEnum):
    """The classes of statements that are asked only after a yes of their own (GDPR art. 9 and 10)."""

    HEALTH = "health"
    SUBSTANCE = "substance"
    JUSTICE = "justice"


@dataclass(frozen=True, slots=True)
class Group:
    """One work aspect or life domain. ``may_not_apply``: "not about me" can be chosen here."""

    name: str
    ring: Ring
    sensitivity: Sensitivity | None = None
    may_not_apply: bool = False
    on_by_default: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; its text per language and version is a wording, kept elsewhere."""

    id: str
    group: str
    kind: Kind


@dataclass(frozen=True)
class Questionnaire:
    """One version of the questionnaire: groups in their fixed order, each with its statements.

    Raises BrokenQuestionnaire when an id or name comes twice, a statement names no group, or a group has no core
    statement.
    """

    version: str
    groups: tuple[Group, ...]
    statements: tuple[Statement, ...]
    _groups: dict[str, Group] = field(init=False, repr=False, compare=False)
    _statements: dict[str, Statement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups = {group.name: group for group in self.groups}
        statements = {statement.id: statement for statement in self.statements}
        if len(groups) != len(self.groups):
            raise BrokenQuestionnaire(fault="a group name comes twice")
        if len(statements) != len(self.statements):
            raise BrokenQuestionnaire(fault="a statement id comes twice")
        for statement in self.statements:
            if statement.group not in groups:
                raise BrokenQuestionnaire(fault=f"{statement.id} names the unknown group {statement.group}")
        for name in groups:
            if not any(s.group == name and s.kind is Kind.CORE for s in self.statements):
                raise BrokenQuestionnaire(fault=f"{name} has no core statement")
        object.__setattr__(self, "_groups", groups)
        object.__setattr__(self, "_statements", statements)

    def __hash__(self) -> int:
        return hash((self.version, len(self.statements)))

    def group(self, name: str) -> Group:
        """The group of that name; raises UnknownGroup."""
        try:
            return self._groups[name]
        except KeyError:
            raise UnknownGroup(group=name) from None

    def statement(self, statement_id: str) -> Statement:
        """The statement of that id; raises UnknownStatement."""
        try:
            return self._statements[statement_id]
        except KeyError:
            raise UnknownStatement(statement_id=statement_id) from None

    def of_group(self, name: str, *kinds: Kind) -> tuple[Statement, ...]:
        """The statements of a group in their fixed order; all kinds when none is named."""
        return tuple(s for s in self.statements if s.group == name and (not kinds or s.kind in kinds))

    def ring(self, ring: Ring) -> tuple[Group, ...]:
        """The groups of a ring in their fixed order: the order of the axes of a web."""
        return tuple(group for group in self.groups if group.ring is ring)

    def default_modules(self) -> tuple[str, ...]:
        """The groups that are on until an enterprise switches others on."""
        return tuple(group.name for group in self.groups if group.on_by_default)

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """The given group names, each once, in the questionnaire's fixed order; raises UnknownGroup."""
        wanted = {self.group(name).name for name in names}
        return tuple(group.name for group in self.groups if group.name in wanted)

"""What can go wrong with the store. None of these carries a stored value: they may be logged as they are.

WerkstemError
└── StoreError
    ├── UnknownDatabase      the address names no database that we can use
    ├── StoreUnavailable     the store cannot do it now: locked, full, unreachable, lost
    ├── Conflict             a constraint refused it: it exists already, or points to nothing
    ├── StatementFailed      the database refused a statement as wrong: a fault of ours
    └── SchemaError
        ├── SchemaTooOld     the database is older than the code: `werkstem db upgrade`
        ├── SchemaTooNew     the database is newer than the code: newer code is needed
        ├── SchemaUnknown    the database was made by a Werkstem that this one does not know
        └── SchemaForeign    the database holds tables that are not ours
"""

from domain.errors import WerkstemError


class StoreError(WerkstemError):
    """The root of everything that can go wrong with the store."""


class UnknownDatabase(StoreError):
    """The database address is not one we can use; ``scheme`` is how it begins."""

    def __init__(self, *, scheme: str) -> None:
        super().__init__(f"a database address begins with sqlite:////path or postgresql://, not with {scheme}:")
        self.scheme = scheme


class StoreUnavailable(StoreError):
    """The store cannot do it now; asking again later may work.

    ``is_unknown``: the connection was lost during COMMIT, so it may have been done. Do it again with the same key.
    """

    def __init__(self, *, cause: str, is_unknown: bool = False) -> None:
        super().__init__(f"the store is not available: {cause}")
        self.cause = cause
        self.is_unknown = is_unknown


class Conflict(StoreError):
    """A constraint refused a row; ``constraint`` is its name, or the columns it is about."""

    def __init__(self, *, constraint: str) -> None:
        super().__init__(f"refused by {constraint}")
        self.constraint = constraint


class StatementFailed(StoreError):
    """The database refused a statement; ``code`` is its own code for why. Never the statement's values."""

    def __init__(self, *, code: str) -> None:
        super().__init__(f"the database refused a statement: {code}")
        self.code = code


class SchemaError(StoreError):
    """The database and the code do not belong together."""


class SchemaTooOld(SchemaError):
    """The database is older than the code."""

    def __init__(self, *, revision: str) -> None:
        super().__init__(f"the database is at {revision}, older than this Werkstem: run `werkstem db upgrade`")
        self.revision = revision


class SchemaTooNew(SchemaError):
    """The database was upgraded by a newer Werkstem than this one."""

    def __init__(self, *, revision: str) -> None:
        super().__init__(f"the database is at {revision}, which this Werkstem does not know: run a newer Werkstem")
        self.revision = revision


class SchemaUnknown(SchemaError):
    """The database was made by another version of Werkstem, and nobody can say whether an earlier or a later one."""

    def __init__(self, *, revision: str) -> None:
        said = f"at {revision!r}" if revision else "which left no name"
        super().__init__(
            f"the database was made by another version of Werkstem ({said}): not known here; "
            "run that version, or go back to a backup of this one's"
        )
        self.revision = revision


class SchemaForeign(SchemaError):
    """The database holds tables that Werkstem did not make."""

    def __init__(self) -> None:
        super().__init__("the database holds tables that are not Werkstem's: give it a database of its own")

"""What a database's own error means to us: one table, so that no stored value travels in an error.

A database's message may quote values ("Key (address)=(…) already exists"); ours never do.
"""

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import Conflict, StatementFailed, StoreUnavailable

ROLLED_BACK = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL gave up on the transaction (serialisation, deadlock, lock wait): nothing of it was done."""

_GONE = frozenset({"57P01", "57P02", "57P03", "57P05", "53300"})
"""The server goes, comes, or is full of connections."""

_UNAVAILABLE = ("08", "53", "57", "58", "25006")
"""How the codes begin when it is not the statement's fault; the last is a server that only reads just now."""


def told(error: BaseException, *, is_whole: bool = False) -> BaseException:
    """The error as the one who asked should see it; a job's own exceptions come through unchanged.

    ``is_whole``: it hit a whole transaction, so that it can only be that the store is not available.
    """
    if isinstance(error, PoolTimeout):
        return StoreUnavailable(cause="no connection is free")
    if isinstance(error, IntegrityError) and not is_whole:
        return Conflict(constraint=_constraint(error.orig))
    if isinstance(error, DBAPIError):
        return _of_driver(error.orig, is_whole=is_whole)
    if isinstance(error, sqlite3.Error):
        return _of_driver(error, is_whole=is_whole)
    return StoreUnavailable(cause=type(error).__name__) if is_whole else error


def code_of(error: BaseException | None) -> str:
    """The database's own code: PostgreSQL's SQLSTATE, SQLite's error name, else the class of the error."""
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return str(code or type(error).__name__)


def is_gone(error: DBAPIError) -> bool:
    """Whether the connection, or the server behind it, is gone."""
    sqlstate = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or sqlstate in _GONE or (sqlstate or "").startswith("08") or _never_met(error)


def _never_met(error: DBAPIError) -> bool:
    """Whether no connection could be made at all: the driver then has no code."""
    return type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"} and not getattr(
        error.orig, "sqlstate", None
    )


def _of_driver(error: BaseException | None, *, is_whole: bool) -> StoreUnavailable | StatementFailed:
    code = code_of(error)
    is_operational = isinstance(error, sqlite3.OperationalError) and code not in {"SQLITE_ERROR", "OperationalError"}
    has_no_code = type(error).__name__ == "OperationalError" and code == "OperationalError"
    if is_whole or is_operational or has_no_code or code.startswith(_UNAVAILABLE) or code in ROLLED_BACK:
        return StoreUnavailable(cause=code)
    return StatementFailed(code=code)


def _constraint(error: Any) -> str:
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or diagnosis.column_name)
    return str(error).partition(": ")[2] or str(error)

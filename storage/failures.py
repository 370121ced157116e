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

_NO_CONNECTION = ("OperationalError", "ConnectionTimeout")
"""Errors that PostgreSQL's driver raises without a code: no connection could be made, or it broke."""

_UNAVAILABLE = (
    *("08", "53", "57", "58", "25006"),  # PostgreSQL; the last is a server that only reads just now.
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"),
    *("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_NOMEM", "SQLITE_PROTOCOL"),
    *ROLLED_BACK,
    *_NO_CONNECTION,
)
"""How the codes begin when it is not the statement's fault."""


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
    """Whether the connection, or the server behind it, is gone, or was never met."""
    code = code_of(error.orig)
    return error.connection_invalidated or code in _GONE or code in _NO_CONNECTION or code.startswith("08")


def _of_driver(error: BaseException | None, *, is_whole: bool) -> StoreUnavailable | StatementFailed:
    code = code_of(error)
    if is_whole or code.startswith(_UNAVAILABLE):
        return StoreUnavailable(cause=code)
    return StatementFailed(code=code)


def _constraint(error: Any) -> str:
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or diagnosis.column_name)
    return str(error).partition(": ")[2] or str(error)

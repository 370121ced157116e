"""How often somebody may try to sign in: counted exactly, by account and by address, before anything is compared."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime

from fastapi import Request
from sqlalchemy import Connection

from storage.guesses import is_allowed, take_back
from storage.secrets import keyed_hash

WINDOW_SECONDS = 15 * 60
PER_ACCOUNT = 10
PER_ADDRESS = 60
"""A whole enterprise may share one address; with these, ten thousand guesses are at most a hundred that count."""

PER_CODE = 8
"""Tries at the second factor, for who has the first."""


def place_of_account(key: bytes, email: str) -> str:
    """Where tries at one account are counted, whether it exists or not. Only a keyed hash is kept."""
    return keyed_hash(key, "sign-in-account", email.strip().casefold())


def place_of_code(key: bytes, staff_id: str) -> str:
    """Where tries at one member's second factor are counted."""
    return keyed_hash(key, "sign-in-code", staff_id)


def place_of_address(key: bytes, request: Request) -> str:
    """Where tries from one address are counted: the whole network of an IPv6 subscriber is one."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return keyed_hash(key, "sign-in-address", host)
    bits = 64 if address.version == 6 else 32
    return keyed_hash(key, "sign-in-address", str(ipaddress.ip_network((address, bits), strict=False)))


def may_try(connection: Connection, places: Iterable[tuple[str, int]], now: datetime) -> bool:
    """Count one try at each place; whether none of them had too many."""
    allowed = [
        is_allowed(connection, place, most=most, window_seconds=WINDOW_SECONDS, now=now)
        for place, most in sorted(places)
    ]
    return all(allowed)


def was_right(connection: Connection, places: Iterable[str]) -> None:
    """The try just counted at these places was right, and does not count."""
    for place in sorted(places):
        take_back(connection, place)

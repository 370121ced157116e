"""A form that was sent while its sender had to sign in first: carried along sealed, and sent again by one press."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from api.staff.sealing import Sealer

KEPT_FOR = timedelta(hours=2)
"""How long the sign-in may take."""

MOST_CHARACTERS = 200_000
"""A form that is larger is not carried: the next page could not bring it either."""

_PURPOSE = "carried-form"


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a form was sent to, by whom, and its fields. A form with files carries its texts only."""

    path: str
    staff_id: str
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: Request, staff_id: str) -> "Carried":
        """What this request brought, without the proof, which the next page makes anew."""
        return cls(request.url.path, staff_id, request.state.form.without("proof"))


def carry(sealer: Sealer, carried: Carried, now: datetime) -> str:
    """The form as one sealed field: a page without a session shows nothing of it, not even in its source.

    "" for one that is too large to carry.
    """
    value = {"path": carried.path, "staff_id": carried.staff_id, "pairs": carried.pairs}
    sealed = sealer.seal(_PURPOSE, value, now)
    return sealed if len(sealed) <= MOST_CHARACTERS else ""


def bring_back(sealer: Sealer, kept: str, *, staff_id: str, now: datetime) -> Carried | None:
    """The form again, for its own sender only; None for anybody else's, an old or an invented one."""
    value = sealer.open(_PURPOSE, kept, now=now, within=KEPT_FOR) if kept else None
    if value is None or value["staff_id"] != staff_id:
        return None
    return Carried(value["path"], value["staff_id"], tuple((name, text) for name, text in value["pairs"]))

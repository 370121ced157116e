"""Coming in: a new session for somebody who proved who they are, and on to where they wanted to be."""

import re
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from sqlalchemy import Connection

from api.access import NothingOfYours
from api.staff.browser import device_of
from api.staff.carried import bring_back
from api.staff.desk import StaffDesk
from storage import audit, organisations, sessions
from storage.organisations import Organisation
from storage.staff import StaffMember

_INSIDE = re.compile(r"/(?:[A-Za-z0-9_.-]+/?)*")


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who is in: the member, the organisation, and the new session's secret."""

    member: StaffMember
    organisation: Organisation
    secret: str


def enter(
    connection: Connection,
    desk: StaffDesk,
    request: Request,
    member: StaffMember,
    *,
    now: datetime,
    action: str = "staff.signed_in",
    created_at: datetime | None = None,
) -> Entered:
    """A new session, never the one this browser had: that ends. ``created_at`` as ``sessions.begin`` says."""
    organisation = organisations.get(connection, member.organisation_id)
    if organisation is None:
        raise NothingOfYours
    earlier = desk.cookies.session(request)
    old = sessions.by_secret(connection, earlier, key=desk.parts.key) if earlier else None
    if old is not None:
        sessions.end(connection, old.staff_id, old.id, now)
    sessions.forget_old(connection, member.id, now)
    secret = sessions.begin(
        connection, member, device=device_of(request), key=desk.parts.key, now=now, created_at=created_at
    )
    audit.record(connection, member, action, at=now)
    return Entered(member, organisation, secret)


def let_in(
    desk: StaffDesk, request: Request, entered: Entered, *, next_path: str = "/", kept: str = "", is_proof: bool = False
) -> Response:
    """On to where somebody wanted to be; first, when a form was carried along, to the press that sends it again.

    ``is_proof``: somebody was in already, and only showed both factors once more.
    """
    as_entered(request, entered)
    form = bring_back(desk.sealer, kept, staff_id=entered.member.id, now=desk.parts.now())
    if form is not None:
        why = "go_on.proved" if is_proof else "go_on.back"
        response: Response = desk.pages.show(request, "go_on.html", action=form.path, pairs=form.pairs, why=why)
    else:
        response = desk.pages.go_to(inside(next_path))
    desk.cookies.keep_session(response, entered.secret)
    return response


def as_entered(request: Request, entered: Entered) -> None:
    """What is shown in answer to this very request is for who just came in."""
    request.state.member, request.state.organisation = entered.member, entered.organisation
    request.state.secret = entered.secret


def inside(path: str) -> str:
    """The path when it is one of ours; the front door for everything else."""
    return path if len(path) < 300 and _INSIDE.fullmatch(path) else "/"

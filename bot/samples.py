"""Sample messages: somebody of the staff comes with a link of their own and gets one message that says nothing."""

from sqlalchemy import Connection

from bot.conversation import lobby
from bot.inbound import Inbound
from bot.outcome import Outcome, nobody
from bot.parts import Parts
from storage import sample_links, staff


def answer(connection: Connection, parts: Parts, inbound: Inbound, code: str) -> Outcome | None:
    """The sample for whoever brings such a link, once; None when the code is no such link, or not any more."""
    link = sample_links.find(connection, code, key=parts.key)
    if link is None:
        return None
    member = staff.get(connection, link.organisation_id, link.staff_id)
    if member is None:
        return None
    if not sample_links.take(connection, link, channel=inbound.channel, now=parts.now()):
        return None
    return Outcome(lobby.sample(), nobody(parts), member.language, inbound.channel, inbound.address)

"""A measurement that became due reaches its person: offered in the chat now, or found there at the next visit."""

from sqlalchemy import Connection

from bot.around import PUSHING
from bot.codes import due_event
from bot.outcome import Outcome
from bot.turns import Turns
from domain.consent import may_write_to
from storage import consents, conversations, measurements
from storage.measurements import Status, StoredMeasurement


def invite(connection: Connection, turns: Turns, measurement: StoredMeasurement) -> Outcome | None:
    """Offer a measurement that is due, in this transaction; what to show for it, None when nothing is to be sent.

    It counts as invited once the conversation has it. It stays planned for whoever never came in (the first claim
    takes it) and while another measurement is under way. Without a yes to messages nothing is sent: it waits in the
    chat until the person comes.
    """
    outcome = turns.tell_in(connection, measurement.participant_id, due_event(measurement))
    if outcome is None or not outcome.is_kept or outcome.conversation_id is None:
        return None
    now = turns.parts.now()
    measurements.mark(connection, measurement.id, Status.INVITED, now)
    if outcome.screen is None or outcome.channel not in PUSHING:
        return None
    if not may_write_to(consents.history(connection, measurement.participant_id), now):
        conversations.retry(connection, outcome.conversation_id, next_try_at=None)
        return None
    return outcome

"""A measurement that became due reaches its person: offered in the chat now, or kept there until the person comes."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.around import PUSHING, setting_of
from bot.codes import due_event
from bot.conversation.advance import advance
from bot.conversation.conversation import dump, load
from bot.conversation.events import MeasurementDue
from bot.turns import Outcome, Turns
from domain.consent import may_write_to
from storage import consents, conversations, measurements
from storage.conversations import StoredConversation
from storage.measurements import Status, StoredMeasurement


def invite(connection: Connection, turns: Turns, measurement: StoredMeasurement) -> Outcome | None:
    """Offer a measurement that is due, in this transaction; what to show for it, None when nothing is to be sent.

    It counts as invited once the conversation has it. It stays planned for whoever never came in (the first claim
    takes it) and while another measurement is under way. Without a yes to messages nothing is sent: a channel that
    pushes keeps it silently, and the person finds it at the next visit.
    """
    stored = conversations.of_participant(connection, measurement.participant_id)
    if stored is None:
        return None
    event, now = due_event(measurement), turns.parts.now()
    history = consents.history(connection, measurement.participant_id)
    if stored.channel in PUSHING and not may_write_to(history, now):
        if _keep(connection, turns, stored, event):
            measurements.mark(connection, measurement.id, Status.INVITED, now)
        return None
    outcome = turns.go_on(connection, stored, event)
    if outcome.screen is None:
        return None
    measurements.mark(connection, measurement.id, Status.INVITED, now)
    return outcome


def _keep(connection: Connection, turns: Turns, stored: StoredConversation, event: MeasurementDue) -> bool:
    """The measurement into the conversation, without a new screen; whether the conversation takes it."""
    conversation = load(stored.state)
    turn = advance(conversation, event, turns.parts.now(), setting_of(turns.parts, stored))
    if turn.is_quiet:
        return False
    kept = replace(conversation, measurement=turn.conversation.measurement)
    conversations.save(
        connection,
        stored.id,
        state=dump(kept),
        due=stored.due,
        due_at=stored.due_at,
        placed=stored.placed,
        next_try_at=stored.next_try_at,
    )
    return True

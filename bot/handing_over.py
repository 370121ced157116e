"""Another coach takes over, or the same one gets more to say: earlier rights end, and nothing is seen until a yes."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.events import CoachChanged
from bot.turns import Turns
from domain.consent import Consent, Decision, Purpose, latest
from domain.ids import OrganisationId, StaffId
from storage import consents, invitations, participants
from storage.participants import Participant


def hand_over(connection: Connection, turns: Turns, participant: Participant, to: StaffId) -> None:
    """Make somebody one of another coach's people, all in this transaction; nothing happens when they are already.

    What was shared with the coach before ends, for good: coming back to that coach starts no old sharing again. Open
    invitations end, whose codes the coach before knows. The chat asks about the new coach when the person comes next.
    """
    if participant.coach_id == to:
        return
    _end_sharing(connection, turns, participant)
    participants.set_coach(connection, participant.id, to)
    invitations.revoke(connection, participant.id, turns.parts.now())
    turns.tell_in(connection, participant.id, CoachChanged())


def hand_over_all(
    connection: Connection, turns: Turns, organisation_id: OrganisationId, coach_id: StaffId, to: StaffId
) -> int:
    """Everybody of one coach, archived people too, to another coach of the same organisation; how many they were."""
    people = participants.every_of_coach(connection, organisation_id, coach_id)
    for participant in people:
        hand_over(connection, turns, participant, to)
    return len(people)


def ask_again(connection: Connection, turns: Turns, organisation_id: OrganisationId, coach_id: StaffId) -> None:
    """What people said yes to has changed, because their coach now decides about their work as well: sharing ends.

    Whoever shared is asked again, in those words, at the next visit. Whoever had said no is not asked.
    """
    for participant in participants.every_of_coach(connection, organisation_id, coach_id):
        said = _said(connection, participant)
        if said is not None and said.decision is Decision.GIVEN:
            _end_sharing(connection, turns, participant)
            turns.tell_in(connection, participant.id, CoachChanged())


def _end_sharing(connection: Connection, turns: Turns, participant: Participant) -> None:
    said = _said(connection, participant)
    if said is not None:
        ended = replace(said, decision=Decision.ENDED, decided_at=turns.parts.now(), ends_at=None)
        consents.append(connection, participant.organisation_id, participant.id, ended)


def _said(connection: Connection, participant: Participant) -> Consent | None:
    """What the person decided last about the present coach."""
    return latest(consents.history(connection, participant.id), Purpose.COACH, coach_id=participant.coach_id)

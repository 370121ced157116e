"""An invented organisation with its people, for every storage test."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from domain.ids import AgreementId, ChatId, ConversationId, MeasurementId, OrganisationId, ParticipantId, StaffId
from storage import agreements, chats, conversations, measurements, organisations, participants, staff
from storage.secrets import new_id
from storage.store import Store

KEY = b"a key of the tests, thirty-two b"
NOW = datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """The ids of a participant who is in a chat and busy with a baseline."""

    id: ParticipantId
    conversation: ConversationId
    chat: ChatId
    measurement: MeasurementId
    address: str


@dataclass(frozen=True)
class House:
    """One organisation with an owner and a coach; people are added to it."""

    organisation: OrganisationId
    owner: StaffId
    coach: StaffId

    def add_person(self, connection: Connection, *, name: str = "Sam", channel: str = "telegram") -> Person:
        """A participant in a chat, with screen 1 due, busy with a baseline."""
        person = Person(
            ParticipantId(new_id()), ConversationId(new_id()), ChatId(new_id()), MeasurementId(new_id()), new_id()
        )
        participants.add(
            connection,
            participants.Participant(person.id, self.organisation, self.coach, name, "nl", NOW, phone="+31600000000"),
        )
        conversations.add(
            connection,
            conversation_id=person.conversation,
            organisation_id=self.organisation,
            participant_id=person.id,
            state="{}",
            due=1,
            now=NOW,
            chat_id=person.chat,
            next_try_at=NOW,
        )
        chats.add(
            connection,
            chats.Chat(person.chat, self.organisation, person.id, person.conversation, channel, person.address, NOW),
        )
        measurements.add(connection, self.measurement(person, measurements.Kind.BASELINE, 1))
        return person

    def measurement(
        self, person: Person, kind: measurements.Kind, ordinal: int, *, number: int = 1
    ) -> measurements.StoredMeasurement:
        """A measurement of that person, due now; the baseline is the one the person is busy with."""
        is_baseline = kind is measurements.Kind.BASELINE
        return measurements.StoredMeasurement(
            id=person.measurement if is_baseline else MeasurementId(new_id()),
            organisation_id=self.organisation,
            participant_id=person.id,
            kind=kind,
            number=number,
            ordinal=ordinal,
            questionnaire_version="2026-11",
            modules=("skills", "money"),
            seed=2**60 + 7,
            same_order=False,
            due_at=NOW,
            closes_at=NOW + timedelta(days=60),
            status=measurements.Status.BUSY if is_baseline else measurements.Status.PLANNED,
        )


def add_house(connection: Connection, *, name: str = "Bakkerij") -> House:
    """Another organisation, with an owner and a coach."""
    house = House(OrganisationId(new_id()), StaffId(new_id()), StaffId(new_id()))
    organisations.add(connection, organisations.Organisation(house.organisation, name, ("skills", "money"), NOW))
    owner = staff.StaffMember(
        house.owner,
        house.organisation,
        f"{house.owner}@owner.example",
        staff.Role.OWNER,
        is_also_boss=False,
        name="Olga",
        created_at=NOW,
    )
    coach = staff.StaffMember(
        house.coach,
        house.organisation,
        f"{house.coach}@coach.example",
        staff.Role.COACH,
        is_also_boss=True,
        name="Kees",
        created_at=NOW,
    )
    staff.add(connection, owner)
    staff.add(connection, coach)
    return house


def an_agreement(house: House, person: Person, *, text: str, coach_id: StaffId | None = None) -> agreements.Agreement:
    """An open agreement of that person with the coach, made now and not yet stored."""
    return agreements.Agreement(
        id=AgreementId(new_id()),
        organisation_id=house.organisation,
        participant_id=person.id,
        coach_id=coach_id or house.coach,
        text=text,
        topic=None,
        agreed_on=NOW.date(),
        is_done=False,
        version=1,
        created_at=NOW,
    )


@pytest.fixture
def house(store: Store) -> House:
    """An organisation with an owner and a coach."""
    return store.run(add_house)


@pytest.fixture
def person(store: Store, house: House) -> Person:
    """A participant in a Telegram chat, with screen 1 due, busy with a baseline."""
    return store.run(house.add_person)

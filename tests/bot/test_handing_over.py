"""Another coach takes over: the old rights end in the same moment, and the new coach sees nothing until the person
says yes."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from bot.conversation.conversation import Stage, load
from bot.handing_over import ask_again, hand_over, hand_over_all
from domain.consent import Decision, Purpose, may_share
from domain.ids import ParticipantId, StaffId
from storage import consents, conversations, invitations, participants, staff
from storage.invitations import State
from storage.secrets import new_id
from storage.staff import Role, StaffMember
from storage.store import Store
from tests.bot.people import CATALOGUES, KEY, SMALL, Person, Workplace

NEW = StaffId("c" * 32)


@pytest.fixture
def place(sqlite_url: str) -> Iterator[Workplace]:
    """On SQLite: what differs between databases is tested with the storage."""
    store = Store.open(sqlite_url)
    made = Workplace(store)
    colleague = StaffMember(
        NEW, made.organisation_id, "new@werkplaats.example", Role.COACH, is_also_boss=False, name="Ali",
        created_at=made.clock(),
    )  # fmt: skip
    store.run(lambda c: staff.add(c, colleague))
    yield made
    store.close()


def seen_by(place: Workplace, participant_id: ParticipantId, coach_id: StaffId) -> set[str]:
    """The groups that a coach may see now."""
    history = place.store.look(lambda c: consents.history(c, participant_id))
    groups = [CATALOGUES.questionnaire.group(name) for name in SMALL]
    return {group.name for group in groups if may_share(history, group, coach_id=coach_id, now=place.clock())}


def take_over(place: Workplace, participant_id: ParticipantId, to: StaffId) -> None:
    def job(connection: Connection) -> None:
        participant = participants.get(connection, place.organisation_id, participant_id)
        assert participant is not None
        hand_over(connection, place.turns, participant, to)

    place.store.run(job)


def stage(place: Workplace, participant_id: ParticipantId) -> Stage:
    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert stored is not None
    return load(stored.state).stage


async def sharing(place: Workplace, *, no: tuple[str, ...] = ()) -> tuple[ParticipantId, Person]:
    """Somebody who went through everything and confirmed the list of topics."""
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements(no=no)
    await person.answer_all()
    await to_the_end(person)
    return participant_id, person


async def to_the_end(person: Person) -> None:
    for _ in range(40):
        if not person.message.buttons:
            return
        await person.press(person.message.buttons[0].data.rpartition(".")[2])
    raise AssertionError("the conversation does not end")


async def test_the_old_coach_sees_nothing_more_and_the_new_one_nothing_yet(place: Workplace) -> None:
    participant_id, _ = await sharing(place)
    assert seen_by(place, participant_id, place.coach_id) == {"social_skills", "money"}
    take_over(place, participant_id, NEW)
    assert seen_by(place, participant_id, place.coach_id) == seen_by(place, participant_id, NEW) == set()
    assert place.store.look(lambda c: participants.coach_of(c, place.organisation_id, participant_id)) == NEW


async def test_nothing_is_shown_unasked_and_at_the_next_visit_the_new_coach_is_named_and_asked_about(
    place: Workplace,
) -> None:
    participant_id, person = await sharing(place)
    take_over(place, participant_id, NEW)
    assert stage(place, participant_id) is Stage.IDLE
    assert person.message.buttons == ()
    await person.type("hallo")
    said = " ".join(person.message.paragraphs)
    assert "nieuwe begeleider: Ali" in said
    assert "Joke" not in said


async def test_a_yes_and_the_list_chosen_anew_show_the_new_coach_just_that(place: Workplace) -> None:
    participant_id, person = await sharing(place)
    take_over(place, participant_id, NEW)
    await person.type("hallo")
    await person.press("yes")
    assert seen_by(place, participant_id, NEW) == set(), "a yes to the coach is not yet a yes to a topic"
    await person.press("share")
    await person.press("share-money")
    await person.press("go")
    assert seen_by(place, participant_id, NEW) == {"money"}
    assert seen_by(place, participant_id, place.coach_id) == set()


async def test_a_no_to_the_new_coach_shares_nothing(place: Workplace) -> None:
    participant_id, person = await sharing(place)
    take_over(place, participant_id, NEW)
    await person.type("hallo")
    await person.press("no")
    assert seen_by(place, participant_id, NEW) == set()


async def test_a_coach_who_comes_back_gets_nothing_of_what_was_shared_before(place: Workplace) -> None:
    participant_id, _ = await sharing(place)
    take_over(place, participant_id, NEW)
    take_over(place, participant_id, place.coach_id)
    assert seen_by(place, participant_id, place.coach_id) == set()


async def test_the_person_reads_no_old_agreement_under_the_name_of_the_new_coach(place: Workplace) -> None:
    participant_id, person = await sharing(place)
    take_over(place, participant_id, NEW)
    await person.type("hallo")
    await person.press("no")
    await person.press("agreed")
    assert sum("Ali ziet dan ook je antwoorden" in text for text in person.message.paragraphs) == 1
    assert not any("Geld" in text for text in person.message.paragraphs), "no topic was chosen for Ali"
    history = place.store.look(lambda c: consents.history(c, participant_id))
    said = [(one.coach_id, one.decision) for one in history if one.purpose is Purpose.COACH]
    assert said == [
        (place.coach_id, Decision.GIVEN),
        (place.coach_id, Decision.ENDED),
        (NEW, Decision.REFUSED),
    ]


async def test_whoever_is_asked_about_the_new_coach_at_the_start_is_not_asked_twice(place: Workplace) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    take_over(place, participant_id, NEW)
    await person.to_statements()
    await person.answer_all()
    await to_the_end(person)
    history = place.store.look(lambda c: consents.history(c, participant_id))
    assert [one.coach_id for one in history if one.purpose is Purpose.COACH] == [NEW]


def test_a_code_that_the_old_coach_knows_opens_nothing(place: Workplace) -> None:
    participant_id, issued = place.invite()
    take_over(place, participant_id, NEW)
    found = place.store.look(lambda c: invitations.look_up_link(c, issued.code, key=KEY, now=place.clock()))
    assert found.state is State.REVOKED


async def test_to_the_same_coach_nothing_happens(place: Workplace) -> None:
    participant_id, _ = await sharing(place)
    take_over(place, participant_id, place.coach_id)
    assert seen_by(place, participant_id, place.coach_id) == {"social_skills", "money"}


async def test_the_owner_s_register_tells_nothing_of_it(place: Workplace) -> None:
    participant_id, _ = await sharing(place)
    before = place.store.look(lambda c: consents.register(c, place.organisation_id))
    take_over(place, participant_id, NEW)
    assert place.store.look(lambda c: consents.register(c, place.organisation_id)) == before


def test_everybody_of_a_coach_who_leaves_goes_along_the_archived_too(place: Workplace) -> None:
    first, _ = place.invite("Sam")
    second, _ = place.invite("Kim")
    place.store.run(lambda c: participants.archive(c, second, place.clock()))
    moved = place.store.run(lambda c: hand_over_all(c, place.turns, place.organisation_id, place.coach_id, NEW))
    assert moved == 2
    ids = {one.id for one in place.store.look(lambda c: participants.every_of_coach(c, place.organisation_id, NEW))}
    assert ids == {first, second}
    assert new_id() not in ids


async def test_a_coach_who_becomes_the_boss_sees_nothing_until_a_yes_to_that(place: Workplace) -> None:
    participant_id, person = await sharing(place)
    assert seen_by(place, participant_id, place.coach_id)
    place.store.run(lambda c: staff.mark_boss(c, place.coach_id, is_also_boss=True))
    place.store.run(lambda c: ask_again(c, place.turns, place.organisation_id, place.coach_id))
    assert not seen_by(place, participant_id, place.coach_id)
    await person.type("hallo")
    assert stage(place, participant_id) is Stage.CONSENT
    assert "beslist ook over je werk" in " ".join(person.message.paragraphs)


async def test_whoever_had_said_no_is_not_asked_again_because_the_coach_became_the_boss(place: Workplace) -> None:
    participant_id, person = await sharing(place, no=("coach",))
    before = place.store.look(lambda c: consents.history(c, participant_id))
    place.store.run(lambda c: ask_again(c, place.turns, place.organisation_id, place.coach_id))
    assert place.store.look(lambda c: consents.history(c, participant_id)) == before
    await person.type("hallo")
    assert stage(place, participant_id) is not Stage.CONSENT

"""One incoming thing, one durable transaction: on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.codes import due_event
from bot.conversation.conversation import load
from bot.conversation.events import Came, Commanded, Pressed
from bot.inbound import Inbound
from domain.consent import Purpose, is_in_force
from domain.questionnaire import LANGUAGES
from domain.scoring import score_groups
from storage import answers, consents, conversations, measurements, participants
from storage.measurements import Kind, Status
from storage.store import Store
from storage.tables import answers as answer_rows
from storage.tables import chats as chat_rows
from storage.tables import participants as participant_rows
from tests.bot.people import CATALOGUES, Person, Workplace, unshown


@pytest.fixture
def place(store: Store) -> Workplace:
    return Workplace(store)


async def test_a_person_answers_everything_and_it_is_all_stored(place: Workplace) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    await person.answer_all("4")

    measurement = place.store.look(lambda c: measurements.of_participant(c, participant_id))[0]
    given = place.store.look(lambda c: answers.of_measurement(c, measurement.id))
    assert measurement.status is Status.DONE
    assert len(given) == 22
    assert {one.answer.value for one in given.values()} == {"4"}
    assert [one.position for one in given.values()] == list(range(1, 23))
    scored = score_groups(CATALOGUES.questionnaire, {k: v.answer for k, v in given.items()}, measurement.modules)
    assert scored["money"].score == 4.0


async def test_the_same_thing_twice_changes_nothing_the_second_time(place: Workplace) -> None:
    _, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    data = person.button("3")
    await person.happen(Pressed(data), key="once")
    after = person.message
    again = await person.happen(Pressed(data), key="once")

    assert again.message is None
    assert again.due == ()
    assert person.message == after


async def test_twenty_taps_at_once_on_one_question_keep_the_first(place: Workplace) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    faces = [person.button(str(1 + n % 5)) for n in range(20)]
    place.clock.pass_(2)
    replies = await asyncio.gather(
        *(place.turns.take(Inbound("telegram", "1001", f"race-{n}", Pressed(data))) for n, data in enumerate(faces))
    )

    measurement = place.store.look(lambda c: measurements.of_participant(c, participant_id))[0]
    given = place.store.look(lambda c: answers.of_measurement(c, measurement.id))
    assert len(given) == 1
    assert sum(reply.message is not None for reply in replies) == 1


async def test_a_code_is_claimed_once_by_the_first_chat(place: Workplace) -> None:
    _, issued = place.invite()
    people = [Person(place, address=str(number)) for number in range(8)]
    replies = await asyncio.gather(*(person.start(issued.code) for person in people))

    claimed = [reply for reply in replies if reply.due and reply.due[0].conversation_id]
    refused = [
        reply for reply in replies if reply.message and reply.message.paragraphs[0].startswith("Deze code is al")
    ]
    assert len(claimed) == 1
    assert len(refused) == 7


async def test_a_typed_code_opens_the_conversation_too(place: Workplace) -> None:
    _, issued = place.invite()
    person = Person(place)
    asked = await person.happen(Came())
    reply = await person.type(f" {issued.typed_code[:4].lower()}-{issued.typed_code[4:]} ")

    assert asked.message
    assert "code" in asked.message.paragraphs[-1]
    assert reply.message
    assert len(reply.message.buttons) == len(LANGUAGES)


async def test_wrong_codes_are_counted_and_then_no_code_is_looked_at(place: Workplace) -> None:
    _, issued = place.invite()
    person = Person(place)
    texts = [(await person.type(f"ABCDEF2{letter}")).message for letter in "ABCDEF"]
    right = await person.type(issued.typed_code)

    assert texts[0]
    assert texts[0].paragraphs[0].startswith("Deze code ken ik niet")
    assert right.message
    assert right.message.paragraphs[0].startswith("Je hebt het vaak")


async def test_wrong_codes_of_one_place_are_counted_together_whatever_the_address(place: Workplace) -> None:
    _, issued = place.invite()
    for number, letter in enumerate("ABCDEF"):
        guess = Inbound("web", f"cookie-{number}", f"g{number}", Came(), code=f"ABCDEF2{letter}", place="192.0.2.7")
        await place.turns.take(guess)
    right = await place.turns.take(
        Inbound("web", "cookie-9", "g9", Came(), code=issued.typed_code, place="192.0.2.7", language="nl")
    )

    assert right.message
    assert right.message.paragraphs[0].startswith("Je hebt het vaak")


async def test_somebody_elses_code_in_a_chat_that_is_taken_gets_the_web_link(place: Workplace) -> None:
    _, first = place.invite("Samira")
    _, second = place.invite("Bilal")
    person = Person(place)
    await person.start(first.code)
    reply = await person.start(second.code)

    text = "\n".join(reply.message.paragraphs) if reply.message else ""
    assert f"https://werkstem.example/c/{second.code}" in text
    assert "Samira" not in text
    assert "Bilal" not in text


async def test_the_consents_that_are_stored_are_the_ones_the_conversation_knows(place: Workplace) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements(no=("group",))
    await person.answer_all("2")
    await person.press("go")
    for _ in range(4):
        if person.message.buttons:
            await person.happen(Pressed(person.message.buttons[0].data))

    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    history = place.store.look(lambda c: consents.history(c, participant_id))
    assert stored is not None
    conversation = load(stored.state)
    for purpose in (Purpose.KEEP, Purpose.COACH, Purpose.GROUP, Purpose.REMINDER, Purpose.HEALTH):
        coach_id = place.coach_id if purpose is Purpose.COACH else None
        assert conversation.has(purpose) == is_in_force(history, purpose, place.clock(), coach_id=coach_id)
    shared = {c.topic for c in history if c.purpose is Purpose.TOPIC and c.decision == "given"}
    assert shared == {"social_skills", "money"}
    texts = [place.store.look(lambda c, h=one: consents.text_of(c, h.text_hash, h.language)) for one in history]
    assert all(texts)
    assert not any("Samira" in (text or "") or "Joke" in (text or "") for text in texts)


async def test_everything_goes_when_the_person_erases(place: Workplace) -> None:
    _participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    await person.press("4")
    await person.type("wis alles")
    await person.press("yes")
    reply = await person.press("yes")

    assert reply.message
    assert "Bewijs" in reply.message.paragraphs[0]
    assert reply.due[0].number == 0
    for table in (chat_rows, answer_rows):
        assert place.store.look(lambda c, t=table: c.execute(select(t)).all()) == []
    assert "Samira" not in str(place.store.look(lambda c: c.execute(select(participant_rows)).all()))
    again = await person.happen(Came())
    assert again.message
    assert again.due[0].conversation_id is None


async def test_going_on_somewhere_else_continues_the_same_conversation(place: Workplace) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    question = person.message.statement
    await person.type("mijn keuzes")
    await person.press("elsewhere")
    link = next(line for line in "\n".join(person.message.paragraphs).split() if line.startswith("https://"))
    web = Person(place, address="hash-of-a-cookie", channel="web")
    reply = await web.start(link.rpartition("/")[2])
    stranger = await Person(place, address="other", channel="web").start(link.rpartition("/")[2])

    assert any(due.number == 0 and due.address == "1001" for due in reply.due)
    assert stranger.message
    assert not stranger.message.buttons
    assert web.message.statement == question
    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert stored is not None
    assert stored.channel == "web"


async def test_a_code_given_out_again_hides_what_was_until_the_old_chat_agrees(place: Workplace) -> None:
    participant_id, issued = place.invite()
    old = Person(place)
    await old.start(issued.code)
    await old.to_statements()
    await old.press("4")
    again = place.issue(participant_id)
    new = Person(place, address="2002")
    reply = await new.start(again.code)

    assert reply.message
    assert "oude antwoorden" in "\n".join(reply.message.paragraphs)
    dues = await unshown(place)
    asked = [due for due in dues if due.address == "1001"]
    assert len(asked) == 1
    agreed = await old.happen(Pressed(asked[0].message.buttons[0].data))
    assert any(due.address == "2002" and due.number > 0 for due in agreed.due)
    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert stored is not None
    assert not load(stored.state).is_limited


async def test_a_follow_up_waits_until_the_person_has_finished(place: Workplace) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    follow_up = place.plan(participant_id, Kind.FOLLOW_UP)
    quiet = await place.turns.tell(participant_id, due_event(follow_up))

    assert quiet is not None
    assert quiet.due == ()


async def test_a_language_that_is_chosen_is_kept_for_the_person(place: Workplace) -> None:
    participant_id, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.press("language-ar")

    kept = place.store.look(lambda c: participants.get(c, place.organisation_id, participant_id))
    assert kept is not None
    assert kept.language == "ar"
    assert person.message.language == "ar"


async def _finished(place: Workplace, address: str = "1001") -> tuple[str, Person]:
    """Somebody who has answered everything and stands before the own web."""
    participant_id, issued = place.invite()
    person = Person(place, address=address)
    await person.start(issued.code)
    await person.to_statements()
    await person.answer_all("4")
    return participant_id, person


async def test_a_chat_that_came_in_by_a_new_code_cannot_share_or_see_what_was(place: Workplace) -> None:
    participant_id, _ = await _finished(place)
    new = Person(place, address="2002")
    await new.start(place.issue(participant_id).code)
    await new.press("go")
    await new.press("go")
    await new.type("mijn web")

    assert new.message.picture is None
    history = place.store.look(lambda c: consents.history(c, participant_id))
    assert not [one for one in history if one.purpose is Purpose.TOPIC]


async def test_two_new_codes_do_not_ask_the_first_new_chat_whether_the_second_may(place: Workplace) -> None:
    participant_id, first = await _finished(place)
    taken_over = Person(place, address="2002")
    await taken_over.start(place.issue(participant_id).code)
    again = Person(place, address="3003")
    await again.start(place.issue(participant_id).code)
    answer = await taken_over.type("ja")

    assert answer.due[0].conversation_id is None
    dues = await unshown(place)
    assert [due.address for due in dues if "1001" in due.address] == ["1001"]
    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert stored is not None
    assert load(stored.state).is_limited
    assert first.address == "1001"


async def test_the_first_chat_gets_its_conversation_back_with_a_new_code(place: Workplace) -> None:
    participant_id, first = await _finished(place)
    other = Person(place, address="2002")
    await other.start(place.issue(participant_id).code)
    back = await first.start(place.issue(participant_id).code)

    assert back.message
    stored = place.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
    assert stored is not None
    assert stored.address == "1001"
    assert not load(stored.state).is_limited
    gone = await other.type("start")
    assert gone.due[0].conversation_id is None


async def test_a_second_persons_typed_code_in_a_taken_chat_shows_nothing_of_the_first(place: Workplace) -> None:
    _, issued = place.invite("Samira")
    _, second = place.invite("Bilal")
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    statement = person.message.statement
    reply = await person.type(second.typed_code)

    assert reply.message
    assert reply.message.statement is None
    assert f"/c/{second.typed_code}" in "\n".join(reply.message.paragraphs)
    assert statement


async def test_what_becomes_due_while_something_else_is_open_shows_nothing_and_is_offered_later(
    place: Workplace,
) -> None:
    participant_id, person = await _finished(place)
    follow_up = place.plan(participant_id, Kind.FOLLOW_UP)
    told = await place.turns.tell(participant_id, due_event(follow_up))

    assert told is not None
    assert told.due == ()
    for _ in range(5):
        await person.happen(Pressed(person.message.buttons[0].data))
    assert person.message.buttons[0].text.startswith("▶")
    assert "weer" in person.message.paragraphs[-1]


async def test_a_link_elsewhere_is_not_spent_by_somebody_elses_chat(place: Workplace) -> None:
    _, issued = place.invite("Samira")
    _, second = place.invite("Bilal")
    person, other = Person(place), Person(place, address="2002")
    await person.start(issued.code)
    await person.to_statements()
    await other.start(second.code)
    await person.type("mijn keuzes")
    await person.press("elsewhere")
    link = next(line for line in "\n".join(person.message.paragraphs).split() if line.startswith("https://"))
    code = link.rpartition("/")[2]
    await other.start(code)
    web = Person(place, address="cookie", channel="web")
    await web.start(code)

    assert web.message.statement


async def test_the_day_of_a_web_is_the_day_where_the_person_works(place: Workplace) -> None:
    """Half an hour before midnight in London it is the next day in Amsterdam: the words say what the picture says."""
    place.clock.now = place.clock().replace(hour=23, minute=30)
    day = place.clock().date() + timedelta(days=1)
    _, issued = place.invite()
    person = Person(place)
    await person.start(issued.code)
    await person.to_statements()
    await person.answer_all()
    await person.press("go")
    assert CATALOGUES["nl"].date(day) in person.message.paragraphs[0]
    await person.happen(Commanded("choices"))
    await person.press("agreed")
    assert CATALOGUES["nl"].date(day) in "\n".join(person.message.paragraphs)

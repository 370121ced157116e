"""What the person reads in the chat of agreements and of who looked: the own ones, in the own language, when asked."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.conversation.events import Commanded
from bot.mydata import my_data
from domain.agreements import Words
from domain.ids import AgreementId, ParticipantId, StaffId
from domain.looks import Look
from domain.questionnaire import LANGUAGES
from storage import agreements, audit, staff
from storage.agreements import Agreement
from storage.secrets import new_id
from storage.staff import Role, StaffMember
from storage.store import Store
from tests.bot.people import CATALOGUES, Person, Workplace, unshown

TEXT = "Ik bel woensdag de gemeente"


@pytest.fixture
def place(sqlite_url: str) -> Iterator[Workplace]:
    """What differs between databases is tested with the storage."""
    store = Store.open(sqlite_url)
    yield Workplace(store)
    store.close()


def _agree(place: Workplace, participant_id: str, words: Words, *, coach_id: str = "") -> None:
    one = Agreement(
        id=AgreementId(new_id()),
        organisation_id=place.organisation_id,
        participant_id=ParticipantId(participant_id),
        coach_id=StaffId(coach_id or place.coach_id),
        text=words.text,
        topic=words.topic,
        agreed_on=words.agreed_on,
        is_done=words.is_done,
        version=1,
        created_at=place.clock(),
    )
    place.store.run(lambda c: agreements.add(c, one))


def _look(place: Workplace, participant_id: str, look: Look, *, staff_id: str = "") -> None:
    def job(connection: object) -> None:
        member = staff.get(connection, place.organisation_id, staff_id or place.coach_id)  # type: ignore[arg-type] # a Connection
        assert member is not None
        audit.record(connection, member, look, participant_id=participant_id, at=place.clock())  # type: ignore[arg-type] # a Connection

    place.store.run(job)


def _boss(place: Workplace) -> str:
    """Another coach, who also decides about people's work."""
    boss = StaffMember(
        id=StaffId(new_id()),
        organisation_id=place.organisation_id,
        email=f"{new_id()}@werkplaats.example",
        role=Role.COACH,
        is_also_boss=True,
        name="Truus",
        created_at=place.clock(),
    )
    place.store.run(lambda c: staff.add(c, boss))
    return boss.id


async def _finished(place: Workplace, *, language: str = "nl") -> tuple[str, Person]:
    """Somebody who has been through the statements once, and reads that language."""
    participant_id, issued = place.invite()
    person = Person(place, address=participant_id)
    await person.start(issued.code)
    await person.to_statements()
    await person.answer_all()
    await person.happen(Commanded("language"))
    await person.press(f"language-{language}")
    return participant_id, person


async def _open(person: Person, *ways: str) -> str:
    """What is said there, from ➕ or 🔒 on."""
    await person.happen(Commanded(ways[0]))
    for way in ways[1:]:
        await person.press(way)
    return "\n".join(person.message.paragraphs)


def _labels(person: Person) -> list[str]:
    return [label.text for label in person.message.buttons]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_was_agreed_can_be_read_in_every_language(place: Workplace, language: str) -> None:
    participant_id, person = await _finished(place, language=language)
    catalogue, day = CATALOGUES[language], place.clock().date()
    await _open(person, "more")
    assert catalogue.say("button.agreements") not in _labels(person)
    _agree(place, participant_id, Words(TEXT, day, "money"))
    _agree(place, participant_id, Words("Samen kijken", day - timedelta(days=3), is_done=True))
    await _open(person, "more")
    assert catalogue.say("button.agreements") in _labels(person)
    said = await _open(person, "more", "agreements")
    for words in (TEXT, "Samen kijken", catalogue.say("group.money"), catalogue.date(day), "Joke", "✔"):
        assert words in said
    assert len(person.message.paragraphs) == 3
    # Between measurements there is no ➕: the way is 🔒, beside who looked.
    assert TEXT in await _open(person, "choices", "agreements")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_looked_can_be_read_in_every_language(place: Workplace, language: str) -> None:
    participant_id, person = await _finished(place, language=language)
    catalogue = CATALOGUES[language]
    assert await _open(person, "choices", "looks") == catalogue.say("looks.none")
    for look in (Look.SAW, Look.SAW, Look.PRINTED, Look.EXPORTED, Look.DREW):
        _look(place, participant_id, look)
    said = await _open(person, "choices", "looks")
    assert said.count("Joke") == said.count(catalogue.date(place.clock().date())) == 4


async def test_a_coach_who_is_also_the_boss_is_called_so(place: Workplace) -> None:
    participant_id, person = await _finished(place)
    boss = _boss(place)
    _agree(place, participant_id, Words(TEXT, place.clock().date()), coach_id=boss)
    _look(place, participant_id, Look.SAW, staff_id=boss)
    named = CATALOGUES["nl"].say("coach.also_boss", {"coach": "Truus"})
    assert named in await _open(person, "more", "agreements")
    assert named in await _open(person, "choices", "looks")


async def test_only_the_own_agreements_and_looks_are_told(place: Workplace) -> None:
    other, _ = place.invite("Ali")
    _agree(place, other, Words(TEXT, place.clock().date()))
    _look(place, other, Look.SAW)
    _, person = await _finished(place)
    await _open(person, "more")
    assert CATALOGUES["nl"].say("button.agreements") not in _labels(person)
    assert await _open(person, "choices", "looks") == CATALOGUES["nl"].say("looks.none")


async def test_ten_stand_in_a_message_and_all_in_the_own_file(place: Workplace) -> None:
    participant_id, person = await _finished(place)
    for number in range(12):
        _agree(place, participant_id, Words(f"Afspraak {number}", place.clock().date()))
        _look(place, participant_id, Look.SAW)
        place.clock.pass_(24 * 3600)
    assert (await _open(person, "more", "agreements")).count("Afspraak ") == 10
    assert "📄" in person.message.paragraphs[-1]
    assert (await _open(person, "choices", "looks")).count("Joke") == 10
    assert "📄" in person.message.paragraphs[-1]
    kept = json.loads(place.store.look(lambda c: my_data(c, CATALOGUES, place.organisation_id, participant_id)))
    assert (len(kept["agreements"]), len(kept["looks_at_my_answers"])) == (12, 12)
    assert kept["agreements"][0] | {"on": ""} == {
        "with": "Joke", "on": "", "about": None, "text": "Afspraak 11", "done": False,
    }  # fmt: skip


async def test_with_a_re_issued_code_nothing_earlier_is_told(place: Workplace) -> None:
    participant_id, _ = await _finished(place)
    _agree(place, participant_id, Words(TEXT, place.clock().date()))
    _look(place, participant_id, Look.SAW)
    elsewhere = Person(place, address="2002")
    await elsewhere.start(place.issue(ParticipantId(participant_id)).code)
    for ways in (("more",), ("choices",)):
        await _open(elsewhere, *ways)
        assert not {CATALOGUES["nl"].say(f"button.{name}") for name in ("agreements", "looks")} & set(
            _labels(elsewhere)
        )


async def test_a_new_agreement_shows_nothing_unasked(place: Workplace) -> None:
    """Whoever has the phone in hand reads of it only after ➕."""
    participant_id, person = await _finished(place)
    before = await place.turns.look(person.channel, person.address)
    _agree(place, participant_id, Words(TEXT, place.clock().date()))
    assert await place.turns.look(person.channel, person.address) == before
    assert await unshown(place) == []

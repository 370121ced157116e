"""A conversation that cannot be read is said to be so: nothing begins anew, and nothing is written over it."""

import importlib
import io
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import update

from api.logs import configure
from bot.conversation.conversation import Conversation, Measurement, Stage, dump, load
from bot.conversation.events import Came, Pressed
from domain.errors import UnreadableConversation
from storage import conversations
from storage.conversations import StoredConversation
from storage.store import Store
from storage.tables import conversations as conversation_rows
from tests.api.conftest import kept_logging  # noqa: F401 - a fixture, used by its name
from tests.bot.people import CATALOGUES, Person, Workplace

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WHOLE = Conversation(
    stage=Stage.STATEMENT,
    language="tr",
    step=7,
    stepped_at=NOW,
    measurement=Measurement(id="m", ordinal=1, modules=("money",), seed=3, marks="..", at=0),
)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_conversation_of_this_version_loads_again(stage: Stage) -> None:
    for kept in (Conversation(stage=stage), replace(WHOLE, stage=stage)):
        assert load(dump(kept)) == kept


def test_a_beginning_is_written_down_as_one() -> None:
    assert json.loads(dump(Conversation())) == {"stage": "language", "language": "nl", "step": 1}


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Conversation)} - {"stage", "language", "step"}))
def test_what_another_version_did_not_know_yet_gets_its_default(name: str) -> None:
    kept = json.loads(dump(WHOLE))
    kept.pop(name, None)
    assert getattr(load(json.dumps(kept)), name) == getattr(Conversation(), name)


@pytest.mark.parametrize(
    "state",
    [
        "",
        "{}",
        "[]",
        "null",
        "7",
        '"canary"',
        "{" * 5000,
        dump(WHOLE)[:-9],
        *(dump(WHOLE).replace(f'"{name}":', '"canary":', 1) for name in ("stage", "language", "step", "id", "ordinal")),
        dump(WHOLE).replace('"statement"', '"canary"'),
        dump(WHOLE).replace('"tr"', '"xx"'),
        dump(WHOLE).replace('"step":7', '"step":"7"'),
        dump(WHOLE).replace('"step":7', '"step":true'),
        dump(WHOLE).replace('"marks":".."', '"marks":null'),
        dump(WHOLE).replace('"stepped_at":', '"stepped_at":1e300,"x":'),
    ],
)
def test_what_was_not_written_so_is_refused_and_never_quoted(state: str) -> None:
    assert state != dump(WHOLE)
    with pytest.raises(UnreadableConversation) as refused:
        load(state)
    assert "canary" not in str(refused.value)
    assert refused.value.__context__ is None


# In the store -------------------------------------------------------------------------------------------------------


@pytest.fixture
def log(kept_logging: None) -> Iterator[io.StringIO]:  # noqa: F811 - the fixture of that name
    stream = io.StringIO()
    configure("DEBUG", is_strict=True, stream=stream)
    return stream


@pytest.fixture
def place(store: Store) -> Workplace:
    return Workplace(store)


async def _damaged(place: Workplace, state: str, *, channel: str = "telegram") -> tuple[Person, StoredConversation]:
    """Somebody in the middle, who chose Turkish; then what is kept of the conversation is lost."""
    _, issued = place.invite()
    person = Person(place, channel=channel)
    await person.start(issued.code)
    await person.press("language-tr")
    place.store.run(lambda c: c.execute(update(conversation_rows).values(state=state)))
    stored = place.store.look(lambda c: conversations.in_chat(c, channel, person.address, lock=False))
    assert stored is not None
    return person, stored


@pytest.mark.parametrize("event", [Came(), Pressed("s2.go")])
async def test_the_person_gets_a_kind_sentence_and_nothing_is_written_over(
    place: Workplace, log: io.StringIO, event: Came | Pressed
) -> None:
    person, stored = await _damaged(place, "{}")
    reply = await person.happen(event)
    assert reply.message is not None
    assert reply.message.paragraphs == (CATALOGUES["tr"].say("trouble.repair"),)
    assert [due.number for due in reply.due] == [0], "said once, and not remembered"
    assert place.store.look(lambda c: conversations.in_chat(c, "telegram", person.address, lock=False)) == stored
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"event": "conversation_unreadable", "conversation": stored.id, "cause": "ValueError"}.items() <= lines[
        -1
    ].items()


async def test_a_new_code_is_not_spent_on_a_conversation_that_cannot_be_read(place: Workplace) -> None:
    person, stored = await _damaged(place, "{}")
    code = place.issue(stored.participant_id).code
    elsewhere = Person(place, address="2002")
    assert (await elsewhere.start(code)).message is not None
    assert await place.turns.invitation(code) == "open"
    assert await place.turns.look("telegram", elsewhere.address) is None
    assert person.address != elsewhere.address


async def test_once_it_is_repaired_the_person_goes_on(place: Workplace) -> None:
    person, stored = await _damaged(place, dump(Conversation())[:-1])
    await person.happen(Came())
    place.store.run(lambda c: c.execute(update(conversation_rows).values(state=dump(replace(WHOLE, stage=Stage.WHAT)))))
    assert (await person.happen(Came())).number == stored.due + 1


async def test_what_an_earlier_version_left_out_is_written_in_when_the_database_is_upgraded(place: Workplace) -> None:
    migration = importlib.import_module("storage.migrations.versions.2026_11_25_beginnings_are_said")

    def after(state: str) -> str:
        def upgraded(connection: object) -> str:
            connection.execute(update(conversation_rows).values(state=state))  # type: ignore[attr-defined] # a Connection
            with Operations.context(MigrationContext.configure(connection)):  # type: ignore[arg-type] # as above
                migration.upgrade()
            kept = conversations.in_chat(connection, "telegram", person.address, lock=False)  # type: ignore[arg-type] # as above
            assert kept is not None
            return kept.state

        return place.store.run(upgraded)

    person, _ = await _damaged(place, "{}")
    assert load(after("{}")) == Conversation()
    assert load(after('{"step":9,"language":"fr"}')) == Conversation(language="fr", step=9)
    assert load(after('{"stage":"idle"}')) == Conversation(stage=Stage.IDLE)
    for kept in (dump(WHOLE), "not JSON", "[]"):
        assert after(kept) == kept

"""The ledger: what people pressed and saw, against what is stored."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select

from bot.conversation.conversation import OPEN, load
from storage.store import Store
from storage.tables import answers, chats, conversations, measurements
from tests.faults.crowd import Person

Answers = dict[int, dict[str, list[str]]]
"""By chat and by the question's number, every answer that is stored."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What a run came to. ``lost``: pressed and not stored so; ``doubled``: stored twice, or without a press;
    ``split``: people whose conversation and answers disagree; ``most_repeats``: of one question in one chat."""

    answers: int
    lost: int
    doubled: int
    split: int
    repeats: int
    most_repeats: int

    @property
    def is_even(self) -> bool:
        """Whether nothing is lost, nothing doubled, and no question was repeated more than once."""
        return not (self.lost or self.doubled or self.split) and self.most_repeats <= 1


def balance(database_url: str, people: Iterable[Person]) -> Balance:
    """The balance of these people, when nothing is under way any more."""
    with closing(Store.open(database_url)) as store:
        stored, marks = read(store), _marks(store)
    lost = doubled = split = repeats = most = total = 0
    for person in people:
        chat_id = person.phone.chat_id
        mine = stored.get(chat_id, {})
        total += sum(len(given) for given in mine.values())
        for question, face in person.chosen.items():
            lost += "".join(mine.get(question, [])[-1:]) not in {face} | person.again.get(question, set())
        doubled += sum(len(given) - 1 for given in mine.values()) + len(mine.keys() - person.chosen.keys())
        by_measurement = Counter(question.partition(".")[0] for question in mine)
        split += any(by_measurement[name] != count for name, count in marks.get(chat_id, {"none": 1}).items())
        again = [count - 1 for count in Counter(s.question for s in person.phone.shows if s.question).values()]
        repeats += sum(again)
        most = max(most, *again, 0)
    return Balance(total, lost, doubled, split, repeats, most)


def read(store: Store) -> Answers:
    """Every answer that is stored."""
    query = (
        select(chats.c.address, measurements.c.ordinal, answers.c.position, answers.c.answer)
        .join(measurements, measurements.c.participant_id == chats.c.participant_id)
        .join(answers, answers.c.measurement_id == measurements.c.id)
    )
    found: Answers = defaultdict(lambda: defaultdict(list))
    for address, ordinal, position, answer in store.look(lambda connection: connection.execute(query).all()):
        found[int(address)][f"q{ordinal}.{position - 1}"].append(answer)
    return found


def _marks(store: Store) -> dict[int, dict[str, int]]:
    """By chat, how many questions its conversation counts as answered in each measurement that it still knows."""
    query = select(chats.c.address, conversations.c.state).join(conversations, conversations.c.chat_id == chats.c.id)
    counted = {}
    for address, state in store.look(lambda connection: connection.execute(query).all()):
        conversation = load(state)
        known = [one for one in (conversation.measured, conversation.measurement) if one is not None]
        counted[int(address)] = {f"q{one.ordinal}": len(one.marks) - one.marks.count(OPEN) for one in known}
    return counted

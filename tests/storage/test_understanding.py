"""How well statements are understood: counted in people, and told only where enough of them answered."""

from domain.answers import Answer
from storage import answers, understanding
from storage.answers import StoredAnswer
from storage.store import Store
from storage.understanding import FEWEST_PEOPLE, Understood
from tests.storage.conftest import NOW, House


def _given(statement_id: str, answer: Answer, language: str) -> StoredAnswer:
    return StoredAnswer(statement_id, answer, 1, NOW, language, 1, "web", "vertical")


def test_a_statement_is_told_from_ten_people_on_in_each_language_by_itself(store: Store, house: House) -> None:
    kinds = [Answer.DK_UNDERSTAND, Answer.DK_UNDERSTAND, Answer.DK_ANSWER] + [Answer(f"{n}") for n in (1, 2, 3, 4, 5)]
    for number in range(FEWEST_PEOPLE):
        person = store.run(lambda c, n=number: house.add_person(c, name=f"P{n}"))
        language = "nl" if number < FEWEST_PEOPLE - 1 else "tr"
        for statement_id, spoken in (("soc-1", "ar"), ("soc-2", language)):
            given = _given(statement_id, kinds[number % len(kinds)], spoken)
            store.run(
                lambda c, p=person, g=given: answers.put(c, house.organisation, p.id, p.measurement, g),
            )
    assert store.look(understanding.of_statements) == (Understood("soc-1", "ar", 10, 10, 4, 1),)
    of_nine = store.look(lambda c: understanding.of_statements(c, fewest=9))
    assert [(one.statement_id, one.language, one.people) for one in of_nine] == [
        ("soc-1", "ar", 10),
        ("soc-2", "nl", 9),
    ]

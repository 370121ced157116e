"""The order of the statements and its rules (the method, section a.4)."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnknownGroup
from domain.order import FIRST, LAST, Draw, Rule, broken_rules, draw_order
from domain.questionnaire import Questionnaire

GOLDEN = json.loads((Path(__file__).parent / "golden_orders.json").read_text(encoding="utf-8"))
INNER = ("social_skills", "self_esteem", "self_confidence", "employee_skills", "work_happiness")
OUTER = (
    "money",
    "family_housemates",
    "household",
    "participation",
    "social_network",
    "mental_health",
    "physical_health",
)
HELD_BACK = ("substance_use", "police_justice")
ALL = INNER + OUTER + HELD_BACK
SEEDS = st.integers(0, 2**64 - 1)
MODULES = st.lists(st.sampled_from(ALL), unique=True)


def ids_of(questionnaire: Questionnaire, modules: Sequence[str]) -> list[str]:
    return sorted(statement.id for statement in questionnaire.statements if statement.group in modules)


def groups_of(questionnaire: Questionnaire, order: Sequence[str]) -> list[str]:
    return [questionnaire.statement(statement_id).group for statement_id in order]


def kinds_of_module_sets() -> Iterator[tuple[str, ...]]:
    """One set of modules of every size and mix; which work aspect or life domain it is makes no difference."""
    for inner, outer, held_back in product(range(len(INNER) + 1), range(len(OUTER) + 1), range(len(HELD_BACK) + 1)):
        yield INNER[:inner] + OUTER[:outer] + HELD_BACK[:held_back]


def can_be_ordered(sizes: tuple[int, ...], held_back: tuple[bool, ...], first: int, last: int, together: int) -> bool:
    """By trying everything: an order with so long free ends and at most so many neighbours of one group exists."""
    total = sum(sizes)

    @cache
    def can_go_on(left: tuple[int, ...], before: int, together: int) -> bool:
        place = total - sum(left)
        if place == total:
            return True
        for turn, count in enumerate(left):
            still = together - (turn == before)
            is_free_place = place < first or place >= total - last
            if not count or still < 0 or (held_back[turn] and is_free_place):
                continue
            if can_go_on((*left[:turn], count - 1, *left[turn + 1 :]), turn, still):
                return True
        return False

    return can_go_on(sizes, -1, together)


def strength(questionnaire: Questionnaire, order: Sequence[str]) -> tuple[int, int, int]:
    """How far an order obeys the rules: neighbours of one group, length of the free start, length of the free end."""
    groups = groups_of(questionnaire, order)
    held_back = [place for place, group in enumerate(groups) if group in HELD_BACK]
    together = sum(one == following for one, following in pairwise(groups))
    if not held_back:
        return together, FIRST, LAST
    return together, min(FIRST, held_back[0]), min(LAST, len(groups) - 1 - held_back[-1])


def test_all_statements_come_each_once_and_obey_every_rule(questionnaire: Questionnaire) -> None:
    for seed in range(200):
        order = draw_order(questionnaire, ALL, seed=seed)
        assert len(order) == 102
        assert sorted(order) == ids_of(questionnaire, ALL)
        assert broken_rules(order, questionnaire) == frozenset()


@pytest.mark.parametrize("modules", list(kinds_of_module_sets()), ids=len)
def test_a_rule_gives_way_no_further_than_it_must(questionnaire: Questionnaire, modules: tuple[str, ...]) -> None:
    """Rules give way in the order last 5, first 10, neighbours. Proved by trying everything where one gave way."""
    order = draw_order(questionnaire, modules, seed=len(modules))
    assert sorted(order) == ids_of(questionnaire, modules)
    together, first, last = strength(questionnaire, order)
    sizes = tuple(len(questionnaire.of_group(name)) for name in modules)
    held_back = tuple(name in HELD_BACK for name in modules)
    if together:
        assert not can_be_ordered(sizes, held_back, 0, 0, together - 1)
    if first < FIRST:
        assert not can_be_ordered(sizes, held_back, first + 1, 0, together)
    if last < LAST:
        assert not can_be_ordered(sizes, held_back, first, last + 1, together)


@given(modules=MODULES, seed=SEEDS)
def test_which_rules_give_way_depends_on_the_modules_and_not_on_the_seed(
    questionnaire: Questionnaire, modules: list[str], seed: int
) -> None:
    order = draw_order(questionnaire, modules, seed=seed)
    assert sorted(order) == ids_of(questionnaire, modules)
    assert broken_rules(order, questionnaire) == broken_rules(draw_order(questionnaire, modules, seed=1), questionnaire)
    if len(set(modules) - set(HELD_BACK)) >= 4:
        assert broken_rules(order, questionnaire) == frozenset()


def test_broken_rules_are_seen(questionnaire: Questionnaire) -> None:
    fine = list(draw_order(questionnaire, ALL, seed=5))
    substance = fine.index("sub-1")

    def with_substance_at(place: int) -> list[str]:
        moved = fine[:substance] + fine[substance + 1 :]
        return [*moved[:place], "sub-1", *moved[place:]]

    held_back_at = [place for place, group in enumerate(groups_of(questionnaire, fine)) if group in HELD_BACK]
    assert held_back_at[0] >= 10
    assert Rule.FIRST_TEN in broken_rules(with_substance_at(9), questionnaire)
    assert Rule.FIRST_TEN not in broken_rules(with_substance_at(10), questionnaire)
    assert Rule.LAST_FIVE in broken_rules(with_substance_at(97), questionnaire)
    assert Rule.LAST_FIVE not in broken_rules(with_substance_at(96), questionnaire)
    assert broken_rules(["soc-1", "soc-2", "mon-1"], questionnaire) == {Rule.NEIGHBOURS}
    assert broken_rules(["soc-1", "mon-1", "soc-2"], questionnaire) == frozenset()
    assert broken_rules(["sub-1"], questionnaire) == {Rule.FIRST_TEN, Rule.LAST_FIVE}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
def test_the_same_seed_gives_the_same_order_for_ever(questionnaire: Questionnaire, golden: dict[str, object]) -> None:
    """A measurement that was paused goes on in its own order after any update: these orders never change."""
    order = draw_order(questionnaire, golden["modules"], seed=golden["seed"], same_order=golden["same_order"])
    assert list(order) == golden["order"]


def test_the_random_numbers_are_those_of_splitmix64() -> None:
    """The first numbers of the published generator for the seed 1234567."""
    draw = Draw(1234567)
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert [draw.word() for _ in published] == published


def test_numbers_below_a_limit_are_spread_evenly() -> None:
    draw = Draw(3)
    counts = Counter(draw.below(5) for _ in range(10_000))
    assert set(counts) == {0, 1, 2, 3, 4}
    assert all(1800 < count < 2200 for count in counts.values())


def test_another_seed_gives_another_order_and_every_free_statement_can_come_anywhere(
    questionnaire: Questionnaire,
) -> None:
    orders = {draw_order(questionnaire, ALL, seed=seed) for seed in range(500)}
    assert len(orders) == 500
    mean_place = {
        one.id: sum(order.index(one.id) for order in orders) / 500
        for one in questionnaire.statements
        if one.group not in HELD_BACK
    }
    assert 40 < min(mean_place.values()) < max(mean_place.values()) < 60
    assert len({order[0] for order in orders}) > 70


def test_the_order_in_which_modules_are_named_makes_no_difference(questionnaire: Questionnaire) -> None:
    forth = draw_order(questionnaire, ["money", "household", "social_skills"], seed=4)
    back = draw_order(questionnaire, ["social_skills", "household", "money", "money"], seed=4)
    assert forth == back


def test_the_same_order_every_time_is_one_order_for_everybody_and_obeys_the_rules(questionnaire: Questionnaire) -> None:
    orders = {draw_order(questionnaire, ALL, seed=seed, same_order=True) for seed in range(20)}
    assert len(orders) == 1
    assert broken_rules(orders.pop(), questionnaire) == frozenset()


def test_no_modules_give_an_empty_order(questionnaire: Questionnaire) -> None:
    assert draw_order(questionnaire, [], seed=1) == ()


def test_an_unknown_module_is_refused(questionnaire: Questionnaire) -> None:
    with pytest.raises(UnknownGroup):
        draw_order(questionnaire, ["money", "weather"], seed=1)

"""The order of the statements: drawn from a seed, never two of one group in a row, the heaviest groups in the middle.

The order differs per person and measurement, so that no place in the list colours a statement for everybody (the
method, section a.4). The same seed gives the same order for ever: a paused measurement goes on where it was.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from domain.questionnaire import Questionnaire, Sensitivity

FIRST = 10
"""How many statements at the start are free of alcohol and drugs, police and justice."""
LAST = 5
"""How many statements at the end are free of them."""
_HELD_BACK = frozenset({Sensitivity.SUBSTANCE, Sensitivity.JUSTICE})
_SAME_FOR_ALL = 20_261_101  # The seed of the one order of those who want the same order every time.


class Rule(StrEnum):
    """What an order should obey, strongest first; with few modules the last gives way first."""

    NEIGHBOURS = "neighbours"
    FIRST_TEN = "first_ten"
    LAST_FIVE = "last_five"


def draw_order(
    questionnaire: Questionnaire, modules: Sequence[str], *, seed: int, same_order: bool = False
) -> tuple[str, ...]:
    """The statement ids of these modules, each once, in the order of this seed.

    In which order the modules are named makes no difference. ``same_order`` leaves the seed out: the same modules then
    come in the same order for everybody, every time. A rule gives way no further than it must. Raises UnknownGroup.
    """
    names = questionnaire.in_order(modules)
    return _draw(questionnaire, names, _SAME_FOR_ALL if same_order else seed)


def broken_rules(order: Sequence[str], questionnaire: Questionnaire) -> frozenset[Rule]:
    """The rules that this order of statement ids does not obey; raises UnknownStatement."""
    groups = [questionnaire.statement(statement_id).group for statement_id in order]
    held_back = [questionnaire.group(name).sensitivity in _HELD_BACK for name in groups]
    broken = {
        Rule.NEIGHBOURS: any(one == next_one for one, next_one in pairwise(groups)),
        Rule.FIRST_TEN: any(held_back[:FIRST]),
        Rule.LAST_FIVE: any(held_back[-LAST:]),
    }
    return frozenset(rule for rule, is_broken in broken.items() if is_broken)


class Draw:
    """A stream of random numbers that is the same in every version of Python: SplitMix64 (Steele, Lea & Flood 2014).

    The standard library promises a stable sequence for ``random()`` only, not for its shuffle or choice.
    """

    def __init__(self, seed: int) -> None:
        self._state = seed & _WORD

    def word(self) -> int:
        """The next 64 random bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = (self._state ^ (self._state >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _WORD
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A number from 0 up to and without ``limit``. (Its bias is under limit / 2**64.)"""
        return self.word() * limit >> 64


_WORD = (1 << 64) - 1


@lru_cache(maxsize=4096)
def _draw(questionnaire: Questionnaire, names: tuple[str, ...], seed: int) -> tuple[str, ...]:
    draw = Draw(seed)
    piles = [_shuffled([statement.id for statement in questionnaire.of_group(name)], draw) for name in names]
    sizes = tuple(len(pile) for pile in piles)
    held_back = tuple(questionnaire.group(name).sensitivity in _HELD_BACK for name in names)
    turns = _Places(sizes, held_back, *_free_ends(sizes, held_back)).fill(draw)
    return tuple(piles[turn].pop() for turn in turns or ())


def _shuffled(pile: list[str], draw: Draw) -> list[str]:
    for last in range(len(pile) - 1, 0, -1):
        other = draw.below(last + 1)
        pile[last], pile[other] = pile[other], pile[last]
    return pile


@lru_cache(maxsize=1024)
def _free_ends(sizes: tuple[int, ...], held_back: tuple[bool, ...]) -> tuple[int, int]:
    """How long the free start and the free end can be: the start first, the end with what the start leaves."""

    def can_be(first: int, last: int) -> bool:
        return _Places(sizes, held_back, first, last).fill(Draw(0)) is not None

    if not any(held_back) or can_be(FIRST, LAST):
        return FIRST, LAST
    first = next((n for n in range(FIRST, 0, -1) if can_be(n, 0)), 0)
    return first, next((n for n in range(LAST, 0, -1) if can_be(first, n)), 0)


class _Places:
    """The places of an order, filled one by one with groups (indexes of ``sizes``), stepping back from dead ends."""

    def __init__(self, sizes: tuple[int, ...], held_back: tuple[bool, ...], first: int, last: int) -> None:
        self._left = list(sizes)
        self._held_back = held_back
        self._total = sum(sizes)
        self._middle = range(first, self._total - last)  # Where the groups that are held back may stand.
        self._turns: list[int] = []
        self._dead: set[tuple[tuple[int, ...], int, int]] = set()

    def fill(self, draw: Draw) -> list[int] | None:
        """Whose turn it is at each place; None when it cannot be done.

        Two of one group stand together only as often as the largest group makes unavoidable.
        """
        together = max(0, 2 * max(self._left, default=0) - self._total - 1)
        return self._turns if self._can_go_on(-1, together) and self._go_on(-1, together, draw) else None

    def _go_on(self, before: int, together: int, draw: Draw) -> bool:
        if len(self._turns) == self._total:
            return True
        state = (tuple(self._left), before, together)
        if state in self._dead:
            return False
        for turn in self._candidates(before, together, draw):
            self._left[turn] -= 1
            self._turns.append(turn)
            still_together = together - (turn == before)
            if self._can_go_on(turn, still_together) and self._go_on(turn, still_together, draw):
                return True
            self._turns.pop()
            self._left[turn] += 1
        self._dead.add(state)
        return False

    def _candidates(self, before: int, together: int, draw: Draw) -> Iterator[int]:
        """The groups that may come now, each once, drawn by how many statements they have left."""
        is_middle = len(self._turns) in self._middle
        may_come = [
            turn
            for turn, left in enumerate(self._left)
            if left and (turn != before or together) and (is_middle or not self._held_back[turn])
        ]
        while may_come:
            ticket = draw.below(sum(self._left[turn] for turn in may_come))
            for turn in may_come:
                ticket -= self._left[turn]
                if ticket < 0:
                    break
            may_come.remove(turn)
            yield turn

    def _can_go_on(self, before: int, together: int) -> bool:
        """Whether no group has more left than its places can take; necessary, and nearly always enough."""
        place = len(self._turns)
        rest = self._total - place
        middle = max(0, self._middle.stop - max(place, self._middle.start))
        held_back = 0
        for turn, left in enumerate(self._left):
            room, is_next = rest, True
            if self._held_back[turn]:
                room, is_next = middle, place in self._middle
                held_back += left
            if 2 * left > room + together + (turn != before or not is_next):
                return False
        return held_back <= middle

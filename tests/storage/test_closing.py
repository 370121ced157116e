"""A window closes once, prints what the rules allow of who counts, and what was printed stays as it was."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select

from domain.consent import Purpose
from domain.errors import BadGrouping, GroupingTooLate, NotEnoughFinished, UnknownMoment, WindowClosedAlready
from domain.group_change import Direction
from domain.grouping import GroupingKind
from domain.publication import GroupPublication
from domain.windows import Care, Closing
from storage import closing, erasure, groupings, publications, windows
from storage.catalogue import Catalogues
from storage.closing import Draft
from storage.gathering import Method
from storage.publications import WindowSets
from storage.secrets import new_id
from storage.store import Store
from storage.tables import window_people
from storage.windows import ClosedWindow
from tests.many import Many
from tests.storage.conftest import KEY, NOW, House

CATALOGUES = Catalogues.load()
METHOD = Method(CATALOGUES.questionnaire, CATALOGUES.reworded())
GROUPS = ("social_skills", "money", "mental_health", "substance_use")
LATER, MUCH_LATER = NOW + timedelta(days=10), NOW + timedelta(days=250)


@pytest.fixture
def many(house: House) -> Many:
    return Many(house.organisation, house.coach, CATALOGUES.questionnaire, GROUPS, NOW)


def draft(
    connection: Connection, many: Many, care: Care = Care.WORK, moment: str = "baseline", now: datetime = LATER
) -> Draft:
    scope = closing.scope_of(connection, many.organisation_id, moment, care, now)
    return closing.drafted(connection, METHOD, scope)


def close(
    store: Store, many: Many, care: Care = Care.WORK, moment: str = "baseline", now: datetime = LATER
) -> ClosedWindow:
    """Closed by hand."""
    made, window_id = store.look(lambda c: draft(c, many, care, moment, now)), new_id()
    return store.run(lambda c: closing.close(c, METHOD, made, window_id=window_id, by_hand=True))


def answered(store: Store, many: Many, levels: list[int], at: datetime = NOW, **moment: object) -> list[str]:
    people = store.run(lambda c: many.join(c, len(levels)))
    finish(store, many, dict(zip(people, levels, strict=True)), at, **moment)
    return people


def finish(store: Store, many: Many, levels: dict[str, int], at: datetime, **moment: object) -> None:
    store.run(lambda c: many.finish(c, levels, at, **moment))  # type: ignore[arg-type]  # kind and number as they are


def said(store: Store, window: ClosedWindow, group: str = "social_skills") -> GroupPublication:
    return store.look(lambda c: publications.of_windows(c, [window.id]))[window.id][group]


def sets(store: Store, window: ClosedWindow) -> WindowSets:
    return store.look(lambda c: publications.sets_of(c, [window.id]))[window.id]


def test_nine_people_have_a_mean_of_work_and_none_of_life(store: Store, many: Many) -> None:
    answered(store, many, [4, 4, 4, 4, 4, 3, 3, 3, 3])
    window = close(store, many)
    figure = said(store, window).whole
    assert figure is not None
    assert figure.low <= Decimal("3.56") <= figure.high
    assert (window.number, window.since, window.closed_at) == (1, NOW, LATER)
    assert store.look(lambda c: draft(c, many, Care.LIFE)).closing is Closing.WAITS
    with pytest.raises(NotEnoughFinished):
        close(store, many, Care.LIFE)


def test_feelings_and_body_are_of_their_own_kind_and_substance_use_is_in_none(store: Store, many: Many) -> None:
    answered(store, many, [3] * 12)
    by_care = store.look(lambda c: {care: set(draft(c, many, care).said) for care in Care})
    assert "mental_health" in by_care[Care.BODY]
    assert "money" in by_care[Care.LIFE]
    assert not any("substance_use" in groups for groups in by_care.values())


@pytest.mark.parametrize("missing", [Purpose.KEEP, Purpose.GROUP])
def test_who_did_not_agree_does_not_count(store: Store, many: Many, missing: Purpose) -> None:
    people = answered(store, many, [3] * 6)
    store.run(lambda c: many.decide(c, people[0], missing, "withdrawn", NOW))
    store.run(lambda c: many.decide(c, people[1], missing, "withdrawn", NOW))
    assert store.look(lambda c: draft(c, many)).closing is Closing.WAITS
    store.run(lambda c: many.decide(c, people[0], missing, "given", LATER))
    assert set(store.look(lambda c: draft(c, many)).people) == set(people) - {people[1]}


def test_a_no_to_feelings_and_body_leaves_the_rest_counted(store: Store, many: Many) -> None:
    people = answered(store, many, [3] * 11)
    store.run(lambda c: many.decide(c, people[0], Purpose.HEALTH, "withdrawn", NOW))
    assert len(store.look(lambda c: draft(c, many, Care.BODY)).people) == 10
    assert len(store.look(lambda c: draft(c, many, Care.LIFE)).people) == 11


def test_a_window_closes_once(store: Store, many: Many) -> None:
    answered(store, many, [3] * 8)
    made, mine = store.look(lambda c: draft(c, many)), new_id()
    window = store.run(lambda c: closing.close(c, METHOD, made, window_id=mine, by_hand=True))
    again = store.run(lambda c: closing.close(c, METHOD, made, window_id=mine, by_hand=True))
    assert window == again, "a job that is done again changes nothing"
    with pytest.raises(WindowClosedAlready):
        store.run(lambda c: closing.close(c, METHOD, made, window_id=new_id(), by_hand=True))
    with pytest.raises(NotEnoughFinished):
        close(store, many, now=LATER + timedelta(days=1))
    assert store.look(lambda c: windows.of_organisation(c, many.organisation_id)) == (window,)


async def test_of_many_at_the_same_moment_one_closes_it(store: Store, many: Many) -> None:
    answered(store, many, [3] * 8)
    made = store.look(lambda c: draft(c, many))

    async def one() -> bool:
        window_id = new_id()
        try:
            await store.write(lambda c: closing.close(c, METHOD, made, window_id=window_id, by_hand=False))
        except WindowClosedAlready:
            return False
        return True

    assert sorted(await asyncio.gather(*(one() for _ in range(6)))) == [False] * 5 + [True]


def test_an_answer_belongs_to_one_window(store: Store, many: Many) -> None:
    first = answered(store, many, [3] * 8)
    one = close(store, many)
    second = answered(store, many, [4] * 6, at=LATER - timedelta(minutes=2))  # committed a little late
    two = close(store, many, now=MUCH_LATER)
    assert (set(sets(store, one).people["social_skills"]), set(sets(store, two).people["social_skills"])) == (
        set(first),
        set(second),
    )
    assert (two.number, two.since) == (2, LATER)


def test_somebody_erased_between_working_out_and_printing_is_not_in_it(store: Store, many: Many) -> None:
    people = answered(store, many, [3] * 8)
    made = store.look(lambda c: draft(c, many))
    for person in people[:2]:
        erase(store, many, person)
    window = store.run(lambda c: closing.close(c, METHOD, made, window_id=new_id(), by_hand=True))
    assert set(sets(store, window).people["social_skills"]) == set(people[2:])


def test_when_too_few_are_left_nothing_is_printed(store: Store, many: Many) -> None:
    people = answered(store, many, [3] * 5)
    made = store.look(lambda c: draft(c, many))
    erase(store, many, people[0])
    with pytest.raises(NotEnoughFinished):
        store.run(lambda c: closing.close(c, METHOD, made, window_id=new_id(), by_hand=True))
    assert store.look(lambda c: windows.of_organisation(c, many.organisation_id)) == ()


def erase(store: Store, many: Many, person: str, erased_by: erasure.ErasedBy = erasure.ErasedBy.PARTICIPANT) -> None:
    store.run(
        lambda c: erasure.erase(
            c,
            organisation_id=many.organisation_id,
            participant_id=person,
            erased_by=erased_by,
            key=KEY,
            now=LATER,
        )
    )


def test_the_team_of_somebody_who_erased_all_stays_as_the_coach_said_it(store: Store, many: Many) -> None:
    """A team that vanishes would tell the coach who erased; when the coach erases, it goes too."""
    made = store.run(lambda c: groupings.declare(c, many.organisation_id, GroupingKind.TEAM, ("Noord", "Zuid"), NOW))
    first, second = store.run(lambda c: many.join(c, 2))
    part = made.parts[0].id
    assert store.run(lambda c: groupings.put_in(c, many.organisation_id, first, part))
    assert store.run(lambda c: groupings.put_in(c, many.organisation_id, second, part))
    erase(store, many, first)
    erase(store, many, second, erasure.ErasedBy.COACH)
    assert store.look(lambda c: groupings.members(c, many.organisation_id)) == {first: part}


def test_what_was_printed_stays_when_somebody_is_erased_and_so_does_the_count(store: Store, many: Many) -> None:
    people = answered(store, many, [3] * 8)
    window = close(store, many)
    before = said(store, window)
    erase(store, many, people[0])
    assert said(store, window) == before
    after = set(sets(store, window).people["social_skills"])
    assert len(after) == 8
    assert len(after & set(people)) == 7
    assert people[0] not in store.look(lambda c: c.execute(select(window_people.c.participant_id)).scalars().all())


def test_a_change_is_of_the_matched_people_only(store: Store, many: Many) -> None:
    people = answered(store, many, [2] * 6 + [3] * 6)
    close(store, many)
    finish(store, many, dict.fromkeys(people, 4), LATER, kind="follow_up")
    window = close(store, many, moment="follow_up_1", now=MUCH_LATER)
    change = said(store, window).change
    assert change is not None
    assert change.mean - change.within <= Decimal("1.5") <= change.mean + change.within
    assert change.direction is Direction.HIGHER
    assert sets(store, window).matched["social_skills"] == set(people)


@pytest.mark.parametrize(("joiners", "is_printed"), [(0, True), (1, False), (2, False), (3, True)])
def test_joiners_hide_the_change_when_they_are_too_few(
    store: Store, many: Many, joiners: int, *, is_printed: bool
) -> None:
    """The people at the follow-up less the matched ones would be just the joiners."""
    people = answered(store, many, [2] * 6 + [3] * 6)
    close(store, many)
    new = store.run(lambda c: many.join(c, joiners)) if joiners else []
    finish(store, many, dict.fromkeys([*people, *new], 4), LATER, kind="follow_up")
    window = close(store, many, moment="follow_up_1", now=MUCH_LATER)
    assert said(store, window).whole is not None
    assert (said(store, window).change is not None) is is_printed


@pytest.mark.parametrize(("leavers", "is_printed"), [(0, True), (1, False), (2, False), (3, True)])
def test_leavers_hide_the_change_when_they_are_too_few(
    store: Store, many: Many, leavers: int, *, is_printed: bool
) -> None:
    people = answered(store, many, [2] * 7 + [3] * 7)
    close(store, many)
    finish(store, many, dict.fromkeys(people[leavers:], 4), LATER, kind="follow_up")
    window = close(store, many, moment="follow_up_1", now=MUCH_LATER)
    assert (said(store, window).change is not None) is is_printed


def test_teams_are_shown_beside_the_whole_by_where_people_work(store: Store, many: Many) -> None:
    names = ("Noord", "Zuid")
    made = store.run(lambda c: groupings.declare(c, many.organisation_id, GroupingKind.TEAM, names, NOW))
    people = answered(store, many, [2, 3] * 8)

    def place(connection: Connection) -> None:
        for number, person in enumerate(people):
            assert groupings.put_in(connection, many.organisation_id, person, made.parts[number % 2].id)

    store.run(place)
    parts = said(store, close(store, many)).parts
    assert list(parts) == [part.id for part in made.parts]
    north, south = parts.values()
    assert north is not None
    assert south is not None
    assert north.low <= 2 <= north.high < 3 <= south.high


def test_a_grouping_is_declared_before_anything_is_published(store: Store, many: Many) -> None:
    def declare(*names: str) -> groupings.Grouping:
        return store.run(lambda c: groupings.declare(c, many.organisation_id, GroupingKind.LOCATION, names, NOW))

    for bad in (("Noord",), ("Noord", " noord "), ("a", "b" * 61), ()):
        with pytest.raises(BadGrouping):
            declare(*bad)
    declare("Noord", "Zuid")
    kept = declare(" Oost ", "", "West")
    assert [part.name for part in kept.parts] == ["Oost", "West"]
    answered(store, many, [3] * 8)
    close(store, many)
    with pytest.raises(GroupingTooLate):
        declare("Noord", "Zuid")
    assert store.look(lambda c: groupings.of_organisation(c, many.organisation_id)) == kept


def test_nobody_is_put_in_a_part_of_another_organisation(store: Store, many: Many, house: House) -> None:
    person = store.run(lambda c: many.join(c, 1))[0]
    assert not store.run(lambda c: groupings.put_in(c, house.organisation, person, new_id()))
    assert store.look(lambda c: groupings.part_of(c, person)) is None


def test_a_response_is_said_when_both_sides_are_enough(store: Store, many: Many) -> None:
    answered(store, many, [3] * 8)
    never = store.run(lambda c: many.join(c, 6))
    store.run(lambda c: many.give_up(c, never[:4], NOW, is_opened=False))
    assert store.look(lambda c: draft(c, many)).response.response is None
    store.run(lambda c: many.give_up(c, never[4:], NOW, is_opened=True))
    response = store.look(lambda c: draft(c, many)).response
    assert response.response is not None
    assert response.response.low <= 10 * 8 / 14 <= response.response.high
    assert response.drop_out is None
    assert store.look(lambda c: draft(c, many, Care.LIFE)).response.response is None


def test_a_moment_that_nobody_was_asked_at_is_unknown(store: Store, many: Many) -> None:
    for moment in ("follow_up_1", "follow_up_x", "never"):
        with pytest.raises(UnknownMoment):
            close(store, many, moment=moment)
    with pytest.raises(NotEnoughFinished):
        close(store, many)


def test_a_figure_comes_back_from_the_store_as_it_was_printed(store: Store, many: Many) -> None:
    answered(store, many, [2, 3, 4, 5] * 3)
    made = store.look(lambda c: draft(c, many))
    window = store.run(lambda c: closing.close(c, METHOD, made, window_id=new_id(), by_hand=False))
    assert store.look(lambda c: publications.of_windows(c, [window.id]))[window.id] == made.said

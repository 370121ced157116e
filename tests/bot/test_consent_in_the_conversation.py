"""What a no does, at any moment and by any way through the menus."""

import pytest

from bot.conversation.conversation import Stage
from bot.conversation.events import CodeReissued, Commanded, MeasurementClosed, Pressed, Typed
from bot.conversation.facts import ConsentDecided, MeasurementCompleted, PinChosen, TopicsPicked
from domain.consent import Decision, Purpose
from tests.bot.player import Player


def switch_off(player: Player, purpose: str) -> None:
    """Through 🔒, and back."""
    player.happen(Commanded("choices"))
    player.press(f"switch-{purpose}")


def finished(**decided: bool) -> Player:
    """Somebody who has answered everything."""
    player = Player().to_statements(yes=decided or None)
    player.answer_all("4")
    return player


def between() -> Player:
    """Somebody who has been through the own web and the lists."""
    player = finished()
    while player.screen().buttons:
        player.press("go")
    return player


@pytest.mark.parametrize("way", ["help", "language", "data", "delete"])
def test_without_taking_part_no_way_through_the_menu_leads_back_to_a_question(way: str) -> None:
    player = Player().to_statements()
    switch_off(player, "keep")
    player.happen(Commanded(way))
    player.press({"language": "language-nl", "delete": "no"}.get(way, "go"))

    assert player.conversation.stage is Stage.STOPPED
    assert player.screen().statement_id is None


def test_a_class_taken_back_at_its_own_statement_goes_on_with_another() -> None:
    player = Player(modules=("mental_health", "money")).to_statements()
    for _ in range(20):
        if player.conversation.stage == "consent":
            player.press("yes")
        elif str(player.screen().statement_id).startswith("mnt"):
            break
        else:
            player.press("4")
    switch_off(player, "health")
    player.press("go")

    assert str(player.screen().statement_id).startswith("mon")


def test_a_late_tap_on_a_statement_whose_class_was_taken_back_changes_nothing() -> None:
    player = Player(modules=("mental_health",)).to_statements()
    player.press("yes")
    player.press("4")
    late = player.last_data.replace(".4", ".2")
    switch_off(player, "health")
    turn = player.happen(Pressed(late))

    assert turn.is_quiet
    assert not turn.facts


def test_in_a_chat_that_came_in_by_a_new_code_the_web_and_the_lists_are_left() -> None:
    for presses in (1, 2, 3, 4):
        player = finished()
        for _ in range(presses):
            player.press("go")
        player.happen(CodeReissued(has_pin=False))
        player.press("go")

        assert player.conversation.stage not in {Stage.WEB, Stage.TALK, Stage.SHARE}
        assert player.screen().picture is None


def test_in_such_a_chat_no_new_pictures_can_be_chosen() -> None:
    player = Player().to_statements()
    player.happen(CodeReissued(has_pin=True))
    player.press("go")
    switch_off(player, "keep")
    player.press("go")
    for _ in range(4):
        player.press("yes")

    assert player.conversation.stage is not Stage.PIN
    assert not [fact for fact in player.facts if isinstance(fact, PinChosen)]


def test_typing_back_on_the_list_of_topics_confirms_nothing() -> None:
    player = between()
    player.happen(Commanded("choices"))
    player.press("share")
    player.press("share-mental_health")
    before = len(player.facts)
    player.happen(Typed("terug"))

    assert player.facts[before:] == []
    assert player.conversation.stage is Stage.CHOICES


def test_the_list_of_topics_is_not_offered_before_the_own_web_was_seen() -> None:
    player = finished()
    player.happen(Commanded("choices"))

    assert not [button for button in player.screen().buttons if button.data.endswith(".share")]


def test_a_no_to_a_class_takes_back_what_was_shared_of_it_and_a_later_yes_does_not_start_it_again() -> None:
    player = between()
    player.happen(Commanded("choices"))
    player.press("share")
    player.press("share-mental_health")
    player.press("go")
    player.press("switch-health")
    taken_back = [f for f in player.facts if isinstance(f, ConsentDecided) and f.decision is Decision.WITHDRAWN]
    player.press("switch-health")
    player.press("yes")

    assert {(fact.purpose, fact.topic) for fact in taken_back} >= {(Purpose.TOPIC, "mental_health")}
    assert not player.conversation.has("topic:mental_health")


def test_hiding_a_topic_that_was_shared_takes_the_sharing_back() -> None:
    player = between()
    player.happen(player.due(2))
    player.press("go")
    player.answer_all("2")
    for _ in range(3):
        player.press("go")
    assert player.conversation.stage is Stage.TALK
    hidden = next(b.data.partition("hide-")[2] for b in player.screen().buttons if "hide-" in b.data)
    assert player.conversation.has(f"topic:{hidden}")
    player.press(f"hide-{hidden}")

    assert not player.conversation.has(f"topic:{hidden}")
    player.press(f"hide-{hidden}")
    assert hidden not in player.conversation.hidden


def test_a_closed_measurement_leaves_whoever_refused_where_they_are_and_welcome() -> None:
    player = Player()
    player.press("language-nl")
    for _ in range(3):
        player.press("go")
    player.press("no")
    player.happen(MeasurementClosed("measurement-1"))
    player.happen(player.due(2))
    player.happen(Typed("start"))

    assert player.conversation.stage is Stage.CONSENT
    player.press("yes")
    assert not [fact for fact in player.facts if isinstance(fact, MeasurementCompleted)]


def test_two_switches_pressed_quickly_both_count() -> None:
    player = finished()
    while player.conversation.stage is not Stage.SHARE:
        player.press("go")
    first, second = [b.data for b in player.screen().buttons if "share-" in b.data][:2]
    player.happen(Pressed(first), after_seconds=1)
    player.happen(Pressed(second), after_seconds=0.5, shown=False)

    assert first.partition("share-")[2] not in player.conversation.shared
    assert second.partition("share-")[2] not in player.conversation.shared


def test_only_what_the_coach_will_see_is_kept_as_something_to_talk_about() -> None:
    player = Player().to_statements()
    player.answer_all("2")
    while player.conversation.stage is not Stage.TALK:
        player.press("go")
    wish = next(b.data.partition("talk-")[2] for b in player.screen().buttons if "talk-" in b.data)
    player.press(f"talk-{wish}")
    player.press("go")
    if wish in player.conversation.shared:
        player.press(f"share-{wish}")
    player.press("go")

    assert [fact.topics for fact in player.facts if isinstance(fact, TopicsPicked)] == [()]


def test_a_measurement_that_waited_is_offered_when_what_lay_over_it_closes() -> None:
    player = between()
    player.happen(Commanded("web"))
    turn = player.happen(player.due(2))
    assert turn.is_silent
    player.press("go")
    player.press("go")

    assert player.conversation.stage is Stage.INVITED

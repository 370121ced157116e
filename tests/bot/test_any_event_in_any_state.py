"""Whatever happens, in whatever order: never an exception, never a dead end, always a screen in every language."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.conversation import sharing
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.events import (
    Came,
    CoachChanged,
    CodeReissued,
    Commanded,
    MeasurementClosed,
    Medium,
    OldChatDecided,
    PinChecked,
    Pressed,
    Sent,
    Typed,
    WasAway,
)
from bot.conversation.facts import AnswerGiven
from bot.conversation.screen import Role
from domain.consent import may_share
from domain.questionnaire import LANGUAGES
from tests.bot.player import QUESTIONNAIRE, SETTING, TYPED, Player

COMMANDS = st.sampled_from(sorted({*TYPED.commands.values(), "choices", "data", "web", "start", "stop", "nonsense"}))
TEXTS = st.one_of(st.sampled_from(sorted(TYPED.commands)), st.sampled_from(sorted(TYPED.answers)), st.text(max_size=40))
PRESSED_AGES = st.integers(min_value=0, max_value=200)
SECONDS = st.sampled_from([0.0, 0.1, 0.5, 2.0, 90.0, 300.0, 86_400.0])
MODULES = ("social_skills", "money", "mental_health", "physical_health", "substance_use", "police_justice")
"""Two groups of each kind: ordinary, health, and the two that can be not about me."""

PLACES = ("welcome", "statements", "statements", "statements", "done", "between", "between", "old chat")
QUIET_STAGES = frozenset({Stage.IDLE, Stage.REFUSED, Stage.ERASED, Stage.OLD_CHAT})
"""Where nothing is asked: the menu of the channel, or a typed word, goes on from here."""


class AnyEventInAnyState(RuleBasedStateMachine):
    """A person, a channel and a server that do anything at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.player = Player()
        self.pressed: list[str] = []
        self.ordinal = 1

    @initialize(
        language=st.sampled_from(LANGUAGES),
        modules=st.lists(st.sampled_from(MODULES), min_size=1, max_size=3),
        is_boss=st.booleans(),
        place=st.sampled_from(PLACES),
    )
    def arrive(self, language: str, modules: list[str], is_boss: bool, place: str) -> None:  # noqa: FBT001 - hypothesis gives it
        setting = replace(SETTING, is_coach_boss=is_boss)
        self.player = Player(language=language, modules=QUESTIONNAIRE.in_order(modules), setting=setting)
        if place == "old chat":
            self.player.conversation = Conversation(stage=Stage.OLD_CHAT, language=language)
        elif place != "welcome":
            self.player.to_statements()
        if place in {"done", "between"}:
            self.player.answer_all("2")
        for _ in range(6 if place == "between" else 0):
            self.goes_on(1)

    @rule(place=st.integers(min_value=0, max_value=30), seconds=SECONDS, shown=st.booleans())
    def presses_a_button(self, place: int, seconds: float, shown: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        buttons = self.player.screen().buttons
        if buttons:
            data = buttons[place % len(buttons)].data
            self.pressed.append(data)
            self.player.happen(Pressed(data), after_seconds=seconds, shown=shown)

    @rule(age=PRESSED_AGES, seconds=SECONDS, shown=st.booleans())
    def presses_an_old_button(self, age: int, seconds: float, shown: bool) -> None:  # noqa: FBT001 - as above
        if self.pressed:
            self.player.happen(Pressed(self.pressed[-1 - age % len(self.pressed)]), after_seconds=seconds, shown=shown)

    @rule(data=st.one_of(st.text(max_size=30), st.from_regex(r"[qs][0-9]{1,3}\.[a-z0-9.\-:!]{0,12}", fullmatch=True)))
    def presses_what_never_was(self, data: str) -> None:
        self.player.happen(Pressed(data))

    @rule(text=TEXTS, seconds=SECONDS)
    def types(self, text: str, seconds: float) -> None:
        turn = self.player.happen(Typed(text), after_seconds=seconds)
        assert not turn.is_quiet, "whoever types gets an answer"

    @rule()
    def nobody_could_receive(self) -> None:
        self.player.happen(WasAway())

    @rule(command=COMMANDS)
    def commands(self, command: str) -> None:
        self.player.happen(Commanded(command))

    @rule(face=st.sampled_from(["1", "3", "5"]))
    def answers_all(self, face: str) -> None:
        self.player.answer_all(face)

    @rule(
        name=st.sampled_from(["keep", "coach", "group", "health", "substance", "justice", "reminder", "same_order"]),
        yes=st.booleans(),
        close=st.booleans(),
    )
    def changes_a_choice(self, name: str, yes: bool, close: bool) -> None:  # noqa: FBT001 - as above
        self.player.happen(Commanded("choices"))
        for action in (f"switch-{name}", "yes" if yes else "no", *(["go"] if close else [])):
            if self._has(action):
                self.player.press(action)

    @rule(times=st.integers(min_value=1, max_value=4))
    def goes_back(self, times: int) -> None:
        for _ in range(times):
            if self._has("back"):
                self.player.press("back")

    @rule(count=st.integers(min_value=1, max_value=12))
    def goes_on(self, count: int) -> None:
        for _ in range(count):
            buttons = self.player.screen().buttons
            if buttons:
                self.player.happen(Pressed(buttons[3 if len(buttons) > 6 and buttons[3].face else 0].data))

    def _has(self, action: str) -> bool:
        return any(b.data.rpartition(".")[2] == action for b in self.player.screen().buttons)

    @rule(event=st.sampled_from([Came(), Sent(Medium.VOICE), Sent(Medium.OTHER), CoachChanged()]))
    def comes_or_sends(self, event: Came | Sent | CoachChanged) -> None:
        self.player.happen(event)

    @rule(has_pin=st.booleans(), yes=st.booleans())
    def code_is_given_out_again(self, has_pin: bool, yes: bool) -> None:  # noqa: FBT001 - as above
        self.player.happen(CodeReissued(has_pin=has_pin))
        self.player.happen(OldChatDecided(agreed=yes))

    @rule(matched=st.booleans())
    def pin_is_checked(self, matched: bool) -> None:  # noqa: FBT001 - as above
        if self.player.conversation.stage is Stage.PIN_ASK:
            self.player.happen(PinChecked(matched=matched))

    @rule()
    def measurement_is_due(self) -> None:
        self.ordinal += 1
        self.player.happen(self.player.due(self.ordinal))

    @rule()
    def measurement_closes(self) -> None:
        measurement = self.player.conversation.measurement
        if measurement:
            self.player.happen(MeasurementClosed(measurement.id))

    @invariant()
    def there_is_a_screen_in_every_language(self) -> None:
        for language in LANGUAGES:
            message = self.player.message(language)
            assert any(paragraph.strip() for paragraph in message.paragraphs)
            assert all(label.text.strip() for label in message.buttons)
            assert all(0 < len(label.data.encode()) <= 64 for label in message.buttons)

    @invariant()
    def there_is_a_way_on(self) -> None:
        buttons = self.player.screen().buttons
        stage = self.player.conversation.stage
        assert buttons or stage in QUIET_STAGES
        assert buttons or stage is not Stage.OLD_CHAT or self.player.conversation.choices
        assert len({button.data for button in buttons}) == len(buttons)
        for language in LANGUAGES:
            texts = [label.text for label in self.player.message(language).buttons]
            assert len(set(texts)) == len(texts), "two buttons with the same words"

    @invariant()
    def a_statement_has_its_five_faces_first(self) -> None:
        screen = self.player.screen()
        if screen.statement_id or screen.practice:
            assert [button.face for button in screen.buttons[:5]] == [1, 2, 3, 4, 5]
        elif screen.buttons and self.player.conversation.stage is not Stage.LANGUAGE:
            assert all(button.role is not Role.FACE for button in screen.buttons)

    @invariant()
    def an_answer_has_its_consent(self) -> None:
        """No consent, no answer: at the moment it was given, taking part and the group's own class were a yes."""
        conversation = self.player.conversation
        turn = self.player.last
        for fact in turn.facts if turn else ():
            if isinstance(fact, AnswerGiven):
                statement = QUESTIONNAIRE.statement(fact.statement_id)
                assert conversation.may_ask(QUESTIONNAIRE.group(statement.group).sensitivity) is True

    @invariant()
    def a_statement_on_the_screen_may_be_asked(self) -> None:
        conversation, statement_id = self.player.conversation, self.player.screen().statement_id
        if statement_id:
            group = QUESTIONNAIRE.group(QUESTIONNAIRE.statement(statement_id).group)
            assert conversation.may_ask(group.sensitivity) is True

    @invariant()
    def what_was_is_hidden_while_the_old_chat_has_not_agreed(self) -> None:
        conversation = self.player.conversation
        if conversation.is_limited:
            assert self.player.screen().picture is None
            assert conversation.stage not in {Stage.WEB, Stage.TALK, Stage.SHARE}

    @invariant()
    def the_person_is_told_exactly_what_the_coach_can_see(self) -> None:
        player = self.player
        told = set(sharing.topics(player.conversation, player.setting, player.now))
        seen = {
            group.name
            for group in QUESTIONNAIRE.groups
            if may_share(player.history, group, coach_id="coach", now=player.now)
        }
        assert told == seen

    @invariant()
    def nothing_is_shared_that_the_person_has_not_been_shown_first(self) -> None:
        conversation = self.player.conversation
        if sharing.topics(conversation, self.player.setting, self.player.now):
            assert conversation.listed


TestAnyEventInAnyState = AnyEventInAnyState.TestCase
TestAnyEventInAnyState.settings = settings(
    max_examples=150, stateful_step_count=60, deadline=None, report_multiple_bugs=False
)


WALKS, MOVES = 80, 120
"""Long walks find what short examples do not: eighty of a hundred and twenty moves, each drawn from its own seed."""


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_long_walk_keeps_every_promise(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a walk, no secret
    walk = AnyEventInAnyState()
    modules = draw.sample(MODULES, draw.randint(1, 3))
    walk.arrive(draw.choice(LANGUAGES), modules, draw.random() < 0.3, draw.choice(PLACES))  # type: ignore[no-untyped-call]  # hypothesis hides its types
    for _ in range(MOVES):
        _move(walk, draw)
        walk.there_is_a_screen_in_every_language()
        walk.there_is_a_way_on()
        walk.a_statement_has_its_five_faces_first()
        walk.an_answer_has_its_consent()
        walk.a_statement_on_the_screen_may_be_asked()
        walk.what_was_is_hidden_while_the_old_chat_has_not_agreed()
        walk.the_person_is_told_exactly_what_the_coach_can_see()
        walk.nothing_is_shared_that_the_person_has_not_been_shown_first()


def _move(walk: AnyEventInAnyState, draw: random.Random) -> None:
    seconds, shown = draw.choice([0.1, 0.5, 2.0, 2.0, 90.0, 86_400.0]), draw.random() < 0.8
    choices = ["keep", "coach", "group", "health", "substance", "justice", "reminder"]
    moves: list[tuple[int, Callable[[], object]]] = [
        (40, lambda: walk.goes_on(draw.randint(1, 6))),
        (20, lambda: walk.presses_a_button(draw.randint(0, 30), seconds, shown)),
        (8, lambda: walk.presses_an_old_button(draw.randint(0, 200), seconds, shown)),
        (12, lambda: walk.changes_a_choice(draw.choice(choices), draw.random() < 0.7, draw.random() < 0.7)),
        (6, lambda: walk.goes_back(draw.randint(1, 3))),
        (6, lambda: walk.types(draw.choice(sorted(TYPED.commands)), seconds)),
        (3, lambda: walk.types(draw.choice(sorted(TYPED.answers)), seconds)),
        (4, lambda: walk.commands(draw.choice(["web", "choices", "data", "stop", "delete", "start", "language"]))),
        (2, lambda: walk.answers_all("3")),
        (2, lambda: walk.comes_or_sends(draw.choice([Came(), Sent(Medium.VOICE), CoachChanged()]))),
        (2, lambda: walk.code_is_given_out_again(draw.random() < 0.5, draw.random() < 0.7)),
        (2, lambda: walk.pin_is_checked(draw.random() < 0.5)),
        (4, walk.measurement_is_due),
        (1, walk.measurement_closes),
    ]
    weights = [weight for weight, _ in moves]
    draw.choices([move for _, move in moves], weights)[0]()

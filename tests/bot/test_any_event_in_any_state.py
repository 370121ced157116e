"""Whatever happens, in whatever order: never an exception, never a dead end, always a screen in every language."""

from dataclasses import replace

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
)
from bot.conversation.facts import AnswerGiven
from bot.conversation.screen import Role
from domain.consent import may_share
from domain.questionnaire import LANGUAGES
from tests.bot.player import QUESTIONNAIRE, SETTING, SMALL, TYPED, Player

COMMANDS = st.sampled_from(sorted({*TYPED.commands.values(), "choices", "data", "web", "start", "stop", "nonsense"}))
TEXTS = st.one_of(st.sampled_from(sorted(TYPED.commands)), st.sampled_from(sorted(TYPED.answers)), st.text(max_size=40))
PRESSED_AGES = st.integers(min_value=0, max_value=200)
SECONDS = st.sampled_from([0.0, 0.1, 0.5, 2.0, 90.0, 300.0, 86_400.0])
QUIET_STAGES = frozenset({Stage.IDLE, Stage.REFUSED, Stage.ERASED, Stage.OLD_CHAT})
"""Where nothing is asked: the menu of the channel, or a typed word, goes on from here."""


class AnyEventInAnyState(RuleBasedStateMachine):
    """A person, a channel and a server that do anything at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.player = Player(modules=SMALL)
        self.pressed: list[str] = []
        self.ordinal = 1

    @initialize(
        language=st.sampled_from(LANGUAGES),
        is_old_chat=st.booleans(),
        modules=st.lists(st.sampled_from([group.name for group in QUESTIONNAIRE.groups]), min_size=1, max_size=3),
        is_boss=st.booleans(),
        skip=st.booleans(),
    )
    def arrive(
        self,
        language: str,
        modules: list[str],
        is_boss: bool,  # noqa: FBT001 - hypothesis gives it
        skip: bool,  # noqa: FBT001 - as above
        is_old_chat: bool,  # noqa: FBT001 - as above
    ) -> None:
        setting = replace(SETTING, is_coach_boss=is_boss)
        self.player = Player(language=language, modules=QUESTIONNAIRE.in_order(modules), setting=setting)
        if is_old_chat and skip:
            self.player.conversation = Conversation(stage=Stage.OLD_CHAT, language=language)
        elif skip:
            self.player.to_statements()

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

    @rule(command=COMMANDS)
    def commands(self, command: str) -> None:
        self.player.happen(Commanded(command))

    @rule(face=st.sampled_from(["1", "3", "5"]))
    def answers_all(self, face: str) -> None:
        self.player.answer_all(face)

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
TestAnyEventInAnyState.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)

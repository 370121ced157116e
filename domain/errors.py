"""What can be broken in the domain. An unusable reply of a person is an ordinary result, never one of these.

WerkstemError
├── UnknownStatement        a statement id that the questionnaire does not have
├── UnknownGroup            a group name that the questionnaire does not have
├── BrokenQuestionnaire     the questionnaire's data contradict themselves
├── BrokenTexts             a text that people need is missing or wrong, in any language
├── UnknownText             a key that no catalogue has
├── MissingValue            a text was said without the value for one of its placeholders
├── UnreadableConversation  what is kept of a conversation is not what was written
└── NotPublishable          what is asked of the group results cannot be done
    ├── UnknownMoment       nobody was ever asked at this moment
    ├── WindowClosedAlready somebody, or the planner, was first
    ├── NotEnoughFinished   nobody finished, or too few for a mean: the same
    ├── GroupingTooLate     a grouping can only be declared before anything is published
    └── BadGrouping         its parts are too few, too many, or not told apart by their names
"""

from collections.abc import Sequence


class WerkstemError(Exception):
    """The root of every error that Werkstem raises itself."""


class UnknownStatement(WerkstemError):
    """The questionnaire has no statement of this id."""

    def __init__(self, *, statement_id: str) -> None:
        super().__init__(f"no statement {statement_id!r}")
        self.statement_id = statement_id


class UnknownGroup(WerkstemError):
    """The questionnaire has no group of this name."""

    def __init__(self, *, group: str) -> None:
        super().__init__(f"no group {group!r}")
        self.group = group


class BrokenQuestionnaire(WerkstemError):
    """The questionnaire's data contradict themselves; ``fault`` says how, in one sentence."""

    def __init__(self, *, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class BrokenTexts(WerkstemError):
    """A text that people need is missing or wrong; ``faults`` says where, one sentence each."""

    def __init__(self, *, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class UnknownText(WerkstemError):
    """No catalogue has a text of this key."""

    def __init__(self, *, key: str) -> None:
        super().__init__(f"no text {key!r}")
        self.key = key


class MissingValue(WerkstemError):
    """A text was said without the value for one of its placeholders."""

    def __init__(self, *, key: str, name: str) -> None:
        super().__init__(f"the text {key!r} was said without its {name!r}")
        self.key = key
        self.name = name


class UnreadableConversation(WerkstemError):
    """What is kept of a conversation is not what was written: ``fault`` says how, without a stored value.

    Nothing may be written over it: it can be repaired, an answer that began anew cannot.
    """

    def __init__(self, *, fault: str, conversation_id: str = "") -> None:
        super().__init__(f"the conversation {conversation_id or '?'} cannot be read: {fault}")
        self.fault = fault
        self.conversation_id = conversation_id


class NotPublishable(WerkstemError):
    """What is asked of the group results cannot be done; the class says why, and nothing says how many there are."""


class UnknownMoment(NotPublishable):
    """Nobody was ever asked at this moment."""

    def __init__(self) -> None:
        super().__init__("no measurement of this moment was ever planned")


class WindowClosedAlready(NotPublishable):
    """This window is closed: somebody, or the planner, was first."""

    def __init__(self) -> None:
        super().__init__("this window is closed already")


class NotEnoughFinished(NotPublishable):
    """The window cannot close: nobody finished, or too few for a mean. Which of the two is not said."""

    def __init__(self) -> None:
        super().__init__("too few people finished for anything to be said")


class GroupingTooLate(NotPublishable):
    """A grouping can only be declared before anything is published."""

    def __init__(self) -> None:
        super().__init__("something is published already: the grouping stays as it is")


class BadGrouping(NotPublishable):
    """The parts of a grouping cannot be used; ``fault`` is ``number``, ``name`` or ``twice``."""

    def __init__(self, *, fault: str) -> None:
        super().__init__(f"the parts of a grouping cannot be used: {fault}")
        self.fault = fault

"""What can be broken in the domain. An unusable reply of a person is an ordinary result, never one of these.

WerkstemError
├── UnknownStatement        a statement id that the questionnaire does not have
├── UnknownGroup            a group name that the questionnaire does not have
└── BrokenQuestionnaire     the questionnaire's data contradict themselves
"""


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

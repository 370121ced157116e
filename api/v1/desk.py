"""What the routes of the JSON API work with, chosen and wired by whoever makes the router."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.inbound import Reply
from bot.parts import Parts
from bot.turns import Turns
from bot.webs import Webs
from domain.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Desk:
    """Store, texts and clock (``parts``), drawing (``webs``), and the conversations (``turns``).

    ``show`` gets what a request made due in somebody's chat, after the commit; it keeps nobody waiting and never
    raises.
    """

    parts: Parts
    webs: Webs
    turns: Turns
    show: Callable[[Reply], None]

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire that is asked now."""
        return self.parts.catalogues.questionnaire

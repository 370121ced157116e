"""What the staff pages work with, chosen and wired by whoever makes their routes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.staff.browser import Cookies
from api.staff.pages import Pages
from api.staff.passwords import Passwords
from api.staff.sealing import Sealer
from bot.inbound import Reply
from bot.parts import Parts
from bot.turns import Turns
from bot.webs import Webs
from reports.studio import Studio
from storage.staff_texts import StaffTexts


@dataclass(frozen=True, slots=True)
class StaffDesk:
    """Store, texts and clock (``parts``), drawing (``webs``, ``studio``), conversations (``turns``), and the pages.

    ``show`` gets what a request made due in somebody's chat, after the commit; it keeps nobody waiting and never
    raises. ``is_demo``: the installation holds invented people only.
    """

    parts: Parts
    webs: Webs
    studio: Studio
    turns: Turns
    show: Callable[[Reply], None]
    texts: StaffTexts
    cookies: Cookies
    pages: Pages
    sealer: Sealer
    is_demo: bool
    passwords: Passwords = field(default_factory=Passwords)

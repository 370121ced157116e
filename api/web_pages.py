"""The pages of the web chat, as HTML: a Message, the language screen, and short notices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.static_files import static_address
from api.web_words import (
    Catalogues,
    Tongues,
    best_first,
    caption,
    direction,
    direction_of,
    groups,
    has_menu,
    held,
    is_point,
    is_stressed,
    runs,
    statements_left,
)
from bot.conversation.conversation import Conversation
from bot.conversation.screen import Message, Picture
from bot.conversation.welcome import language_buttons
from domain.questionnaire import LANGUAGES

COMMANDS: tuple[tuple[str, str], ...] = (
    ("web", "button.my_web"),
    ("choices", "button.choices"),
    ("language", "button.language"),
    ("help", "button.help"),
    ("stop", "button.stop"),
    ("delete", "button.delete_all"),
)
"""The commands of the page's own menu, and the words on them."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One text with its language."""

    language: str
    text: str


def bubbles(sayings: Sequence[Saying], *, is_asking: bool) -> list[list[Saying]]:
    """The texts by bubble: a list's points with what they belong to, and all in one above a statement."""
    together: list[list[Saying]] = []
    for saying in sayings:
        if together and (is_asking or is_point(saying.text)):
            together[-1].append(saying)
        else:
            together.append([saying])
    return together


def picture_name(picture: Picture) -> str:
    """The name of a picture in the page's address: what kind it is, and nothing that was answered."""
    return f"{picture.of}-{'bars' if picture.as_bars else 'web'}-{1 + len(picture.compare)}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        caption=caption,
        direction=direction,
        direction_of=direction_of,
        held=held,
        is_stressed=is_stressed,
        picture_name=picture_name,
        runs=runs,
        static=static_address,
    )
    return environment


class Pages:
    """Draws every page of the web chat. Texts are escaped by the templates; only our own drawings are put in as they
    are: an SVG escapes its words itself."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._tongues = Tongues(catalogues)
        self._environment = _environment()

    def _draw(self, name: str, language: str, **values: Any) -> str:
        words = self._catalogues[language]

        def t(key: str, **more: str) -> str:
            return words.say(key, more)

        return self._environment.get_template(name).render(language=language, t=t, **values)

    def _sayings(self, texts: Iterable[str], language: str) -> list[Saying]:
        return [Saying(self._tongues.of(text, language), text) for text in texts]

    def chat(self, message: Message, *, nonce: str, note: str | None = None, picture: bytes | None = None) -> str:
        """The page of a Message. ``note`` is a short word above it; ``picture`` the SVG that its Picture asks for."""
        words = self._catalogues[message.language]
        left = statements_left(message)
        return self._draw(
            "chat.html",
            message.language,
            message=message,
            before=bubbles(self._sayings(message.paragraphs, message.language), is_asking=message.is_statement),
            after=bubbles(self._sayings(message.after, message.language), is_asking=False),
            language_of=lambda text: self._tongues.of(text, message.language),
            groups=groups(message.buttons),
            has_menu=has_menu(message.buttons),
            commands=COMMANDS,
            left=words.say("progress.short", {"left": words.number(left)}, left) if message.progress else "",
            nonce=nonce,
            note=note,
            # Drawn by ourselves: its words are escaped in it, and the page's policy runs no script.
            picture=Markup(picture.decode()) if picture else None,  # noqa: S704
        )

    def languages(self, *, code: str, ticket: str, languages: Sequence[str] = LANGUAGES) -> str:
        """The first screen of an open code: a greeting and a button in each language, nothing about anybody."""
        buttons = language_buttons(Conversation().step, tuple(languages))
        choices = [
            (code_, self._catalogues[code_].say("language.own_name", {}), button.data)
            for code_, button in zip(languages, buttons, strict=True)
        ]
        greetings = self._in_all("language.greeting", languages)
        asks = self._in_all("language.ask", languages)
        return self._draw(
            "languages.html", languages[0], code=code, ticket=ticket, choices=choices, greetings=greetings, asks=asks
        )

    def _in_all(self, key: str, languages: Sequence[str], **values: str) -> list[Saying]:
        return [Saying(code, self._catalogues[code].say(key, values)) for code in languages]

    def notice_in_all(
        self, key: str, accept_language: str, *, asks_code: bool = False, go_on: str | None = None, **values: str
    ) -> str:
        """A short text in all five languages, the browser's own first. ``asks_code``: with the field for a code.

        ``go_on`` is where its one button leads.
        """
        languages = best_first(accept_language)
        sayings = self._in_all(key, languages, **values)
        return self._draw("notice.html", languages[0], sayings=sayings, is_many=True, asks_code=asks_code, go_on=go_on)

    def notice(self, key: str, language: str, *, go_on: str | None = None) -> str:
        """A short text in one language. ``go_on`` is where its one button leads."""
        sayings = self._in_all(key, [language])
        return self._draw("notice.html", language, sayings=sayings, is_many=False, asks_code=False, go_on=go_on)

    def last_word(self, message: Message, *, asks_code: bool = False) -> str:
        """A message that nothing follows on: its texts, and no button."""
        sayings = self._sayings((*message.paragraphs, *message.after), message.language)
        return self._draw(
            "notice.html", message.language, sayings=sayings, is_many=False, asks_code=asks_code, go_on=None
        )

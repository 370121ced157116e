"""Turns without a store: a short walk through every kind of screen, in the texts of the real catalogues."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.web_chat import Invitation
from bot.conversation.events import Commanded, Pressed, Typed
from bot.conversation.screen import Label, Message, Picture, PictureOf, Progress, Role
from bot.inbound import Inbound, Reply
from domain.questionnaire import LANGUAGES
from storage.catalogue import Catalogue, Catalogues

STATEMENTS = ("fam-4", "soc-2", "jus-mot")
PICTURES = ("fish", "apple", "bike", "house", "tree", "sun", "bird", "ball", "key")
WALK = ("what", "keep", "pin", *(f"statement-{at}" for at in range(len(STATEMENTS))), "web", "share", "idle")
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" role="img" aria-labelledby="drawn">'
    b'<title id="drawn">A web</title><rect width="400" height="300" fill="#fff"/></svg>'
)


@dataclass
class Visit:
    """One chat: its language and its place in the walk."""

    language: str
    at: int = 0
    is_in_menu: bool = False
    shared: set[str] = field(default_factory=lambda: {"money"})
    answers: list[str] = field(default_factory=list)


class FakeTurns:
    """Keeps the promises of ``api.web_chat.Turns`` in memory."""

    def __init__(self, catalogues: Catalogues, *, name: str = "Sam") -> None:
        self._catalogues = catalogues
        self._name = name
        self.codes: dict[str, Invitation] = {"open-code-of-22-charsA": "open", "old-code-of-22-charsAB": "expired"}
        self.visits: dict[str, Visit] = {}
        self.taken: list[Inbound] = []
        self._seen: set[str] = set()

    async def invitation(self, code: str) -> Invitation:
        """What the code of a link would do; short typed codes are not looked up."""
        return self.codes.get(code, "unknown") if len(code) > 8 else "unknown"

    async def languages(self, _code: str) -> tuple[str, ...]:
        """All of them."""
        return LANGUAGES

    async def look(self, channel: str, address: str) -> Reply | None:
        """What is due."""
        visit = self.visits.get(address)
        return Reply(self._message(visit)) if visit else None

    async def picture(self, channel: str, address: str, picture: Picture, *, file_format: str) -> bytes:
        """A drawing, always the same."""
        return DRAWING

    async def own_data(self, channel: str, address: str) -> bytes | None:
        """A file, while the screen offers it."""
        reply = await self.look(channel, address)
        return b"{}" if reply and reply.message and reply.message.has_file else None

    async def take(self, inbound: Inbound) -> Reply:
        """One event, once."""
        self.taken.append(inbound)
        if inbound.key in self._seen:
            return Reply(None)
        self._seen.add(inbound.key)
        if inbound.code is not None:
            return self._claim(inbound, inbound.code)
        visit = self.visits[inbound.address]
        if inbound.event == Commanded("delete"):
            del self.visits[inbound.address]
            return Reply(Message(visit.language, (self._catalogues[visit.language].say("delete.chat_hint"),)))
        toast = self._move(visit, inbound)
        return Reply(None, toast) if toast else Reply(self._message(visit), number=len(self.taken))

    def _claim(self, inbound: Inbound, code: str) -> Reply:
        if self.codes.get(code) != "open" or not isinstance(inbound.event, Pressed):
            words = self._catalogues[inbound.language or "nl"]
            return Reply(Message(words.language, (words.say("code.unknown", {"code": code}),)))
        self.codes[code] = "used"
        self.visits[inbound.address] = visit = Visit(inbound.event.data.partition("language-")[2])
        return Reply(self._message(visit), number=1)

    def _move(self, visit: Visit, inbound: Inbound) -> str | None:
        words = self._catalogues[visit.language]
        match inbound.event:
            case Typed() | Commanded():
                return words.say("distress.not_read") if isinstance(inbound.event, Typed) else None
            case Pressed(data) if data in {"later", "old"}:
                return words.say("answer.saved")
            case Pressed("more"):
                visit.is_in_menu = True
            case Pressed("close"):
                visit.is_in_menu = False
            case Pressed("back"):
                visit.at = max(0, visit.at - 1)
            case Pressed(data) if data.startswith("topic-"):
                visit.shared ^= {data.removeprefix("topic-")}
            case Pressed(data):
                visit.answers += [data] if data.startswith("q") else []
                visit.at = min(visit.at + 1, len(WALK) - 1)
        return None

    def _message(self, visit: Visit) -> Message:
        words = self._catalogues[visit.language]
        stage = WALK[visit.at]
        if visit.is_in_menu:
            return self._menu(words)
        if stage.startswith("statement-"):
            return self._statement(words, int(stage.removeprefix("statement-")))
        screens: dict[str, Callable[[Catalogue], Message]] = {
            "what": self._what,
            "keep": self._keep,
            "pin": self._pin,
            "web": self._web,
            "idle": self._idle,
        }
        return self._share(words, visit) if stage == "share" else screens[stage](words)

    def _what(self, words: Catalogue) -> Message:
        text = words.say("intro.what", {"name": self._name})
        buttons = (Label(words.say("button.continue"), "s1.go", Role.GO), *self._tools(words))
        return Message(words.language, (text,), buttons)

    def _keep(self, words: Catalogue) -> Message:
        buttons = (
            Label(words.say("consent.keep.yes"), "s2.yes", Role.GO),
            Label(words.say("consent.keep.no"), "s2.no", Role.CHOICE),
        )
        texts = (words.say("consent.intro"), words.say("consent.keep.ask"))
        return Message(words.language, texts, (*buttons, *self._tools(words)))

    def _pin(self, words: Catalogue) -> Message:
        pictures = tuple(Label(words.say(f"picture.{name}"), f"s3.{name}", Role.PICTURE) for name in PICTURES)
        skip = Label(words.say("pin.skip"), "s3.skip", Role.GO)
        return Message(words.language, (words.say("pin.offer"),), (skip, *pictures, *self._tools(words)))

    def _statement(self, words: Catalogue, at: int) -> Message:
        number = f"q1.{at}"
        faces = tuple(
            Label(words.say(f"face.{value}"), f"{number}.{value}", Role.FACE, face=value) for value in range(1, 6)
        )
        without = tuple(
            Label(words.say(f"reason.{reason}"), f"{number}.{reason}", Role.WITHOUT)
            for reason in ("dk_understand", "dk_answer", "na")[: 3 if at == len(STATEMENTS) - 1 else 2]
        )
        done = 86 - 12 + at
        return Message(
            words.language,
            tuple(words.say(key) for key in ("practice.done", "question.period", "question.stem")[2 if at else 0 :]),
            (*faces, *without, *self._tools(words)),
            statement=words.statement(STATEMENTS[at]),
            progress=Progress(done, 86),
            progress_text=words.say("progress.left", {"left": words.number(86 - done)}, 86 - done),
        )

    def _web(self, words: Catalogue) -> Message:
        return Message(
            words.language,
            (words.say("web.title_inner"),),
            (
                Label(words.say("button.continue"), "s5.go", Role.GO),
                Label(words.say("button.as_bars"), "s5.bars", Role.CHOICE),
                *self._tools(words),
            ),
            after=(words.say("web.sentence"),),
            picture=Picture(PictureOf.INNER, "m1"),
            picture_text=words.say("web.no_good_bad"),
        )

    def _share(self, words: Catalogue, visit: Visit) -> Message:
        switches = tuple(
            Label(
                words.say(f"share.{'on' if topic in visit.shared else 'off'}", {"topic": words.say(f"group.{topic}")}),
                f"topic-{topic}",
                Role.SWITCH,
                is_on=topic in visit.shared,
            )
            for topic in ("money", "family_housemates", "mental_health")
        )
        confirm = Label(words.say("share.confirm"), "s6.go", Role.GO)
        text = words.say("share.intro", {"coach": "Kim"})
        return Message(words.language, (text,), (confirm, *switches, *self._tools(words)))

    def _menu(self, words: Catalogue) -> Message:
        keys = ("back", "choices", "language", "my_web", "help", "stop", "delete_all")
        buttons = tuple(
            Label(words.say(f"button.{key}"), "close" if key == "back" else f"m.{key}", Role.MENU) for key in keys
        )
        return Message(words.language, (words.say("button.more"),), buttons)

    def _idle(self, words: Catalogue) -> Message:
        return Message(words.language, (words.say("idle.nothing_due"),))

    def _tools(self, words: Catalogue) -> tuple[Label, ...]:
        return tuple(Label(words.say(f"button.{name}"), name, Role.MENU) for name in ("back", "later", "more"))

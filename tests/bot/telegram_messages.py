"""Messages as the conversation makes them, by hand."""

from dataclasses import replace

from bot.conversation.screen import Label, Message, Picture, PictureOf, Progress, Role

FACES = ("😞 Nee, helemaal niet", "🙁 Nee", "😐 Soms wel, soms niet", "🙂 Ja", "😀 Ja, helemaal")
TOOLS = (
    Label("↩ Terug", "s4.back", Role.MENU),
    Label("⏸ Later", "s4.later", Role.MENU),
    Label("➕ Meer", "s4.more", Role.MENU),
)
PNG = b"\x89PNG\r\n\x1a\n invented web"
OTHER_PNG = b"\x89PNG\r\n\x1a\n invented bars"
REMOVE = Label("🗑 Haal weg uit deze chat", "remove", Role.MENU)


def statement(position: int = 1, text: str = "Ik slaap goed.") -> Message:
    """A statement with five faces, two reasons why not, and the tools."""
    prefix = f"q1.{position}"
    return Message(
        language="nl",
        paragraphs=("Past dit nu bij jou?",),
        statement=text,
        buttons=(
            *(Label(face, f"{prefix}.{value}", Role.FACE, face=value) for value, face in enumerate(FACES, 1)),
            Label("Ik snap het niet", f"{prefix}.dk_understand", Role.WITHOUT),
            Label("Dat weet ik niet", f"{prefix}.dk_answer", Role.WITHOUT),
            *TOOLS,
        ),
        progress=Progress(position, 86),
        progress_text=f"Nog {86 - position} zinnen",
    )


def plain(text: str = "Dank je wel.", *buttons: Label) -> Message:
    """A few words, with those buttons."""
    return Message("nl", (text,), buttons)


def web(of: PictureOf = PictureOf.INNER) -> Message:
    """The own web as a picture, with the button that takes it out of the chat."""
    return Message(
        "nl",
        ("Mijn werk", "Dit is je web van 20 november 2026."),
        (
            Label("Verder ▶", "s9.go", Role.GO),
            Label("Laat zien als staven", "s9.form", Role.CHOICE),
            REMOVE,
            TOOLS[2],
        ),
        after=("Een web is niet goed of fout.",),
        picture=Picture(of, "m1"),
        picture_text="Plaatje van je web",
    )


def web_without_remove() -> Message:
    """A picture that goes when the conversation goes on."""
    message = web()
    return replace(message, buttons=tuple(label for label in message.buttons if label is not REMOVE))


def languages() -> Message:
    """The first screen: five names of languages."""
    names = {"nl": "Nederlands", "en": "English", "fr": "Français", "tr": "Türkçe", "ar": "العربية"}
    return Message(
        "nl",
        ("Welke taal wil je?",),
        tuple(Label(name, f"s1.language-{code}", Role.CHOICE) for code, name in names.items()),
    )

"""The first screens: the language, and in three short screens what this is."""

from dataclasses import replace

from bot.conversation import journey
from bot.conversation.conversation import Conversation, Stage
from bot.conversation.facts import LanguageChosen
from bot.conversation.screen import Button, Role, Say, Screen
from bot.conversation.setting import Setting
from bot.conversation.turn import Moment, Scene, Turn, button, close, go_on, is_over, tools
from domain.consent import Purpose
from domain.questionnaire import LANGUAGES


def language_buttons(step: int, languages: tuple[str, ...] = LANGUAGES) -> tuple[Button, ...]:
    """A button a language, under its own name, in its own script."""
    return tuple(
        Button(Say("language.own_name", language=language), f"s{step}.language-{language}", Role.CHOICE)
        for language in languages
    )


def in_every_language(*keys: str, languages: tuple[str, ...] = LANGUAGES) -> tuple[Say, ...]:
    """Those texts in each language, one under the other."""
    return tuple(Say(key, language=language) for language in languages for key in keys)


def _offered(conversation: Conversation, setting: Setting) -> tuple[str, ...]:
    """What can be chosen: what the organisation offers, and the language that the person uses already."""
    return tuple(one for one in LANGUAGES if one in setting.languages or one == conversation.language)


def _draw_language(conversation: Conversation, setting: Setting) -> Screen:
    back = (button(conversation, "back", "button.back", Role.MENU),) if is_over(conversation) else ()
    keys = ("language.ask",) if is_over(conversation) else ("language.greeting", "language.ask")
    offered = _offered(conversation, setting)
    return Screen(
        lines=(*conversation.notes, *in_every_language(*keys, languages=offered)),
        buttons=(*language_buttons(conversation.step, offered), *back),
    )


def _press_language(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    language = action.removeprefix("language-")
    if language == action or language not in _offered(conversation, moment.setting):
        return None
    return choose_language(conversation, language, moment)


def choose_language(conversation: Conversation, language: str, moment: Moment) -> Turn:
    """The conversation in that language, at the place where it was."""
    if is_over(conversation):
        spoken = close(conversation, moment.now, Say("language.changed"))
    else:
        spoken = conversation.now_at(Stage.WHAT, now=moment.now)
    return Turn(replace(spoken, language=language), (LanguageChosen(language),))


def _draw_what(conversation: Conversation, _setting: Setting) -> Screen:
    return _page(conversation, Say("intro.what"))


def _draw_rules(conversation: Conversation, _setting: Setting) -> Screen:
    return _page(conversation, Say("intro.rules"))


def _draw_who_sees(conversation: Conversation, setting: Setting) -> Screen:
    who_sees = "intro.who_sees_boss" if setting.is_coach_boss else "intro.who_sees"
    return _page(conversation, Say(who_sees), Say(f"intro.carrier_{setting.channel}"))


def _page(conversation: Conversation, *lines: Say) -> Screen:
    return Screen(
        lines=(*conversation.notes, *lines),
        buttons=(go_on(conversation), *tools(conversation, later=False)),
    )


_PAGES = (Stage.LANGUAGE, Stage.WHAT, Stage.RULES, Stage.WHO_SEES)


def _press_page(conversation: Conversation, action: str, moment: Moment) -> Turn | None:
    if action != "go":
        return None
    if conversation.stage is Stage.WHO_SEES:
        return Turn(journey.asking(conversation, Purpose.KEEP, moment.now))
    following = _PAGES[_PAGES.index(conversation.stage) + 1]
    return Turn(conversation.now_at(following, now=moment.now))


def _back(conversation: Conversation, moment: Moment) -> Turn:
    previous = _PAGES[_PAGES.index(conversation.stage) - 1]
    return Turn(conversation.now_at(previous, now=moment.now))


SCENES = {
    Stage.LANGUAGE: Scene(_draw_language, _press_language),
    Stage.WHAT: Scene(_draw_what, _press_page, _back),
    Stage.RULES: Scene(_draw_rules, _press_page, _back),
    Stage.WHO_SEES: Scene(_draw_who_sees, _press_page, _back),
}

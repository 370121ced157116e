"""Plain writing, as the method asks for it (section b): the rules are alive, and every text of ours keeps them."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from domain.questionnaire import LANGUAGES, Kind
from domain.writing import Fault, TextKind, faults, stem_faults
from domain.writing_rules import LANGUAGES_WRITTEN, STEMS, Rule

LOCALES = Path(__file__).parents[2] / "locales"
STRUCTURE = json.loads((LOCALES / "questionnaire" / "structure.json").read_text(encoding="utf-8"))
CONTENT = {
    language: json.loads((LOCALES / "questionnaire" / f"{language}.json").read_text(encoding="utf-8"))
    for language in LANGUAGES
}
KINDS = {statement["id"]: Kind(statement["kind"]) for statement in STRUCTURE["statements"]}

ALLOWED = {
    ("tr", "soc-4", Rule.TENSE): "istiyorum would say I want: here the aorist asks what somebody does",
    ("tr", "emp-5", Rule.TENSE): "uyuyorum also says I am asleep",
}
"""What the review of the wording decided on purpose."""

OTHER_STEM = {"emp-mot", "par-mot"}
"""In every language, as in Dutch: one practises tasks, and takes part in activities."""

ENDS_IN_A_SPACE = {"list.separator"}
"""A piece between two names, not a line."""

BROKEN: dict[str, dict[Rule, str]] = {
    "nl": {
        Rule.NFC: unicodedata.normalize("NFD", "Ik heb één goed idee."),
        Rule.SPACES: "Ik werk  goed.",
        Rule.SCRIPT: "Ik werk goed 😀.",
        Rule.ONE_SENTENCE: "Ik werk goed. Ik lach.",
        Rule.WORDS: "Ik werk goed samen met alle mensen op mijn nieuwe werk.",
        Rule.LONG_WORD: "Ik ken de arbeidsvoorwaarden.",
        Rule.NEGATION: "Ik ben niet bang.",
        Rule.CHANGE: "Ik voel me beter.",
        Rule.FREQUENCY: "Ik kom altijd op tijd.",
        Rule.INTENSITY: "Ik werk heel goed.",
        Rule.ONE_IDEA: "Ik kook en ik was.",
        Rule.TENSE: "Ik heb goed gewerkt.",
        Rule.GENDER: "Hij helpt mij goed.",
    },
    "en": {
        Rule.NFC: unicodedata.normalize("NFD", "I like the café."),
        Rule.SPACES: " I work well.",
        Rule.SCRIPT: "I like the café.",
        Rule.ONE_SENTENCE: "Do I work well?",
        Rule.WORDS: "I work well with all of the people at my new job each morning.",
        Rule.LONG_WORD: "I like responsibilities.",
        Rule.NEGATION: "I don't worry.",
        Rule.CHANGE: "I am happier at work.",
        Rule.FREQUENCY: "I am often on time.",
        Rule.INTENSITY: "I am very happy.",
        Rule.ONE_IDEA: "I cook and clean.",
        Rule.TENSE: "I will come on time.",
        Rule.GENDER: "I know that he likes me.",
    },
    "fr": {
        Rule.NFC: unicodedata.normalize("NFD", "J'ai de l'énergie."),
        Rule.SPACES: "Je travaille bien. ",
        Rule.SCRIPT: "A la maison, je dors bien.",
        Rule.ONE_SENTENCE: "Je travaille, je mange, je dors.",
        Rule.WORDS: "Je travaille bien avec toutes les personnes de mon travail du lundi matin.",
        Rule.LONG_WORD: "Je connais mes responsabilités.",
        Rule.NEGATION: "Je n'ai pas peur.",
        Rule.CHANGE: "Je dors mieux.",
        Rule.FREQUENCY: "J'arrive toujours à l'heure.",
        Rule.INTENSITY: "Je dors très bien.",
        Rule.ONE_IDEA: "Je mange et je dors bien.",
        Rule.TENSE: "J'ai travaillé avec plaisir.",
        Rule.GENDER: "Je suis fière de mon travail.",
        Rule.NARROW_SPACE: "Est-ce que je dors bien ?",
    },
    "tr": {
        Rule.NFC: unicodedata.normalize("NFD", "İyi uyuyabiliyorum."),
        Rule.SPACES: "İyi  çalışıyorum.",
        Rule.SCRIPT: "Taxi ile geliyorum.",
        Rule.ONE_SENTENCE: "İyi çalışıyorum",
        Rule.WORDS: "Ben yeni işimde bütün arkadaşlarımla her sabah birlikte iyi çalışıyorum.",
        Rule.LONG_WORD: "Sorumluluklarımızdanmış gibi çalışıyorum.",
        Rule.NEGATION: "İşimden korkmuyorum.",
        Rule.CHANGE: "Daha iyi uyuyorum.",
        Rule.FREQUENCY: "Bazen yemek yapıyorum.",
        Rule.INTENSITY: "Çok iyi uyuyorum.",
        Rule.ONE_IDEA: "Yemek yapıyorum ve temizliyorum.",
        Rule.TENSE: "Sabah erken kalkarım.",
        Rule.HOMOGRAPH: "İşte görevlerimi biliyorum.",
    },
    "ar": {
        Rule.NFC: unicodedata.normalize("NFD", "أعمل جيدًا."),
        Rule.SPACES: "أعمل  جيدًا.",
        Rule.SCRIPT: "أعمـل جيدًا.",
        Rule.ONE_SENTENCE: "أعمل جيدًا، أنام جيدًا، آكل جيدًا.",
        Rule.WORDS: "أعمل جيدًا مع كل الناس في مكان عملي هذا في الصباح الباكر.",
        Rule.LONG_WORD: "أعرف الإستراتيجيات الجيدة.",
        Rule.NEGATION: "أعرف ما يساعدني.",
        Rule.CHANGE: "أنام أفضل.",
        Rule.FREQUENCY: "أصل دائمًا في الموعد.",
        Rule.INTENSITY: "أنام جيدًا جدًا.",
        Rule.ONE_IDEA: "أعمل وأتعلم.",
        Rule.TENSE: "سأعمل في الصباح.",
        Rule.GENDER: "أنا سعيدة في عملي.",
        Rule.HOMOGRAPH: "نحل المشاكل في البيت.",
    },
}
"""For every rule of every language a statement that must be refused."""

BROKEN_LINES: dict[str, dict[Rule, str]] = {
    "nl": {
        Rule.WORDS: "Dit is een veel te lange zin voor iemand die hier nog maar net leest.",
        Rule.LONG_WORD: "Lees de toestemmingsverklaring.",
        Rule.GENDER: "Hij ziet je web.",
        Rule.ADDRESS: "Wilt u meedoen?",
        Rule.EXAM: "Goed gedaan!",
    },
    "en": {
        Rule.WORDS: "This is a sentence that is far too long for somebody who only just learns to read.",
        Rule.LONG_WORD: "Read the responsibilities.",
        Rule.GENDER: "She sees your web.",
        Rule.EXAM: "Your score is ready.",
    },
    "fr": {
        Rule.WORDS: "Cette phrase est beaucoup trop longue pour une personne qui apprend à lire ici avec nous.",
        Rule.LONG_WORD: "Lis les responsabilités.",
        Rule.GENDER: "Tu es prêt ?".replace(" ?", "\u202f?"),
        Rule.ADDRESS: "Pouvez-vous répondre\u202f?",
        Rule.EXAM: "Bravo\u202f! C'est fini.",
        Rule.NARROW_SPACE: "Veux-tu continuer ?",
    },
    "tr": {
        Rule.WORDS: "Bu cümle burada yeni okumaya başlayan biri için gerçekten fazla uzun bir cümle oldu.",
        Rule.LONG_WORD: "Sorumluluklarımızdanmış gibi oku.",
        Rule.ADDRESS: "Lütfen bir yüz seç.",
        Rule.EXAM: "Aferin, bitti.",
    },
    "ar": {
        Rule.WORDS: "هذه جملة طويلة جدًا على شخص يتعلم القراءة هنا معنا منذ وقت قصير في العمل.",
        Rule.LONG_WORD: "قراءة الإستراتيجيات.",
        Rule.NEGATION: "هذا ما تقوله الرسالة.",
        Rule.GENDER: "هل تريدين المتابعة؟",
        Rule.EXAM: "هذا امتحان قصير.",
        Rule.DIGITS: "المدة 10 دقائق.",
    },
}
"""For every rule of every language a line of the bot that must be refused."""


def _statements() -> Iterator[tuple[str, str, str]]:
    for language in LANGUAGES:
        for statement_id, entry in CONTENT[language]["statements"].items():
            for wording in entry["wordings"]:
                yield language, statement_id, wording["text"]


def _lines(language: str) -> Iterator[tuple[str, str]]:
    """Every line of the bot, and every explanation, in one language."""
    with (LOCALES / language / "LC_MESSAGES" / "werkstem.po").open("rb") as file:
        for message in read_po(file):
            if message.id and message.id not in ENDS_IN_A_SPACE:
                for form in [message.string] if isinstance(message.string, str) else message.string:
                    yield str(message.id), form
    content = CONTENT[language]
    yield "stem", content["stem"]
    yield "period", content["period"]
    for statement_id, entry in content["statements"].items():
        yield statement_id, entry["explanation"]


def _labels(language: str) -> Iterator[tuple[str, str]]:
    for section in ("scale", "reasons", "groups"):
        yield from CONTENT[language][section].items()


def test_every_statement_in_every_language_is_written_plainly() -> None:
    broken = [
        (language, statement_id, fault)
        for language, statement_id, text in _statements()
        for fault in faults(text, language)
        if (language, statement_id, fault.rule) not in ALLOWED
    ]
    assert broken == []


def test_every_allowed_exception_is_still_needed() -> None:
    needed = {
        (language, statement_id, fault.rule)
        for language, statement_id, text in _statements()
        for fault in faults(text, language)
    }
    assert needed == set(ALLOWED)


def test_the_practice_statements_are_written_like_statements() -> None:
    broken = {
        (language, text): faults(text, language)
        for language in LANGUAGES
        for text in CONTENT[language]["practice"].values()
    }
    assert not any(broken.values()), broken


@pytest.mark.parametrize("language", LANGUAGES)
def test_answer_labels_and_group_names_are_plain(language: str) -> None:
    assert [(name, found) for name, text in _labels(language) if (found := faults(text, language, kind="label"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_bot_and_every_explanation_is_plain(language: str) -> None:
    assert [(key, found) for key, text in _lines(language) if (found := faults(text, language, kind="bot"))] == []


def test_the_three_conversation_stems_stay_the_same_within_a_language() -> None:
    other = {
        statement_id
        for language, statement_id, text in _statements()
        if stem_faults(text, language, KINDS[statement_id])
    }
    assert other == OTHER_STEM


@pytest.mark.parametrize(
    ("language", "rule", "text"),
    [(language, rule, text) for language, texts in BROKEN.items() for rule, text in texts.items()],
)
def test_a_statement_that_breaks_a_rule_is_refused(language: str, rule: Rule, text: str) -> None:
    assert rule in {fault.rule for fault in faults(text, language)}


@pytest.mark.parametrize(
    ("language", "rule", "text"),
    [(language, rule, text) for language, texts in BROKEN_LINES.items() for rule, text in texts.items()],
)
def test_a_line_of_the_bot_that_breaks_a_rule_is_refused(language: str, rule: Rule, text: str) -> None:
    assert rule in {fault.rule for fault in faults(text, language, kind="bot")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_a_language_has_a_sentence_that_must_fail(language: str) -> None:
    rules = LANGUAGES_WRITTEN[language]
    everywhere = {Rule.NFC, Rule.SPACES, Rule.SCRIPT, Rule.ONE_SENTENCE, Rule.WORDS, Rule.LONG_WORD}
    assert everywhere | set(rules.forbidden) <= set(BROKEN[language])
    assert {Rule.WORDS, Rule.LONG_WORD} | set(rules.bot_forbidden) <= set(BROKEN_LINES[language])
    assert (rules.homograph is not None) == (Rule.HOMOGRAPH in BROKEN[language])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Soms een beetje"),
        ("en", "Sometimes"),
        ("fr", "Parfois"),
        ("tr", "Bazen"),
        ("ar", "أحيانًا"),
    ],
)
def test_a_label_says_nothing_about_how_often(language: str, text: str) -> None:
    assert [fault.rule for fault in faults(text, language, kind="label")] == [Rule.FREQUENCY]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.SATISFACTION, Kind.MOTIVATION, Kind.INFLUENCE])
def test_a_statement_without_its_stem_is_refused(language: str, kind: Kind) -> None:
    core = CONTENT[language]["statements"]["soc-1"]["wordings"][-1]["text"]
    assert stem_faults(core, language, kind) == [Fault(Rule.STEM, core)]
    assert stem_faults(core, language, Kind.CORE) == []
    assert set(STEMS[language]) == {Kind.SATISFACTION, Kind.MOTIVATION, Kind.INFLUENCE}


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("tr", "İYİ UYUYORUM.", "statement"),  # the Turkish I has a lower case of its own
        ("ar", "نحلّ الخلافات في البيت معًا.", "statement"),  # with its shadda it is no homograph
        ("nl", "Dit is geen test.", "bot"),
        ("ar", "هذا ليس امتحانًا.", "bot"),
        ("ar", "رقم الطوارئ هو 112.", "bot"),  # the numbers that must be dialled stay Western
        ("fr", "Vous pouvez en parler ensemble.", "bot"),  # two people
    ],
)
def test_what_only_looks_like_a_fault_passes(language: str, text: str, kind: TextKind) -> None:
    assert faults(text, language, kind=kind) == []

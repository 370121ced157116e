"""What plain writing means in each language: limits, letters and patterns. The method, section b, says why.

Patterns are matched against text in lower case (Turkish-aware), Arabic without its vowel signs. ``words`` are whole
words or phrases; ``patterns`` are regular expressions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.questionnaire import Kind


class Rule(StrEnum):
    """The rules by name. Which of them hold for which kind of text is decided in ``domain.writing``."""

    STEM = "stem"

    NFC = "nfc"
    SPACES = "spaces"
    SCRIPT = "script"
    ONE_SENTENCE = "one_sentence"
    WORDS = "words"
    LONG_WORD = "long_word"
    NEGATION = "negation"
    CHANGE = "change"
    FREQUENCY = "frequency"
    INTENSITY = "intensity"
    ONE_IDEA = "one_idea"
    TENSE = "tense"
    GENDER = "gender"
    HOMOGRAPH = "homograph"
    ADDRESS = "address"
    EXAM = "exam"
    NARROW_SPACE = "narrow_space"
    DIGITS = "digits"


@dataclass(frozen=True)
class Language:
    """The limits and patterns of one language.

    ``most_words`` of a statement; a line of the bot may have two more in a sentence. ``longest_word`` in letters.
    ``letters`` is everything a statement may be written with. ``not_an_exam`` are phrases that say that this is no
    test: there the exam words are welcome. ``homograph`` finds a first word that reads as another one.
    """

    most_words: int
    longest_word: int
    letters: re.Pattern[str]
    forbidden: Mapping[Rule, re.Pattern[str]]
    bot_forbidden: Mapping[Rule, re.Pattern[str]]
    not_an_exam: tuple[str, ...] = ()
    homograph: re.Pattern[str] | None = None


def words(*listed: str, patterns: tuple[str, ...] = ()) -> re.Pattern[str]:
    """One pattern that finds any of those whole words or phrases, or any of those patterns."""
    whole = "|".join(re.escape(word) for phrases in listed for word in phrases.split(", "))
    each = [rf"(?<!\w)(?:{whole})(?!\w)"] if whole else []
    return re.compile("|".join((*each, *patterns)))


_NL = Language(
    most_words=10,
    longest_word=16,
    letters=re.compile(r"[A-Za-zëïéËÏÉ ,.'’-]"),
    forbidden={
        Rule.NEGATION: words(
            "niet, niets, niks, geen, nooit, niemand, nergens, zonder, weinig, nauwelijks",
            patterns=(
                r"\bon(?:mogelijk|zeker|veilig|gelukkig|rustig|tevreden|gezond|eerlijk|duidelijk|nodig|gezellig)\w*",
            ),
        ),
        Rule.CHANGE: words(
            "meer, minder, beter, slechter, weer, steeds, nog, worden, word, wordt, verbeteren, veranderen, groeien",
            "vroeger, sinds, vooruit",
            patterns=(r"\b\w+er dan\b",),
        ),
        Rule.FREQUENCY: words("altijd, soms, vaak, meestal, zelden, regelmatig, dagelijks, elke keer"),
        Rule.INTENSITY: words("heel, erg, zeer, echt, helemaal, enorm, super, best wel"),
        Rule.ONE_IDEA: words("en, maar, omdat, want, terwijl, hoewel, zodat"),
        Rule.TENSE: words(
            "was, waren, had, hadden, werd, ging, kon, kwam, deed, wilde, zal, zullen, zou, gisteren, morgen, straks",
            patterns=(r"\bheb\b.*\bge(?!ld\b|noeg\b|duld\b|zicht\b|zond\b)\w{2,}[dt]\b",),
        ),
        Rule.GENDER: words("hij, zij, hem, haar"),
    },
    bot_forbidden={
        Rule.GENDER: words("hij, zij"),
        Rule.ADDRESS: words("u, uw"),
        Rule.EXAM: words(
            "test, toets, examen, goed gedaan, goed zo, knap, correct, score, punten, geslaagd, gezakt, bravo"
        ),
    },
    not_an_exam=("geen test",),
)

_EN = Language(
    most_words=12,
    longest_word=14,
    letters=re.compile(r"[A-Za-z ,.'-]"),
    forbidden={
        Rule.NEGATION: words(
            "not, no, never, nothing, nobody, none, without, few, hardly, cannot, unhappy, unsafe, unsure, unable",
            patterns=(r"n't\b",),
        ),
        Rule.CHANGE: words(
            "more, less, better, worse, still, become, improve, improving, change, grow, than, any more",
            "now, since, longer",
            patterns=(r"\b\w{3,}ier\b",),
        ),
        Rule.FREQUENCY: words("always, often, sometimes, usually, rarely, seldom, every time, regularly"),
        Rule.INTENSITY: words("very, really, totally, completely, extremely, so much, absolutely"),
        Rule.ONE_IDEA: words("and, but, because, so, while, although"),
        Rule.TENSE: words(
            "was, were, did, had, been, went, used to, will, shall, yesterday, tomorrow",
            patterns=(r"'ll\b", r"\bhave \w+ed\b", r"\b(?:am|is|are) going to\b"),
        ),
        Rule.GENDER: words("he, she, his, her, him"),
    },
    bot_forbidden={
        Rule.GENDER: words("he, she, his, her, him"),
        Rule.EXAM: words("test, exam, quiz, well done, good job, correct, score, points, grade, passed, failed, bravo"),
    },
    not_an_exam=("not a test",),
)

_FR = Language(
    most_words=12,
    longest_word=14,
    letters=re.compile(r"[A-Za-zÀÂÇÈÉÊËÎÏÔÙÛÜŒàâçèéêëîïôùûüœ ,.'’-]"),
    forbidden={
        Rule.NEGATION: words(
            "ne, pas, sans, jamais, rien, aucun, aucune, ni, guère, impossible, inutile",
            patterns=(r"\bn'", r"(?<!un )\bpeu\b"),
        ),
        Rule.CHANGE: words(
            "plus, moins, mieux, pire, meilleur, meilleure, améliorer, améliore, encore, davantage, devenir, deviens",
            "changer, progresser, avant, depuis",
        ),
        Rule.FREQUENCY: words("toujours, souvent, parfois, rarement, d'habitude, chaque fois"),
        Rule.INTENSITY: words("très, trop, vraiment, tout à fait, extrêmement, tellement, totalement"),
        Rule.ONE_IDEA: words("et, mais, parce que, car, puis, donc, alors que"),
        Rule.TENSE: words(
            "j'avais, j'étais, hier, demain",
            patterns=(
                r"\bj'ai \w+(?:é|ée|és)\b",
                r"\bje (?!fais|sais|connais|vais|plais)\w+ais\b",
                r"\bje vais \w+(?:er|ir|re)\b",
                r"\b\w+[ei]rai\b",
            ),
        ),
        Rule.GENDER: words(
            "content, contente, fier, fière, seul, seule, satisfait, satisfaite, heureux, heureuse",
            "prêt, prête, sûr, sûre, motivé, motivée, entouré, entourée, respecté, respectée, fatigué, fatiguée",
            "elle, ils, elles",
            patterns=(r"\(e\)", r"\bil\b(?! y a)"),
        ),
    },
    bot_forbidden={
        Rule.GENDER: re.compile(
            r"\((?:e|ne|ère)\)|\b(?:tu es|tu t'es|es-tu|tu étais) "
            r"(?:content|fier|fière|seul|satisfait|heureu|prêt|sûr|motivé|fatigué|parti|venu|allé|arrivé|inscrit)"
        ),
        Rule.ADDRESS: re.compile(
            r"\b(?:votre|vos|\w+ez-vous)\b(?<!rendez-vous)|\bvous (?:pouvez|voulez|devez|avez|êtes)\b(?!.*\bensemble\b)"
        ),
        Rule.EXAM: words("test, examen, contrôle, bravo, bien joué, correct, correcte, score, points, réussi, échoué"),
    },
    not_an_exam=("pas un test",),
)

_TR = Language(
    most_words=9,
    longest_word=19,
    letters=re.compile(r"[A-PR-VYZa-pr-vyzÇĞİÖŞÜçğıöşüâ ,.'’-]"),
    forbidden={
        Rule.NEGATION: words(
            "değil, değilim, yok, hiç, asla, kimse, hiçbir",
            patterns=(
                r"\b\w+m[ıiuü]yor\w*",
                r"\b\w+[ae]m[ae]m\.",
                r"\b\w{3,}m[ae]z(?:lar|ler|s[ıi]n)?\b",
                r"\b\w+m[ae]dan\b",
                r"\b\w{2,}s[ıiuü]z\b",
            ),
        ),
        Rule.CHANGE: words(
            "daha, en, artık, eskisi, fazla, gelişmek, geliştirmek, gelişiyor, iyileşiyor, değişiyor",
            patterns=(r"\b(?:geliş|iyileş|değiş|ilerle)\w*",),
        ),
        Rule.FREQUENCY: words("her zaman, bazen, sık sık, genellikle, hep, nadiren, her defa, sürekli, çoğu zaman"),
        Rule.INTENSITY: words("çok, gerçekten, tamamen, son derece, epey"),
        Rule.ONE_IDEA: words("ve, ama, fakat, çünkü, ancak, ya da"),
        Rule.TENSE: words(
            "dün, yarın, eskiden",
            patterns=(
                r"\b\w+[dt][ıiuü]m\.",
                r"\b\w+[ae]ca[ğk]\w*\.",
                r"\b\w+ece[ğk]\w*\.",
                r"\b\w+m[ıiuü]ş[ıiuü]m\.",
                r"\b(?!\w*bil[ıi]r[ıi]m)\w+[aeıiuü]r[ıiuü]m\.",
            ),
        ),
    },
    bot_forbidden={
        Rule.ADDRESS: words("siz, sizi, size, sizin, sizinle, sizden, lütfen"),
        Rule.EXAM: words("test, sınav, aferin, bravo, doğru cevap, skor, puan, başardın, kaldın, geçtin"),
    },
    not_an_exam=("bir test değil", "test değil"),
    homograph=re.compile("^İşte "),  # also "look, here is"
)

_MARKED_FOR_GENDER = (
    "سعيد, سعيدة, فخور, فخورة, راض, راضية, واثق, واثقة, متأكد, متأكدة, مرتاح, مرتاحة, هادئ, هادئة, قادر, قادرة, "
    "مستعد, مستعدة, متعب, متعبة, مسؤول, مسؤولة, مهم, مهمة, وحيد, وحيدة, تستطيع, تستطيعين, تريدين, ترغبين"
)

_AR = Language(
    most_words=10,
    longest_word=12,
    letters=re.compile(r"[ء-غف-يًٌٍَُِّْ ،.]"),
    forbidden={
        Rule.NEGATION: words("لا, لم, لن, ليس, ليست, لست, غير, بدون, دون, سوى", patterns=(r"(?<!\w)ما(?!\w)",)),
        Rule.CHANGE: words("أكثر, أقل, أفضل, أحسن, أسوأ, تحسين, تحسن, تطوير, تغيير, كنت, أصبحت, سابقا, الآن, ما زال"),
        Rule.FREQUENCY: words("دائما, أحيانا, غالبا, أبدا, نادرا, عادة, كل مرة"),
        Rule.INTENSITY: words("جدا, كثيرا, للغاية, تماما, حقا, إطلاقا"),
        Rule.ONE_IDEA: words(
            "لكن, ولكن, لأن, بسبب, لأنني",
            patterns=(r"(?<!\w)و(?!قت|عيي|اضح|جود|الد|احد|ظيف|رق|صل|صول|جبة|أنا بكامل وعيي)\w+",),
        ),
        Rule.TENSE: words("كان, كانت, سوف, أمس, غدا, لقد, قد", patterns=(r"(?<!\w)س(?:أ|ن|ت|ي)(?!ل|أل)\w{3,}",)),
        Rule.GENDER: words(_MARKED_FOR_GENDER),
    },
    bot_forbidden={
        Rule.NEGATION: words("ما"),  # in the dialects it says no: whoever reads little would read the opposite
        Rule.GENDER: words(
            "تستطيع, تستطيعين, تريد, تريدين, ترغب, ترغبين, تحب, تحبين, اضغط, اضغطي, اختر, اختاري, اكتب, اكتبي, "
            "اقرأ, اقرئي, انظر, انظري, افتح, افتحي, انتظر, انتظري, حاول, حاولي, اسأل, اسألي, اطلب, اطلبي, "
            "سعيد, سعيدة, جاهز لل, مستعد, مستعدة"
        ),
        Rule.EXAM: words("امتحان, امتحانا, اختبار, اختبارا, أحسنت, برافو, ممتاز, درجة, نتيجة, علامة, نجاح, رسوب"),
    },
    not_an_exam=("ليس امتحانا",),
    homograph=re.compile("^نحل "),  # "bees", unless it carries its shadda
)

STEMS: Mapping[str, Mapping[Kind, re.Pattern[str]]] = {
    "nl": {
        Kind.SATISFACTION: re.compile("^Ik ben tevreden over "),
        Kind.MOTIVATION: re.compile("^Ik wil werken aan "),
        Kind.INFLUENCE: re.compile("^Ik kan zelf "),
    },
    "en": {
        Kind.SATISFACTION: re.compile("^I am happy with "),
        Kind.MOTIVATION: re.compile("^I want to work on "),
        Kind.INFLUENCE: re.compile(r"^I can .*\bmyself\b"),
    },
    "fr": {
        Kind.SATISFACTION: re.compile(r" me convien(?:nen)?t\.$"),
        Kind.MOTIVATION: re.compile("^Je veux (?:travailler sur|faire quelque chose pour) "),
        Kind.INFLUENCE: re.compile(r"\b[Jj]e peux .*\bmoi-même\b"),
    },
    "tr": {
        Kind.SATISFACTION: re.compile(r" memnunum\.$"),
        Kind.MOTIVATION: re.compile(r" bir şeyler yapmak istiyorum\.$"),
        Kind.INFLUENCE: re.compile(r"\bkendim .*[ae]bilirim\.$"),
    },
    "ar": {
        Kind.SATISFACTION: re.compile("^أشعر بالرضا (?:عن|عما) "),
        Kind.MOTIVATION: re.compile("^أريد أن أفعل شيئًا "),
        Kind.INFLUENCE: re.compile("^أستطيع أن .*بنفسي"),
    },
}
"""How the three conversation statements of a group begin or end: the same in every group, as far as grammar allows."""

LANGUAGES_WRITTEN: Mapping[str, Language] = {"nl": _NL, "en": _EN, "fr": _FR, "tr": _TR, "ar": _AR}
"""The rules by language."""

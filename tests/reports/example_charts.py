"""Invented charts with the questionnaire's own labels, in any language, for the tests of the pictures."""

import json
from pathlib import Path

from domain.questionnaire import LANGUAGES
from reports.chart import Axis, Chart, Moment, Point

QUESTIONNAIRE = Path(__file__).parents[2] / "locales" / "questionnaire"
STRUCTURE = json.loads((QUESTIONNAIRE / "structure.json").read_text(encoding="utf-8"))
TEXTS = {
    language: json.loads((QUESTIONNAIRE / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
}

TITLE = {"nl": "Mijn leven", "en": "My life", "fr": "Ma vie", "tr": "Hayatım", "ar": "حياتي"}
NO_ANSWER = {
    "nl": "geen antwoord",
    "en": "no answer",
    "fr": "pas de réponse",
    "tr": "cevap yok",
    "ar": "لا توجد إجابة",
}
DAYS = {
    "nl": ("Toen: 12 mei 2025", "Toen: 3 september 2026", "Nu: 14 november 2026"),
    "en": ("Then: 12 May 2025", "Then: 3 September 2026", "Now: 14 November 2026"),
    "fr": ("Avant\u202f: 12 mai 2025", "Avant\u202f: 3 septembre 2026", "Maintenant\u202f: 14 novembre 2026"),
    "tr": ("Önce: 12 Mayıs 2025", "Önce: 3 Eylül 2026", "Şimdi: 14 Kasım 2026"),
    "ar": ("سابقًا: ١٢ مايو ٢٠٢٥", "سابقًا: ٣ سبتمبر ٢٠٢٦", "الآن: ١٤ نوفمبر ٢٠٢٦"),
}
SENTENCE = {
    "nl": "Een punt ver van het midden: je zei vaak ja. Een punt dicht bij het midden: je zei vaak nee.",
    "en": "A dot far from the middle: you often said yes. A dot close to the middle: you often said no.",
    "fr": "Un point loin du milieu\u202f: tu as souvent dit oui. Un point près du milieu\u202f: tu as souvent dit non.",
    "tr": "Ortadan uzak nokta: çoğunlukla evet dedin. Ortaya yakın nokta: çoğunlukla hayır dedin.",
    "ar": "نقطة بعيدة عن الوسط: قلت نعم كثيرًا. نقطة قريبة من الوسط: قلت لا كثيرًا.",
}
VALUES = (2.4, 5.0, 4.2, 1.0, 3.6, 3.4, 2.8, 4.6, 3.8)

_ARABIC_DIGITS = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")


def in_digits(value: float, language: str) -> str:
    """A value as its reader writes it."""
    text = f"{value:.1f}"
    if language == "ar":
        return text.translate(_ARABIC_DIGITS)
    return text if language == "en" else text.replace(".", ",")


def labels(language: str, of: str) -> list[Axis]:
    """The axes of a ring ("inner", "outer"), of all groups ("all"), or of the core statements of one group."""
    names = TEXTS[language]["groups"]
    groups = [group["name"] for group in STRUCTURE["groups"] if of in {group["ring"], "all"}]
    if groups:
        return [Axis(name, names[name]) for name in groups]
    ids = [s["id"] for s in STRUCTURE["statements"] if s["group"] == of and s["kind"] == "core"]
    return [Axis(id_, TEXTS[language]["statements"][id_]["wordings"][-1]["text"]) for id_ in ids]


def a_chart(
    language: str = "nl",
    *,
    of: str = "outer",
    moments: int = 1,
    missing: tuple[int, ...] = (),
    partial: tuple[int, ...] = (),
) -> Chart:
    """A chart; in the newest moment the axes of these numbers are missing, in every moment these are partial."""
    axes = labels(language, of)
    drawn = []
    for number in range(moments):
        is_newest = number == moments - 1
        points = []
        for axis in range(len(axes)):
            value = VALUES[(axis + 2 * number) % len(VALUES)]
            if is_newest and axis in missing:
                points.append(Point(None, gap=NO_ANSWER[language]))
            else:
                points.append(Point(value, in_digits(value, language), is_partial=axis in partial))
        drawn.append(Moment(DAYS[language][3 - moments + number], tuple(points)))
    return Chart(
        title=TITLE[language],
        description=TITLE[language] + ".",
        language=language,
        axes=tuple(axes),
        moments=tuple(drawn),
        low_mark=TEXTS[language]["scale"]["1"],
        high_mark=TEXTS[language]["scale"]["5"],
        sentences=(SENTENCE[language],),
    )

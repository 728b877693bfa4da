"""The few words that a lesson's page adds to its author's, in the language of the lesson.

They are part of the lesson, which keeps its language whatever language the
visitor reads the site in; so they stand here and not in the translations.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LessonWords:
    """Headings of boxes and names of regions; ``{number}`` counts them within a lesson."""

    outcome: str
    check: str
    answer: str
    note: str
    warning: str
    example: str
    code: str
    formula: str
    table: str
    footnotes: str
    footnote: str
    back: str
    transcript: str
    download: str


WORDS = {
    "en": LessonWords(
        outcome="What you will be able to do",
        check="Check your understanding",
        answer="Show the answer",
        note="Note",
        warning="Take care",
        example="Example",
        code="Code",
        formula="Formula",
        table="Table {number}",
        footnotes="Notes",
        footnote="Note {number}",
        back="Back to note {number} in the text",
        transcript="Transcript",
        download="Download the file",
    ),
    "fr": LessonWords(
        outcome="Ce que vous saurez faire",
        check="Vérifiez que vous avez compris",
        answer="Afficher la réponse",
        note="Remarque",
        warning="Attention",
        example="Exemple",
        code="Code",
        formula="Formule",
        table="Tableau {number}",
        footnotes="Notes",
        footnote="Note {number}",
        back="Revenir à l’appel de note {number}",
        transcript="Transcription",
        download="Télécharger le fichier",
    ),
    "ar": LessonWords(
        outcome="ما ستكون قادرًا عليه",
        check="تحقّق من فهمك",
        answer="إظهار الجواب",
        note="ملاحظة",
        warning="تنبيه",
        example="مثال",
        code="شيفرة",
        formula="صيغة رياضية",
        table="الجدول {number}",
        footnotes="هوامش",
        footnote="الهامش {number}",
        back="العودة إلى موضع الهامش {number}",
        transcript="النص المكتوب",
        download="تنزيل الملف",
    ),
    "zgh": LessonWords(
        outcome="ⴰⵡⵜⵜⴰⵙ",
        check="ⵉⵙⵇⵙⵉⵜⵏ",
        answer="ⵙⴽⵏ ⵜⴰⵎⵔⴰⵔⵓⵜ",
        note="ⵜⴰⵎⴰⵡⵜ",
        warning="ⵃⴹⵓ",
        example="ⴰⵎⴷⵢⴰ",
        code="ⵜⴰⵏⴳⴰⵍⵜ",
        formula="ⵜⴰⵍⵖⴰ",
        table="ⵜⴰⴼⵍⵡⵉⵜ {number}",
        footnotes="ⵜⵉⵎⴰⵡⵉⵏ",
        footnote="ⵜⴰⵎⴰⵡⵜ {number}",
        back="ⴰⵖⵓⵍ ⵖⵔ ⵜⵎⴰⵡⵜ {number}",
        transcript="ⴰⴹⵔⵉⵚ ⵉⵜⵜⵓⵔⴰⵏ",
        download="ⴰⴳⵎ ⴰⴼⴰⵢⵍⵓ",
    ),
}

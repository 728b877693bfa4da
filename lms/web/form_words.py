"""What the form library says by itself, in our words and the visitor's language."""

from flask_babel import lazy_gettext as _l

_OURS = {
    "Not a valid choice.": _l("Choose one of those offered."),
    "Not a valid date value.": _l("Enter a date, such as 2026-09-01."),
    "Not a valid integer value.": _l("Enter a whole number."),
}


class FormWords:
    """Translations as WTForms asks for them; a sentence that we do not know stays as it is."""

    def gettext(self, text: str) -> str:
        """Our sentence in place of the library's ``text``."""
        return str(_OURS.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The library's own sentence: each of our fields that counts brings its words along."""
        return one if number == 1 else many

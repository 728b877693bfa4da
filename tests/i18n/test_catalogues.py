"""Every catalogue says everything the product says, with the same values in it."""

import re
from gettext import c2py
from string import Formatter

import pytest
from babel import Locale
from babel.messages import Catalog

from lms.core.i18n import LOCALES
from lms.locale.update import PLURALS, catalogue, compiled, marked, read, unfinished

MARKED = marked()
SENTENCES = {entry.id: entry for entry in MARKED if entry.id}
CATALOGUES = {locale: read(locale) for locale in PLURALS}

in_every_language = pytest.mark.parametrize("locale", PLURALS)


def told(text):
    """The texts of an entry or of its translation: one, or one for each plural form."""
    return [text] if isinstance(text, str) else list(text)


def placeholders(text):
    """What ``text`` leaves open: ``{name}`` as N_ and say write it, ``%(name)s`` as pages do."""
    braces = {f"{{{name}}}" for _text, name, _spec, _as in Formatter().parse(text) if name}
    return braces | set(re.findall(r"%\(\w+\)[sd]", text))


def may_be_left_out(ids, form, plural):
    """A form that stands for one number only need not repeat it: "two lessons"."""
    numbers = [number for number in range(200) if plural(number) == form]
    silent = "%(num)s" not in ids[0] and plural(1) == form
    return {"%(num)s"} if len(numbers) == 1 or silent else set()


def test_every_language_but_the_source_has_a_catalogue():
    assert {*PLURALS, "en"} == set(LOCALES)
    assert all(catalogue(locale).is_file() for locale in PLURALS)


@in_every_language
def test_the_catalogue_holds_the_sentences_of_the_product_and_no_others(locale):
    held = {entry.id for entry in CATALOGUES[locale] if entry.id}

    assert [text for text in SENTENCES if text not in held] == [], "run: make translations"
    assert [text for text in held if text not in SENTENCES] == [], "run: make translations"


def test_what_is_found_in_one_language_does_not_reach_the_next():
    first, second = Catalog("ar"), Catalog("fr")
    first.update(MARKED)
    for entry in first:
        entry.string = "سلام"

    second.update(MARKED)

    assert [entry for entry in second if entry.id and entry.string == "سلام"] == []


@in_every_language
def test_every_sentence_is_translated_and_confirmed(locale):
    assert list(unfinished(CATALOGUES[locale])) == []


@pytest.mark.parametrize("missing", ["", "fuzzy", "one form"])
def test_an_unfinished_sentence_is_noticed(missing):
    translations = Catalog("fr")
    if missing == "one form":
        translations.add(("%(num)s hour", "%(num)s hours"), ("%(num)s heure", ""))
    else:
        translations.add("Save", missing and "Sauver", flags=["fuzzy"] if missing else [])

    assert len(list(unfinished(translations))) == 1


@in_every_language
def test_a_translation_keeps_the_placeholders_of_its_sentence(locale):
    plural = c2py(CATALOGUES[locale].plural_expr)
    wrong = []

    for entry in CATALOGUES[locale]:
        ids, forms = told(entry.id), told(entry.string)
        given = placeholders(ids[-1])
        for form, text in enumerate(forms):
            needed = given - may_be_left_out(ids, form, plural) if len(ids) > 1 else given
            if text and not needed <= placeholders(text) <= given:
                wrong.append(text)

    assert wrong == []


@in_every_language
def test_a_percent_sign_stands_only_before_a_name(locale):
    # Pages join every sentence with its values, so a sign alone would break the page.
    texts = [text for entry in CATALOGUES[locale] if entry.id for text in told(entry.string)]

    assert [text for text in texts if re.search(r"%(?!\(\w+\)[sd])", text)] == []


@in_every_language
def test_no_sentence_is_a_piece_to_be_glued(locale):
    ids = [text for entry in SENTENCES.values() for text in told(entry.id)]
    strings = [text for entry in CATALOGUES[locale] for text in told(entry.string) if entry.id]

    assert [text for text in ids + strings if text != text.strip()] == []


@in_every_language
def test_a_translation_has_no_markup_that_its_sentence_lacks(locale):
    # Templates print translations as they are.
    pairs = [
        (told(entry.id)[-1], text)
        for entry in CATALOGUES[locale]
        if entry.id
        for text in told(entry.string)
    ]

    assert [text for source, text in pairs if set("<>&") & set(text) - set(source)] == []


@in_every_language
def test_a_catalogue_can_be_compiled(locale):
    assert compiled(locale)[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")


@in_every_language
def test_a_catalogue_says_nothing_that_changes_by_itself(locale):
    content = catalogue(locale).read_text("utf-8")

    assert not re.search(r"Date:|Generated-By|Translator:|^#: .*:\d", content, re.MULTILINE)


@pytest.mark.parametrize(
    ("locale", "forms"),
    [("ar", ["zero", "one", "two", "few", "many", "other"]), ("fr", ["one", "other"])],
)
def test_a_language_counts_as_cldr_says(locale, forms):
    counts, cldr = c2py(CATALOGUES[locale].plural_expr), Locale(locale).plural_form

    assert CATALOGUES[locale].num_plurals == len(forms)
    assert all(forms[counts(n)] == cldr(n) for n in range(10_000))


def test_amazigh_counts_one_and_many():
    counts = c2py(CATALOGUES["zgh"].plural_expr)

    assert [counts(n) for n in (0, 1, 2, 11, 100)] == [0, 0, 1, 1, 1]


#: The letters of a language that stand in no other one's.
SCRIPTS = {"ar": "[\u0621-\u064a]", "zgh": "[\u2d30-\u2d7f]"}


@in_every_language
def test_no_sentence_is_in_the_script_of_another_language(locale):
    foreign = "|".join(letters for other, letters in SCRIPTS.items() if other != locale)

    found = [
        entry.id
        for entry in CATALOGUES[locale]
        if entry.id and any(re.search(foreign, text) for text in told(entry.string))
    ]

    assert found == []


def test_in_arabic_names_and_words_of_people_keep_their_own_direction():
    bare = re.compile(r"«\{(title|course|assignment|credential)\}»|(?<!\u2068)\{reason\}")
    texts = [text for entry in CATALOGUES["ar"] if entry.id for text in told(entry.string)]

    assert [text for text in texts if bare.search(text)] == []

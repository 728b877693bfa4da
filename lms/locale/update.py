"""Bring every catalogue up to date with the sentences of the product, and compile it."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = Path(__file__).resolve().parent
PACKAGE = LOCALE.parent

#: Where sentences stand, below the package, and what finds them there.
METHODS = [
    ("**.py", "python"),
    ("web/templates/**.html", "jinja2"),
    ("grading/templates/**.j2", "jinja2"),
]

#: As the site reads its templates; ``silent`` off, so that a broken template is no empty one.
_TEMPLATES = {"trim_blocks": "1", "lstrip_blocks": "1", "silent": "0"}
OPTIONS = {"web/templates/**.html": _TEMPLATES, "grading/templates/**.j2": _TEMPLATES}

#: What marks a sentence. Of `say` only the first argument is one.
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "say": None}

#: How each language counts. The forms follow CLDR in gettext's usual order; CLDR has no rule
#: for zgh, so it takes what its sisters tzm and shi agree on: zero and one are singular.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "fr": "nplurals=2; plural=(n > 1);",
    "zgh": "nplurals=2; plural=(n > 1);",
}


class Marked(Catalog):
    """The sentences of the product, to bring any number of catalogues up to date with."""

    def __iter__(self) -> Iterator[Message]:
        # Babel writes the translation it finds into the very message that it is given: what one
        # language says must not reach the next.
        return (message.clone() for message in super().__iter__())


def catalogue(locale: str) -> Path:
    """The file that holds the translations into ``locale``."""
    return LOCALE / locale / "LC_MESSAGES" / "messages.po"


def marked() -> Marked:
    """Every sentence that is marked for translation, with the files it stands in."""
    found = Marked()
    for name, line, text, comments, context in extract_from_dir(
        PACKAGE, METHODS, OPTIONS, KEYWORDS, ("Translators:",), strip_comment_tags=True
    ):
        place = f"{PACKAGE.name}/{Path(name).as_posix()}"
        found.add(text, None, [(place, line)], auto_comments=comments, context=context)
    return found


def header(locale: str) -> bytes:
    """The head of a catalogue: what gettext needs, and nothing that changes by itself."""
    return (
        "# Kept up to date by `make translations`; see docs/translations.md.\n"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {locale}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[locale]}\\n"\n'
        "\n"
    ).encode()


def read(locale: str) -> Catalog:
    """The translations into ``locale``, none if there is no file yet."""
    path = catalogue(locale)
    return read_po(BytesIO(path.read_bytes() if path.exists() else header(locale)), locale)


def write(locale: str, translations: Catalog) -> None:
    """Keep ``translations``: the same sentences always give the same bytes."""
    entries = BytesIO()
    # File names tell a translator where a sentence stands; line numbers change with every edit.
    write_po(
        entries,
        translations,
        width=0,
        omit_header=True,
        include_lineno=False,
        ignore_obsolete=True,
        include_previous=True,
    )
    path = catalogue(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header(locale) + entries.getvalue().strip() + b"\n")


def compiled(locale: str) -> bytes:
    """What gettext reads at run time. Sentences without a sure translation stay English."""
    content = BytesIO()
    write_mo(content, read(locale))
    return content.getvalue()


def unfinished(translations: Catalog) -> Iterator[str]:
    """The sentences that have no translation, or one that nobody has confirmed."""
    for entry in translations:
        texts = [entry.string] if isinstance(entry.string, str) else entry.string or [""]
        if entry.id and (entry.fuzzy or not all(texts)):
            yield entry.id if isinstance(entry.id, str) else entry.id[0]


def main(locales: list[str]) -> None:
    """Update and compile these catalogues, or all, and say how much is left to translate."""
    sentences = marked()
    for locale in locales or PLURALS:
        translations = read(locale)
        translations.update(sentences)
        write(locale, translations)
        catalogue(locale).with_suffix(".mo").write_bytes(compiled(locale))
        left = len(list(unfinished(translations)))
        print(f"{locale}: {len(translations)} sentences, {left} to translate")


if __name__ == "__main__":
    main(sys.argv[1:])

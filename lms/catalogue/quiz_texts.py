"""Texts of a quiz: lesson Markdown in a TOML file, checked there and turned into safe HTML."""

from collections.abc import Callable, Mapping

from lms.catalogue.lesson_faults import Reference, references, text_faults
from lms.catalogue.lesson_markdown import ParsedLesson, parse_lesson
from lms.catalogue.lessons import render
from lms.catalogue.pictures import Picture
from lms.catalogue.toml_table import TomlTable
from lms.core.i18n import say

#: What only a whole lesson has.
_PARTS = ("heading_open", "box_open", "footnote_block_open")
#: A text that stands in a line with others, and holds no paragraphs, lists or blocks of code.
_ONE_LINE = ("paragraph_open", "inline", "paragraph_close")


def read_plain(
    table: TomlTable, key: str, languages: tuple[str, ...], *, required: bool = True
) -> dict[str, str]:
    """A text for each language; written once where it is the same in all. {} if it may be away."""
    if key in table and isinstance(table.values[key], str):
        text = table.text(key)
        return dict.fromkeys(languages, text)
    if key not in table and not required:
        table.optional_table(key)
        return {}
    return table.translations(key, languages)


def read_words(
    table: TomlTable,
    key: str,
    languages: tuple[str, ...],
    found: list[tuple[str, Reference]],
    *,
    name: str,
    required: bool = True,
    one_line: bool = True,
) -> dict[str, str]:
    """The same, read as lesson Markdown; faults are noted, and what it refers to is ``found``."""
    words = read_plain(table, key, languages, required=required)
    for locale, text in words.items():
        parsed = parse_lesson(text)
        line = table.line_of(key)
        for _line, sentence in text_faults(parsed):
            table.fault(key, sentence)
        if text and (parsed.title is not None or parsed.boxes.faults or _has_parts(parsed)):
            table.fault(key, say("A text of a quiz holds no headings, boxes or footnotes."))
        elif text and one_line and tuple(each.type for each in parsed.tokens) != _ONE_LINE:
            table.fault(
                key, say("{key} must be one paragraph, without lists or blocks of code.", key=key)
            )
        found += [
            (locale, Reference(name, line, each.target, each.is_figure))
            for each in references(name, parsed)
        ]
    return words


def html_of(
    source: str,
    locale: str,
    *,
    link: Callable[[str], str],
    asset: Callable[[str], str],
    pictures: Mapping[str, Picture],
) -> str:
    """A text as HTML, safe to insert; a single paragraph comes without the element around it."""
    html = render(source, locale, link=link, asset=asset, pictures=pictures).html.strip()
    inner = html.removeprefix("<p>").removesuffix("</p>")
    alone = html.startswith("<p>") and html.endswith("</p>") and "<p>" not in inner
    return inner if alone else html


def _has_parts(parsed: ParsedLesson) -> bool:
    return any(each.type in _PARTS for each in parsed.tokens)

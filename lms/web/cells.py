"""Cells of a notebook as a page shows them: code coloured, text as lessons are shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from lms.catalogue import lessons
from lms.catalogue.code_colours import code_html
from lms.catalogue.notebooks import Cell
from lms.grading.answers import Answered
from lms.web import templating

#: Longer code than this is shown without colours, which would take too long to find.
MOST_COLOURED = 100_000


@dataclass(frozen=True)
class ShownCell:
    """A cell ready for the page; ``is_code`` says in which dress."""

    html: Markup
    is_code: bool


@dataclass(frozen=True)
class ShownAnswer:
    """What was asked, what was written, and what the author wrote, ready for the page."""

    asked: list[ShownCell]
    written: list[ShownCell]
    author: list[ShownCell]


def shown_answer(found: Answered) -> ShownAnswer:
    """``found`` as markup that is safe whoever wrote it."""
    return ShownAnswer(
        _shown(found.asked, found.language),
        _shown(found.written, found.language),
        _shown([found.author] if found.author else [], found.language),
    )


def _shown(cells: Iterable[Cell], language: str) -> list[ShownCell]:
    return [shown(cell, language) for cell in cells if cell.source.strip()]


def shown(cell: Cell, language: str) -> ShownCell:
    """``cell`` as markup that is safe whoever wrote it."""
    if cell.kind == "markdown":
        try:
            return ShownCell(_text(cell.source), is_code=False)
        except lessons.LessonTooLong:
            return ShownCell(escape(cell.source), is_code=True)
    if cell.kind != "code" or len(cell.source) > MOST_COLOURED:
        return ShownCell(escape(cell.source), is_code=True)
    return ShownCell(Markup(code_html(cell.source, language)), is_code=True)


def _text(source: str) -> Markup:
    # Its links to lessons and its pictures lead nowhere: only those of a published lesson do.
    page = lessons.render(
        source,
        templating.content_locale(),
        link=lambda _slug: "",
        asset=lambda _path: "",
        pictures={},
    )
    title = Markup('<h2 class="text-title">{}</h2>\n').format(page.title)
    return (title if page.title else Markup()) + Markup(page.html)

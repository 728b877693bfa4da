"""Makes safe markup of the cells and outputs of an executed notebook, within bounds of time."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

import nbformat
from markupsafe import Markup, escape
from nbconvert.filters import ansi2html, strip_ansi

from lms.catalogue import lessons
from lms.catalogue.code_colours import code_html
from lms.core import i18n
from lms.grading.executed import PICTURES
from lms.grading.feedback_safety import clean_output

#: What is shown of one text output.
_MOST_SHOWN = 20_000
#: Beyond these many characters together, code goes without colours and Markdown as it was typed.
_MOST_COLOURED = 150_000
_MOST_COLOUR_CODES = 1000
#: Beyond these many characters together, markup gives way to the plain text that comes with it.
_MOST_MARKUP = 1_000_000
_INLINE_STYLE = re.compile(r' style="[^"]*"')


class Dressing:
    """Makes markup of what is shown of a notebook; what stays a plain text will be escaped."""

    def __init__(self, locale: str, language: str) -> None:
        self._locale = i18n.language(locale)
        self._language = language
        self._room, self._markup = _MOST_COLOURED, _MOST_MARKUP

    # Any: nbformat's nodes have their attributes by the name of the format.
    def dress(self, notebook: Any) -> None:
        """Change the cells and outputs of ``notebook`` in place."""
        for place, cell in enumerate(notebook.cells, start=1):
            cell.number = place
            cell.blank = not cell.source.strip()
            cell.is_text = cell.cell_type == "markdown"
            cell.source = self._text(cell.source) if cell.is_text else self._code(cell.source)
            cell.pictures = list(_attached(cell.get("attachments", {})))
            if cell.cell_type == "code":
                cell.outputs = [output for output in cell.outputs if self._dress_output(output)]

    def _dress_output(self, output: Any) -> bool:
        """Whether there is anything to show of ``output``, which is dressed then."""
        if output.output_type == "stream":
            output.text = _terminal(output.text)
        elif output.output_type == "error":
            output.text = _terminal(
                "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
            )
        else:
            output.data = nbformat.from_dict(self._bundle(output.data))
        return bool(output.get("text") or output.get("data"))

    def _bundle(self, data: Mapping[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for media, text in data.items():
            if media == "text/html":
                self._markup -= len(text)
                shown = Markup(clean_output(text)) if self._markup >= 0 else Markup()
            elif media == "text/markdown":
                shown = self._text(text)
            elif media == "text/latex":
                shown = self._text(text) if len(text) <= _MOST_SHOWN else Markup()
            elif media == "image/svg+xml":
                # As a picture it can neither run anything nor fetch anything.
                shown = _data(media, base64.b64encode(text.encode()).decode())
            elif media.startswith("image/"):
                shown = _data(media, text)
            else:
                shown = _terminal(text)
            if shown:
                found[media] = shown
        return found

    def _has_room(self, text: str) -> bool:
        self._room -= len(text)
        return self._room >= 0

    def _code(self, text: str) -> Markup:
        return Markup(code_html(text, self._language)) if self._has_room(text) else escape(text)

    def _text(self, text: str) -> Markup:
        if not self._has_room(text):
            return Markup("<pre>{}</pre>").format(text)
        # Its links to lessons and its pictures lead nowhere: only those of a published lesson do.
        shown = lessons.render(
            text, self._locale, link=lambda _slug: "", asset=lambda _path: "", pictures={}
        )
        title = Markup('<h2 class="text-title">{}</h2>\n').format(shown.title)
        return (title if shown.title else Markup()) + Markup(shown.html)


def _terminal(text: str) -> Markup:
    """What was written to a terminal, with its colours and without what would move a cursor."""
    shown = text[:_MOST_SHOWN]
    rest = Markup("\n…") if len(text) > len(shown) else Markup()
    if shown.count("\x1b") > _MOST_COLOUR_CODES:
        return escape(strip_ansi(shown)) + rest
    # Text is escaped, quotes too, so this finds only tags: colours that the policy would refuse.
    return Markup(_INLINE_STYLE.sub("", ansi2html(shown))) + rest


def _data(media: str, text: str) -> Markup:
    return Markup("data:{};base64,{}").format(media, text)


def _attached(attachments: Mapping[str, Any]) -> Iterator[Markup]:
    """The pictures that a learner put into a text, as addresses within the page."""
    for bundle in attachments.values():
        for media, text in bundle.items() if isinstance(bundle, dict) else ():
            if media in PICTURES and isinstance(text, str):
                yield _data(media, "".join(text.split()))

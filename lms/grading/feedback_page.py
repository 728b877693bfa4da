"""The feedback page: an executed notebook with its marks, as one file that needs nothing else.

Whoever is shown it may open it: what a learner wrote and what their code put out is cleaned, and
the policy in the page lets nothing run and nothing be fetched, from a disk as from a server.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import nbformat
from jinja2 import StrictUndefined
from markupsafe import Markup, escape
from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets.config import Config

from lms.catalogue import lessons
from lms.catalogue.notebook_names import notebook_and_id
from lms.core.i18n import Sentence, direction, language
from lms.core.translation import explained, number, translated, translations
from lms.grading.dressing import Dressing
from lms.grading.executed import CUT, PICTURES, WITHHELD
from lms.grading.hints import hint_for
from lms.grading.laying_in import Copy
from lms.grading.marking import Verdict
from lms.grading.policy import Score

_TEMPLATES = Path(__file__).parent / "templates"
_OWN_STYLE = (_TEMPLATES / "feedback" / "feedback.css").read_text(encoding="utf-8")
_STYLE = _OWN_STYLE + lessons.highlight_css()
_FINGERPRINT = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

#: Nothing runs, nothing is fetched, and the only style is the page's own.
POLICY = f"default-src 'none'; img-src data:; style-src 'sha256-{_FINGERPRINT}'"

#: What a bundle is shown as: the first of these that it has.
_PRIORITY = [
    "text/html", "image/svg+xml", *PICTURES, "text/latex", "text/markdown", "text/plain",
]  # fmt: skip


class Marked(Protocol):
    """What the page shows of a mark: one just made, or one that is stored."""

    @property
    def grade_id(self) -> str:
        """The graded cell."""

    @property
    def score(self) -> float | None:
        """The points, or None while a person has still to give them."""

    @property
    def max_score(self) -> float:
        """The points that there are."""

    @property
    def verdict(self) -> Verdict:
        """What became of the cell."""

    @property
    def message(self) -> Sentence | None:
        """Why, for the learner."""

    @property
    def code(self) -> str | None:
        """The visible test that did not pass."""

    @property
    def hint(self) -> Mapping[str, str] | None:
        """The author's hint, by language."""

    @property
    def extra(self) -> float:
        """The extra credit that people gave beside the points."""


@dataclass(frozen=True)
class _Mark:
    """A mark by itself: nbconvert copies all that it is given, and a stored one leads far.

    Its cell is called as in the notebook, whatever others there are.
    """

    grade_id: str
    score: float | None
    max_score: float
    verdict: Verdict
    message: Sentence | None
    code: str | None
    hint: Mapping[str, str] | None
    extra: float
    is_changed: bool

    @classmethod
    def of(cls, mark: Marked) -> "_Mark":
        """What is shown of ``mark``, and whether a person gave it other points than the tests."""
        _notebook, grade_id = notebook_and_id(mark.grade_id)
        shown = (grade_id, mark.score, mark.max_score, mark.verdict)
        is_changed = getattr(mark, "automatic", None) is not None
        return cls(*shown, mark.message, mark.code, mark.hint, mark.extra, is_changed)


@dataclass(frozen=True)
class Feedback:
    """What a page says beside the notebook.

    ``result`` is what the marks come to, ``bonuses`` are the most points of the cells that come
    on top, ``comments`` are what people wrote, each by grade id in this notebook.
    ``message`` says how the run ended, or why the file was refused; ``copies`` are the cells
    because of which it was; one that ``is_absent`` was not handed in. ``back`` is the address
    of the page that this one belongs to, if it is served; ``theme`` and ``text_size`` are its
    reader's, empty when the device decides.
    """

    title: str
    message: Sentence | None = None
    marks: Sequence[Marked] = ()
    result: Score | None = None
    comments: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bonuses: Mapping[str, float] = field(default_factory=dict)
    copies: Sequence[Copy] = ()
    is_refused: bool = False
    is_absent: bool = False
    back: str | None = None
    theme: str = ""
    text_size: str = ""

    @property
    def by_grade_id(self) -> dict[str, Marked]:
        """The marks by the cell that they are of."""
        return {mark.grade_id: mark for mark in self.marks}


def page(executed: bytes | None, feedback: Feedback, locale: str) -> str:
    """The HTML page in ``locale`` of what `Executed.kept` has kept, or of nothing that was.

    It contains no address of another origin but those that its reader would have to click on.
    """
    told = json.loads(executed) if executed else {"cells": [], "metadata": {}}
    notebook = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, **told})
    Dressing(locale, str(notebook.metadata.get("language_info", {}).get("name", ""))).dress(
        notebook
    )
    feedback = replace(feedback, marks=tuple(map(_Mark.of, feedback.marks)))
    html, _ = _exporter(locale).from_notebook_node(
        notebook, resources={"feedback": feedback, "is_kept": executed is not None}
    )
    return str(html)


class _Exporter(HTMLExporter):
    """nbconvert's exporter to HTML with a template of ours, which escapes whatever is no markup.

    Its own templates load scripts from elsewhere.
    """

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """The page of ``nb``."""
        # HTMLExporter would parse the page again, to change what is not in our template.
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


@cache
def _exporter(locale: str) -> _Exporter:
    exporter = _Exporter(
        template_name="feedback",
        extra_template_basedirs=[str(_TEMPLATES)],
        default_preprocessors=[],
        config=Config({"NbConvertBase": {"display_data_priority": _PRIORITY}}),
    )
    environment = exporter.environment
    environment.autoescape, environment.undefined = True, StrictUndefined
    words = translations(locale)
    environment.globals |= {
        "_": _filled(words.gettext),
        "locale": locale,
        "direction": direction(locale),
        "style": Markup(_STYLE),
        "policy": POLICY,
        "CUT": CUT,
        "WITHHELD": WITHHELD,
    }
    environment.filters |= {
        "sentence": lambda marked: translated(marked, locale),
        "explanation": lambda marked: explained(marked, locale),
        "number": lambda value: number(value, locale),
        "hint": lambda told: _hint(told, locale),
    }
    return exporter


def _filled(gettext: Any) -> Any:
    """``gettext`` as templates call it: with the values of its placeholders, escaped."""
    return lambda text, **values: (
        Markup(escape(gettext(text))) % values if values else gettext(text)
    )


def _hint(told: Mapping[str, str], locale: str) -> Markup:
    words, written = hint_for(told, language(locale))
    if written is None:
        return Markup('<bdi dir="auto">{}</bdi>').format(words)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(written, direction(written), words)

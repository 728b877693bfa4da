"""What pages of a quiz show: questions without their answers, and results with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask_babel import format_decimal
from markupsafe import Markup

from lms.catalogue.quiz_values import Question, QuestionKind, Words
from lms.core.i18n import best_text, direction
from lms.learning import quizzes
from lms.learning.quiz_answers import Marked, told_to
from lms.learning.quiz_rules import Asked
from lms.web import templating

if TYPE_CHECKING:
    from lms.learning.quiz_answers import Given
    from lms.learning.quiz_models import QuizAttempt
    from lms.web.quiz_forms import AnswersForm


@dataclass(frozen=True)
class Choice:
    """One option or line as it is shown: the value it sends, and whether it is chosen.

    ``picked`` is the value of its menu, of an order or a match.
    """

    value: int
    text: Markup
    chosen: bool = False
    picked: int = 0


@dataclass(frozen=True)
class ShownQuestion:
    """A question to be answered. It knows nothing of what is right."""

    number: int
    kind: str
    text: Markup
    points: float
    choices: list[Choice]
    menu: list[tuple[int, str, str]]
    typed: str
    unit: Markup
    fault: str = ""
    missing: bool = False


@dataclass(frozen=True)
class ShownResult:
    """A question with what was answered, what it was worth and what there is to say.

    ``answered`` and ``right`` hold one line each for what was chosen or typed and what would
    have been right; ``right`` is empty where that is not shown.
    """

    number: int
    kind: str
    text: Markup
    state: str
    marked: Marked
    answered: list[Markup]
    right: list[Markup]
    feedback: list[Markup]
    explanation: Markup
    late: bool = False


@dataclass(frozen=True)
class _Parts:
    answered: list[Markup] = field(default_factory=list)
    right: list[Markup] = field(default_factory=list)


def block(words: Words) -> Markup:
    """A text that may hold paragraphs and code, in the visitor's language or the original's."""
    return _rich(words, "div")


def line(words: Words) -> Markup:
    """The same for a text within a line."""
    return _rich(words, "span")


def questions(form: AnswersForm, *, strict: bool) -> list[ShownQuestion]:
    """The questions of an attempt with what is answered so far.

    ``strict`` when it is to be handed in: what is missing is told then.
    """
    faults, missing = form.faults(), form.missing() if strict else []
    return [
        _question(number, question, asked, form.given.get(question.id), faults, number in missing)
        for number, (question, asked) in enumerate(form.asked, start=1)
    ]


def results(attempt: QuizAttempt, *, revealed: bool) -> list[ShownResult]:
    """The questions of a finished attempt; right answers only if they are ``revealed``."""
    given = quizzes.given_of(attempt)
    late = {answer.question for answer in attempt.answers if answer.late is not None}
    return [
        _result(number, question, asked, given.get(question.id), marked, revealed, late)
        for number, ((question, asked), (_same, marked)) in enumerate(
            zip(quizzes.questions_of(attempt), quizzes.marks(attempt), strict=True), start=1
        )
    ]


def _rich(words: Words, element: str) -> Markup:
    if not words:
        return Markup()
    # Made safe when it was published: see lms.catalogue.quiz_texts.
    html, language = best_text(words, templating.locale())
    if language == templating.content_locale():
        return Markup(f'<{element} class="prose">{html}</{element}>')
    return Markup(
        f'<{element} class="prose" lang="{language}" dir="{direction(language)}">{html}</{element}>'
    )


def _question(
    number: int,
    question: Question,
    asked: Asked,
    given: Given,
    faults: Mapping[str, str],
    missing: bool,
) -> ShownQuestion:
    return ShownQuestion(
        number=number,
        kind=question.kind.value,
        text=block(question.text),
        points=question.points,
        choices=list(_choices(question, asked, given)),
        menu=_menu(question, asked),
        typed=given if isinstance(given, str) else "",
        unit=templating.text(dict(question.unit)) if question.unit else Markup(),
        fault=faults.get(question.id, ""),
        missing=missing,
    )


def _choices(question: Question, asked: Asked, given: Given) -> Iterator[Choice]:
    parts = given if isinstance(given, list) else []
    for value, place in enumerate(asked.options, start=1):
        text = line(question.options[place].text)
        if question.kind is QuestionKind.SINGLE:
            yield Choice(value, text, given == place)
        elif question.kind is QuestionKind.MULTIPLE:
            yield Choice(value, text, place in parts)
        else:
            part = parts[place] if place < len(parts) else None
            yield Choice(value, text, picked=_shown_place(question, asked, part))


def _shown_place(question: Question, asked: Asked, part: int | None) -> int:
    if part is None:
        return 0
    return asked.matches.index(part) + 1 if question.kind is QuestionKind.MATCH else part + 1


def _menu(question: Question, asked: Asked) -> list[tuple[int, str, str]]:
    """What the menus of an order or a match offer: a value, its words, their language."""
    if question.kind is QuestionKind.ORDER:
        return [(n, templating.number(n), "") for n in range(1, len(asked.options) + 1)]
    return [
        (
            value,
            templating.plain(dict(question.matches[place])),
            templating.foreign(dict(question.matches[place])),
        )
        for value, place in enumerate(asked.matches, start=1)
    ]


def _result(
    number: int,
    question: Question,
    asked: Asked,
    given: Given,
    marked: Marked,
    revealed: bool,
    late: set[str],
) -> ShownResult:
    parts = _PARTS[question.kind](question, asked, given)
    state = "passed" if marked.is_right else "partial" if marked.points else "failed"
    sources = question.foreseen if isinstance(given, str) else question.options
    told = [sources[place].feedback for place in told_to(question, given) if place < len(sources)]
    return ShownResult(
        number=number,
        kind=question.kind.value,
        text=block(question.text),
        state=state,
        marked=marked,
        answered=parts.answered,
        right=parts.right if revealed and not marked.is_right else [],
        feedback=[line(words) for words in told if words],
        explanation=block(question.explanation) if revealed or marked.is_right else Markup(),
        late=question.id in late,
    )


def _of_choice(question: Question, asked: Asked, given: Given) -> _Parts:
    chosen = given if isinstance(given, list) else [given]
    options = [(place, question.options[place]) for place in asked.options]
    return _Parts(
        [line(option.text) for place, option in options if place in chosen],
        [line(option.text) for _place, option in options if option.right],
    )


def _of_typed(question: Question, _asked: Asked, given: Given) -> _Parts:
    typed = [Markup('<bdi dir="auto">{}</bdi>').format(given)] if isinstance(given, str) else []
    if question.kind is QuestionKind.TEXT:
        return _Parts(typed, [Markup('<bdi dir="auto">{}</bdi>').format(question.accepted[0])])
    right = format_decimal(question.answer, "#,##0.######")
    unit = templating.text(dict(question.unit)) if question.unit else Markup()
    return _Parts(typed, [Markup("<bdi>{}</bdi> {}").format(right, unit)])


def _of_order(question: Question, _asked: Asked, given: Given) -> _Parts:
    parts = given if isinstance(given, list) else []
    placed = [
        (part, question.options[place].text) for place, part in enumerate(parts) if part is not None
    ]
    return _Parts(
        [_numbered(part, text) for part, text in sorted(placed, key=lambda each: each[0])],
        [_numbered(place, option.text) for place, option in enumerate(question.options)],
    )


def _numbered(place: int, text: Words) -> Markup:
    return Markup("{}. {}").format(templating.number(place + 1), line(text))


def _of_match(question: Question, asked: Asked, given: Given) -> _Parts:
    parts = given if isinstance(given, list) else []

    def pair(place: int, match: int) -> Markup:
        right = templating.text(dict(question.matches[match]))
        return Markup("{}: {}").format(line(question.options[place].text), right)

    chosen = [(place, parts[place]) for place in asked.options if place < len(parts)]
    return _Parts(
        [pair(place, match) for place, match in chosen if match is not None],
        [pair(place, place) for place in asked.options],
    )


_PARTS = {
    QuestionKind.SINGLE: _of_choice,
    QuestionKind.MULTIPLE: _of_choice,
    QuestionKind.NUMERIC: _of_typed,
    QuestionKind.TEXT: _of_typed,
    QuestionKind.ORDER: _of_order,
    QuestionKind.MATCH: _of_match,
}

"""The questions of a quiz file, read kind by kind; every fault has its line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from lms.catalogue.lesson_faults import Reference
from lms.catalogue.quiz_texts import read_plain, read_words
from lms.catalogue.quiz_values import Foreseen, Option, Question, QuestionKind, Strict, Words
from lms.catalogue.toml_table import TomlTable
from lms.core.i18n import say

MOST_OPTIONS = 12
#: The longest answer that can be typed, and so the longest that can be right.
LONGEST_ANSWER = 200
_LARGEST = 1e15


@dataclass
class QuizFile:
    """What is known while a quiz file is read: its name, its languages, what it refers to."""

    name: str
    languages: tuple[str, ...]
    found: list[tuple[str, Reference]] = field(default_factory=list)

    def words(
        self, table: TomlTable, key: str, *, required: bool = True, one_line: bool = True
    ) -> dict[str, str]:
        """A text of ``table`` in each language, in lesson Markdown."""
        return read_words(
            table,
            key,
            self.languages,
            self.found,
            name=self.name,
            required=required,
            one_line=one_line,
        )


def read_question(table: TomlTable, file: QuizFile) -> Question:
    """One question; what it lacks becomes a fault."""
    kind = table.choice("kind", tuple(QuestionKind))
    question = Question(
        id=table.slug("id"),
        kind=QuestionKind(kind) if kind in tuple(QuestionKind) else QuestionKind.SINGLE,
        points=table.number("points", least=0.25, most=100) if "points" in table else 1.0,
        text=file.words(table, "text", one_line=False),
        explanation=file.words(table, "explanation", required=False, one_line=False),
        pool=table.slug("pool") if "pool" in table else "",
        about=table.slug("about") if "about" in table else "",
    )
    if kind in tuple(QuestionKind):
        question = _READERS[question.kind](table, file, question)
        table.finish()
    return question


def _choice(table: TomlTable, file: QuizFile, question: Question) -> Question:
    options = []
    for each in table.tables("options"):
        right = each.truth("right") if "right" in each else False
        option = Option(
            file.words(each, "text"), right, file.words(each, "feedback", required=False)
        )
        each.finish()
        options.append(option)
    _check_number(table, "options", len(options))
    _check_different(table, "options", [each.text for each in options])
    number_right = sum(option.right for option in options)
    if question.kind is QuestionKind.SINGLE and number_right != 1:
        table.fault("options", say("A single choice has one right option: right = true."))
    elif not number_right:
        table.fault("options", say("A multiple choice has at least one right option."))
    fixed = table.truth("fixed") if "fixed" in table else False
    return replace(question, options=tuple(options), fixed=fixed)


def _numeric(table: TomlTable, file: QuizFile, question: Question) -> Question:
    answer = table.number("answer", least=-_LARGEST, most=_LARGEST)
    relative = "relative_tolerance" in table
    tolerance = 0.0
    if relative and "tolerance" in table:
        table.fault("tolerance", say("Give tolerance or relative_tolerance, not both."))
    if "tolerance" in table:
        tolerance = table.number("tolerance", most=_LARGEST)
    if relative:
        tolerance = table.number("relative_tolerance")
    return replace(
        question,
        answer=answer,
        tolerance=tolerance,
        relative=relative,
        unit=read_plain(table, "unit", file.languages, required=False),
        foreseen=_foreseen(table, file, numbers=True),
    )


def _text(table: TomlTable, file: QuizFile, question: Question) -> Question:
    accepted = table.texts_list("accepted")
    if len(accepted) > MOST_OPTIONS or any(len(each) > LONGEST_ANSWER for each in accepted):
        table.fault(
            "accepted",
            say(
                "accepted may list {most} answers, each of at most {longest} characters.",
                most=MOST_OPTIONS,
                longest=LONGEST_ANSWER,
            ),
        )
    strict: tuple[str, ...] = table.texts_list("strict") if "strict" in table else ()
    for each in strict:
        if each not in tuple(Strict):
            known = ", ".join(Strict)
            table.fault("strict", say("strict may name: {known}.", known=known))
    return replace(
        question,
        accepted=accepted,
        strict=tuple(Strict(each) for each in strict if each in tuple(Strict)),
        foreseen=_foreseen(table, file, numbers=False),
    )


def _order(table: TomlTable, file: QuizFile, question: Question) -> Question:
    lines = []
    for each in table.tables("lines"):
        lines.append(Option(file.words(each, "text")))
        each.finish()
    _check_number(table, "lines", len(lines))
    _check_different(table, "lines", [each.text for each in lines])
    return replace(question, options=tuple(lines))


def _match(table: TomlTable, file: QuizFile, question: Question) -> Question:
    lefts, rights = [], []
    for each in table.tables("pairs"):
        left = file.words(each, "text")
        lefts.append(Option(left, feedback=file.words(each, "feedback", required=False)))
        rights.append(read_plain(each, "match", file.languages))
        each.finish()
    for each in table.tables("others"):
        rights.append(read_plain(each, "match", file.languages))
        each.finish()
    _check_number(table, "pairs", len(lefts))
    _check_number(table, "pairs", len(rights))
    _check_different(table, "pairs", [each.text for each in lefts])
    _check_different(table, "pairs", rights)
    return replace(question, options=tuple(lefts), matches=tuple(rights))


_READERS: dict[QuestionKind, Callable[[TomlTable, QuizFile, Question], Question]] = {
    QuestionKind.SINGLE: _choice,
    QuestionKind.MULTIPLE: _choice,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.TEXT: _text,
    QuestionKind.ORDER: _order,
    QuestionKind.MATCH: _match,
}


def _foreseen(table: TomlTable, file: QuizFile, *, numbers: bool) -> tuple[Foreseen, ...]:
    found = []
    for each in table.tables("foreseen"):
        if numbers:
            number = each.number("answer", least=-_LARGEST, most=_LARGEST)
            answer = repr(number) if isfinite(number) else "0"
        else:
            answer = each.text("answer")
        found.append(Foreseen(answer, file.words(each, "feedback")))
        each.finish()
    return tuple(found)


def _check_number(table: TomlTable, key: str, number: int) -> None:
    if not 2 <= number <= MOST_OPTIONS:
        table.fault(
            key if key in table else None,
            say("A question has between 2 and {most} {key}.", most=MOST_OPTIONS, key=key),
        )


def _check_different(table: TomlTable, key: str, texts: Sequence[Words]) -> None:
    for locale in dict.fromkeys(locale for text in texts for locale in text):
        same = [text[locale] for text in texts if text.get(locale)]
        if len(set(same)) < len(same):
            table.fault(key, say("Two {key} of this question say the same.", key=key))
            return

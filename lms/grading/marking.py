"""Makes marks of a run: nbgrader's meaning of each graded cell, with three differences.

Text on stderr never costs points; partial credit must be a finite number from 0 to the points
of the cell; checksums are not read, since tests always come from the author's notebook.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lms.catalogue.notebooks import Cell, GradedCell, GradedKind, Notebook, graded_cells
from lms.core.i18n import Sentence, say
from lms.grading.endings import after_ending
from lms.grading.explaining import Explaining, Words
from lms.grading.feedback import plain
from lms.grading.laying_in import CopiedCell, LaidIn, lay_in
from lms.grading.runs import CellError, CellRun, Ending, Run

__all__ = [
    "CellError",
    "CellRun",
    "CopiedCell",
    "Ending",
    "LaidIn",
    "Mark",
    "Run",
    "Verdict",
    "lay_in",
    "marks",
]

# numpy shows its numbers in this dress since version 2; nbgrader gives full points for them.
_DRESSED = re.compile(r"(?:np\.\w+|Decimal)\('?([^()']*)'?\)")


_DOUBTED = say(
    "What the tests of this cell rest on was changed while your notebook ran, so they could not "
    "be trusted. Take out what changes Python's own functions, libraries or shell, and hand in "
    "again."
)


class Verdict(StrEnum):
    """What became of a graded cell.

    ``failed``: a test said no, or gave part of the points. ``error``: the tests stopped for
    another reason or were never reached. ``manual``: a person marks it. ``missing``: the
    answer is not in the submission.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    MANUAL = "manual"
    MISSING = "missing"


@dataclass(frozen=True)
class Mark:
    """The points of one graded cell in one run; ``score`` None waits for a person.

    ``score`` lies between 0 and ``max_score``; for a bonus that is 0, and what its tests give
    lies above. ``message`` is for the learner and shows
    nothing of hidden tests; ``code`` is the visible test that did not pass, ``hint`` what the
    author allows to be said of a hidden one, by language. ``refused`` is for instructors.
    ``extra`` is what people give beside; a run gives none.
    """

    grade_id: str
    score: float | None
    max_score: float
    verdict: Verdict
    message: Sentence
    code: str | None = None
    hint: Mapping[str, str] | None = None
    refused: str | None = None
    extra: float = 0.0


def marks(
    source: Notebook, laid_in: LaidIn, run: Run, words: Words | None = None
) -> tuple[Mark, ...]:
    """One mark for every graded cell of ``source``, in its order, from the run of ``laid_in``.

    A run that ended badly keeps the points of the cells that it finished. What failed after
    hidden tests is explained in ``words``, and shortly without.
    """
    authors = {cell.id: cell for cell in source.cells}
    runs = {cell.id: cell for cell in run.cells}
    explaining = Explaining.of(laid_in, run, words)
    needed = _answers_needed(source)
    found = []
    for graded in graded_cells(source):
        if graded.kind is GradedKind.TESTS:
            tests, ran = authors[graded.cell_id], runs.get(graded.cell_id)
            mark = _tested(graded, tests, ran, run, explaining)
            lacking = [name for name in needed[graded.grade_id] if name in laid_in.missing]
            if lacking and mark.verdict in (Verdict.FAILED, Verdict.ERROR):
                mark = _missing(graded, lacking[0])
        else:
            mark = _by_hand(graded, laid_in)
        found.append(mark)
    return tuple(found)


def wants_words(source: Notebook, laid_in: LaidIn, run: Run) -> bool:
    """Whether a second run, with nothing hidden in it, would let `marks` say more."""
    runs = {cell.id: cell for cell in run.cells}
    explaining = Explaining.of(laid_in, run)
    tests = {cell.cell_id for cell in graded_cells(source) if cell.kind is GradedKind.TESTS}
    return any(
        _has_failed(runs[cell.id])
        and not runs[cell.id].stopped
        and explaining.is_short_of(cell, runs[cell.id])
        for cell in source.cells
        if cell.id in tests and cell.id in runs
    )


def _answers_needed(source: Notebook) -> Mapping[str, tuple[str, ...]]:
    """For each graded cell, the answers since the graded cell before it: those it is about."""
    needed: dict[str, tuple[str, ...]] = {}
    answers: list[str] = []
    for cell in source.cells:
        duty = cell.duty
        if duty is None:
            continue
        if duty.grade or duty.task:
            needed[duty.grade_id] = tuple(answers)
            answers = []
        elif duty.solution:
            answers.append(duty.grade_id)
    return needed


def _by_hand(graded: GradedCell, laid_in: LaidIn) -> Mark:
    if graded.grade_id in laid_in.missing:
        return _missing(graded, graded.grade_id)
    if graded.grade_id in laid_in.unanswered:
        # As in nbgrader, what nobody answered needs nobody to read it; a person may still.
        told = say("This answer is empty or as it was handed out, so there is nothing to mark.")
        return Mark(graded.grade_id, 0.0, graded.points, Verdict.MANUAL, told)
    told = say("A person will mark this.")
    return Mark(graded.grade_id, None, graded.points, Verdict.MANUAL, told)


def _missing(graded: GradedCell, answer: str) -> Mark:
    told = say(
        'The answer cell "{answer}" is missing from your notebook. Download the assignment '
        "again, copy your work into it and hand that in.",
        answer=answer,
    )
    return Mark(graded.grade_id, 0.0, graded.possible, Verdict.MISSING, told)


def _tested(
    graded: GradedCell, tests: Cell, cell: CellRun | None, run: Run, explaining: Explaining
) -> Mark:
    def mark(score: float, verdict: Verdict, message: Sentence) -> Mark:
        return Mark(graded.grade_id, score, graded.possible, verdict, message)

    if cell is None or cell.status == "skipped":
        return mark(0.0, Verdict.ERROR, after_ending(run.ending, here=False))
    if run.ending is not Ending.FINISHED and run.cell == cell.id:
        return mark(0.0, Verdict.ERROR, after_ending(run.ending, here=True))
    if cell.stopped:
        return mark(0.0, Verdict.ERROR, after_ending(Ending.TIMEOUT, here=True))
    if _has_failed(cell):
        is_no = cell.error is not None and cell.error.name == "AssertionError"
        verdict = Verdict.FAILED if is_no or cell.refused is not None else Verdict.ERROR
        why = explaining.why(tests, cell)
        explained = mark(0.0, verdict, why.message)
        return replace(explained, code=why.code, hint=why.hint, refused=why.refused)
    if cell.doubts:
        doubted = mark(0.0, Verdict.FAILED, _DOUBTED)
        return replace(doubted, refused=plain("; ".join(cell.doubts)))
    given = _partial_credit(cell)
    if given is None or given == graded.points:
        return mark(graded.points, Verdict.PASSED, say("All tests of this cell passed."))
    if not math.isfinite(given) or not 0.0 <= given <= graded.points:
        told = say(
            "The tests of this cell gave {given} points, which is not a number from 0 to "
            "{points}. Tell your instructor if your answer looks right to you.",
            given=_shown(given),
            points=_shown(graded.points),
        )
        return mark(0.0, Verdict.ERROR, told)
    told = say(
        "The tests of this cell gave {given} of {points} points.",
        given=_shown(given),
        points=_shown(graded.points),
    )
    return mark(given, Verdict.FAILED, told)


def _has_failed(cell: CellRun) -> bool:
    return cell.status == "error" or cell.error is not None or cell.refused is not None


def _shown(points: float) -> str:
    return f"{points:.6g}"


def _partial_credit(cell: CellRun) -> float | None:
    """The number that the first result of ``cell`` is, or None where it is none.

    nbgrader gives full points for any other result, such as a text or a truth value.
    """
    for output in cell.outputs:
        if output.get("output_type") == "execute_result":
            return _number(_plain_text(output))
    return None


def _plain_text(output: Mapping[str, Any]) -> str:
    data = output.get("data")
    text = data.get("text/plain", "") if isinstance(data, Mapping) else ""
    if isinstance(text, list):
        text = "".join(str(piece) for piece in text)
    return text if isinstance(text, str) else ""


def _number(text: str) -> float | None:
    stripped = plain(text, 400)
    dressed = _DRESSED.fullmatch(stripped)
    try:
        return float(dressed[1] if dressed else stripped)
    except ValueError:
        return None

"""Tries the tests of an assignment: its solution again and again, the release, small mistakes."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from lms.catalogue.notebooks import GradedKind, Notebook, graded_cells, release, write
from lms.core.errors import Refused
from lms.grading.execution import mark_notebook
from lms.grading.idle import idle_tests
from lms.grading.marking import Mark, Verdict
from lms.grading.mutants import MOST, Mutant, Mutants, mutants
from lms.grading.quality import RUNS, Flaky, Points, Quality, Tried
from lms.grading.runs import Ending
from lms.grading.sandbox import Sandbox
from lms.grading.sealing import Record

#: A mistake may make a loop endless. It gets this many times the seconds of the solution, and
#: no fewer than _LEAST_SECONDS, all of them of the processor: waiting for others costs nothing.
_TIMES_SOLUTION = 5.0
_LEAST_SECONDS = 5.0


@dataclass(frozen=True)
class Conditions:
    """What the notebooks are run with, as marking would."""

    sandbox: Sandbox
    profile: str
    limits: Mapping[str, float] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    sealing: Record | None = None


@dataclass(frozen=True)
class _Marked:
    ending: Ending
    marks: tuple[Mark, ...]
    seconds: float = 0.0

    @property
    def scores(self) -> dict[str, float]:
        """The points by grade id, of the cells that no person marks."""
        tested = (mark for mark in self.marks if mark.verdict is not Verdict.MANUAL)
        return {mark.grade_id: mark.score or 0.0 for mark in tested}


def try_tests(
    source: Notebook,
    conditions: Conditions,
    *,
    most: int = MOST,
    within: float | None = None,
    jobs: int = 1,
) -> Quality:
    """What the tests of ``source`` are worth; ``jobs`` notebooks are run at the same time.

    At most ``most`` small mistakes are tried, and no more than ought to fit ``within`` that many
    seconds by the time that the solution takes; none where no cell holds tests. Raises NoWalls
    when nothing can be run here.
    """
    solution, blank = write(source), write(release(source))
    first = _mark(source, solution, conditions, explains=True)
    if within is not None:
        most = min(most, int(within * jobs / max(first.seconds, 0.1)))
    chosen = mutants(source, most) if _has_tests(source) else Mutants()
    hurried = _hurried(conditions, first.seconds)
    again = [(solution, conditions)] * (RUNS - 1) + [(blank, conditions)]
    changed = [(write(one.notebook(source)), hurried) for one in chosen.chosen]
    with ThreadPoolExecutor(jobs, thread_name_prefix="trying") as pool:
        try:
            found = list(pool.map(lambda each: _mark(source, *each), again + changed))
        finally:
            pool.shutdown(cancel_futures=True)
    solutions, released, others = [first, *found[: RUNS - 1]], found[RUNS - 1], found[RUNS:]
    return Quality(
        short=tuple(_points(mark) for mark in first.marks if _is_short(mark)),
        given=tuple(_points(mark) for mark in released.marks if mark.score),
        flaky=_flaky(solutions),
        idle=idle_tests(source),
        tried=tuple(
            _tried(mutant, first.scores, each)
            for mutant, each in zip(chosen.chosen, others, strict=True)
        ),
        there=chosen.there,
        seconds=first.seconds + sum(each.seconds for each in found),
    )


def _has_tests(source: Notebook) -> bool:
    return any(each.kind is GradedKind.TESTS for each in graded_cells(source))


def _mark(source: Notebook, work: bytes, conditions: Conditions, explains: bool = False) -> _Marked:
    try:
        marked = mark_notebook(
            source,
            work,
            conditions.sandbox,
            profile=conditions.profile,
            limits=conditions.limits,
            files=conditions.files,
            sealing=conditions.sealing,
            explains=explains,
        )
    except Refused as refusal:
        tests = (each for each in graded_cells(source) if each.kind is GradedKind.TESTS)
        none = tuple(
            Mark(each.grade_id, 0.0, each.possible, Verdict.ERROR, refusal.sentence)
            for each in tests
        )
        return _Marked(Ending.REFUSED, none)
    return _Marked(marked.ending, marked.marks, marked.seconds)


def _hurried(conditions: Conditions, seconds: float) -> Conditions:
    most = max(_LEAST_SECONDS, _TIMES_SOLUTION * seconds)
    told = conditions.limits.get("cpu_seconds", most)
    return replace(conditions, limits={**conditions.limits, "cpu_seconds": min(told, most)})


def _is_short(mark: Mark) -> bool:
    return mark.verdict is not Verdict.MANUAL and (mark.score or 0.0) < mark.max_score


def _points(mark: Mark) -> Points:
    return Points(mark.grade_id, mark.score or 0.0, mark.max_score, mark.message)


def _flaky(solutions: Sequence[_Marked]) -> tuple[Flaky, ...]:
    most = {mark.grade_id: mark.max_score for mark in solutions[0].marks}
    found = []
    for grade_id in solutions[0].scores:
        scores = tuple(each.scores.get(grade_id, 0.0) for each in solutions)
        if len(set(scores)) > 1:
            found.append(Flaky(grade_id, scores, most[grade_id]))
    return tuple(found)


def _tried(mutant: Mutant, expected: Mapping[str, float], marked: _Marked) -> Tried:
    fewer = (name for name, score in expected.items() if marked.scores.get(name, 0.0) < score)
    by = next(fewer, None)
    return Tried(
        mutant.grade_id,
        mutant.line,
        mutant.kind,
        mutant.before,
        mutant.after,
        by,
        marked.ending.value,
    )

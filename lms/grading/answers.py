"""What a learner answered in a graded cell, beside what was asked, for a person to read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lms.catalogue.notebook_regions import Region, within, without
from lms.catalogue.notebooks import Cell, GradedKind, Notebook, graded_cells
from lms.grading.laying_in import lay_in


@dataclass(frozen=True)
class Answered:
    """One graded cell of a submission.

    ``asked`` are the author's texts that lead to it, as learners see them, ``written`` the
    learner's cells that answer them, and ``author`` is what the author wrote in the graded cell
    itself for those who mark: their own answer or their tests, the mark scheme of a task.
    """

    asked: tuple[Cell, ...]
    written: tuple[Cell, ...]
    author: Cell | None = None
    language: str = "python"


def answered(source: Notebook, work: Notebook, grade_id: str, locale: str) -> Answered | None:
    """The cell ``grade_id`` of ``work``, its task in ``locale`` where it has one; None if unknown.

    Raises CopiedCell for a submission that holds an answer or a graded cell twice.
    """
    graded = next((cell for cell in graded_cells(source) if cell.grade_id == grade_id), None)
    if graded is None:
        return None
    laid = lay_in(source, work)
    here = source.cells[graded.number - 1]
    leading = _since_graded(source.cells[: graded.number - 1])
    asked = list(_in_language(leading, locale))
    if graded.kind is GradedKind.TASK:
        following = _after(laid.notebook.cells, here.id)
        written = [cell for cell in following if cell.id in laid.learners]
        task = replace(here, source=without(here.source, Region.MARK_SCHEME))
        scheme = within(here.source, Region.MARK_SCHEME)
        told = replace(here, source=scheme) if scheme.strip() else None
        return Answered((*asked, task), tuple(written), told, source.language)
    if graded.kind is GradedKind.ANSWER:
        written = [cell for cell in laid.notebook.cells if cell.id == here.id]
    else:
        # Texts of the author count as the learner's once handed in; unchanged ones are no answer.
        given = {cell.id: cell.source for cell in leading if not _is_answer(cell)}
        before = _since_graded(_until(laid.notebook.cells, here.id))
        written = [
            cell
            for cell in before
            if cell.id in laid.learners and given.get(cell.id) != cell.source
        ]
    return Answered(tuple(asked), tuple(written), here, source.language)


def _since_graded(cells: Iterable[Cell]) -> list[Cell]:
    """The last of ``cells`` after the last one with points."""
    found: list[Cell] = []
    for cell in cells:
        found.append(cell)
        if cell.duty is not None and (cell.duty.grade or cell.duty.task):
            found.clear()
    return found


def _in_language(cells: list[Cell], locale: str) -> Iterable[Cell]:
    """The texts among ``cells``: of those for one language, in ``locale`` or the first there is."""
    texts = [cell for cell in cells if cell.kind == "markdown" and not _is_answer(cell)]
    languages = [cell.lang for cell in texts if cell.lang is not None]
    chosen = locale if locale in languages else next(iter(languages), None)
    return (cell for cell in texts if cell.lang in (None, chosen))


def _is_answer(cell: Cell) -> bool:
    return cell.duty is not None and cell.duty.solution


def _until(cells: Iterable[Cell], identifier: str) -> Iterable[Cell]:
    for cell in cells:
        if cell.id == identifier:
            return
        yield cell


def _after(cells: Iterable[Cell], identifier: str) -> Iterable[Cell]:
    """What follows the cell ``identifier``, up to the next one with a duty of its own."""
    found = False
    for cell in cells:
        if found and cell.grade_id is not None:
            return
        if found:
            yield cell
        found = found or cell.id == identifier

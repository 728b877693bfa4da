"""Lays a learner's answers into the author's own notebook.

What is the author's comes from the author: tests, read-only cells and tasks, in the author's
order. What is the learner's comes from the learner: answers, found by their grade id whatever
became of their place, type or flags, and whatever else they wrote. nbgrader executes the
learner's notebook, so cells that learners add or change there count; they do here too, each
after the known cell that it follows in their notebook. Ordinary code cells of the author that
a learner deleted are put back. Outputs come from nobody.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lms.catalogue.notebook_reading import free_id
from lms.catalogue.notebook_release import released_text
from lms.catalogue.notebooks import Cell, Notebook
from lms.core.errors import Refused
from lms.core.i18n import N_

_MOST_LISTED = 10
_MOST_WORDS = 60


@dataclass(frozen=True)
class Copy:
    """One of several cells of a submission with the same grade id; ``number`` counts from 1."""

    grade_id: str
    number: int
    source: str

    @property
    def beginning(self) -> str:
        """The first line with anything in it, short and printable."""
        line = next((line.strip() for line in self.source.split("\n") if line.strip()), "")
        shown = "".join(sign if sign.isprintable() else " " for sign in line[: _MOST_WORDS + 1])
        return shown if len(shown) <= _MOST_WORDS else f"{shown[: _MOST_WORDS - 1]}…"


class CopiedCell(Refused):
    """An answer or graded cell stands in the submission more than once."""

    message = N_(
        'Your notebook holds the cell "{grade_id}" more than once, as cells {numbers}, so it is '
        "not clear which one to mark. Keep one of them, delete the others and hand in again."
    )


@dataclass(frozen=True)
class LaidIn:
    """The notebook to execute, and what became of the answers.

    ``missing`` names the answers that the submission lacks, in the author's order;
    ``unanswered`` those that are empty or still as they were handed out; ``learners`` are
    the ids of the cells whose text is the learner's.
    """

    notebook: Notebook
    missing: tuple[str, ...] = ()
    unanswered: frozenset[str] = frozenset()
    learners: frozenset[str] = frozenset()


def lay_in(source: Notebook, submission: Notebook) -> LaidIn:
    """The author's notebook with the answers of ``submission`` in it.

    Raises CopiedCell for a submission that holds an answer or a graded cell twice.
    """
    _refuse_copies(source, submission)
    places = _places(source, submission)
    found = {place: cell for place, cell in zip(places, submission.cells, strict=True)}
    added = _added(places, submission)
    cells: list[Cell] = []
    learners: set[str] = set()
    taken = {cell.id for cell in source.cells}
    for place in range(-1, len(source.cells)):
        if place >= 0 and (laid := _laid(source.cells[place], found.get(place))) is not None:
            cells.append(laid)
            if place in found and not _is_fixed(source.cells[place]):
                learners.add(laid.id)
        for extra in added[place]:
            identifier = free_id(extra.id, taken)
            taken.add(identifier)
            learners.add(identifier)
            cells.append(replace(extra, id=identifier, metadata={}))
    answers = [(place, cell) for place, cell in enumerate(source.cells) if _is_answer(cell)]
    return LaidIn(
        notebook=Notebook(cells=tuple(map(_timed, cells)), metadata=source.metadata),
        missing=tuple(cell.grade_id or "" for place, cell in answers if place not in found),
        unanswered=frozenset(
            cell.grade_id or ""
            for place, cell in answers
            if place in found and _is_unanswered(cell, found[place], source.language)
        ),
        learners=frozenset(learners),
    )


def _timed(cell: Cell) -> Cell:
    """``cell`` with the author's time for it, where there is one, said as sandboxes read it."""
    if cell.seconds is None:
        return cell
    return replace(cell, metadata={**cell.metadata, "sandbox": {"seconds": cell.seconds}})


def _is_answer(cell: Cell) -> bool:
    return cell.duty is not None and cell.duty.solution


def _is_fixed(cell: Cell) -> bool:
    return cell.duty is not None and cell.duty.is_fixed


def copies(source: Notebook, submission: Notebook) -> tuple[Copy, ...]:
    """The cells of the first answer or graded cell that ``submission`` holds more than once.

    Only a copied read-only cell is harmless: the author's stands, the copy is an extra.
    """
    found: dict[str, list[Copy]] = defaultdict(list)
    for number, cell in enumerate(submission.cells, start=1):
        if cell.grade_id is not None:
            found[cell.grade_id].append(Copy(cell.grade_id, number, cell.source))
    for cell in source.cells:
        duty = cell.duty
        if duty is None or not (duty.grade or duty.solution or duty.task):
            continue
        if len(found[duty.grade_id]) > 1:
            return tuple(found[duty.grade_id])
    return ()


def _refuse_copies(source: Notebook, submission: Notebook) -> None:
    if copied := copies(source, submission)[:_MOST_LISTED]:
        listed = ", ".join(str(copy.number) for copy in copied)
        raise CopiedCell(grade_id=copied[0].grade_id, numbers=listed)


def _places(source: Notebook, submission: Notebook) -> list[int | None]:
    """For each cell of the submission, the place of the source's cell that it is, if any."""
    by_grade_id = {cell.duty.grade_id: n for n, cell in enumerate(source.cells) if cell.duty}
    places: list[int | None] = [None] * len(submission.cells)
    free = set(range(len(source.cells)))

    def settle(number: int, place: int | None) -> None:
        if places[number] is None and place in free:
            places[number] = place
            free.discard(place)

    for number, cell in enumerate(submission.cells):
        settle(number, by_grade_id.get(cell.grade_id or ""))
    by_id = {cell.id: n for n, cell in enumerate(source.cells)}
    for number, cell in enumerate(submission.cells):
        # An editor that drops nbgrader's metadata may have kept the id.
        if cell.id in submission.own_ids and cell.grade_id not in by_grade_id:
            settle(number, by_id.get(cell.id))
    by_text = _ordinary_by_text(source)
    for number, cell in enumerate(submission.cells):
        if cell.grade_id is None:
            same = by_text.get((cell.kind, cell.source.strip()), [])
            settle(number, next((place for place in same if place in free), None))
    if not submission.own_ids:
        _pair_by_order(source, submission, places, free)
    return places


def _ordinary_by_text(source: Notebook) -> Mapping[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, cell in enumerate(source.cells):
        if cell.duty is None:
            found[cell.kind, cell.source.strip()].append(place)
    return found


def _pair_by_order(
    source: Notebook, submission: Notebook, places: list[int | None], free: set[int]
) -> None:
    """Take changed code cells for the author's that are lacking in the same spot.

    Only for editors that keep no ids (as Colab does): there, a changed cell cannot be told
    from a new one, and to run the author's version after the learner's would undo it.
    """
    last = -1
    for number, cell in enumerate(submission.cells):
        known = places[number]
        if known is not None:
            last = known
            continue
        follows = last + 1
        if cell.kind != "code" or cell.grade_id is not None or follows not in free:
            continue
        if source.cells[follows].duty is None and source.cells[follows].kind == "code":
            places[number] = last = follows
            free.discard(follows)


def _added(places: list[int | None], submission: Notebook) -> Mapping[int, list[Cell]]:
    """The learner's own cells by the place that they follow; -1 is before the first."""
    added: dict[int, list[Cell]] = defaultdict(list)
    last = -1
    for place, cell in zip(places, submission.cells, strict=True):
        if place is not None:
            last = place
        elif cell.source.strip():
            added[last].append(cell)
    return added


def _laid(author: Cell, learner: Cell | None) -> Cell | None:
    """The cell to execute or show, or None for text that the learner did not keep."""
    if _is_fixed(author):
        return author if learner is not None or author.lang is None else None
    if _is_answer(author):
        # An answer that is missing stays empty: the learner may have written it elsewhere.
        text, attached = (learner.source, learner.attachments) if learner else ("", {})
        return replace(author, source=text, attachments=attached)
    if learner is not None:
        return replace(
            author, kind=learner.kind, source=learner.source, attachments=learner.attachments
        )
    return author if author.kind == "code" else None


def _is_unanswered(author: Cell, learner: Cell, language: str) -> bool:
    return learner.source.strip() in ("", released_text(author, language).strip())

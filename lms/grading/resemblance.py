"""Works of an assignment that resemble one another, for a person to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.catalogue import notebooks
from lms.catalogue.models import Assignment
from lms.catalogue.notebook_names import cell_name
from lms.catalogue.notebooks import Notebook
from lms.core import journal
from lms.core.blobs import Blobs
from lms.core.errors import Refused
from lms.grading import pair_queries, similarity
from lms.grading.laying_in import lay_in
from lms.grading.models import Submission
from lms.grading.pair_models import PairNote
from lms.grading.similarity import Comparison, Finding, Passage, Work
from lms.institutes.models import Person
from lms.learning.models import CourseRun

#: Pairs that overlap less than this are not listed.
LEAST = 0.4
#: As many pairs are listed at most; with more of them the tests or the task are at fault.
MOST_LISTED = 100
#: Notes on pairs are deleted after this time.
NOTES_KEPT = timedelta(days=730)


@dataclass(frozen=True)
class Row:
    """A pair to look at, and the latest that a person found in it."""

    first: Submission
    second: Submission
    overlap: float
    note: PairNote | None


@dataclass(frozen=True)
class Overview:
    """The pairs of an assignment that are listed and how many ``more`` there are.

    ``compared`` works have code of their learner's own; ``unread`` could not be read.
    """

    rows: tuple[Row, ...]
    more: int
    compared: int
    unread: int


@dataclass(frozen=True)
class Piece:
    """A part of an answer; with a passage, it stands in the other one too."""

    text: str
    passage: Passage | None = None


@dataclass(frozen=True)
class CellPair:
    """One answer cell of two works, each in pieces that make up the whole."""

    grade_id: str
    first: tuple[Piece, ...]
    second: tuple[Piece, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Beside:
    """Two works side by side, out of ``works``, with what people found, the earliest first."""

    cells: tuple[CellPair, ...]
    overlap: float
    works: int
    notes: tuple[PairNote, ...]


@dataclass(frozen=True)
class _Class:
    submissions: Sequence[Submission]
    works: Sequence[Work]
    unread: int


def overview(
    session: Session, blobs: Blobs, run: CourseRun, assignment: Assignment, reader: Person
) -> Overview:
    """The pairs that ``reader`` may look at; their own work is in none of them."""
    found = _class(blobs, assignment, pair_queries.works(session, run, assignment))
    latest = {(n.first_id, n.second_id): n for n in pair_queries.notes(session, found.submissions)}
    rows = []
    for pair in Comparison(found.works).pairs(LEAST):
        first, second = found.submissions[pair.first], found.submissions[pair.second]
        if reader.id not in (first.enrolment.person_id, second.enrolment.person_id):
            note = latest.get(_key(first, second))
            rows.append(Row(first, second, pair.overlap, note))
    more = max(0, len(rows) - MOST_LISTED)
    return Overview(tuple(rows[:MOST_LISTED]), more, len(found.works), found.unread)


def beside(session: Session, blobs: Blobs, first: Submission, second: Submission) -> Beside:
    """Two works of different learners for the same assignment of the same run.

    Raises Refused for one that could not be read.
    """
    assignment, both = first.assignment, (first, second)
    theirs = {each.enrolment_id for each in both}
    counting = pair_queries.works(session, first.enrolment.run, assignment)
    others = [each for each in counting if each.enrolment_id not in theirs]
    for each in both:
        _work(blobs, assignment, each)
    found = _class(blobs, assignment, [*both, *others])
    comparison = Comparison(found.works)
    return Beside(
        cells=tuple(_cells(comparison, found.works)),
        overlap=comparison.pair(0, 1).overlap,
        works=len(found.works),
        notes=tuple(pair_queries.notes(session, both)),
    )


def look_at(
    session: Session,
    first: Submission,
    second: Submission,
    finding: Finding,
    text: str,
    *,
    by: Person,
    now: datetime,
) -> PairNote:
    """Note what ``by`` found in a pair."""
    one, other = _key(first, second)
    note = PairNote(first_id=one, second_id=other, finding=finding, text=text, by=by, at=now)
    session.add(note)
    session.flush()
    journal.note(
        session, "pair.looked_at", first, at=now, by=by, other=second.public_id, finding=finding
    )
    return note


def forget(session: Session, *, now: datetime) -> None:
    """Delete what was noted of pairs long ago."""
    session.execute(delete(PairNote).where(PairNote.at < now - NOTES_KEPT))


def _key(first: Submission, second: Submission) -> tuple[int, int]:
    return min(first.id, second.id), max(first.id, second.id)


def _class(blobs: Blobs, assignment: Assignment, submissions: Sequence[Submission]) -> _Class:
    kept, works = [], []
    for each in submissions:
        try:
            work = _work(blobs, assignment, each)
        except Refused:
            continue
        kept.append(each)
        works.append(work)
    return _Class(kept, works, len(submissions) - len(kept))


def _work(blobs: Blobs, assignment: Assignment, submission: Submission) -> Work:
    """The answers of all notebooks. Raises Refused where one of them could not be read."""
    sources = {each.name: each.source for each in assignment.notebooks}
    return similarity.joined(
        [
            _read(blobs, sources[each.name], each.content, each.name)
            for each in submission.notebooks
            if each.name in sources
        ]
    )


# What was handed in never changes, and neither does a source. A work of the usual length takes
# about a hundred kilobytes here, and a class of five hundred is read once for all its pairs.
@lru_cache(maxsize=600)
def _read(blobs: Blobs, source: str, notebook: str, name: str) -> Work:
    author, given = _source(blobs, source, name)
    laid = lay_in(author, notebooks.read(blobs.get(notebook)))
    return similarity.work(_answers(laid.notebook, name), given)


@lru_cache(maxsize=16)
def _source(blobs: Blobs, source: str, name: str) -> tuple[Notebook, Mapping[str, frozenset[int]]]:
    author = notebooks.read(blobs.get(source))
    return author, similarity.starter(_answers(notebooks.release(author), name))


def _answers(notebook: Notebook, name: str) -> dict[str, str]:
    """The code of the answer cells, by their names in the assignment."""
    return {
        cell_name(name, cell.duty.grade_id): cell.source
        for cell in notebook.cells
        if cell.kind == "code" and cell.duty is not None and cell.duty.solution
    }


def _cells(comparison: Comparison, works: Sequence[Work]) -> list[CellPair]:
    first, second = works[0].answers, works[1].answers
    found = []
    for grade_id in dict.fromkeys((*first, *second)):
        left, right = comparison.passages(0, 1, grade_id)
        texts = first.get(grade_id, ""), second.get(grade_id, "")
        found.append(CellPair(grade_id, _pieces(texts[0], left), _pieces(texts[1], right), left))
    return found


def _pieces(text: str, passages: Sequence[Passage]) -> tuple[Piece, ...]:
    found, at = [], 0
    for each in passages:
        found += [Piece(text[at : each.start]), Piece(text[each.start : each.end], each)]
        at = each.end
    return tuple(piece for piece in (*found, Piece(text[at:])) if piece.text)

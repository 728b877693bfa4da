"""Works of an assignment that resemble one another, for a person to look at."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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
from lms.core.errors import NotFound, Refused
from lms.grading import pair_queries, similarity
from lms.grading.laying_in import lay_in
from lms.grading.models import Submission
from lms.grading.pair_models import PairNote, SimilarityCheck
from lms.grading.pairing import Comparison, Pair
from lms.grading.similarity import Finding, Passage, Prints, Work
from lms.institutes.models import Person
from lms.learning.models import CourseRun

#: Pairs that overlap less than this are not listed.
LEAST = 0.4
#: So many works are compared while somebody waits for the page; more of them by the worker.
AT_ONCE = 200
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

    ``compared`` works have code of their learner's own; ``unread`` could not be read. Where the
    worker compares, ``check`` is the last wish for it and ``at`` when the pairs were found.
    """

    rows: tuple[Row, ...]
    more: int
    compared: int
    unread: int
    is_for_worker: bool = False
    check: SimilarityCheck | None = None
    at: datetime | None = None


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
class Handed:
    """A piece of work, by row, and its notebooks: digests by name."""

    row: int
    notebooks: Mapping[str, str]


@dataclass(frozen=True)
class Alike:
    """Two works that are alike, by row, the lower first.

    ``holders`` are the fingerprints that they share, each with how many works have it.
    """

    first: int
    second: int
    overlap: float
    holders: Mapping[int, int]


@dataclass(frozen=True)
class Compared:
    """The pairs that overlap most out of ``total`` among so many works."""

    pairs: Sequence[Alike]
    total: int
    works: int
    unread: int


def compare(
    blobs: Blobs,
    sources: Mapping[str, str],
    works: Sequence[Handed],
    tell: Callable[[int], None] = lambda _read: None,
) -> Compared:
    """Compare these works, marked by author's notebooks of these digests, by name.

    ``tell`` is told after each how many have been read.
    """
    rows, found = [], []
    for number, each in enumerate(works, start=1):
        try:
            found.append(_all_prints(blobs, sources, each.notebooks))
        except Refused:
            continue
        finally:
            tell(number)
        rows.append(each.row)
    comparison = Comparison(found)
    named = comparison.named(LEAST)
    return Compared(
        [_alike(rows, one, comparison) for one in named.pairs],
        named.total,
        len(rows),
        len(works) - len(rows),
    )


def _alike(rows: Sequence[int], pair: Pair, comparison: Comparison) -> Alike:
    first, second = sorted((rows[pair.first], rows[pair.second]))
    return Alike(first, second, pair.overlap, comparison.holders(pair.first, pair.second))


def sources_of(assignment: Assignment) -> dict[str, str]:
    """The author's notebooks of an assignment: digests by name."""
    return {each.name: each.source for each in assignment.notebooks}


def handed(submission: Submission) -> Handed:
    """What is compared of a submission."""
    return Handed(submission.id, {each.name: each.content for each in submission.notebooks})


def overview(
    session: Session, blobs: Blobs, run: CourseRun, assignment: Assignment, reader: Person
) -> Overview:
    """The pairs that ``reader`` may look at; their own work is in none of them."""
    if is_for_worker(session, run, assignment):
        done = pair_queries.latest(session, run, assignment, with_pairs=True)
        found, at = _kept(session, done), done.settled if done else None
        check = pair_queries.latest(session, run, assignment)
        return replace(_overview(session, found, reader), is_for_worker=True, check=check, at=at)
    works = pair_queries.works(session, run, assignment)
    found = compare(blobs, sources_of(assignment), [handed(each) for each in works])
    return _overview(session, found, reader)


def is_for_worker(session: Session, run: CourseRun, assignment: Assignment) -> bool:
    """Whether there are so many works that nobody waits for a page that compares them."""
    return pair_queries.number(session, run, assignment) > AT_ONCE


def _kept(session: Session, check: SimilarityCheck | None) -> Compared:
    if check is None:
        return Compared((), 0, 0, 0)
    pairs = [
        Alike(each.first_id, each.second_id, each.overlap, {})
        for each in pair_queries.similar(session, check)
    ]
    return Compared(pairs, check.pairs, check.works, check.unread)


def _overview(session: Session, found: Compared, reader: Person) -> Overview:
    rows = {row for pair in found.pairs for row in (pair.first, pair.second)}
    works = pair_queries.with_learners(session, list(rows))
    notes = pair_queries.notes(session, list(works.values()))
    latest = {(each.first_id, each.second_id): each for each in notes}
    shown = [
        Row(first, second, pair.overlap, latest.get((pair.first, pair.second)))
        for pair in found.pairs
        for first, second in [(works[pair.first], works[pair.second])]
        if reader.id not in (first.enrolment.person_id, second.enrolment.person_id)
    ]
    return Overview(tuple(shown), found.total - len(found.pairs), found.works, found.unread)


def beside(session: Session, blobs: Blobs, first: Submission, second: Submission) -> Beside:
    """Two works of different learners for the same assignment of the same run.

    Raises Refused for one that could not be read, and NotFound for two of which the worker
    has not found that they are alike.
    """
    sources, both = sources_of(first.assignment), (first, second)
    works = [_work(blobs, sources, handed(each).notebooks) for each in both]
    if is_for_worker(session, first.enrolment.run, first.assignment):
        number, overlap, holders = _kept_pair(session, first, second)
    else:
        number, overlap, holders = _compared_pair(session, blobs, first, second)
    return Beside(
        cells=tuple(_cells(works, holders)),
        overlap=overlap,
        works=number,
        notes=tuple(pair_queries.notes(session, both)),
    )


def _kept_pair(
    session: Session, first: Submission, second: Submission
) -> tuple[int, float, Mapping[int, int]]:
    """Among how many works a pair was found, their overlap and what they share."""
    check = pair_queries.latest(session, first.enrolment.run, first.assignment, with_pairs=True)
    pair = pair_queries.similar_pair(session, check, _key(first, second)) if check else None
    if check is None or pair is None:
        raise NotFound
    return check.works, pair.overlap, {int(one): held for one, held in pair.holders.items()}


def _compared_pair(
    session: Session, blobs: Blobs, first: Submission, second: Submission
) -> tuple[int, float, Mapping[int, int]]:
    """The same, compared now."""
    both, sources = (first, second), sources_of(first.assignment)
    theirs = {each.enrolment_id for each in both}
    counting = pair_queries.works(session, first.enrolment.run, first.assignment)
    others = [each for each in counting if each.enrolment_id not in theirs]
    found = []
    for each in (*both, *others):
        with suppress(Refused):
            found.append(_all_prints(blobs, sources, handed(each).notebooks))
    comparison = Comparison(found)
    return len(found), comparison.pair(0, 1).overlap, comparison.holders(0, 1)


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


def _work(blobs: Blobs, sources: Mapping[str, str], notebooks: Mapping[str, str]) -> Work:
    """The answers of all notebooks. Raises Refused where one of them could not be read."""
    return similarity.joined(
        [
            _read(blobs, sources[name], content, name)
            for name, content in notebooks.items()
            if name in sources
        ]
    )


def _all_prints(blobs: Blobs, sources: Mapping[str, str], notebooks: Mapping[str, str]) -> Prints:
    """The fingerprints of all notebooks. Raises Refused where one of them could not be read."""
    found = [
        _prints(blobs, sources[name], content, name)
        for name, content in notebooks.items()
        if name in sources
    ]
    return found[0] if len(found) == 1 else sorted({each for one in found for each in one})


# What was handed in never changes, and neither does a source: a class is read once for all its
# pairs. A work of the usual length takes about four kilobytes here.
@lru_cache(maxsize=1000)
def _prints(blobs: Blobs, source: str, notebook: str, name: str) -> Prints:
    return similarity.prints(_read(blobs, source, notebook, name))


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


def _cells(works: Sequence[Work], holders: Mapping[int, int]) -> list[CellPair]:
    first, second = works[0].answers, works[1].answers
    found = []
    for grade_id in dict.fromkeys((*first, *second)):
        left, right = similarity.passages(works[0], works[1], holders, grade_id)
        texts = first.get(grade_id, ""), second.get(grade_id, "")
        found.append(CellPair(grade_id, _pieces(texts[0], left), _pieces(texts[1], right), left))
    return found


def _pieces(text: str, passages: Sequence[Passage]) -> tuple[Piece, ...]:
    found, at = [], 0
    for each in passages:
        found += [Piece(text[at : each.start]), Piece(text[each.start : each.end], each)]
        at = each.end
    return tuple(piece for piece in (*found, Piece(text[at:])) if piece.text)

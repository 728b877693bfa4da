"""What a learner, or whoever teaches them, is shown of a piece of work that was marked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from sqlalchemy.orm import Session

from lms.catalogue import notebooks, releases
from lms.catalogue.models import Assignment
from lms.catalogue.notebook_names import cell_name, notebook_and_id
from lms.core.blobs import Blobs
from lms.core.errors import NotFound, Refused
from lms.grading import by_hand, laying_in, policy, queries, regrade_queries, sealing, service
from lms.grading.agreement import Judged
from lms.grading.comparison import Cell, CellChange, cell_changes
from lms.grading.feedback_page import Feedback, page
from lms.grading.laying_in import Copy
from lms.grading.models import GradingRun, Mark, RunNotebook, Submission
from lms.grading.policy import Score
from lms.grading.runs import Ending
from lms.grading.states import SETTLED, State

_T = TypeVar("_T")


@dataclass(frozen=True)
class Earlier:
    """A marking that counts no more: its points before lateness, and what the next gave else."""

    run: GradingRun
    points: Score
    cells: tuple[CellChange, ...]


def copied_cells(blobs: Blobs, submission: Submission) -> dict[str, tuple[Copy, ...]]:
    """The cells because of which ``submission`` was refused, by notebook, if it was for copies."""
    run = submission.runs[-1]
    if run.state is not State.REFUSED:
        return {}
    refused = {each.name for each in run.notebooks if each.ending == Ending.REFUSED}
    found = {}
    for author, digest in regrade_queries.notebooks_of(run):
        if author.name in refused and digest is not None:
            found[author.name] = _copies(blobs, author.source, digest)
    return found


def _copies(blobs: Blobs, source: str, work: str) -> tuple[Copy, ...]:
    try:
        return laying_in.copies(notebooks.read(blobs.get(source)), notebooks.read(blobs.get(work)))
    except Refused:
        return ()


def bonuses(blobs: Blobs, run: GradingRun) -> dict[str, float]:
    """The most points of each cell that ``run`` marked as a bonus, by the cell's name."""
    cells = releases.graded_cells(blobs, regrade_queries.marked_with(run))
    return {cell.grade_id: cell.points for cell in cells if cell.bonus}


def open_cells(submission: Submission) -> dict[str, str]:
    """Why each test cell that marks ``submission`` beside its code does so, by the cell's name."""
    return open_cells_of(regrade_queries.marked_with(submission.runs[-1]))


def open_cells_of(assignment: Assignment) -> dict[str, str]:
    """Why each test cell of ``assignment`` that cannot be sealed is open, by the cell's name."""
    return {
        cell_name(notebook.name, grade_id): why
        for notebook in assignment.notebooks
        for grade_id, why in sealing.open_cells(notebook.record).items()
    }


def earlier(submission: Submission) -> list[Earlier]:
    """The markings of ``submission`` before the one that counts, the latest first."""
    marked = [run for run in submission.runs if run.state is State.MARKED]
    found = [
        Earlier(run, policy.score(run.marks), tuple(cell_changes(_cells(run), _cells(after))))
        for run, after in pairwise(marked)
    ]
    return list(reversed(found))


def _cells(run: GradingRun) -> list[Cell]:
    return [Cell(m.grade_id, m.score, m.max_score, m.extra) for m in run.marks]


def feedback(
    session: Session,
    blobs: Blobs,
    submission: Submission,
    locale: str,
    *,
    title: str,
    back: str,
    notebook: str = "",
    theme: str = "",
    text_size: str = "",
) -> str:
    """The feedback page of a ``notebook`` of ``submission``: of its marks, or why it was refused.

    Without a name it is that of the first. ``back`` is the address of the page that it belongs
    to, ``theme`` and ``text_size`` are what its reader chose. Raises NotFound while it waits,
    and for an unknown notebook.
    """
    run = queries.latest_marked(submission) or submission.runs[-1]
    if run.state not in SETTLED:
        raise NotFound
    part = _part(run, notebook)
    name, message = (part.name, part.message) if part else ("", run.message)
    blank = Feedback(title, message, back=back, theme=theme, text_size=text_size)
    if run.state is not State.MARKED:
        copies = copied_cells(blobs, submission).get(name, ())
        refused = replace(blank, copies=copies, is_refused=True)
        return page(None, refused, locale)
    told = by_hand.told_to_learner(session, submission)
    shown = replace(
        blank,
        marks=_marks(run, name),
        result=_worth(submission, run, name),
        bonuses=_within(name, bonuses(blobs, run)),
        comments=_within(
            name, {mark.grade_id: [_words(one) for one in judged] for mark, judged in told}
        ),
        is_absent=part is not None and part.ending is None,
    )
    executed = part.executed if part else None
    return page(blobs.get(executed) if executed else None, shown, locale)


def _part(run: GradingRun, notebook: str) -> RunNotebook | None:
    """Raises NotFound for a name that is none of the run's."""
    if not notebook:
        return next(iter(run.notebooks), None)
    found = next((each for each in run.notebooks if each.name == notebook), None)
    if found is None:
        raise NotFound
    return found


def _within(notebook: str, cells: Mapping[str, _T]) -> dict[str, _T]:
    """Those of ``cells`` that lie in ``notebook``, called as in it."""
    named = ((*notebook_and_id(cell), told) for cell, told in cells.items())
    return {grade_id: told for name, grade_id, told in named if name == notebook}


def _marks(run: GradingRun, notebook: str) -> list[Mark]:
    return [mark for mark in run.marks if notebook_and_id(mark.grade_id)[0] == notebook]


def _worth(submission: Submission, run: GradingRun, notebook: str) -> Score | None:
    """What the notebook is worth after lateness."""
    whole = service.result(submission)
    return policy.score(_marks(run, notebook), kept=whole.kept) if whole else None


def _words(judged: Judged) -> str:
    chosen = [f"{item['label']} ({item['points']:+g})" for item in judged.items]
    return "\n".join([*chosen, judged.comment or ""]).strip()

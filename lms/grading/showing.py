"""What a learner, or whoever teaches them, is shown of a piece of work that was marked."""

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy.orm import Session

from lms.catalogue import notebooks
from lms.core.blobs import Blobs
from lms.core.errors import NotFound, Refused
from lms.grading import by_hand, laying_in, policy, queries, regrade_queries, service
from lms.grading.agreement import Judged
from lms.grading.comparison import Cell, CellChange, cell_changes
from lms.grading.feedback_page import Feedback, page
from lms.grading.laying_in import Copy
from lms.grading.models import GradingRun, Submission
from lms.grading.policy import Score
from lms.grading.states import SETTLED, State


@dataclass(frozen=True)
class Earlier:
    """A marking that counts no more: its points before lateness, and what the next gave else."""

    run: GradingRun
    points: Score
    cells: tuple[CellChange, ...]


def copied_cells(blobs: Blobs, submission: Submission) -> tuple[Copy, ...]:
    """The cells because of which ``submission`` was refused, if it was because of copies."""
    if submission.runs[-1].state is not State.REFUSED:
        return ()
    try:
        tests = regrade_queries.marked_with(submission.runs[-1])
        source = notebooks.read(blobs.get(tests.source))
        return laying_in.copies(source, notebooks.read(blobs.get(submission.notebook)))
    except Refused:
        return ()


def bonuses(blobs: Blobs, run: GradingRun) -> dict[str, float]:
    """The most points of each cell that ``run`` marked as a bonus, by grade id."""
    source = notebooks.read(blobs.get(regrade_queries.marked_with(run).source))
    return {cell.grade_id: cell.points for cell in notebooks.graded_cells(source) if cell.bonus}


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
    session: Session, blobs: Blobs, submission: Submission, locale: str, *, title: str, back: str
) -> str:
    """The feedback page of ``submission``: of its marks, or of why it was refused.

    ``back`` is the address of the page that it belongs to. Raises NotFound while it waits.
    """
    run = queries.latest_marked(submission)
    if run is None:
        last = submission.runs[-1]
        if last.state not in SETTLED:
            raise NotFound
        copies = copied_cells(blobs, submission)
        refused = Feedback(title, last.message, copies=copies, is_refused=True, back=back)
        return page(None, refused, locale)
    told = by_hand.told_to_learner(session, submission)
    shown = Feedback(
        title,
        run.message,
        run.marks,
        service.result(submission),
        bonuses=bonuses(blobs, run),
        comments={mark.grade_id: [_words(one) for one in judged] for mark, judged in told},
        back=back,
    )
    return page(blobs.get(run.executed) if run.executed else None, shown, locale)


def _words(judged: Judged) -> str:
    chosen = [f"{item['label']} ({item['points']:+g})" for item in judged.items]
    return "\n".join([*chosen, judged.comment or ""]).strip()

"""What handing in now would mean: which attempt it is, whether it is late, what is marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.catalogue.models import Assignment
from lms.catalogue.notebooks import GradedCell
from lms.grading import policy, queries, service
from lms.grading.models import Extension, Submission
from lms.learning.models import Enrolment


@dataclass(frozen=True)
class HandingIn:
    """What is told before a learner hands in.

    ``left`` counts the attempts before this one is used, of ``allowed``. ``kept`` is the share
    of the points that lateness leaves at that moment. ``in_grace`` says that the due date has
    passed and work is not late yet. ``tests`` and ``by_hand`` count the cells that are marked.
    """

    is_open: bool
    allowed: int
    left: int
    due: datetime | None
    extended: bool
    is_late: bool
    in_grace: bool
    kept: float
    tests: int
    by_hand: int


def handing_in(
    enrolment: Enrolment,
    assignment: Assignment,
    extension: Extension | None,
    earlier: Sequence[Submission],
    cells: Sequence[GradedCell],
    *,
    now: datetime,
) -> HandingIn:
    """What it means to hand in at ``now``, after the attempts ``earlier``."""
    due = queries.due(enrolment.run, assignment, extension)
    lateness = service.late_policy(assignment)
    is_late = policy.is_late(lateness, due, now)
    allowed = service.attempts_allowed(assignment, extension)
    by_hand = sum(cell.kind.is_by_hand for cell in cells)
    return HandingIn(
        is_open=service.takes_work(enrolment, extension, now),
        allowed=allowed,
        left=allowed - service.attempts_used(earlier),
        due=due,
        extended=extension is not None and extension.due is not None,
        is_late=is_late,
        in_grace=due is not None and due < now and not is_late,
        kept=policy.kept_share(lateness, due, now),
        tests=len(cells) - by_hand,
        by_hand=by_hand,
    )

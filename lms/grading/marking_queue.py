"""The cells of an assignment that people mark, in the order in which one walks through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.grading import hand_queries
from lms.grading.agreement import Judged, Standing, is_final, latest_of_each, standing
from lms.grading.hand_queries import Answer
from lms.institutes.models import Person
from lms.learning.models import CourseRun


class Order(StrEnum):
    """Walk through all answers of one cell before the next, or all cells of one learner."""

    CELL = "cell"
    LEARNER = "learner"


@dataclass(frozen=True)
class Item:
    """One answer to mark; ``number`` stands for its learner where no name is shown."""

    answer: Answer
    number: int
    judgements: Sequence[Judged]
    standing: Standing
    tolerance: float | None

    @cached_property
    def markers(self) -> Sequence[Judged]:
        """The last judgement of each of those who mark independently."""
        return tuple(latest_of_each(each for each in self.judgements if not is_final(each)))

    @property
    def is_for_both(self) -> bool:
        """Whether two have judged it, so that it is changed with both in view."""
        final = any(map(is_final, self.judgements))
        return self.tolerance is not None and len(self.markers) > 1 and not final

    def waits_for(self, marker: Person) -> bool:
        """Whether it needs points from ``marker``, who has given none yet."""
        if self.answer.score is not None or len(self.markers) > 1:
            return False
        return all(each.marker_id != marker.id for each in self.markers)

    def own(self, marker: Person) -> Judged | None:
        """What ``marker`` may see of it: the final word, or their own."""
        final = [each for each in self.judgements if is_final(each) and each.points is not None]
        mine = [each for each in self.markers if each.marker_id == marker.id]
        return next(iter((*reversed(final), *mine)), None)

    def own_extra(self, marker: Person) -> float:
        """What ``marker`` may see of its extra credit: what is settled, or their own."""
        own = self.own(marker)
        return (own.extra if own and not is_final(own) else self.answer.extra) or 0.0


@dataclass(frozen=True)
class Queue:
    """The items that ``marker`` walks through, those with their points included."""

    items: tuple[Item, ...]
    marker: Person

    @property
    def done(self) -> int:
        """How many wait for ``marker`` no more."""
        return sum(not item.waits_for(self.marker) for item in self.items)

    @property
    def differing(self) -> list[Item]:
        """Those on which two markers do not agree."""
        return [item for item in self.items if item.standing.differ and item.answer.score is None]

    def place(self, submission: str, grade_id: str) -> int | None:
        """Where the answer to ``grade_id`` in the submission with this public identifier is."""
        for place, item in enumerate(self.items):
            if (item.answer.submission, item.answer.grade_id) == (submission, grade_id):
                return place
        return None

    def at(self, place: int) -> Item | None:
        """The item at ``place``; None before the first and after the last."""
        return self.items[place] if 0 <= place < len(self.items) else None

    def next_waiting(self, place: int = -1) -> Item | None:
        """The first that waits after ``place``, or else from the beginning, itself left out."""
        others = (*self.items[place + 1 :], *self.items[: max(place, 0)])
        return next((item for item in others if item.waits_for(self.marker)), None)


def queue(
    session: Session, run: CourseRun, assignment: Assignment, marker: Person, order: Order
) -> Queue:
    """What ``marker`` marks of an assignment of ``run``: everybody's answers but their own."""
    numbers = hand_queries.numbers(session, run)
    told = hand_queries.judged(session, run, assignment)
    demanded = hand_queries.second_marking(session, run, assignment)
    tolerance = demanded.tolerance if demanded else None
    items = []
    for answer in hand_queries.answers(session, run, assignment, marker):
        judged = told.get((answer.row, answer.grade_id), [])
        fitting = [each for each in judged if each.max_score == answer.max_score]
        found = standing(judged, tolerance, answer.max_score)
        items.append(Item(answer, numbers[answer.enrolment], fitting, found, tolerance))
    if order is Order.CELL:
        items.sort(key=lambda item: item.answer.position)
    return Queue(tuple(items), marker)

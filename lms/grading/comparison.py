"""What a regrade changes for a learner: cell by cell, and in the grade that follows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.catalogue.attempts import Counts
from lms.grading import policy
from lms.grading.policy import Score


class Direction(StrEnum):
    """Where the share of the points goes that a learner has."""

    DOWN = "down"
    SAME = "same"
    UP = "up"


@dataclass(frozen=True)
class Cell:
    """The points of one graded cell; ``score`` None waits for a person."""

    grade_id: str
    score: float | None
    max_score: float
    extra: float = 0.0


@dataclass(frozen=True)
class Attempt:
    """One attempt with its cells as they counted before and as they would count after.

    ``submission`` is its public identifier and ``kept`` the share that lateness leaves.
    What was not marked again is the same before and after.
    """

    submission: str
    number: int
    kept: float
    before: tuple[Cell, ...]
    after: tuple[Cell, ...]


@dataclass(frozen=True)
class CellChange:
    """A cell whose points differ; None where one of the two versions has no such cell."""

    grade_id: str
    before: Cell | None
    after: Cell | None


@dataclass(frozen=True)
class Change:
    """The grade of one learner for one assignment, before and after.

    ``submission`` and ``number`` are of the attempt that counts after; ``cells`` are those of
    it that differ. ``moves`` says that another attempt counts than before.
    """

    submission: str
    number: int
    before: Score
    after: Score
    cells: tuple[CellChange, ...]
    moves: bool

    @property
    def direction(self) -> Direction:
        """Whether the learner gains or loses, by the share of the points."""
        return direction(self.before.share, self.after.share)

    @property
    def is_told(self) -> bool:
        """Whether the grade itself is another: in its points, or of how many."""
        return (self.before.points, self.before.possible) != (
            self.after.points,
            self.after.possible,
        )

    @property
    def is_any(self) -> bool:
        """Whether there is anything to show or to settle."""
        return bool(self.cells) or self.moves or self.is_told


def change(attempts: Sequence[Attempt], counts: Counts) -> Change | None:
    """What changes for a learner with these attempts, in their order; None without any."""
    before = [policy.score(each.before, kept=each.kept) for each in attempts]
    after = [policy.score(each.after, kept=each.kept) for each in attempts]
    then = policy.counting([each.share for each in before], counts)
    now = policy.counting([each.share for each in after], counts)
    if then is None or now is None:
        return None
    counted = attempts[now]
    return Change(
        counted.submission,
        counted.number,
        before[then],
        after[now],
        tuple(cell_changes(counted.before, counted.after)),
        moves=then != now,
    )


def direction(before: float, after: float) -> Direction:
    """Where a share of the points goes."""
    if after == before:
        return Direction.SAME
    return Direction.UP if after > before else Direction.DOWN


def cell_changes(before: Iterable[Cell], after: Iterable[Cell]) -> Iterator[CellChange]:
    """The cells that differ, in the order of ``after``, those that are gone last."""
    then = {cell.grade_id: cell for cell in before}
    now = {cell.grade_id: cell for cell in after}
    for grade_id in dict.fromkeys([*now, *then]):
        if then.get(grade_id) != now.get(grade_id):
            yield CellChange(grade_id, then.get(grade_id), now.get(grade_id))

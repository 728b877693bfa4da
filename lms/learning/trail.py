"""How far a learner has come, in one letter for each step: ten thousand of them are read at once.

A trail is a text. Its letters stand in the order of the steps of the course.
"""

from collections.abc import Mapping, Sequence

from lms.learning.rules import Kind, Step

#: So many attempts that fell short are a sign that somebody may need help.
MANY = 2

#: The letters: done; marked and short of what is asked, a few times or many; none of these.
DONE, TRIED, SHORT, AHEAD = "d", "t", "s", "-"

#: How often a learner tried a step, by what it is.
Tries = Mapping[tuple[Kind, str], int]


def trail(steps: Sequence[Step], tries: Tries) -> str:
    """The trail of the learner of these ``steps``."""
    return "".join(_letter(step, tries.get((step.kind, step.slug), 0)) for step in steps)


def _letter(step: Step, tries: int) -> str:
    if step.done:
        return DONE
    if step.share is None:
        return AHEAD
    return SHORT if tries >= MANY else TRIED


def share_done(trail: str) -> float:
    """The share of steps that are done, 0 for a course without steps."""
    return trail.count(DONE) / len(trail) if trail else 0.0


def counts(trails: Sequence[str]) -> list[tuple[int, int]]:
    """For each step, how many are done with it and how many have tried it and are not.

    The trails are of one course, so that all are of one length.
    """
    if not trails:
        return []
    # One long text, of which every n-th letter is of the same step, is counted the quickest.
    together, steps = "".join(trails), len(trails[0])
    return [
        (of_step.count(DONE), of_step.count(TRIED) + of_step.count(SHORT))
        for of_step in (together[place::steps] for place in range(steps))
    ]

"""What those who teach at an institute may see and do."""

from lms.catalogue.models import Assignment, Quiz
from lms.core.errors import NotAllowed, NotFound
from lms.grading import done_queries, regrade_queries
from lms.grading import queries as grading
from lms.grading.models import Regrade, Submission
from lms.institutes.rules import Role
from lms.learning import queries as learning
from lms.learning.models import CourseRun, Enrolment
from lms.learning.quiz_models import QuizAttempt
from lms.web.access.courses import run
from lms.web.access.learning import assignment_of, attempt_of, quiz_of
from lms.web.access.visit import holds, person, session, shown_in


def taught_run(public_id: str) -> CourseRun:
    """A run whose learners' work the visitor may see: they teach at its institute."""
    person()
    found = run(public_id)
    if not holds(found.institute_id, Role.INSTRUCTOR):
        raise NotFound
    return found


def taught_assignment(public_id: str, slug: str) -> tuple[CourseRun, Assignment]:
    """An assignment of a run whose learners' work the visitor may see."""
    found = taught_run(public_id)
    return found, assignment_of(found, slug)


def taught_enrolment(public_id: str) -> Enrolment:
    """Somebody's place in a run of an institute where the visitor teaches."""
    person()
    found = learning.enrolment(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.run.institute)
    if not holds(found.run.institute_id, Role.INSTRUCTOR):
        raise NotFound
    return found


def extendable(public_id: str, slug: str) -> tuple[Enrolment, Assignment]:
    """A learner and an assignment for which the visitor may grant more time or attempts."""
    found = taught_enrolment(public_id)
    if found.person_id == person().id:
        # Whoever teaches and learns in the same institute grants themselves nothing.
        raise NotAllowed
    return found, assignment_of(found.run, slug)


def taught_quiz(public_id: str, slug: str) -> tuple[CourseRun, Quiz]:
    """A quiz of a run whose learners' answers the visitor may see."""
    found = taught_run(public_id)
    return found, quiz_of(found, slug)


def taught_attempt(public_id: str, slug: str, number: int) -> tuple[Enrolment, QuizAttempt]:
    """Somebody's attempt at a quiz that the visitor may see: they teach at its institute."""
    found = taught_enrolment(public_id)
    if found.person_id == person().id:
        # Their own answers they see as a learner, with what a learner may see.
        raise NotAllowed
    return found, attempt_of(found, quiz_of(found.run, slug), number)


def timed(public_id: str) -> Enrolment:
    """A learner to whom the visitor may grant more time in quizzes."""
    found = taught_enrolment(public_id)
    if found.person_id == person().id:
        # Whoever teaches and learns in the same institute grants themselves nothing.
        raise NotAllowed
    return found


def regrade(public_id: str) -> Regrade:
    """A regrade that the visitor may see and decide: they teach at the institute of its run."""
    person()
    found = regrade_queries.regrade(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.run.institute)
    if not holds(found.run.institute_id, Role.INSTRUCTOR):
        raise NotFound
    return found


def taught_submission(public_id: str) -> Submission:
    """Somebody's work that the visitor may see and mark: they teach at its institute."""
    person()
    found = grading.submission(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.enrolment.run.institute)
    if not holds(found.enrolment.run.institute_id, Role.INSTRUCTOR):
        raise NotFound
    if found.enrolment.person_id == person().id:
        # Whoever teaches and learns in the same institute does not mark their own work.
        raise NotAllowed
    return found


def done_time(public_id: str) -> Submission:
    """Somebody's work of which a device tells when it was done, for the visitor to decide."""
    found = taught_submission(public_id)
    told = done_queries.of_submission(session(), found)
    if told is None:
        raise NotFound
    if told.done is None:
        # What cannot be true is nothing to decide about.
        raise NotFound
    return found


def taught_pair(
    public_id: str, slug: str, first: str, second: str
) -> tuple[Submission, Submission]:
    """Works of two learners for one assignment of a run, neither of them the visitor's own."""
    run, found = taught_assignment(public_id, slug)
    one, other = taught_submission(first), taught_submission(second)
    for each in (one, other):
        if each.enrolment.run_id != run.id:
            raise NotFound
        if each.assignment_id != found.id:
            raise NotFound
    if one.enrolment_id == other.enrolment_id:
        raise NotFound
    return one, other

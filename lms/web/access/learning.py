"""A learner's own: their places in runs, what those hold, and their work."""

from collections.abc import Sequence

from flask import request

from lms.catalogue.models import Assignment, AssignmentNotebook, Lesson, Quiz
from lms.core.errors import NotAllowed, NotFound
from lms.core.i18n import N_
from lms.grading import queries as grading
from lms.grading.models import Submission, SubmissionNotebook
from lms.learning import queries as learning
from lms.learning import quiz_queries as quizzes
from lms.learning.models import CourseRun, Enrolment
from lms.learning.quiz_models import QuizAttempt
from lms.web.access.visit import WRITES, now, person, session, shown_in


class NotYetOpen(NotAllowed):
    """The run's first day lies ahead."""

    message = N_("This run has not opened yet. Come back on its first day.")


def enrolments() -> Sequence[Enrolment]:
    """Every place the visitor has, the latest first."""
    return learning.enrolments_of(session(), person())


def enrolment(public_id: str) -> Enrolment:
    """The visitor's own place in a run."""
    who = person()
    found = learning.enrolment(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.run.institute)
    if found.person_id != who.id:
        raise NotFound
    return found


def open_enrolment(public_id: str) -> Enrolment:
    """The visitor's own place in a run, once the run is open."""
    found = enrolment(public_id)
    _require_open(found)
    return found


def lesson(public_id: str, slug: str) -> tuple[Enrolment, Lesson]:
    """A lesson of a run in which the visitor is enrolled, once the run is open."""
    found = open_enrolment(public_id)
    for module in found.run.version.modules:
        for candidate in module.lessons:
            if candidate.slug == slug:
                return found, candidate
    raise NotFound


def lesson_with_code(public_id: str, slug: str) -> tuple[Enrolment, Lesson]:
    """A lesson in which the visitor may run code."""
    enrolment, found = lesson(public_id, slug)
    if found.profile is None:
        raise NotFound
    return enrolment, found


def assignment(public_id: str, slug: str) -> tuple[Enrolment, Assignment]:
    """An assignment of a run in which the visitor is enrolled, once the run is open."""
    found = open_enrolment(public_id)
    return found, assignment_of(found.run, slug)


def assignment_notebook(
    public_id: str, slug: str, name: str
) -> tuple[Enrolment, Assignment, AssignmentNotebook]:
    """One notebook of such an assignment, its first without a name."""
    found, wanted = assignment(public_id, slug)
    return found, wanted, notebook_of(wanted, name)


def notebook_of(assignment: Assignment, name: str) -> AssignmentNotebook:
    """The notebook of that name, or the first without one; raises NotFound."""
    for candidate in assignment.notebooks:
        if name in ("", candidate.name):
            return candidate
    raise NotFound


def assignment_of(run: CourseRun, slug: str) -> Assignment:
    """The assignment of that name in ``run``; raises NotFound."""
    for module in run.version.modules:
        for candidate in module.assignments:
            if candidate.slug == slug:
                return candidate
    raise NotFound


def quiz(public_id: str, slug: str) -> tuple[Enrolment, Quiz]:
    """A quiz of a run in which the visitor is enrolled, once the run is open."""
    found = open_enrolment(public_id)
    return found, quiz_of(found.run, slug)


def quiz_of(run: CourseRun, slug: str) -> Quiz:
    """The quiz of that name in ``run``; raises NotFound."""
    for module in run.version.modules:
        for candidate in module.quizzes:
            if candidate.slug == slug:
                return candidate
    raise NotFound


def attempt(public_id: str, slug: str, number: int) -> tuple[Enrolment, QuizAttempt]:
    """The visitor's own attempt at a quiz; locked while it is written."""
    found, taken = quiz(public_id, slug)
    return found, attempt_of(found, taken, number)


def attempt_of(enrolment: Enrolment, quiz: Quiz, number: int) -> QuizAttempt:
    """The attempt of that number; raises NotFound."""
    to_write = request.method in WRITES
    found = quizzes.attempt(session(), enrolment, quiz, number, to_write=to_write)
    if found is None:
        raise NotFound
    return found


def submission(public_id: str) -> Submission:
    """The visitor's own work."""
    who = person()
    found = grading.submission(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.enrolment.run.institute)
    if found.enrolment.person_id != who.id:
        raise NotFound
    return found


def submitted(work: Submission, name: str) -> SubmissionNotebook:
    """The notebook of that name in work that the visitor may see; raises NotFound."""
    for candidate in work.notebooks:
        if name in ("", candidate.name):
            return candidate
    raise NotFound


def marking_is_paused() -> bool:
    """Whether handed-in work waits because nobody can mark at present."""
    return grading.marking_is_paused(session(), now())


def _require_open(enrolment: Enrolment) -> None:
    if now() < enrolment.run.opens:
        raise NotYetOpen

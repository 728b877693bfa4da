"""Questions and answers: open to the learners and instructors of a run, and to nobody else."""

from dataclasses import dataclass

from lms.catalogue import releases
from lms.catalogue.models import Assignment, Lesson
from lms.core.errors import NotAllowed, NotFound
from lms.institutes.rules import Role
from lms.learning import help_queries
from lms.learning import queries as learning
from lms.learning.help_models import Post, Thread
from lms.learning.help_rules import Place, Reader, may_know_of
from lms.learning.models import CourseRun, Enrolment
from lms.web.access.learning import NotYetOpen
from lms.web.access.visit import holds, lms, now, person, session, shown_in


@dataclass(frozen=True)
class HelpVisit:
    """A run, who reads its questions, and their place in it where they learn there."""

    run: CourseRun
    reader: Reader
    enrolment: Enrolment | None


def helped_run(public_id: str) -> HelpVisit:
    """A run whose questions the visitor may read: they learn in it or teach at its institute."""
    person()
    found = help_queries.run(session(), public_id)
    if found is None:
        raise NotFound
    return _visit(found)


def help_place(visit: HelpVisit, slug: str, cell: str = "") -> Place:
    """A lesson, an assignment or a graded cell of a run; raises NotFound for none."""
    for module in visit.run.version.modules:
        items: list[Lesson | Assignment] = [*module.lessons, *module.assignments]
        for item in items:
            if item.slug == slug and (not cell or cell in graded_cells(item)):
                return Place(slug, cell)
    raise NotFound


def graded_cells(item: Lesson | Assignment) -> list[str]:
    """The graded cells of an assignment by their ids, in order; a lesson has none."""
    if isinstance(item, Lesson):
        return []
    return [cell.grade_id for cell in releases.graded_cells(lms().blobs, item)]


def help_thread(public_id: str) -> tuple[HelpVisit, Thread, Post]:
    """A thread with the post that asks, open to the visitor."""
    person()
    found = help_queries.thread(session(), public_id)
    if found is None:
        raise NotFound
    visit = _visit(found.run)
    question = help_queries.question(session(), found)
    if not may_know_of(visit.reader, question.standing):
        raise NotFound
    return visit, found, question


def moderated_thread(public_id: str) -> Thread:
    """A thread that the visitor may lock: they teach at its institute."""
    visit, found, _question = help_thread(public_id)
    if not visit.reader.teaches:
        raise NotFound
    return found


def help_post(public_id: str) -> tuple[HelpVisit, Post]:
    """A question or an answer that the visitor may know of."""
    person()
    found = help_queries.post(session(), public_id)
    if found is None:
        raise NotFound
    visit, _thread, _question = help_thread(found.thread.public_id)
    if not may_know_of(visit.reader, found.standing):
        raise NotFound
    return visit, found


def reportable_post(public_id: str) -> tuple[HelpVisit, Post]:
    """A post that the visitor may report: one of somebody else's."""
    visit, found = help_post(public_id)
    if found.author_id == person().id:
        raise NotFound
    return visit, found


def own_post(public_id: str) -> tuple[HelpVisit, Post]:
    """A post that the visitor has written."""
    visit, found = help_post(public_id)
    if found.author_id != person().id:
        raise NotFound
    return visit, found


def answer_to_own_question(public_id: str) -> Post:
    """An answer in a thread that the visitor has begun."""
    _visit, found = help_post(public_id)
    if found.thread.asker_id != person().id:
        raise NotFound
    return found


def judged_post(public_id: str) -> Post:
    """A post that the visitor may endorse: they teach at its institute."""
    visit, found = help_post(public_id)
    if not visit.reader.teaches:
        raise NotFound
    return found


def moderated_post(public_id: str) -> tuple[HelpVisit, Post]:
    """A post that the visitor may hide or show: they teach there and have not written it."""
    visit, found = help_post(public_id)
    if not visit.reader.teaches:
        raise NotFound
    if found.author_id == person().id:
        # What was reported of oneself is for a colleague to decide.
        raise NotAllowed
    return visit, found


def _visit(run: CourseRun) -> HelpVisit:
    shown_in(run.institute)
    enrolment = learning.enrolment_of(session(), run, person())
    if holds(run.institute_id, Role.INSTRUCTOR):
        return HelpVisit(run, Reader(person().id, teaches=True), enrolment)
    if enrolment is None:
        raise NotFound
    if now() < run.opens:
        raise NotYetOpen
    return HelpVisit(run, Reader(person().id, teaches=False), enrolment)

"""Changes to runs, enrolments and progress."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, Lesson
from lms.core import journal
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.institutes import service as institutes
from lms.institutes.models import Institute, Person
from lms.institutes.rules import Role
from lms.learning import queries, trails
from lms.learning.models import CourseRun, Enrolment, LessonProgress
from lms.learning.rules import Access, takes_enrolments


class RunClosed(Refused):
    """The run has ended."""

    message = N_("This run of the course has ended and takes no more enrolments.")


class WrongInvitation(Refused):
    """The run is by invitation and the code is not its code."""

    message = N_("This invitation code does not open this course. Check it with your institute.")


class BadDates(Refused):
    """A run must end after it opens."""

    message = N_("A run must end after it opens.")


def offer(
    session: Session,
    institute: Institute,
    version: CourseVersion,
    *,
    opens: datetime,
    closes: datetime | None = None,
    access: Access = Access.OPEN,
    now: datetime,
    by: Person | None = None,
) -> CourseRun:
    """Offer ``version`` at ``institute``; a run by invitation gets a fresh code.

    Raises BadDates.
    """
    if closes is not None and closes <= opens:
        raise BadDates
    run = CourseRun(
        institute=institute,
        version=version,
        opens=opens,
        closes=closes,
        access=access,
        invitation_code=secrets.token_hex(5) if access is Access.INVITATION else None,
    )
    session.add(run)
    session.flush()
    journal.note(session, "run.offered", run, at=now, by=by)
    return run


def enrol(
    session: Session, run: CourseRun, person: Person, *, code: str = "", now: datetime
) -> Enrolment:
    """Give ``person`` a place in ``run`` and make them a learner of its institute.

    Enrolling twice is the same enrolment. Raises RunClosed, or WrongInvitation.
    """
    if held := queries.enrolment_of(session, run, person):
        return held
    if not takes_enrolments(run.closes, now):
        raise RunClosed
    if run.invitation_code is not None and not secrets.compare_digest(
        run.invitation_code.encode(), code.strip().lower().encode()
    ):
        raise WrongInvitation
    institutes.grant(session, run.institute, person, Role.LEARNER, now=now, by=person)
    enrolment = Enrolment(run=run, person=person, enrolled=now)
    session.add(enrolment)
    session.flush()
    journal.note(session, "enrolment.begun", enrolment, at=now, by=person)
    return enrolment


def set_done(
    session: Session, enrolment: Enrolment, lesson: Lesson, *, done: bool, now: datetime
) -> None:
    """Note that the learner has done ``lesson``, or take it back."""
    row = queries.progress(session, enrolment, lesson)
    if row is None:
        row = LessonProgress(enrolment_id=enrolment.id, lesson=lesson, opened=now)
        session.add(row)
    row.done = (row.done or now) if done else None
    session.flush()
    trails.forget(session, [enrolment])


def complete(session: Session, enrolment: Enrolment, *, now: datetime) -> None:
    """Note, once, that the learner has met the course's criteria."""
    if enrolment.completed is None:
        enrolment.completed = now
        journal.note(session, "enrolment.completed", enrolment, at=now)

"""A later due date for one learner, or more attempts: granted, changed and withdrawn."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.core import journal
from lms.core.errors import NotAllowed, Refused
from lms.core.i18n import N_, Sentence, Titled, When, say
from lms.grading import queries, service
from lms.grading.models import Extension
from lms.institutes import notices
from lms.institutes.models import Person
from lms.institutes.rules import News
from lms.learning.models import Enrolment


class OwnExtension(NotAllowed):
    """Whoever teaches and learns in the same institute grants themselves nothing."""

    message = N_("You cannot grant yourself an extension. Ask a colleague.")


class NothingGranted(Refused):
    """An extension gives time, attempts or both."""

    message = N_("Choose a later due date or give more attempts.")


class NoDueDate(Refused):
    """Where nothing is due there is no later date."""

    message = N_("This assignment has no due date, so there is none to move. Give more attempts.")


class NotLater(Refused):
    """An extension moves a due date to a later one."""

    message = N_("Choose a date after the due date of the run.")


def grant(
    session: Session,
    enrolment: Enrolment,
    assignment: Assignment,
    *,
    due: datetime | None,
    extra_attempts: int,
    reason: str,
    by: Person,
    now: datetime,
) -> Extension:
    """Grant a learner more time or attempts, in place of what was granted before; they are told.

    Work that came in before is settled anew. ``due`` None leaves the date of the run.
    Raises OwnExtension, NothingGranted, NoDueDate or NotLater.
    """
    if enrolment.person_id == by.id:
        raise OwnExtension
    if due is None and not extra_attempts:
        raise NothingGranted
    if due is not None:
        _must_be_later(enrolment, assignment, due)
    found = queries.extension(session, enrolment, assignment)
    deed = "extension.changed" if found else "extension.granted"
    if found is None:
        found = Extension(enrolment_id=enrolment.id, assignment_id=assignment.id)
        session.add(found)
    found.due, found.extra_attempts, found.reason = due, extra_attempts, reason
    found.granter, found.granted = by, now
    _follow(session, enrolment, assignment, deed, found, by=by, now=now)
    return found


def withdraw(
    session: Session, enrolment: Enrolment, assignment: Assignment, *, by: Person, now: datetime
) -> None:
    """Take back what was granted, if anything was; its learner is told.

    Work that was handed in stays; what came after the run's due date is late again.
    Raises OwnExtension.
    """
    if enrolment.person_id == by.id:
        raise OwnExtension
    found = queries.extension(session, enrolment, assignment)
    if found is not None:
        session.delete(found)
        _follow(session, enrolment, assignment, "extension.withdrawn", None, by=by, now=now)


def _must_be_later(enrolment: Enrolment, assignment: Assignment, due: datetime) -> None:
    run = enrolment.run
    usual = queries.due(run, assignment, None) or run.closes
    if usual is None:
        raise NoDueDate
    if due <= usual:
        raise NotLater


def _follow(
    session: Session,
    enrolment: Enrolment,
    assignment: Assignment,
    deed: str,
    held: Extension | None,
    *,
    by: Person,
    now: datetime,
) -> None:
    session.flush()
    journal.note(
        session, deed, enrolment, at=now, by=by, assignment=assignment.public_id,
        due=held.due.isoformat() if held and held.due else None,
        extra_attempts=held.extra_attempts if held else 0,
    )  # fmt: skip
    works = queries.submissions(session, enrolment, assignment)
    for work in works:
        session.expire(work, ["extension"])
    if works:
        service.settle_grade(session, works[-1], now=now)
    told = _news(enrolment, assignment, held)
    notices.tell(session, enrolment.person, News.DUE_DATE_CHANGED, told, enrolment, now=now)


def _news(enrolment: Enrolment, assignment: Assignment, held: Extension | None) -> Sentence:
    run, title = enrolment.run, Titled(assignment.titles)
    due = queries.due(run, assignment, held)
    day = When(due, run.institute.time_zone) if due else ""
    attempts = service.attempts_allowed(assignment, held)
    if held is None and due is None:
        return say("What was granted to you for “{assignment}” is withdrawn.", assignment=title)
    if held is None:
        return say(
            "The extension for “{assignment}” is withdrawn. It is due on {day}.",
            assignment=title,
            day=day,
        )
    if held.due is None:
        return say(
            "You have more attempts at “{assignment}”: {attempts} altogether.",
            assignment=title,
            attempts=attempts,
        )
    return say(
        "You have more time for “{assignment}”: it is due on {day}."
        " Attempts altogether: {attempts}.",
        assignment=title,
        day=day,
        attempts=attempts,
    )

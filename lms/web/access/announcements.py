"""Announcements: open to the learners of their run, and to those who teach at its institute."""

from lms.core.errors import NotFound
from lms.institutes.rules import Role
from lms.learning import announcement_queries, queries
from lms.learning.announcement_models import Announcement
from lms.learning.models import Enrolment
from lms.web.access.visit import holds, person, session, shown_in


def announcement(public_id: str) -> tuple[Enrolment, Announcement]:
    """An announcement in a run in which the visitor learns, with their place there."""
    who = person()
    found = announcement_queries.announcement(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.run.institute)
    enrolment = queries.enrolment_of(session(), found.run, who)
    if enrolment is None:
        raise NotFound
    if found.withdrawn is not None:
        raise NotFound
    return enrolment, found


def taught_announcement(public_id: str) -> Announcement:
    """An announcement that the visitor may change: they teach at the institute of its run."""
    person()
    found = announcement_queries.announcement(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.run.institute)
    if not holds(found.run.institute_id, Role.INSTRUCTOR):
        raise NotFound
    return found

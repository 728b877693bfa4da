"""What everyone may know: courses, their versions and files, and runs."""

from lms.catalogue import queries as catalogue
from lms.catalogue.models import CourseFile, CourseVersion
from lms.core.errors import NotFound
from lms.learning import queries as learning
from lms.learning.models import CourseRun
from lms.web.access.visit import session, shown_in


def course(slug: str) -> CourseVersion:
    """The latest version of a course; everyone may read about it."""
    found = catalogue.latest_version(session(), slug)
    if found is None:
        raise NotFound
    return found


def version(public_id: str) -> CourseVersion:
    """A published version of a course, also when a later one has replaced it."""
    found = catalogue.version(session(), public_id)
    if found is None:
        raise NotFound
    return found


def course_file(public_id: str, path: str) -> CourseFile:
    """A figure or another file of a version; they are as public as the catalogue."""
    found = catalogue.course_file(session(), version(public_id), path)
    if found is None:
        raise NotFound
    return found


def run(public_id: str) -> CourseRun:
    """A run; everyone may know of it."""
    found = learning.run(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.institute)
    return found

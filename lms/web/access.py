"""From an address to a record the visitor may have: the only place that decides who may.

Each function checks institute, role and enrolment, one condition to a line.
What a visitor may not know about is NotFound; what they know and may not do
is NotAllowed.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import cast

from flask import current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from lms.bootstrap import Lms
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Assignment, CourseVersion, Lesson
from lms.core.errors import NotAllowed, NotFound
from lms.core.i18n import N_
from lms.credentials import queries as credentials
from lms.credentials.models import Credential
from lms.grading import queries as grading
from lms.grading import regrade_queries
from lms.grading.models import Regrade, Submission
from lms.institutes import queries as institutes
from lms.institutes.models import Institute, Membership, Notice, Person
from lms.institutes.rules import Role
from lms.learning import queries as learning
from lms.learning.models import CourseRun, Enrolment

#: Methods that may write; every other request is read-only.
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NotYetOpen(NotAllowed):
    """The run's first day lies ahead."""

    message = N_("This run has not opened yet. Come back on its first day.")


def lms() -> Lms:
    """The parts this site is assembled from."""
    return cast(Lms, current_app.extensions["lms"])


def session() -> Session:
    """The request's one transaction, begun when first needed."""
    if "session" not in g:
        g.session = lms().database.session(writes=request.method in WRITES)
    return cast(Session, g.session)


def now() -> datetime:
    """The moment of the request, the same wherever it is asked."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast(datetime, g.now)


def visitor() -> Person | None:
    """Who is signed in, if anyone."""
    if "without_database" in g:
        return None
    return cast(Person, current_user.person) if current_user.is_authenticated else None


def go_on_without_database() -> None:
    """Ask no more who is visiting, so that a page can still be shown when the database fails."""
    g.without_database, g.roles = True, ()


def person() -> Person:
    """Who is signed in. Raises Unauthorized, which leads to the sign-in page."""
    if (who := visitor()) is None:
        raise Unauthorized
    return who


def time_zone() -> str:
    """The zone of the institute that the page is about, that of Morocco for other pages."""
    return cast(str, g.get("time_zone", "Africa/Casablanca"))


def _shown_in(institute: Institute) -> None:
    g.time_zone = institute.time_zone


def notice(public_id: str) -> Notice:
    """Something that the visitor was told."""
    who = person()
    found = institutes.notice(session(), public_id)
    if found is None:
        raise NotFound
    if found.person_id != who.id:
        raise NotFound
    return found


def unread() -> int:
    """How many notices wait for the visitor."""
    who = visitor()
    return institutes.unread(session(), who) if who else 0


def roles() -> Collection[Membership]:
    """What the visitor is, and where."""
    if "roles" not in g:
        who = visitor()
        g.roles = institutes.memberships(session(), who, now()) if who else ()
    return cast(Collection[Membership], g.roles)


def institutes_where(*wanted: Role) -> list[Institute]:
    """The institutes in which the visitor holds one of these roles. Raises NotFound for none."""
    person()
    found = {m.institute_id: m.institute for m in roles() if m.role in wanted}
    if not found:
        raise NotFound
    return list(found.values())


def holds(institute_id: int, *wanted: Role) -> bool:
    """Whether the visitor holds one of these roles in this institute."""
    return any(m.institute_id == institute_id and m.role in wanted for m in roles())


def institute(slug: str) -> Institute:
    """An institute; everyone may know of it."""
    found = institutes.institute(session(), slug)
    if found is None:
        raise NotFound
    _shown_in(found)
    return found


def administered(slug: str) -> Institute:
    """An institute whose roles the visitor may give."""
    person()
    found = institute(slug)
    if not holds(found.id, Role.ADMINISTRATOR):
        raise NotFound
    return found


def registered(slug: str) -> Institute:
    """An institute for which the visitor may offer runs and look after credentials."""
    person()
    found = institute(slug)
    if not holds(found.id, Role.REGISTRAR):
        raise NotFound
    return found


def membership(public_id: str) -> Membership:
    """A role that the visitor may end: one in an institute they administer."""
    person()
    found = institutes.membership_by_public_id(session(), public_id)
    if found is None:
        raise NotFound
    if not holds(found.institute_id, Role.ADMINISTRATOR):
        raise NotFound
    return found


def course(slug: str) -> CourseVersion:
    """The latest version of a course; everyone may read about it."""
    found = catalogue.latest_version(session(), slug)
    if found is None:
        raise NotFound
    return found


def run(public_id: str) -> CourseRun:
    """A run; everyone may know of it."""
    found = learning.run(session(), public_id)
    if found is None:
        raise NotFound
    _shown_in(found.institute)
    return found


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
    return found, _assignment_of(found, slug)


def _assignment_of(run: CourseRun, slug: str) -> Assignment:
    """The assignment of that name in ``run``; raises NotFound."""
    for module in run.version.modules:
        for candidate in module.assignments:
            if candidate.slug == slug:
                return candidate
    raise NotFound


def taught_enrolment(public_id: str) -> Enrolment:
    """Somebody's place in a run of an institute where the visitor teaches."""
    person()
    found = learning.enrolment(session(), public_id)
    if found is None:
        raise NotFound
    _shown_in(found.run.institute)
    if not holds(found.run.institute_id, Role.INSTRUCTOR):
        raise NotFound
    return found


def extendable(public_id: str, slug: str) -> tuple[Enrolment, Assignment]:
    """A learner and an assignment for which the visitor may grant more time or attempts."""
    found = taught_enrolment(public_id)
    if found.person_id == person().id:
        # Whoever teaches and learns in the same institute grants themselves nothing.
        raise NotAllowed
    return found, _assignment_of(found.run, slug)


def regrade(public_id: str) -> Regrade:
    """A regrade that the visitor may see and decide: they teach at the institute of its run."""
    person()
    found = regrade_queries.regrade(session(), public_id)
    if found is None:
        raise NotFound
    _shown_in(found.run.institute)
    if not holds(found.run.institute_id, Role.INSTRUCTOR):
        raise NotFound
    return found


def enrolment(public_id: str) -> Enrolment:
    """The visitor's own place in a run."""
    who = person()
    found = learning.enrolment(session(), public_id)
    if found is None:
        raise NotFound
    _shown_in(found.run.institute)
    if found.person_id != who.id:
        raise NotFound
    return found


def enrolments() -> Sequence[Enrolment]:
    """Every place the visitor has, the latest first."""
    return learning.enrolments_of(session(), person())


def marking_is_paused() -> bool:
    """Whether handed-in work waits because nobody can mark at present."""
    return grading.marking_is_paused(session(), now())


def version(public_id: str) -> CourseVersion:
    """A published version of a course, also when a later one has replaced it."""
    found = catalogue.version(session(), public_id)
    if found is None:
        raise NotFound
    return found


def course_file(public_id: str, path: str) -> tuple[bytes, str]:
    """A figure of a version and its media type; figures are as public as the catalogue."""
    found = catalogue.course_file(session(), version(public_id), path)
    if found is None:
        raise NotFound
    return lms().blobs.get(found.content), found.media_type


def may_revoke(credential: Credential) -> bool:
    """Whether the visitor may revoke ``credential``."""
    return holds(credential.institute_id, Role.REGISTRAR)


def lesson(public_id: str, slug: str) -> tuple[Enrolment, Lesson]:
    """A lesson of a run in which the visitor is enrolled, once the run is open."""
    found = enrolment(public_id)
    _require_open(found)
    for module in found.run.version.modules:
        for candidate in module.lessons:
            if candidate.slug == slug:
                return found, candidate
    raise NotFound


def assignment(public_id: str, slug: str) -> tuple[Enrolment, Assignment]:
    """An assignment of a run in which the visitor is enrolled, once the run is open."""
    found = enrolment(public_id)
    _require_open(found)
    return found, _assignment_of(found.run, slug)


def submission(public_id: str) -> Submission:
    """The visitor's own work."""
    who = person()
    found = grading.submission(session(), public_id)
    if found is None:
        raise NotFound
    _shown_in(found.enrolment.run.institute)
    if found.enrolment.person_id != who.id:
        raise NotFound
    return found


def taught_submission(public_id: str) -> Submission:
    """Somebody's work that the visitor may see and mark: they teach at its institute."""
    person()
    found = grading.submission(session(), public_id)
    if found is None:
        raise NotFound
    _shown_in(found.enrolment.run.institute)
    if not holds(found.enrolment.run.institute_id, Role.INSTRUCTOR):
        raise NotFound
    if found.enrolment.person_id == person().id:
        # Whoever teaches and learns in the same institute does not mark their own work.
        raise NotAllowed
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


def credential(public_id: str) -> Credential:
    """A credential; whoever has its address may see and verify it."""
    found = credentials.credential(session(), public_id)
    if found is None:
        raise NotFound
    _shown_in(found.institute)
    return found


def issued_credential(public_id: str) -> Credential:
    """A credential that the visitor may revoke: they are a registrar of its institute."""
    person()
    found = credential(public_id)
    if not holds(found.institute_id, Role.REGISTRAR):
        raise NotFound
    return found


def _require_open(enrolment: Enrolment) -> None:
    if now() < enrolment.run.opens:
        raise NotYetOpen

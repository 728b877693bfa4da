"""From an address to a record the visitor may have: the only place that decides who may.

Each function checks institute, role and enrolment, one condition to a line.
What a visitor may not know about is NotFound; what they know and may not do
is NotAllowed. The modules hold one kind of record each; pages ask this
package, as in ``access.lesson(public_id, slug)``.
"""

from lms.web.access.courses import (
    course,
    course_file,
    run,
    version,
)
from lms.web.access.credentials import (
    credential,
    issued_credential,
    may_revoke,
)
from lms.web.access.institutes import (
    administered,
    institute,
    membership,
    registered,
)
from lms.web.access.learning import (
    NotYetOpen,
    assignment,
    assignment_notebook,
    attempt,
    enrolment,
    enrolments,
    lesson,
    lesson_with_code,
    marking_is_paused,
    quiz,
    submission,
    submitted,
)
from lms.web.access.teaching import (
    extendable,
    regrade,
    taught_assignment,
    taught_attempt,
    taught_enrolment,
    taught_pair,
    taught_quiz,
    taught_run,
    taught_submission,
    timed,
)
from lms.web.access.visit import (
    WRITES,
    go_on_without_database,
    holds,
    institutes_where,
    lms,
    notice,
    now,
    person,
    roles,
    session,
    time_zone,
    unread,
    visitor,
)

__all__ = [
    "WRITES",
    "NotYetOpen",
    "administered",
    "assignment",
    "assignment_notebook",
    "attempt",
    "course",
    "course_file",
    "credential",
    "enrolment",
    "enrolments",
    "extendable",
    "go_on_without_database",
    "holds",
    "institute",
    "institutes_where",
    "issued_credential",
    "lesson",
    "lesson_with_code",
    "lms",
    "marking_is_paused",
    "may_revoke",
    "membership",
    "notice",
    "now",
    "person",
    "quiz",
    "registered",
    "regrade",
    "roles",
    "run",
    "session",
    "submission",
    "submitted",
    "taught_assignment",
    "taught_attempt",
    "taught_enrolment",
    "taught_pair",
    "taught_quiz",
    "taught_run",
    "taught_submission",
    "time_zone",
    "timed",
    "unread",
    "version",
    "visitor",
]

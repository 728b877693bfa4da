"""Reads of issuing keys and credentials."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from lms.catalogue.models import CourseVersion
from lms.core.paging import Page, window
from lms.credentials.models import Credential, IssuingKey, Receipt
from lms.grading.models import Submission
from lms.institutes.models import Institute, Person
from lms.institutes.queries import of_people_called
from lms.learning.models import CourseRun, Enrolment

#: How many of those who are owed a credential are looked at in one go.
MOST_OWED = 100
#: How many credentials stand on one page of those of an institute.
ISSUED_PAGE = 50


def keys(session: Session, institute: Institute) -> Sequence[IssuingKey]:
    """Every key the institute ever had, the oldest first."""
    return session.scalars(
        select(IssuingKey).where(IssuingKey.institute_id == institute.id).order_by(IssuingKey.id)
    ).all()


def credential(session: Session, public_id: str) -> Credential | None:
    """The credential with this public identifier, with its institute."""
    return session.scalar(
        select(Credential)
        .options(joinedload(Credential.institute))
        .where(Credential.public_id == public_id)
    )


def of_enrolment(session: Session, enrolment: Enrolment) -> Credential | None:
    """What an enrolment led to."""
    return session.scalar(select(Credential).where(Credential.enrolment_id == enrolment.id))


def of_person(session: Session, person: Person) -> Sequence[Credential]:
    """The credentials of ``person``, the latest first, with what they are for."""
    return session.scalars(
        _with_titles().where(Enrolment.person_id == person.id).order_by(Credential.id.desc())
    ).all()


def owed(session: Session, after: int = 0) -> list[tuple[int, str]]:
    """Enrolments, by row and public identifier, that are completed and have no credential yet.

    The first ones ``after`` that row, at most `MOST_OWED`.
    """
    rows = session.execute(
        select(Enrolment.id, Enrolment.public_id)
        .outerjoin(Credential, Credential.enrolment_id == Enrolment.id)
        .where(Enrolment.id > after, Enrolment.completed.is_not(None), Credential.id.is_(None))
        .order_by(Enrolment.id)
        .limit(MOST_OWED)
    )
    return [(row, public_id) for row, public_id in rows]


def receipt(session: Session, submission: Submission) -> Receipt | None:
    """The receipt for a piece of work, if it was signed."""
    return session.scalar(select(Receipt).where(Receipt.submission_id == submission.id))


def institutes(session: Session) -> Sequence[Institute]:
    """Every institute of the site."""
    return session.scalars(select(Institute).order_by(Institute.id)).all()


def issued_by(
    session: Session, institute: Institute, *, words: str = "", number: int = 1
) -> Page[Credential]:
    """What ``institute`` has issued, the latest first, with what it is for and whose it is.

    All ``words`` stand in the holder's names or e-mail address. The documents are left out.
    """
    listed = (
        select(Credential.id)
        .join(Credential.enrolment)
        .join(Enrolment.person)
        .where(Credential.institute_id == institute.id)
        .order_by(Credential.id.desc())
    )
    rows = of_people_called(session, listed, words)
    shown = window(len(rows), number, ISSUED_PAGE)
    items = session.scalars(
        _with_titles()
        .options(defer(Credential.document))
        .where(Credential.id.in_(rows[shown.offset : shown.offset + shown.size]))
        .order_by(Credential.id.desc())
    ).all()
    return Page(items, shown)


def _with_titles() -> Select[Credential]:
    return (
        select(Credential)
        .join(Credential.enrolment)
        .options(joinedload(Credential.institute))
        .options(
            contains_eager(Credential.enrolment).options(
                joinedload(Enrolment.person),
                joinedload(Enrolment.run)
                .joinedload(CourseRun.version)
                .joinedload(CourseVersion.course),
            )
        )
    )

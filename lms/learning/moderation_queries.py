"""Reads of questions and answers, for those who teach: what waits, and what was reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.catalogue.queries import WITH_OUTLINE
from lms.core.paging import Page, window
from lms.institutes.models import Institute, Person
from lms.learning.help_models import Post, Report, Thread
from lms.learning.help_queries import Listed, listed, paged, seen
from lms.learning.help_rules import PAGE, Reader
from lms.learning.models import CourseRun

_WITH_COURSE = joinedload(CourseRun.version).options(*WITH_OUTLINE)


@dataclass(frozen=True)
class Reported:
    """A post that readers want looked at: how many do, and since when."""

    post: Post
    reports: int
    first: datetime


def unanswered(
    session: Session,
    institutes: Sequence[Institute],
    reader: Reader,
    *,
    run: CourseRun | None = None,
    number: int = 1,
) -> Page[Listed]:
    """Questions in the runs of these institutes that wait for an answer, the oldest first."""
    wanted = (
        select(Post)
        .join(Post.thread)
        .join(Thread.run)
        .options(
            contains_eager(Post.thread).contains_eager(Thread.run).options(_WITH_COURSE),
            joinedload(Post.author),
        )
        .where(*_waiting(institutes, reader))
        .order_by(Thread.asked, Thread.id)
    )
    if run is not None:
        wanted = wanted.where(Thread.run_id == run.id)
    found = paged(session, wanted, number)
    return Page(listed(session, found.items, reader), found.window)


def waiting(session: Session, institutes: Sequence[Institute], person: Person) -> int:
    """How many questions in the runs of these institutes wait for an answer."""
    conditions = _waiting(institutes, Reader(person.id, teaches=True))
    wanted = select(func.count()).select_from(Post).join(Post.thread).join(Thread.run)
    return session.scalar(wanted.where(*conditions)) or 0


def unanswered_by_run(
    session: Session, institutes: Sequence[Institute], reader: Reader
) -> list[tuple[CourseRun, int]]:
    """The runs of these institutes in which questions wait, and how many."""
    rows = session.execute(
        select(Thread.run_id, func.count())
        .select_from(Post)
        .join(Post.thread)
        .join(Thread.run)
        .where(*_waiting(institutes, reader))
        .group_by(Thread.run_id)
    )
    numbers: dict[int, int] = {run_id: number for run_id, number in rows}
    runs = session.scalars(
        select(CourseRun)
        .options(joinedload(CourseRun.version).options(*WITH_OUTLINE))
        .where(CourseRun.id.in_(numbers))
        .order_by(CourseRun.opens.desc(), CourseRun.id.desc())
    )
    return [(run, numbers[run.id]) for run in runs]


def reported(
    session: Session, institutes: Sequence[Institute], *, number: int = 1
) -> Page[Reported]:
    """Posts with reports that nobody has decided, those reported first foremost."""
    grouped = _undecided(institutes).subquery()
    shown = window(reported_posts(session, institutes), number, PAGE)
    rows = session.execute(
        select(Post, grouped.c.reports, grouped.c.at)
        .join(grouped, grouped.c.post_id == Post.id)
        .options(joinedload(Post.author))
        .options(joinedload(Post.thread).joinedload(Thread.run).options(_WITH_COURSE))
        .order_by(grouped.c.at, Post.id)
        .limit(PAGE)
        .offset(shown.offset)
    )
    return Page([Reported(post, reports, first) for post, reports, first in rows], shown)


def reported_posts(session: Session, institutes: Sequence[Institute]) -> int:
    """How many posts in the runs of these institutes wait for a decision."""
    wanted = select(func.count()).select_from(_undecided(institutes).subquery())
    return session.scalar(wanted) or 0


def reports_of(session: Session, post: Post) -> Sequence[Report]:
    """Everything that readers reported of ``post``, the latest first."""
    return session.scalars(
        select(Report)
        .options(joinedload(Report.reporter))
        .where(Report.post_id == post.id)
        .order_by(Report.id.desc())
    ).all()


def _undecided(institutes: Sequence[Institute]) -> Select[int, int, datetime]:
    return (
        select(Report.post_id, func.count().label("reports"), func.min(Report.reported).label("at"))
        .join(Report.post)
        .join(Post.thread)
        .join(Thread.run)
        .where(
            Report.decided.is_(None),
            CourseRun.institute_id.in_([each.id for each in institutes]),
        )
        .group_by(Report.post_id)
    )


def _waiting(institutes: Sequence[Institute], reader: Reader) -> tuple[ColumnElement[bool], ...]:
    return (
        Post.is_question.is_(True),
        seen(reader),
        Thread.answered.is_(None),
        CourseRun.institute_id.in_([each.id for each in institutes]),
    )

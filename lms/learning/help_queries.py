"""Reads of questions and answers, for those who ask and answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from lms.catalogue.queries import WITH_OUTLINE
from lms.core.folding import folded
from lms.core.paging import Page, window
from lms.institutes.models import Notice, Person
from lms.institutes.rules import News
from lms.learning.help_models import EarlierPost, Follower, Post, Report, Thread
from lms.learning.help_rules import PAGE, Place, Reader, telling_words, words_of
from lms.learning.models import CourseRun

#: A run with whose it is and all it teaches, which says what its questions are about.
_WITH_COURSE = (
    joinedload(CourseRun.institute),
    joinedload(CourseRun.version).options(*WITH_OUTLINE),
)
_WITH_RUN = joinedload(Thread.run).options(*_WITH_COURSE)


@dataclass(frozen=True)
class Listed:
    """A question in a list, with its thread and how many answers its reader may see."""

    question: Post
    answers: int


def run(session: Session, public_id: str) -> CourseRun | None:
    """The run with this public identifier, with its institute and all it teaches."""
    return session.scalar(
        select(CourseRun).options(*_WITH_COURSE).where(CourseRun.public_id == public_id)
    )


def thread(session: Session, public_id: str) -> Thread | None:
    """The thread with this public identifier, with its run and all it teaches."""
    return session.scalar(select(Thread).options(_WITH_RUN).where(Thread.public_id == public_id))


def post(session: Session, public_id: str) -> Post | None:
    """The post with this public identifier, with its author, thread and run."""
    return session.scalar(
        select(Post)
        .options(joinedload(Post.author), joinedload(Post.thread).options(_WITH_RUN))
        .where(Post.public_id == public_id)
    )


def question(session: Session, thread: Thread) -> Post:
    """The post of ``thread`` that asks."""
    return session.scalars(
        select(Post)
        .options(joinedload(Post.author))
        .where(Post.thread_id == thread.id, Post.is_question)
    ).one()


def written_by(session: Session, person: Person) -> Sequence[Post]:
    """Every post of ``person``, the earliest first."""
    return session.scalars(
        select(Post)
        .options(joinedload(Post.thread))
        .where(Post.author_id == person.id)
        .order_by(Post.id)
    ).all()


def answers(session: Session, thread: Thread, reader: Reader, number: int) -> Page[Post]:
    """The answers that ``reader`` may know of: those found good first, then the earliest."""
    wanted = (
        select(Post)
        .options(joinedload(Post.author))
        .where(Post.thread_id == thread.id, Post.is_question.is_(False), known(reader))
        .order_by(Post.endorsed.is_(None), Post.helped.is_(None), Post.id)
    )
    return paged(session, wanted, number)


def threads(
    session: Session,
    run: CourseRun,
    reader: Reader,
    *,
    place: Place | None = None,
    words: str = "",
    number: int = 1,
) -> Page[Listed]:
    """The questions of a run that ``reader`` may see, the latest change first.

    ``place`` narrows them; a whole assignment includes its cells. ``words`` must all stand in
    the question or in one of its answers.
    """
    wanted = _questions(reader).where(Thread.run_id == run.id)
    if place is not None:
        wanted = wanted.where(Thread.slug == place.slug)
        wanted = wanted.where(Thread.cell == place.cell) if place.cell else wanted
    for word in words_of(words):
        wanted = wanted.where(_said(folded(word), reader))
    wanted = wanted.order_by(Thread.changed.desc(), Thread.id.desc())
    found = paged(session, wanted, number)
    return Page(listed(session, found.items, reader), found.window)


def similar(
    session: Session, run: CourseRun, reader: Reader, title: str, *, most: int = 5
) -> list[Listed]:
    """Questions of a run that share at least half the words of ``title``; most words first."""
    words = [folded(word) for word in telling_words(title)]
    if not words:
        return []
    shared: ColumnElement[int] = sum(
        (case((Post.folded.contains(word, autoescape=True), 1), else_=0) for word in words[1:]),
        start=case((Post.folded.contains(words[0], autoescape=True), 1), else_=0),
    )
    wanted = (
        _questions(reader)
        .where(Thread.run_id == run.id, shared * 2 >= len(words))
        .order_by(shared.desc(), Thread.answered.is_(None), Thread.id.desc())
        .limit(most)
    )
    return listed(session, session.scalars(wanted).all(), reader)


def counts(session: Session, run: CourseRun, slug: str, reader: Reader) -> dict[str, int]:
    """How many questions about a lesson or an assignment ``reader`` may see, by cell."""
    rows = session.execute(
        select(Thread.cell, func.count())
        .join(Post, and_(Post.thread_id == Thread.id, Post.is_question))
        .where(Thread.run_id == run.id, Thread.slug == slug, seen(reader))
        .group_by(Thread.cell)
    )
    return {cell: number for cell, number in rows}


def follows(session: Session, thread: Thread, person: Person) -> Follower | None:
    """That ``person`` is told of new answers, if they are."""
    return session.scalar(
        select(Follower).where(Follower.thread_id == thread.id, Follower.person_id == person.id)
    )


def followers(session: Session, thread: Thread) -> Sequence[Person]:
    """Who is told of new answers."""
    return session.scalars(
        select(Person)
        .join(Follower, Follower.person_id == Person.id)
        .where(Follower.thread_id == thread.id)
        .order_by(Follower.id)
    ).all()


def waits_to_be_read(
    session: Session, kind: News, thread: Thread, people: Sequence[int]
) -> set[int]:
    """Who of ``people``, by row, has not read the last notice of ``kind`` about ``thread``."""
    return set(
        session.scalars(
            select(Notice.person_id).where(
                Notice.person_id.in_(people),
                Notice.read.is_(None),
                Notice.kind == kind.value,
                Notice.about == thread.public_id,
            )
        )
    )


def posts_since(session: Session, person: Person, since: datetime) -> int:
    """How many posts ``person`` has written since."""
    wanted = select(func.count()).where(Post.author_id == person.id, Post.posted > since)
    return session.scalar(wanted) or 0


def reports_since(session: Session, person: Person, since: datetime) -> int:
    """How many posts ``person`` has reported since."""
    wanted = select(func.count()).where(Report.reporter_id == person.id, Report.reported > since)
    return session.scalar(wanted) or 0


def earlier(session: Session, post: Post) -> Sequence[EarlierPost]:
    """What ``post`` said before it was changed, the latest first."""
    return session.scalars(
        select(EarlierPost).where(EarlierPost.post_id == post.id).order_by(EarlierPost.id.desc())
    ).all()


def has_answer(session: Session, thread: Thread) -> bool:
    """Whether an answer that is shown was written by one who teaches, or found good."""
    wanted = select(Post.id).where(
        Post.thread_id == thread.id,
        Post.is_question.is_(False),
        _shown(),
        or_(Post.teaching, Post.endorsed.is_not(None), Post.helped.is_not(None)),
    )
    return session.scalar(wanted.limit(1)) is not None


def paged(session: Session, wanted: Select[Post], number: int) -> Page[Post]:
    """One page of ``wanted``."""
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    shown = window(total, number, PAGE)
    return Page(session.scalars(wanted.limit(PAGE).offset(shown.offset)).all(), shown)


def listed(session: Session, questions: Sequence[Post], reader: Reader) -> list[Listed]:
    """``questions`` with how many answers ``reader`` may see to each."""
    rows = session.execute(
        select(Post.thread_id, func.count())
        .where(
            Post.thread_id.in_([each.thread_id for each in questions]),
            Post.is_question.is_(False),
            seen(reader),
        )
        .group_by(Post.thread_id)
    )
    found: dict[int, int] = {thread_id: number for thread_id, number in rows}
    return [Listed(each, found.get(each.thread_id, 0)) for each in questions]


def known(reader: Reader, post: type[Post] = Post) -> ColumnElement[bool]:
    """The condition that ``reader`` may know of a post, though perhaps not of its text."""
    if reader.teaches:
        return true()
    return or_(post.for_instructors.is_(False), post.author_id == reader.person)


def seen(reader: Reader, post: type[Post] = Post) -> ColumnElement[bool]:
    """The condition that ``reader`` may read a post."""
    return and_(_shown(post), known(reader, post))


def _shown(post: type[Post] = Post) -> ColumnElement[bool]:
    return and_(post.hidden.is_(None), post.withdrawn.is_(None))


def _questions(reader: Reader) -> Select[Post]:
    return (
        select(Post)
        .join(Post.thread)
        .options(contains_eager(Post.thread), joinedload(Post.author))
        .where(Post.is_question, seen(reader))
    )


def _said(word: str, reader: Reader) -> ColumnElement[bool]:
    said = aliased(Post)
    return (
        select(said.id)
        .where(
            said.thread_id == Thread.id,
            said.folded.contains(word, autoescape=True),
            seen(reader, said),
        )
        .exists()
    )

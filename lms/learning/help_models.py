"""Tables of questions and answers: threads, posts, earlier wordings, followers, reports."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Instant, Moment, PublicId, Slug, one_of, personal
from lms.institutes.models import Person
from lms.learning.help_rules import LONGEST_REASON, LONGEST_TITLE, Decision, Place, Standing
from lms.learning.models import CourseRun

_RUN = "as long as the institute keeps the run"
_FOLLOWED = "until they follow it no more, at most as long as the account"


class Thread(Base):
    """A question of somebody in a run, with its answers.

    Appears with its question. ``slug`` is a lesson or an assignment of the run's course and
    ``cell`` a graded cell of the latter, or empty. ``nameless``: its asker is not named to fellow
    learners. ``changed`` is when something was last written. ``answered`` is when somebody who
    teaches answered or an answer was found good, None again when that no longer holds.
    """

    __tablename__ = "help_thread"
    __table_args__ = (
        Index(None, "run_id", "slug", "cell"),
        Index(None, "run_id", "changed"),
        Index(None, "run_id", "answered"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    slug: Mapped[Slug]
    cell: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(
        String(LONGEST_TITLE), info=personal("says what is asked", _RUN)
    )
    asker_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), index=True, info=personal("says who asks", _RUN)
    )
    nameless: Mapped[bool] = mapped_column(info=personal("keeps a name from learners", _RUN))
    asked: Mapped[Moment]
    changed: Mapped[Moment]
    answered: Mapped[datetime | None] = mapped_column(Instant)
    locked: Mapped[datetime | None] = mapped_column(Instant)

    run: Mapped[CourseRun] = relationship()
    asker: Mapped[Person] = relationship()

    @property
    def place(self) -> Place:
        """What it is about."""
        return Place(self.slug, self.cell)


class Post(Base):
    """A question's text or an answer.

    Its author may change or withdraw it; an instructor may hide it and show it again. Nothing of
    that deletes it. ``teaching``: its author taught there when they wrote. ``folded`` is what
    search looks through, with a question's title.
    """

    __tablename__ = "help_post"
    __table_args__ = (
        Index(None, "thread_id", "is_question"),
        Index(None, "author_id", "posted"),
        CheckConstraint("(hidden IS NULL) = (hidden_by_id IS NULL)", name="hidden"),
        CheckConstraint("(endorsed IS NULL) = (endorsed_by_id IS NULL)", name="endorsed"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    thread_id: Mapped[int] = mapped_column(ForeignKey("help_thread.id"))
    is_question: Mapped[bool]
    author_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who wrote it", _RUN)
    )
    teaching: Mapped[bool]
    text: Mapped[str] = mapped_column(Text, info=personal("is what somebody wrote", _RUN))
    folded: Mapped[str] = mapped_column(Text, info=personal("lets it be found", _RUN))
    for_instructors: Mapped[bool]
    posted: Mapped[Moment]
    edited: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn: Mapped[datetime | None] = mapped_column(Instant)
    hidden: Mapped[datetime | None] = mapped_column(Instant)
    hidden_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info=personal("says who hid it", _RUN)
    )
    hidden_reason: Mapped[str] = mapped_column(
        String(LONGEST_REASON), info=personal("tells its author why", _RUN)
    )
    endorsed: Mapped[datetime | None] = mapped_column(Instant)
    endorsed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info=personal("says who stands by it", _RUN)
    )
    helped: Mapped[datetime | None] = mapped_column(Instant)

    thread: Mapped[Thread] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=author_id)

    @property
    def standing(self) -> Standing:
        """What decides who sees it."""
        return Standing(
            author=self.author_id,
            hidden=self.hidden is not None,
            withdrawn=self.withdrawn is not None,
            for_instructors=self.for_instructors,
        )


class EarlierPost(Base):
    """What a post said before it was changed: for those who moderate. It stays as it is."""

    __tablename__ = "help_earlier_post"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("help_post.id"), index=True)
    title: Mapped[str] = mapped_column(
        String(LONGEST_TITLE), info=personal("lets moderators judge what was said", _RUN)
    )
    text: Mapped[str] = mapped_column(
        Text, info=personal("lets moderators judge what was said", _RUN)
    )
    until: Mapped[Moment]


class Follower(Base):
    """That a person is told of new answers in a thread. Goes when they follow it no more.

    And goes with their account: nobody is left to be told.
    """

    __tablename__ = "help_follower"
    __table_args__ = (UniqueConstraint("thread_id", "person_id"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("help_thread.id"))
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), index=True, info=personal("says who is told of answers", _FOLLOWED)
    )


class Report(Base):
    """That a reader wants a post looked at, and why. An instructor decides it once."""

    __tablename__ = "help_report"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        Index(None, "reporter_id", "reported"),
        Index(None, "decided"),
        CheckConstraint("(decided IS NULL) = (decision IS NULL)", name="decided"),
        CheckConstraint("(decided IS NULL) = (decided_by_id IS NULL)", name="decided_by"),
    )

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("help_post.id"))
    reporter_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who reports, and how often", _RUN)
    )
    reason: Mapped[str] = mapped_column(
        String(LONGEST_REASON), info=personal("tells moderators what is wrong", _RUN)
    )
    reported: Mapped[Moment]
    decided: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info=personal("says who decided", _RUN)
    )
    decision: Mapped[Decision | None] = mapped_column(one_of(Decision))

    post: Mapped[Post] = relationship()
    reporter: Mapped[Person] = relationship(foreign_keys=reporter_id)

"""Tables of courses, their published versions, and what a version holds."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.attempts import Counts
from lms.catalogue.quiz_values import Reveal
from lms.core.db import Base, Digest, Id, Moment, PublicId, Slug, Texts, one_of


class Course(Base):
    """What is taught, through all its versions. Appears when first published."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slug: Mapped[Slug]

    versions: Mapped[list["CourseVersion"]] = relationship(
        back_populates="course", order_by="CourseVersion.number"
    )


class CourseVersion(Base):
    """One published state of a course. It never changes; a change is the next number.

    ``digest`` is that of the course folder: publishing the same folder twice
    is one version. ``search_text`` is what the catalogue's search looks in.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        CheckConstraint("minimum_score BETWEEN 0 AND 1", name="minimum_score"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    digest: Mapped[Digest]
    published: Mapped[Moment]
    languages: Mapped[list[str]] = mapped_column(JSON)
    titles: Mapped[Texts]
    summaries: Mapped[Texts]
    outcomes: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    skills: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    authors: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[int]
    level: Mapped[str] = mapped_column(String(20))
    licence: Mapped[str] = mapped_column(String(40))
    minimum_score: Mapped[float]
    credential_names: Mapped[Texts]
    credential_descriptions: Mapped[Texts]
    credential_criteria: Mapped[Texts]
    search_text: Mapped[str] = mapped_column(Text)

    course: Mapped[Course] = relationship(back_populates="versions")
    modules: Mapped[list["Module"]] = relationship(
        back_populates="version", order_by="Module.position"
    )


class Module(Base):
    """An ordered group of lessons, assignments and quizzes of a version.

    ``outcomes`` are what one can do afterwards, one text for each language.
    """

    __tablename__ = "module"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    position: Mapped[int]
    titles: Mapped[Texts]
    outcomes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")

    version: Mapped[CourseVersion] = relationship(back_populates="modules")
    lessons: Mapped[list["Lesson"]] = relationship(
        back_populates="module", order_by="Lesson.position"
    )
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="module", order_by="Assignment.position"
    )
    quizzes: Mapped[list["Quiz"]] = relationship(back_populates="module", order_by="Quiz.position")


class Lesson(Base):
    """One page to read. ``position`` orders it among all items of its module.

    ``profile`` is that of the sandbox in which its code is run, tightened by ``limits``; it is
    None where the lesson has no code to run.
    """

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("module_id", "slug"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    position: Mapped[int]
    slug: Mapped[Slug]
    titles: Mapped[Texts]
    minutes: Mapped[int]
    profile: Mapped[str | None] = mapped_column(String(40))
    limits: Mapped[dict[str, float]] = mapped_column(JSON, default=dict, server_default="{}")

    module: Mapped[Module] = relationship(back_populates="lessons")
    texts: Mapped[list["LessonText"]] = relationship(back_populates="lesson")


class LessonText(Base):
    """A lesson in one language, rendered and sanitised when it was published.

    ``headings`` are those below the title, in order: the level, words and id of each. Texts
    that were published before headings were kept have none.
    """

    __tablename__ = "lesson_text"
    __table_args__ = (UniqueConstraint("lesson_id", "locale"),)

    id: Mapped[Id]
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    locale: Mapped[str] = mapped_column(String(8))
    html: Mapped[str] = mapped_column(Text)
    # Any: a level is a number, words and id are texts.
    headings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")

    lesson: Mapped[Lesson] = relationship(back_populates="texts")


class AssignmentFile(Base):
    """A file beside the notebooks of an assignment, which their code may read.

    ``path`` is relative to the notebooks and ``size`` counts bytes. It never changes.
    """

    __tablename__ = "assignment_file"
    __table_args__ = (UniqueConstraint("assignment_id", "path"),)

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    path: Mapped[str] = mapped_column(String(1000))
    content: Mapped[Digest]
    size: Mapped[int]


class AssignmentNotebook(Base):
    """One notebook of an assignment. The source lies among the blobs; releases are made from it.

    ``name`` tells several apart and is empty for an only one. ``record`` is the author's record,
    made once from the source; until then it is None. ``quality`` is what trying its tests has
    shown, which may be done again, and None before.
    """

    __tablename__ = "assignment_notebook"
    __table_args__ = (UniqueConstraint("assignment_id", "name"),)

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    source: Mapped[Digest]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    quality: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Assignment(Base):
    """One notebook to complete, or several that are handed in and marked together.

    ``limits`` are the author's, by name; they tighten those of ``profile``, widen none and hold
    for each notebook. ``counts`` is the attempt whose score becomes the grade.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("module_id", "slug"),
        CheckConstraint("attempts_allowed > 0", name="attempts_allowed"),
        CheckConstraint("loss_per_day >= 0 AND least_share BETWEEN 0 AND 1", name="late"),
        CheckConstraint("grace_minutes >= 0", name="grace_minutes"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    position: Mapped[int]
    slug: Mapped[Slug]
    titles: Mapped[Texts]
    minutes: Mapped[int]
    profile: Mapped[str] = mapped_column(String(40))
    limits: Mapped[dict[str, float]] = mapped_column(JSON, default=dict, server_default="{}")
    max_score: Mapped[float]
    attempts_allowed: Mapped[int]
    counts: Mapped[Counts] = mapped_column(
        one_of(Counts), default=Counts.BEST, server_default="best"
    )
    due_after_days: Mapped[int | None]
    loss_per_day: Mapped[float]
    least_share: Mapped[float]
    grace_minutes: Mapped[int] = mapped_column(default=0, server_default="0")

    module: Mapped[Module] = relationship(back_populates="assignments")
    notebooks: Mapped[list[AssignmentNotebook]] = relationship(order_by=AssignmentNotebook.position)
    files: Mapped[list[AssignmentFile]] = relationship(order_by=AssignmentFile.path)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each file beside the notebooks, by its path."""
        return {file.path: file.content for file in self.files}


class Quiz(Base):
    """Questions to answer, of a version; ``content`` has their texts as safe HTML.

    ``attempts_allowed`` None: as many as one likes. Without a ``pass_mark`` it is done when it
    was taken, and a ``graded`` one when it reaches the minimum score of its version.
    ``places_past`` names the lessons that a learner who reaches ``place_mark`` may go past.
    """

    __tablename__ = "quiz"
    __table_args__ = (
        UniqueConstraint("module_id", "slug"),
        CheckConstraint("attempts_allowed > 0", name="attempts_allowed"),
        CheckConstraint("time_limit > 0", name="time_limit"),
        CheckConstraint("pass_mark BETWEEN 0 AND 1", name="pass_mark"),
        CheckConstraint("place_mark BETWEEN 0 AND 1", name="place_mark"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    position: Mapped[int]
    slug: Mapped[Slug]
    titles: Mapped[Texts]
    intro: Mapped[Texts]
    minutes: Mapped[int]
    points: Mapped[float]
    attempts_allowed: Mapped[int | None]
    counts: Mapped[Counts] = mapped_column(one_of(Counts))
    time_limit: Mapped[int | None]
    pass_mark: Mapped[float | None]
    graded: Mapped[bool]
    reveal: Mapped[Reveal] = mapped_column(one_of(Reveal))
    places_past: Mapped[list[str]] = mapped_column(JSON)
    place_mark: Mapped[float]
    # Deferred: an outline names quizzes and reads none of them.
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)

    module: Mapped[Module] = relationship(back_populates="quizzes")


class CourseFile(Base):
    """A figure or another file beside the lessons of a version."""

    __tablename__ = "course_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    path: Mapped[str] = mapped_column(String(200))
    content: Mapped[Digest]
    media_type: Mapped[str] = mapped_column(String(80))

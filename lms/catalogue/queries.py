"""Reads of courses, versions, lessons and their files."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from lms.catalogue.models import Course, CourseFile, CourseVersion, Lesson, LessonText, Module
from lms.core.folding import sought
from lms.core.i18n import best_text

#: A version with its course and all it teaches, in order.
WITH_OUTLINE = (
    joinedload(CourseVersion.course),
    selectinload(CourseVersion.modules).options(
        selectinload(Module.lessons),
        selectinload(Module.assignments),
        selectinload(Module.quizzes),
    ),
)


def search(
    session: Session, words: str, *, language: str = "", level: str = ""
) -> Sequence[CourseVersion]:
    """The latest version of every course that holds all ``words``, by title."""
    newest = (
        select(CourseVersion.course_id, func.max(CourseVersion.number).label("number"))
        .group_by(CourseVersion.course_id)
        .subquery()
    )
    wanted = (
        select(CourseVersion)
        .join(
            newest,
            (newest.c.course_id == CourseVersion.course_id)
            & (newest.c.number == CourseVersion.number),
        )
        .options(joinedload(CourseVersion.course))
    )
    for word in sought(words):
        wanted = wanted.where(CourseVersion.search_text.contains(word, autoescape=True))
    if level:
        wanted = wanted.where(CourseVersion.level == level)
    found = session.scalars(wanted.order_by(CourseVersion.search_text)).all()
    return [version for version in found if not language or language in version.languages]


def latest_version(session: Session, slug: str) -> CourseVersion | None:
    """The latest version of the course called ``slug``, with its outline."""
    return session.scalar(
        select(CourseVersion)
        .join(CourseVersion.course)
        .options(*WITH_OUTLINE)
        .where(Course.slug == slug)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def version(session: Session, public_id: str) -> CourseVersion | None:
    """The version with this public identifier, with its course."""
    return session.scalar(
        select(CourseVersion)
        .options(joinedload(CourseVersion.course))
        .where(CourseVersion.public_id == public_id)
    )


def course(session: Session, slug: str) -> Course | None:
    """The course called ``slug``."""
    return session.scalar(select(Course).where(Course.slug == slug))


def lesson_text(session: Session, lesson: Lesson, locale: str) -> LessonText:
    """The text of ``lesson`` in ``locale``, or in the original's language."""
    texts = {
        text.locale: text
        for text in session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id))
    }
    return texts.get(locale) or texts[next(iter(lesson.titles))]


def figures(session: Session, version: CourseVersion) -> Sequence[CourseFile]:
    """The pictures beside the lessons of ``version``, by path."""
    return session.scalars(
        select(CourseFile)
        .where(CourseFile.version_id == version.id, CourseFile.media_type.startswith("image/"))
        .order_by(CourseFile.path)
    ).all()


def course_file(session: Session, version: CourseVersion, path: str) -> CourseFile | None:
    """The file of ``version`` at ``path``."""
    return session.scalar(
        select(CourseFile).where(CourseFile.version_id == version.id, CourseFile.path == path)
    )


def lesson_texts(session: Session, version: CourseVersion, locale: str) -> dict[str, LessonText]:
    """Every lesson's text in ``locale``, or in the original's language, by the lesson's slug."""
    lessons = {lesson.id: lesson for module in version.modules for lesson in module.lessons}
    chosen: dict[str, LessonText] = {}
    for text in session.scalars(select(LessonText).where(LessonText.lesson_id.in_(lessons))):
        lesson = lessons[text.lesson_id]
        if text.locale == best_text(lesson.titles, locale)[1]:
            chosen[lesson.slug] = text
    return chosen

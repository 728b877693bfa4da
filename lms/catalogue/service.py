"""Publishing: a course folder without faults becomes an immutable version."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

from sqlalchemy.orm import Session

from lms.catalogue import queries, quiz_publishing
from lms.catalogue.course_files import CourseFiles, digest, read_files
from lms.catalogue.lessons import render
from lms.catalogue.manifest import (
    AssetManifest,
    AssignmentManifest,
    CourseManifest,
    LessonManifest,
    ModuleManifest,
    QuizManifest,
    read_course_files,
)
from lms.catalogue.media_files import NotPlain, opened
from lms.catalogue.models import (
    Assignment,
    AssignmentFile,
    AssignmentNotebook,
    Course,
    CourseFile,
    CourseVersion,
    Lesson,
    LessonText,
    Module,
)
from lms.core import journal
from lms.core.blobs import Blobs
from lms.core.db import new_public_id
from lms.core.errors import Refused
from lms.core.faults import Fault
from lms.core.folding import folded
from lms.core.i18n import N_


def publish(
    session: Session, blobs: Blobs, folder: Path, *, now: datetime
) -> tuple[CourseVersion, bool]:
    """Publish the course in ``folder``; the second value tells whether that made a new version.

    A folder that has not changed since its latest version is that version.
    Raises FaultyCourse with every fault, and then nothing is published.
    """
    place, faults = folder.resolve(), list[Fault]()
    files = read_files(place, faults)
    # Before the database is asked anything: nobody waits for a writer that copies videos.
    _keep_media(blobs, files)
    latest = queries.latest_version(session, place.name)
    if _is_version(latest, files, faults):
        return latest, False
    manifest = read_course_files(place.name, files, faults)
    course = queries.course(session, manifest.slug)
    if course is None:
        course = Course(slug=manifest.slug)
        session.add(course)
    version = _version(manifest, latest.number + 1 if latest else 1, now)
    version.course = course
    version.modules = [
        _module(version, manifest, blobs, position, module)
        for position, module in enumerate(manifest.modules)
    ]
    session.add(version)
    session.flush()
    for asset in manifest.assets.values():
        content = _kept(blobs, asset)
        file = CourseFile(path=asset.path, content=content, media_type=asset.media_type)
        file.version_id = version.id
        session.add(file)
    session.flush()
    journal.note(session, "course.published", version, at=now, number=version.number)
    return version, True


def published(session: Session, folder: Path) -> CourseVersion | None:
    """The latest version of the course in ``folder``, if that has not changed since."""
    place, faults = folder.resolve(), list[Fault]()
    files = read_files(place, faults)
    latest = queries.latest_version(session, place.name)
    return latest if _is_version(latest, files, faults) else None


def _is_version(
    version: CourseVersion | None, files: CourseFiles, faults: list[Fault]
) -> TypeGuard[CourseVersion]:
    return version is not None and version.digest == digest(files) and not faults


# Any: an object of JSON, stored as it is.
def keep_record(session: Session, notebook: int, record: dict[str, Any]) -> None:
    """Keep the author's record of the notebook in this row, unless one is kept already."""
    found = session.get_one(AssignmentNotebook, notebook)
    if found.record is None:
        found.record = record


# Any: an object of JSON, stored as it is.
def keep_quality(notebook: AssignmentNotebook, quality: dict[str, Any]) -> None:
    """Keep what trying the tests of ``notebook`` has shown; what was shown before goes."""
    notebook.quality = quality


class ChangedMeanwhile(Refused):
    """A file is another one than when the course was checked."""

    message = N_("{path} changed while the course was being published. Publish it again.")


def _keep_media(blobs: Blobs, files: CourseFiles) -> None:
    """Keep every video and sound that is not kept yet. Raises ChangedMeanwhile."""
    for path, media in files.media.items():
        if blobs.holds(media.digest):
            continue
        try:
            with opened(media.place) as file:
                kept = blobs.put_from(file)
        except NotPlain:
            kept = ""
        if kept != media.digest:
            raise ChangedMeanwhile(path=path)


def _kept(blobs: Blobs, asset: AssetManifest) -> str:
    """The digest under which a file of the course is kept."""
    return asset.media.digest if asset.media else blobs.put(asset.content)


def _version(manifest: CourseManifest, number: int, now: datetime) -> CourseVersion:
    credential = manifest.credential
    return CourseVersion(
        # Lessons carry addresses of figures, which are made of it.
        public_id=new_public_id(),
        number=number,
        digest=manifest.digest,
        published=now,
        languages=list(manifest.languages),
        titles=dict(manifest.titles),
        summaries=dict(manifest.summaries),
        outcomes=[dict(outcome) for outcome in manifest.outcomes],
        skills=[
            {"uri": skill.uri, "framework": skill.framework, "name": dict(skill.names)}
            for skill in manifest.skills
        ],
        authors=list(manifest.authors),
        hours=manifest.hours,
        level=manifest.level.value,
        licence=manifest.licence,
        minimum_score=credential.minimum_score,
        credential_names=dict(credential.names),
        credential_descriptions=dict(credential.descriptions),
        credential_criteria=dict(credential.criteria),
        search_text=_search_text(manifest),
    )


def _search_text(manifest: CourseManifest) -> str:
    """Titles first, which also puts search results in order."""
    texts = [*manifest.titles.values(), *manifest.summaries.values()]
    for outcomes in (manifest.outcomes, *(module.outcomes for module in manifest.modules)):
        texts += [text for outcome in outcomes for text in outcome.values()]
    for skill in manifest.skills:
        texts += skill.names.values()
    for lesson in manifest.lessons:
        texts += lesson.titles.values()
    return folded("\n".join(texts))


def _module(
    version: CourseVersion,
    manifest: CourseManifest,
    blobs: Blobs,
    position: int,
    module: ModuleManifest,
) -> Module:
    made = Module(
        position=position,
        titles=dict(module.titles),
        outcomes=[dict(outcome) for outcome in module.outcomes],
    )
    for place, item in enumerate(module.items):
        if isinstance(item, LessonManifest):
            made.lessons.append(_lesson(version, manifest, place, item))
        elif isinstance(item, QuizManifest):
            made.quizzes.append(quiz_publishing.quiz(version, manifest, place, item))
        else:
            made.assignments.append(_assignment(manifest, blobs, place, item))
    return made


def _lesson(
    version: CourseVersion, manifest: CourseManifest, position: int, lesson: LessonManifest
) -> Lesson:
    assignments = {assignment.slug for assignment in manifest.assignments}
    quizzes = {quiz.slug for quiz in manifest.quizzes}

    def link(slug: str) -> str:
        # Relative to a lesson's own address, so that it holds in every enrolment.
        if slug in quizzes:
            return f"../quizzes/{slug}"
        return f"../assignments/{slug}" if slug in assignments else slug

    def asset(path: str) -> str:
        return f"/versions/{version.public_id}/{path}"

    texts = []
    for locale, text in lesson.texts.items():
        page = render(
            text.source,
            locale,
            link=link,
            asset=asset,
            pictures=manifest.pictures,
            players=manifest.players,
        )
        headings = [asdict(heading) for heading in page.outline]
        texts.append(LessonText(locale=locale, html=page.html, headings=headings))
    return Lesson(
        position=position,
        slug=lesson.slug,
        titles=dict(lesson.titles),
        minutes=lesson.minutes,
        profile=manifest.profile if lesson.has_code_to_run else None,
        limits=dict(manifest.limits),
        texts=texts,
    )


def _assignment(
    manifest: CourseManifest, blobs: Blobs, position: int, assignment: AssignmentManifest
) -> Assignment:
    return Assignment(
        position=position,
        slug=assignment.slug,
        titles=dict(assignment.titles),
        minutes=assignment.minutes,
        profile=manifest.profile,
        limits=dict(manifest.limits_of(assignment)),
        max_score=assignment.max_score,
        attempts_allowed=assignment.attempts,
        counts=assignment.counts,
        due_after_days=assignment.due_after_days,
        loss_per_day=assignment.late.loss_per_day,
        least_share=assignment.late.floor,
        grace_minutes=assignment.late.grace_minutes,
        notebooks=[
            AssignmentNotebook(
                position=place, name=notebook.name, source=blobs.put(notebook.content)
            )
            for place, notebook in enumerate(assignment.notebooks)
        ],
        files=[
            AssignmentFile(path=path, content=blobs.put(content), size=len(content))
            for path, content in assignment.data.items()
        ],
    )

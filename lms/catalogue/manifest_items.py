"""The modules of a course: what course.toml lists, with the files of each."""

from difflib import get_close_matches

from lms.catalogue.course_reading import CourseReading, check_once
from lms.catalogue.lesson_faults import Reference, part_faults
from lms.catalogue.lesson_links import TargetKind
from lms.catalogue.lessons import LessonText, read_lesson
from lms.catalogue.manifest_assignments import read_assignment
from lms.catalogue.manifest_quizzes import check_named_lessons, read_quiz_item
from lms.catalogue.manifest_values import (
    AssetManifest,
    AssignmentManifest,
    LessonManifest,
    ModuleManifest,
    QuizManifest,
)
from lms.catalogue.pictures import is_picture, read_picture
from lms.catalogue.toml_table import TomlTable
from lms.core.faults import Fault
from lms.core.i18n import say

#: The files that lessons may refer to, and how each is served.
MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".csv": "text/csv",
    ".txt": "text/plain",
}


def read_modules(top: TomlTable, reading: CourseReading) -> tuple[ModuleManifest, ...]:
    """Every module of the course with all it lists."""
    modules = tuple(_module(table, reading) for table in top.tables("modules"))
    if not modules:
        top.fault("modules", say("A course has at least one module: [[modules]]."))
    return modules


def _module(table: TomlTable, reading: CourseReading) -> ModuleManifest:
    folder = table.slug("folder")
    check_once(table, "folder", folder, reading.folders)
    titles = table.translations("title", reading.languages)
    items = tuple(
        item for each in table.tables("items") if (item := _item(each, folder, reading)) is not None
    )
    if "items" not in table:
        table.fault(None, say("A module has at least one item: [[modules.items]]."))
    table.finish()
    return ModuleManifest(folder, titles, items)


def _item(
    table: TomlTable, folder: str, reading: CourseReading
) -> LessonManifest | AssignmentManifest | QuizManifest | None:
    named = [key for key in ("lesson", "assignment", "quiz") if key in table]
    if len(named) > 1:
        table.fault(named[1], say("An item is a lesson, an assignment or a quiz: one of them."))
    elif not named:
        table.fault(None, say("An item names what it is: lesson =, assignment = or quiz =."))
    elif named == ["assignment"]:
        return read_assignment(table, folder, reading)
    elif named == ["quiz"]:
        return read_quiz_item(table, folder, reading)
    else:
        return _lesson(table, folder, reading)
    return None


def _lesson(table: TomlTable, folder: str, reading: CourseReading) -> LessonManifest:
    slug = table.slug("lesson")
    check_once(table, "lesson", slug, reading.slugs)
    minutes = table.whole_number("minutes", most=600)
    table.finish()
    texts: dict[str, LessonText] = {}
    if slug and folder:
        for locale in reading.languages:
            path = f"modules/{folder}/{slug}.{locale}.md"
            content = reading.file(path, table, "lesson")
            if content is None:
                continue
            text = read_lesson(path, content, locale, reading.faults)
            if text is not None:
                texts[locale] = text
        reading.lessons.setdefault(slug, texts)
    return LessonManifest(slug, minutes, texts)


def read_assets(reading: CourseReading) -> dict[str, AssetManifest]:
    """The files that lessons refer to; notes every reference that leads nowhere."""
    assets: dict[str, AssetManifest] = {}
    referring = [
        (text.locale, reference)
        for texts in reading.lessons.values()
        for text in texts.values()
        for reference in text.references
    ]
    for locale, reference in (*referring, *reading.quiz_references):
        if reference.target.kind is TargetKind.lesson:
            _check_lesson(reference, locale, reading)
        else:
            _read_asset(reference, reading, assets)
    check_named_lessons(reading)
    return assets


def _check_lesson(reference: Reference, locale: str, reading: CourseReading) -> None:
    target = reference.target
    if target.name not in reading.lessons:
        if target.name in reading.slugs and not target.part:
            # An assignment, or a lesson whose own faults are told already.
            return
        near = get_close_matches(target.name, reading.lessons, n=1)
        if near:
            sentence = say(
                "There is no lesson {slug}. Did you mean {near}?", slug=target.name, near=near[0]
            )
        else:
            sentence = say("There is no lesson {slug} in this course.", slug=target.name)
        reading.faults.append(Fault(reference.path, reference.line, sentence))
    elif target.part and (text := reading.lessons[target.name].get(locale)) is not None:
        ids = tuple(heading.id for heading in text.headings)
        reading.faults.extend(
            Fault(reference.path, reference.line, sentence)
            for sentence in part_faults(target.part, ids)
        )


def _read_asset(
    reference: Reference, reading: CourseReading, assets: dict[str, AssetManifest]
) -> None:
    path = reference.target.name
    suffix = path[path.rfind(".") :] if "." in path else ""
    content = reading.files.get(path)
    if content is None:
        near = get_close_matches(path, [each for each in reading.files if is_picture(each)], n=1)
        if near:
            sentence = say("There is no file {path}. Did you mean {near}?", path=path, near=near[0])
        else:
            sentence = say("The file {path} is missing.", path=path)
        reading.faults.append(Fault(reference.path, reference.line, sentence))
        return
    if suffix not in MEDIA_TYPES or (reference.is_figure and not is_picture(path)):
        kinds = ", ".join(
            each for each in MEDIA_TYPES if not reference.is_figure or is_picture(each)
        )
        sentence = say("{path} must be one of these kinds: {kinds}.", path=path, kinds=kinds)
        reading.faults.append(Fault(reference.path, reference.line, sentence))
    if path in reading.used:
        return
    reading.used.add(path)
    picture = read_picture(path, content, reading.faults) if is_picture(path) else None
    assets[path] = AssetManifest(path, MEDIA_TYPES.get(suffix, "text/plain"), content, picture)

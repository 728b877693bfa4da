"""The modules of a course: what course.toml lists, with the files of each."""

from lms.catalogue.course_reading import CourseReading, check_once
from lms.catalogue.lessons import LessonText, read_lesson
from lms.catalogue.manifest_assignments import read_assignment
from lms.catalogue.manifest_quizzes import read_quiz_item
from lms.catalogue.manifest_values import (
    AssignmentManifest,
    LessonManifest,
    ModuleManifest,
    QuizManifest,
    Texts,
)
from lms.catalogue.toml_table import TomlTable
from lms.core.i18n import say

#: How many outcomes a module may name, and how long each may be: they are read at a glance.
MOST_OUTCOMES = 8
LONGEST_OUTCOME = 200


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
    outcomes = _outcomes(table, reading)
    items = tuple(
        item for each in table.tables("items") if (item := _item(each, folder, reading)) is not None
    )
    if "items" not in table:
        table.fault(None, say("A module has at least one item: [[modules.items]]."))
    table.finish()
    return ModuleManifest(folder, titles, items, outcomes)


def _outcomes(table: TomlTable, reading: CourseReading) -> tuple[Texts, ...]:
    """What one can do after a module: short sentences, which learners find in lists."""
    outcomes = []
    for each in table.tables("outcomes"):
        texts = each.texts(reading.languages)
        for language, text in texts.items():
            if len(text) > LONGEST_OUTCOME:
                each.fault(
                    language,
                    say(
                        "{key} may have at most {most} characters.",
                        key=language,
                        most=LONGEST_OUTCOME,
                    ),
                )
        outcomes.append(texts)
    if len(outcomes) > MOST_OUTCOMES:
        table.fault("outcomes", say("A module has at most {most} outcomes.", most=MOST_OUTCOMES))
    return tuple(outcomes)


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

"""What is known while a course is read: its files, its faults, and what was used so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.catalogue.lesson_faults import Reference
from lms.catalogue.lessons import LessonText
from lms.catalogue.limits import Limits, limit_faults, sound_limits
from lms.catalogue.media import Player
from lms.catalogue.media_files import MediaFile
from lms.catalogue.toml_table import TomlTable
from lms.core.faults import Fault
from lms.core.i18n import say


@dataclass
class CourseReading:
    """A course half read.

    ``quiz_references`` are what quizzes point at, by language. ``lessons_named`` and
    ``lessons_asked`` are the lessons that quizzes name, in course.toml and in their own files.
    ``media`` are the videos and sounds of the folder, ``players`` those that lessons show.
    """

    languages: tuple[str, ...]
    files: Mapping[str, bytes]
    faults: list[Fault]
    used: set[str] = field(default_factory=set)
    slugs: dict[str, int] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    lessons: dict[str, dict[str, LessonText]] = field(default_factory=dict)
    lessons_named: list[tuple[TomlTable, str, str]] = field(default_factory=list)
    lessons_asked: list[tuple[str, int, str]] = field(default_factory=list)
    quiz_references: list[tuple[str, Reference]] = field(default_factory=list)
    media: Mapping[str, MediaFile] = field(default_factory=dict)
    players: dict[str, Player] = field(default_factory=dict)

    def file(self, path: str, table: TomlTable, key: str) -> bytes | None:
        """The content of ``path``, or None and a fault at the ``key`` that asks for it."""
        if path in self.files:
            self.used.add(path)
            return self.files[path]
        if not any(fault.path == path for fault in self.faults):
            table.fault(key, say("The file {path} is missing.", path=path))
        return None


def check_once(table: TomlTable, key: str, slug: str, seen: dict[str, int]) -> None:
    """Note ``slug`` with its line among those ``seen``; a second one is a fault."""
    if slug and slug in seen:
        table.fault(
            key,
            say("{slug} is already used in line {line}.", slug=repr(slug), line=seen[slug]),
        )
    elif slug:
        seen[slug] = table.line_of(key)


def read_limits(table: TomlTable) -> Limits:
    """The limits that the author sets in ``table``, none unless there is a table of them."""
    limits = table.optional_table("limits")
    if limits is None:
        return {}
    for name, sentence in limit_faults(limits.values):
        limits.fault(name, sentence)
    return sound_limits(limits.values)

"""A course folder becomes a checked value, or all its faults with file and line."""

from pathlib import Path
from urllib.parse import urlsplit

from lms.catalogue.course_files import CourseFiles, digest, read_files
from lms.catalogue.course_reading import CourseReading, read_limits
from lms.catalogue.manifest_assets import read_assets
from lms.catalogue.manifest_items import read_modules
from lms.catalogue.manifest_values import (
    AssetManifest,
    AssignmentManifest,
    CourseManifest,
    CredentialManifest,
    LateManifest,
    LessonManifest,
    Level,
    ModuleManifest,
    NotebookManifest,
    QuizManifest,
    SkillManifest,
    Texts,
)
from lms.catalogue.toml_table import TomlTable, is_slug, read_toml
from lms.core.errors import Refused
from lms.core.faults import Fault
from lms.core.i18n import LOCALES, N_, say

__all__ = [
    "LICENCES",
    "AssetManifest",
    "AssignmentManifest",
    "CourseManifest",
    "CredentialManifest",
    "FaultyCourse",
    "LateManifest",
    "LessonManifest",
    "Level",
    "ModuleManifest",
    "NotebookManifest",
    "QuizManifest",
    "SkillManifest",
    "Texts",
    "read_course",
    "read_course_files",
]

#: Licences under which a course may be given to others, by their SPDX identifiers.
LICENCES = (
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "CC0-1.0",
    "Apache-2.0",
    "MIT",
)

_MANIFEST = "course.toml"
_SCHEMA = 1
_NOT_TAUGHT = ("README.md", "LICENSE", "LICENSE.md", "LICENSE.txt")


class FaultyCourse(Refused):
    """A course folder with faults; ``faults`` holds all of them, course.toml's first."""

    message = N_("The course {course} cannot be published. Faults to mend: {count}.")

    def __init__(self, course: str, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(course=course, count=len(faults))


def read_course(folder: Path) -> CourseManifest:
    """The course in ``folder``, whose name is the course's slug.

    Links are not followed, so nothing outside the folder is read. Raises
    FaultyCourse, which names every fault that was found.
    """
    place = folder.resolve()
    if not place.is_dir():
        fault = Fault(str(folder), None, say("There is no such folder."))
        raise FaultyCourse(folder.name, (fault,))
    faults: list[Fault] = []
    files = read_files(place, faults)
    return read_course_files(place.name, files, faults)


def read_course_files(
    slug: str, files: CourseFiles, earlier: list[Fault] | None = None
) -> CourseManifest:
    """The course that ``files`` make up; ``earlier`` faults count too.

    Raises FaultyCourse, which names every fault that was found.
    """
    faults = list(earlier or ())
    if not is_slug(slug):
        faults.append(
            Fault(
                _MANIFEST,
                None,
                say(
                    "The folder of a course is named with lower-case letters a to z, digits "
                    "and single hyphens, not {name}.",
                    name=repr(slug),
                ),
            )
        )
    course = _read(slug, files, faults)
    if course is None or faults:
        raise FaultyCourse(slug, _ordered(faults))
    return course


def _read(slug: str, files: CourseFiles, faults: list[Fault]) -> CourseManifest | None:
    if _MANIFEST not in files.plain:
        if not any(fault.path == _MANIFEST for fault in faults):
            faults.append(
                Fault(_MANIFEST, None, say("The file {path} is missing.", path=_MANIFEST))
            )
        return None
    top = read_toml(_MANIFEST, files.plain[_MANIFEST], faults)
    if top is None:
        return None
    _check_schema(top)
    languages = _languages(top)
    reading = CourseReading(
        languages, files.plain, faults, used={_MANIFEST, *_NOT_TAUGHT}, media=files.media
    )
    level = top.choice("level", tuple(Level))
    course = CourseManifest(
        slug=slug,
        languages=languages,
        hours=top.whole_number("hours", most=2000),
        level=Level(level) if level in tuple(Level) else Level.beginner,
        licence=top.choice("licence", LICENCES),
        profile=top.slug("profile"),
        limits=read_limits(top),
        demands_sealed=_demands(top, "tests", "sealed"),
        demands_sound=_demands(top, "quality", "sound"),
        authors=top.texts_list("authors"),
        titles=top.translations("title", languages),
        summaries=top.translations("summary", languages),
        outcomes=_outcomes(top, languages),
        skills=tuple(_skill(table, languages) for table in top.tables("skills")),
        modules=read_modules(top, reading),
        credential=_credential(top, languages),
        assets=read_assets(reading),
        players=reading.players,  # known once all assets are read
        digest=digest(files),
        files=tuple(sorted([*files.plain, *files.media])),
    )
    top.finish()
    faults.extend(_orphans(reading))
    return course


def _demands(top: TomlTable, key: str, demand: str) -> bool:
    return key in top and top.choice(key, (demand, "any")) == demand


def _check_schema(top: TomlTable) -> None:
    """Later schemas will be read by later versions; guessing would publish something else."""
    schema = top.whole_number("schema")
    if schema != _SCHEMA:
        top.fault("schema", say("schema must be {known}.", known=_SCHEMA))


def _languages(top: TomlTable) -> tuple[str, ...]:
    languages = top.texts_list("languages")
    for language in languages:
        if language not in LOCALES:
            top.fault(
                "languages",
                say(
                    "The language {language} is not known; choose among {known}.",
                    language=repr(language),
                    known=", ".join(LOCALES),
                ),
            )
    known = tuple(dict.fromkeys(each for each in languages if each in LOCALES))
    if len(set(languages)) < len(languages):
        top.fault("languages", say("Each language stands once in languages."))
    return known


def _outcomes(top: TomlTable, languages: tuple[str, ...]) -> tuple[Texts, ...]:
    outcomes = tuple(table.texts(languages) for table in top.tables("outcomes"))
    if not outcomes:
        top.fault("outcomes", say("A course has at least one outcome: [[outcomes]]."))
    return outcomes


def _skill(table: TomlTable, languages: tuple[str, ...]) -> SkillManifest:
    uri = table.text("uri")
    if uri and not _is_web_address(uri):
        table.fault("uri", say("uri must be a whole address that begins with http:// or https://."))
    skill = SkillManifest(uri, table.text("framework"), table.translations("name", languages))
    table.finish()
    return skill


def _is_web_address(uri: str) -> bool:
    if any(char.isspace() or not char.isprintable() for char in uri):
        return False
    try:
        parts = urlsplit(uri)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:  # an address such as http://[
        return False


def _credential(top: TomlTable, languages: tuple[str, ...]) -> CredentialManifest:
    table = top.table("credential")
    if table is None:
        return CredentialManifest(0.0, {}, {}, {})
    credential = CredentialManifest(
        minimum_score=table.number("minimum_score"),
        names=table.translations("name", languages),
        descriptions=table.translations("description", languages),
        criteria=table.translations("criteria", languages),
    )
    table.finish()
    return credential


def _orphans(reading: CourseReading) -> list[Fault]:
    """Files that nothing refers to: forgotten, misnamed, or not meant to be published."""
    noted = {fault.path for fault in reading.faults}
    sentence = say(
        "Nothing refers to this file. List it in course.toml, show it in a lesson or remove it."
    )
    return [
        Fault(path, None, sentence)
        for path in sorted([*reading.files, *reading.media])
        if path not in reading.used and path not in noted and not _may_be_used(path, reading)
    ]


def _may_be_used(path: str, reading: CourseReading) -> bool:
    """A file of assets cannot be called unused while a lesson that may show it is unreadable."""
    if not path.startswith("assets/"):
        return False
    wanted = len(reading.languages)
    return any(len(texts) < wanted for texts in reading.lessons.values())


def _ordered(faults: list[Fault]) -> tuple[Fault, ...]:
    """Each fault once, in the order in which someone would mend them."""
    once = {str(fault): fault for fault in faults}.values()
    return tuple(
        sorted(once, key=lambda fault: (fault.path != _MANIFEST, fault.path, fault.line or 0))
    )

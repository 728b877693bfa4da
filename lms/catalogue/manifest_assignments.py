"""The assignments of a course: what course.toml says of each, its notebooks and its data."""

from collections.abc import Mapping, Sequence
from math import fsum

from lms.catalogue import assignment_files
from lms.catalogue.course_reading import CourseReading, check_once, read_limits
from lms.catalogue.manifest_attempts import read_counts, read_late
from lms.catalogue.manifest_values import AssignmentManifest, NotebookManifest
from lms.catalogue.notebooks import (
    Notebook,
    UnreadableNotebook,
    graded_cells,
    read,
    source_faults,
)
from lms.catalogue.toml_table import TomlTable
from lms.core.faults import Fault
from lms.core.i18n import say


def read_assignment(table: TomlTable, folder: str, reading: CourseReading) -> AssignmentManifest:
    """The assignment that an item of the module ``folder`` is."""
    slug = table.slug("assignment")
    check_once(table, "assignment", slug, reading.slugs)
    titles = table.translations("title", reading.languages)
    minutes = table.whole_number("minutes", most=6000)
    attempts = table.whole_number("attempts", most=100)
    counts = read_counts(table)
    due = table.whole_number("due_after_days", most=1000) if "due_after_days" in table else None
    late = read_late(table, has_due_date=due is not None)
    limits = read_limits(table)
    order = table.texts_list("notebooks") if "notebooks" in table else None
    table.finish()
    paths, data = _sources(table, f"modules/{folder}/{slug}", order, reading)
    return AssignmentManifest(
        slug=slug,
        titles=titles,
        notebooks=_notebooks(table, paths, reading) if slug and folder else (),
        minutes=minutes,
        attempts=attempts,
        counts=counts,
        due_after_days=due,
        late=late,
        limits=limits,
        data=data,
    )


def _sources(
    table: TomlTable, place: str, order: Sequence[str] | None, reading: CourseReading
) -> tuple[Sequence[str], Mapping[str, bytes]]:
    """The paths of an assignment's notebooks and the files beside them, all of them now used.

    ``place`` is the path of both without an ending: of a notebook, or of a folder with them.
    ``order`` is what the author says of theirs; without it they stand in that of their names.
    """
    alone = f"{place}.ipynb"
    beside = assignment_files.below(place, reading.files)
    if order is not None:
        for sentence in assignment_files.order_faults(beside, order):
            table.fault("notebooks", sentence)
    if not beside.all:
        return [alone], {}
    reading.used.update(beside.all)
    for sentence in assignment_files.faults(beside, alone, has_other=alone in reading.files):
        table.fault("assignment", sentence)
    if alone in reading.files or not beside.notebooks:
        reading.used.add(alone)
        return [alone], {}
    return assignment_files.ordered(beside, order or ()), beside.data


def _notebooks(
    table: TomlTable, paths: Sequence[str], reading: CourseReading
) -> tuple[NotebookManifest, ...]:
    """The notebooks at ``paths``; several are called by their files, and one has no name."""
    noted = len(reading.faults)
    found = []
    for path in paths:
        content = reading.file(path, table, "assignment")
        points = 0.0 if content is None else _max_score(path, content, reading)
        name = assignment_files.name_of(path) if len(paths) > 1 else ""
        found.append(NotebookManifest(name, path, content or b"", points))
    if len(reading.faults) == noted and fsum(one.max_score for one in found) <= 0:
        sentence = say("This assignment gives no points: no cell of it is graded.")
        reading.faults.append(Fault(paths[0], 1, sentence))
    return tuple(found)


def _max_score(path: str, content: bytes, reading: CourseReading) -> float:
    """The points of a source notebook, whose faults are noted."""
    try:
        notebook = read(content)
    except UnreadableNotebook as error:
        line = error.sentence.values.get("line")
        where = line if isinstance(line, int) else None
        reading.faults.append(Fault(path, where, error.sentence))
        return 0.0
    reading.faults.extend(source_faults(notebook, path))
    reading.faults.extend(_language_faults(path, notebook, reading.languages))
    return float(sum(cell.possible for cell in graded_cells(notebook)))


def _language_faults(path: str, notebook: Notebook, languages: tuple[str, ...]) -> list[Fault]:
    """An assignment speaks all languages of its course, or leaves its cells without any."""
    spoken = {cell.lang for cell in notebook.cells if cell.lang is not None}
    missing = [language for language in languages if language not in spoken]
    if not spoken or not missing:
        return []
    sentence = say(
        "Some cells of this notebook are marked for a language, but none for: {missing}.",
        missing=", ".join(missing),
    )
    return [Fault(path, 1, sentence)]

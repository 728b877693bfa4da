"""What learners are given of an assignment: notebooks without solutions, files, its questions."""

from dataclasses import replace

from lms.catalogue import assignment_files, notebooks
from lms.catalogue.models import Assignment, AssignmentNotebook
from lms.catalogue.notebook_names import cell_name, file_name
from lms.catalogue.notebooks import GradedCell, Notebook
from lms.core.blobs import Blobs


def release_of(blobs: Blobs, notebook: AssignmentNotebook, language: str) -> Notebook:
    """The learner's notebook in ``language``, or in that of all its readers."""
    return notebooks.release(notebooks.read(blobs.get(notebook.source)), language)


def packed(blobs: Blobs, assignment: Assignment, language: str) -> bytes:
    """A ZIP file of all its notebooks and the files beside them, laid out as the author's."""
    slug = assignment.slug
    contents = {
        f"{slug}/{path}": content for path, content in blobs.all_of(assignment.digests).items()
    }
    for notebook in assignment.notebooks:
        release = notebooks.write(release_of(blobs, notebook, language))
        contents[f"{slug}/{file_name(slug, notebook.name)}"] = release
    return assignment_files.packed(contents)


def graded_cells(blobs: Blobs, assignment: Assignment) -> list[GradedCell]:
    """The graded cells of all its notebooks, each called as in the assignment."""
    return [
        replace(cell, grade_id=cell_name(notebook.name, cell.grade_id))
        for notebook in assignment.notebooks
        for cell in notebooks.graded_cells(notebooks.read(blobs.get(notebook.source)))
    ]

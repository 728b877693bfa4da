"""How the notebooks of an assignment are told apart, and the cells that they hold.

The only notebook of an assignment has no name of its own, so that nothing of such an assignment
bears one; several are called by their files.
"""

import re
from collections.abc import Mapping, Sequence

#: What the name of one of several notebooks may be: with a grade_id it fits where cells are named.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")

#: Stands in no grade_id, and in no name of a file of a course.
_BETWEEN = ":"


def cell_name(notebook: str, grade_id: str) -> str:
    """What a graded cell is called within its assignment."""
    return f"{notebook}{_BETWEEN}{grade_id}" if notebook else grade_id


def notebook_and_id(cell: str) -> tuple[str, str]:
    """The notebook and the grade_id of a cell that is called ``cell`` within its assignment."""
    notebook, _, grade_id = cell.rpartition(_BETWEEN)
    return notebook, grade_id


def matched(wanted: Sequence[str], there: Sequence[str]) -> Mapping[str, str]:
    """Which of the notebooks ``there`` stands for each one ``wanted``, for as many as there are.

    Those of the same name belong together. Where one of the two versions has a single notebook,
    without a name, that and the first of the other do.
    """
    found = {name: name for name in wanted if name in there}
    if not found and wanted and there and "" in (wanted[0], there[0]):
        return {wanted[0]: there[0]}
    return found


def file_name(slug: str, notebook: str) -> str:
    """What the file of a notebook of the assignment ``slug`` is called for whoever gets it."""
    return f"{notebook or slug}.ipynb"

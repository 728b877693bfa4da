"""An assignment's notebook: read safely, checked, and made into the learner's.

The work is done in the modules named ``notebook_...``; this is the one to import.
"""

from lms.catalogue.notebook_faults import source_cautions, source_faults
from lms.catalogue.notebook_format import (
    CELL_LIMIT,
    Cell,
    CellDuty,
    GradedCell,
    GradedKind,
    Json,
    Notebook,
    graded_cells,
    write,
)
from lms.catalogue.notebook_reading import LARGEST_NOTEBOOK, LARGEST_WORK, read
from lms.catalogue.notebook_refusals import UnreadableNotebook
from lms.catalogue.notebook_release import release

__all__ = [
    "CELL_LIMIT",
    "LARGEST_NOTEBOOK",
    "LARGEST_WORK",
    "Cell",
    "CellDuty",
    "GradedCell",
    "GradedKind",
    "Json",
    "Notebook",
    "UnreadableNotebook",
    "graded_cells",
    "read",
    "release",
    "source_cautions",
    "source_faults",
    "write",
]

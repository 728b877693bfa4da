"""Why a file is no notebook that we can work with, in words for whoever sent it."""

from lms.core.errors import Refused
from lms.core.i18n import N_


class UnreadableNotebook(Refused):
    """What was sent is no notebook that we can work with."""

    message = N_("This file is not a notebook that can be read. Save it in Jupyter and try again.")


class TooLarge(UnreadableNotebook):
    """More bytes than a notebook may have."""

    message = N_(
        "A notebook may be at most {megabytes} MB. Clear its outputs "
        "(Edit > Clear Outputs of All Cells), save it and try again."
    )


class EmptyFile(UnreadableNotebook):
    """No bytes, or only spaces."""

    message = N_("This file is empty. Save the notebook in Jupyter and try again.")


class NotText(UnreadableNotebook):
    """Bytes that are not UTF-8, as all notebooks are."""

    message = N_(
        "This file is not a notebook: it is not text in UTF-8. Choose the file whose name "
        "ends in .ipynb, not an archive, a picture or a PDF of it."
    )


class NotJson(UnreadableNotebook):
    """Text that is not JSON, or breaks off."""

    message = N_(
        "This file is not a notebook: it is not valid JSON at line {line}, column {column}. "
        "Open it in Jupyter, save it and try again."
    )


class NumberTooLong(UnreadableNotebook):
    """A number of thousands of digits, which Python declines to read."""

    message = N_(
        "This file holds a number that is too long to read. Clear its outputs and save it."
    )


class TooDeep(UnreadableNotebook):
    """Lists in lists in lists, far beyond what any notebook needs."""

    message = N_("This file is not a notebook: its values are nested too deeply.")


class RepeatedName(UnreadableNotebook):
    """An object that gives one name twice: readers would disagree on what it says."""

    message = N_(
        'This file is damaged: one of its objects names "{name}" twice. '
        "Open it in Jupyter, save it and try again."
    )


class NotANotebook(UnreadableNotebook):
    """JSON of some other kind."""

    message = N_(
        "This file is JSON but not a Jupyter notebook: it lacks the list of cells or the "
        "version of the format. Choose the file whose name ends in .ipynb."
    )


class TooOld(UnreadableNotebook):
    """nbformat 3 or older."""

    message = N_(
        "This notebook is in the old format nbformat {version}; version 4 is needed. Open it in "
        "Jupyter and save it, or run: jupyter nbconvert --to notebook --nbformat 4 FILE.ipynb"
    )


class TooNew(UnreadableNotebook):
    """A major version of nbformat that does not exist yet."""

    message = N_(
        "This notebook says that it is in nbformat {version}, which is newer than we know. "
        "Save it as nbformat 4 and try again."
    )


class TooManyCells(UnreadableNotebook):
    """More cells than a notebook may have."""

    message = N_("This notebook has {count} cells; at most {most} are accepted.")


class BrokenCell(UnreadableNotebook):
    """A cell whose parts are not of the types that nbformat 4 gives them."""

    message = N_(
        "Cell {number} of this notebook is damaged: it lacks its type or its text, or they are "
        "of the wrong kind. Open the notebook in Jupyter, save it and try again."
    )


class BrokenText(UnreadableNotebook):
    """A cell with half of a surrogate pair, which no file in UTF-8 can hold."""

    message = N_(
        "Cell {number} of this notebook holds half of a character, which cannot be saved. "
        "Delete the characters shown as boxes or question marks, save it and try again."
    )


class BrokenMetadata(UnreadableNotebook):
    """Metadata of the notebook itself that no tool could have written."""

    message = N_("The metadata of this notebook are damaged. Save it in Jupyter and try again.")

"""An assignment that is a folder: its notebook, the data beside it, and both as one download."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lms.core.i18n import Sentence, say

#: How many files may lie beside a notebook, and how many bytes they may have together. Even the
#: smallest sandbox profile that is shipped holds as much, and as much again for the learner.
MOST_FILES = 200
MOST_BYTES = 20 * 1024 * 1024

#: The moment that every file of a download bears: the earliest that a ZIP file can tell.
_NO_MOMENT = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True)
class Beside:
    """What lies in the folder of an assignment.

    ``notebooks`` and ``all`` are paths within the course; ``data`` are the contents of all that
    is no notebook, by path relative to the folder.
    """

    all: tuple[str, ...]
    notebooks: tuple[str, ...]
    data: Mapping[str, bytes]


def below(folder: str, files: Mapping[str, bytes]) -> Beside:
    """Those of the course's ``files`` that lie in ``folder`` and its folders."""
    start = f"{folder}/"
    found = tuple(path for path in sorted(files) if path.startswith(start))
    notebooks = tuple(path for path in found if path.endswith(".ipynb"))
    data = {path.removeprefix(start): files[path] for path in found if path not in notebooks}
    return Beside(found, notebooks, data)


def faults(beside: Beside, alone: str, *, has_other: bool) -> Iterator[Sentence]:
    """What is wrong with the folder of an assignment.

    ``alone`` is where its notebook would be without a folder, and it ``has_other`` when one is
    there as well.
    """
    if has_other:
        yield say(
            "The assignment is both a notebook and a folder. Move {path} into the folder.",
            path=alone,
        )
    elif not beside.notebooks:
        yield say(
            "The folder of this assignment holds no notebook. Put its .ipynb file there, beside "
            "the data."
        )
    elif len(beside.notebooks) > 1:
        yield say(
            "The folder of this assignment holds {count} notebooks ({named}), and an assignment "
            "has one. Make each of the others an assignment of its own.",
            count=len(beside.notebooks),
            named=", ".join(path.rpartition("/")[2] for path in beside.notebooks[:5]),
        )
    elif beside.notebooks[0].count("/") > alone.count("/") + 1:
        yield say(
            "The notebook of this assignment lies in an inner folder: {path}. Move it up, beside "
            "the data.",
            path=beside.notebooks[0],
        )
    if len(beside.data) > MOST_FILES:
        yield say(
            "This assignment has {count} files beside its notebook; at most {most} are taken.",
            count=len(beside.data),
            most=MOST_FILES,
        )
    if sum(map(len, beside.data.values())) > MOST_BYTES:
        yield say(
            "The files beside the notebook of this assignment have more than {most} MB together.",
            most=MOST_BYTES // (1024 * 1024),
        )


def packed(contents: Mapping[str, bytes]) -> bytes:
    """A ZIP file of ``contents`` by path: the same bytes for the same contents."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for path in sorted(contents):
            told = zipfile.ZipInfo(path, _NO_MOMENT)
            told.compress_type = zipfile.ZIP_DEFLATED
            told.create_system = 3  # Unix, whatever this is made on.
            told.external_attr = _PLAIN_FILE
            archive.writestr(told, contents[path])
    return whole.getvalue()

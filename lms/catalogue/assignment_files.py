"""An assignment that is a folder: its notebooks, the data beside them, and all as one download."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lms.catalogue.notebook_names import NAME
from lms.core.i18n import Sentence, say

#: How many notebooks an assignment may have; each is run by itself, one after the other.
MOST_NOTEBOOKS = 20
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
    else:
        yield from _notebook_faults(beside, alone)
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


def _notebook_faults(beside: Beside, alone: str) -> Iterator[Sentence]:
    inner = [path for path in beside.notebooks if path.count("/") > alone.count("/") + 1]
    for path in inner[:5]:
        yield say(
            "The notebook of this assignment lies in an inner folder: {path}. Move it up, beside "
            "the data.",
            path=path,
        )
    if len(beside.notebooks) > MOST_NOTEBOOKS:
        yield say(
            "The folder of this assignment holds {count} notebooks; at most {most} are taken.",
            count=len(beside.notebooks),
            most=MOST_NOTEBOOKS,
        )
    elif not inner and len(beside.notebooks) > 1:
        names = [name_of(path) for path in beside.notebooks]
        yield from _name_faults(names)


def _name_faults(names: Sequence[str]) -> Iterator[Sentence]:
    for name in names:
        if NAME.fullmatch(name) is None:
            yield say(
                "The notebook {name} needs a shorter name: letters a to z, digits, '-', '_' and "
                "'.', at most 80 of them.",
                name=f"{name}.ipynb",
            )
    for name, count in Counter(name.casefold() for name in names).items():
        if count > 1:
            yield say(
                "The names of two notebooks differ only in capitals: {name}. Rename one of them.",
                name=f"{name}.ipynb",
            )


def order_faults(beside: Beside, order: Sequence[str]) -> Iterator[Sentence]:
    """What is wrong with the names that an author put in ``order``: each stands there once."""
    names = [name_of(path) for path in beside.notebooks]
    for name in dict.fromkeys(order):
        if name not in names:
            yield say(
                "There is no notebook {name} in the folder of this assignment.",
                name=f"{name}.ipynb",
            )
        elif order.count(name) > 1:
            yield say("notebooks names {name} more than once.", name=repr(name))
    if left_out := [name for name in names if name not in order]:
        yield say(
            "notebooks has to name every notebook of the folder, and leaves out: {named}.",
            named=", ".join(left_out[:5]),
        )


def ordered(beside: Beside, order: Sequence[str]) -> tuple[str, ...]:
    """The paths of the notebooks, those named in ``order`` first."""
    places = {name: place for place, name in enumerate(order)}
    return tuple(
        sorted(beside.notebooks, key=lambda path: (places.get(name_of(path), len(places)), path))
    )


def name_of(path: str) -> str:
    """What the notebook at ``path`` is called."""
    return path.rpartition("/")[2].removesuffix(".ipynb")


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

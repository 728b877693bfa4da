"""What the tests hand over to the learner's kernel that is no plain value."""

# mypy: disable-error-code="no-any-return"

import builtins
import os
import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Any

from . import remote
from .barred import Barred, handle_of
from .codec import Node, Packing, Unfit
from .ledger import Ledger
from .twins import Twins

# Those that tests are given ask the kernel.
_open, _stat = open, os.stat
_MIRRORED = ("print", "input", "open")
_LARGEST_FILE = 16 * 1024 * 1024


class Unsealable(Exception):
    """The tests need something that cannot cross; only an author can do something about it."""


#: Stands for a variable that the tests removed from the learner's kernel.
REMOVED = object()


class Handing:
    """Packs what goes to the kernel: things of its own by their number, functions to call back.

    ``refused`` notes what makes the cell fail, whoever catches the exception.
    """

    def __init__(self, ledger: Ledger, twins: Twins, refused: Callable[[str], object]) -> None:
        self._ledger = ledger
        self._twins = twins
        self._refused = refused
        #: The functions that the kernel may call, by their number.
        self.callbacks: list[Any] = []
        # What gives the attributes of a mock, by its identity.
        self._children: dict[int, Callable[[str], Any]] = {}
        #: What the tests put in the place of a library's, by ``module:name``.
        self.patched: dict[str, Any] = {}
        self.mirrored = {name: getattr(builtins, name) for name in _MIRRORED}
        #: Those of them that tests have a variable of their own for.
        self.hidden: dict[str, Any] = {}
        #: Files that tests wrote, and how each was when the kernel was told.
        self._files: dict[str, tuple[int, int] | None] = {}
        self.begin()

    def begin(self) -> None:
        """A test cell begins."""
        self.seeds: list[tuple[str, Any]] = []
        #: The learner's variables that the tests put functions of their own in the place of.
        self.replaced: dict[str, Any] = {}

    def wrote(self, name: str) -> None:
        """Tests opened this file to write; the learner's code shall find it too."""
        if not os.path.isabs(name) or name.startswith(tempfile.gettempdir() + os.sep):
            self._files.setdefault(name, None)

    def _changed_files(self, packing: Packing) -> dict[str, Node]:
        """Those of the tests' files that the kernel has not as they are, by their path."""
        told: dict[str, Node] = {}
        for name, before in self._files.items():
            try:
                found = _stat(name)
                now = (found.st_mtime_ns, found.st_size)
                if now != before and found.st_size <= _LARGEST_FILE:
                    told[name] = packing.pack(_content(name))
            except OSError:
                now = None
                if before is not None:
                    told[name] = None
            self._files[name] = now
        return told

    def packing(self) -> Packing:
        """For a message to the kernel."""
        return Packing(self._ledger, self._other)

    def sent(self, packing: Packing, value: Any, place: str) -> Node:
        """The node for a part of a message; raises Unsealable, and then the cell fails."""
        packing.place = place
        try:
            return packing.pack(value)
        except Unfit as unfit:
            self._refused(f"{unfit} cannot be given to the learner's code")
            raise Unsealable(f"the tests hand over {unfit}, which cannot cross") from None

    def mirror(self, packing: Packing) -> dict[str, Any]:
        """What the tests changed over here that shall be so over there too."""
        told: dict[str, Any] = {}
        if self.seeds:
            told["seeds"] = [(name, packing.pack(seed)) for name, seed in self.seeds]
            self.seeds = []
        if self._files and (files := self._changed_files(packing)):
            told["files"] = files
        if self.replaced:
            told["replaced"] = {
                name: None if value is REMOVED else self.sent(packing, value, name)
                for name, value in self.replaced.items()
            }
            self.replaced = {}
        if self.patched:
            told["patched"] = {
                name: self.sent(packing, value, name) for name, value in self.patched.items()
            }
        now = {name: getattr(builtins, name) for name in self.mirrored} | self.hidden
        changed = {
            name: self._called_back(one)
            for name, one in now.items()
            if one is not self.mirrored[name]
        }
        stdin = sys.stdin
        if "input" not in changed and stdin is not sys.__stdin__ and hasattr(stdin, "readline"):
            changed["input"] = self._called_back(_reading(stdin))
        if changed:
            told["builtins"] = changed
        return told

    def _called_back(self, function: Any) -> Node:
        node: Node = ["cb", self._number(function), str(getattr(function, "__name__", "function"))]
        if _is_mock(function):
            child = self._children.setdefault(id(function), partial(_child, function))
            node.append(self._number(child))
        return node

    def _number(self, function: Any) -> int:
        known = [place for place, one in enumerate(self.callbacks) if one is function]
        number = known[0] if known else len(self.callbacks)
        if not known:
            self.callbacks.append(function)
        return number

    def _other(self, thing: Any, packing: Packing) -> Node:
        kind = type(thing)
        if kind is Barred:
            if (handle := handle_of(thing)) is None:
                raise Unfit("what was refused")
            return ["h", handle]
        reference = remote.reference(thing)
        if reference is not None:
            return ["h", reference.handle]
        if kind is type(sys):
            return ["m", thing.__name__]
        name = kind.__name__
        # Of a class that a test cell made the kernel has none.
        is_known = kind.__module__ != "__main__" or name in self._twins.names
        if is_known and self._twins.own(name) is kind:
            if issubclass(kind, tuple):
                return ["tn", name, *(packing.pack(one) for one in tuple(thing))]
            if hasattr(kind, "__members__"):
                return ["te", name, thing.name]
            return packing.numbered(thing, self._twins.body)
        if isinstance(thing, type) and self._twins.own(thing.__name__) is thing:
            if thing.__module__ == "__main__" and thing.__name__ not in self._twins.names:
                raise Unfit(f"the class {thing.__name__} of the tests")
            return ["tc", thing.__name__]
        library = remote.library_name(thing)
        if library is not None:
            return ["L", library]
        if isinstance(thing, type):
            raise Unfit(f"the class {thing.__name__} of the tests")
        if isinstance(thing, BaseException):
            return ["ex", packing.pack(kind), [packing.pack(one) for one in thing.args]]
        if callable(thing):
            return self._called_back(thing)
        if not is_known:
            raise Unfit(f"an object of the class {name} of the tests")
        return self._other_iterable(thing, packing)

    def _other_iterable(self, thing: Any, packing: Packing) -> Node:
        if type(thing) in (type({}.keys()), type({}.values()), type({}.items()), map, zip, filter):
            return packing.pack(list(thing))
        raise Unfit(f"a {type(thing).__name__} of the tests")


def _is_mock(thing: Any) -> bool:
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(thing, mock.NonCallableMock)


def _child(thing: Any, name: str) -> Any:
    """The attribute of a mock; what it has to be looked at and told is for the tests alone."""
    if name.startswith("_") or hasattr(sys.modules["unittest.mock"].NonCallableMock, name):
        raise AttributeError(name)
    return getattr(thing, name)


def _content(name: str) -> bytes:
    with _open(name, "rb") as file:
        return file.read()


def _reading(stdin: Any) -> Callable[..., str]:
    def read(prompt: object = "") -> str:
        sys.stdout.write(str(prompt))
        line = stdin.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return str(line).removesuffix("\n")

    return read


def seeders(handing: Handing) -> dict[str, Callable[..., Any]]:
    """Replacements of the functions that seed, which seed on the other side as well."""

    def both(name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
        def seed(value: Any = None, *more: Any, **named: Any) -> Any:
            handing.seeds.append((name, value))
            return usual(value, *more, **named)

        return seed

    made = {"random:seed": both("random:seed", random.seed)}
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        made["numpy.random:seed"] = both("numpy.random:seed", numpy.random.seed)
    return made

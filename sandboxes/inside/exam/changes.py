"""What the learner's code changes of the tests' own things, and how that is undone."""

import collections
import sys
from collections.abc import Callable, Mapping
from typing import Any

from . import drawing, remote
from .ledger import Ledger
from .record import Policy

Undo = Callable[[], None]


class Changes:
    """Those of one test cell. A change is known by the call and by what was handed over where.

    ``unseen`` says whether there was one that the author's solution does not make. With
    ``frozen`` such changes are left out.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.begin(frozen=False)

    def begin(self, *, frozen: bool) -> None:
        """A test cell begins, or begins again."""
        self.unseen = False
        self._frozen = frozen
        self._origins: dict[int, str] = {}
        # By number, how each thing becomes what it was: at first, and before an unseen change.
        self._first: dict[int, Undo] = {}
        self._former: dict[int, Undo] = {}

    def given(self, path: str, places: Mapping[int, str]) -> None:
        """The question that ``path`` answers handed these things over."""
        for number, place in places.items():
            if place and number not in self._origins:
                self._origins[number] = f"{path}@{place}"

    def takes(
        self, policy: Policy, path: str, places: Mapping[int, str], number: int, thing: Any
    ) -> bool:
        """Whether the answer at ``path`` to a question with these things may change this one."""
        if self._ledger.given_by_other(number):
            return True
        place = places.get(number) or self._origins.get(number, "")
        undo = _undo(thing)
        if not policy.may_change(path, place):
            self.unseen = True
            if self._frozen:
                return False
            self._former.setdefault(number, undo)
        self._first.setdefault(number, undo)
        return True

    def undo(self, *, every: bool) -> None:
        """Let the tests' things be what they were before the changes, or before unseen ones."""
        for number, undo in (self._first if every else self._former).items():
            undo()
            self._ledger.forget(number)

    def kept(self, things: list[Any]) -> Undo:
        """Lets these things, and what is in them, be what they are now."""
        # Tests change what a table's manager holds, other than answers do.
        undone = [
            (_table_with(one, one._mgr.copy()) if hasattr(one, "_mgr") else _undo(one), one)
            for one in _within(things)
        ]

        def undo() -> None:
            for former, one in undone:
                former()
                self._ledger.forget_thing(one)

        return undo


def is_of_authors_class(thing: Any) -> bool:
    """Whether this is an instance of a class of the notebook's, and not what stands for one."""
    kind = type(thing)
    is_of_notebook = kind.__module__ == "__main__" and not issubclass(kind, type)
    return is_of_notebook and remote.reference(thing) is None


def attributes(thing: Any) -> dict[str, Any]:
    """The attributes that an object itself has, in its dictionary and its slots."""
    found = dict(getattr(thing, "__dict__", {}))
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(thing, name) and name not in ("__dict__", "__weakref__"):
                found[name] = getattr(thing, name)
    return found


def give(thing: Any, found: Mapping[str, Any]) -> None:
    """Let an object have these attributes and no others; none of its class's code is run."""
    for name in list(getattr(thing, "__dict__", {})):
        object.__delattr__(thing, name)
    for name, value in found.items():
        object.__setattr__(thing, name, value)


def _within(things: list[Any]) -> list[Any]:
    """What can change of these, and of their members and attributes."""
    found: dict[int, Any] = {}
    waiting = list(things)
    while waiting:
        one = waiting.pop()
        kind = type(one)
        is_ours = is_of_authors_class(one)
        if id(one) in found or kind in _ATOMS or not (is_ours or _maker(kind) or kind is tuple):
            continue
        found[id(one)] = one
        if kind in _MAPPINGS:
            waiting.extend(dict.values(one))
        elif kind in (list, tuple, collections.deque):
            waiting.extend(one)
        elif is_ours:
            waiting.extend(attributes(one).values())
    return [one for one in found.values() if type(one) is not tuple]


_ATOMS = frozenset((str, int, float, bool, type(None)))
_MAPPINGS = (dict, collections.OrderedDict, collections.Counter, collections.defaultdict)


def _undo(thing: Any) -> Undo:
    return (_maker(type(thing)) or _of_object)(thing)


def _maker(kind: type) -> Callable[[Any], Undo] | None:
    """What makes the way back for a thing of exactly this type, if it is one of ours."""
    makers: list[tuple[tuple[type, ...], Callable[[Any], Undo]]] = [
        ((list, bytearray), _of_sequence),
        (_MAPPINGS, _of_dict),
        ((set, collections.deque), _of_members),
    ]
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None:
        makers.append(((numpy.ndarray,), _of_array))
    if hasattr(pandas, "DataFrame"):
        makers.append(((pandas.DataFrame, pandas.Series), _of_table))  # type: ignore[union-attr]
    for kinds, maker in makers:
        if kind in kinds:
            return maker
    return _of_drawing if drawing.is_one(kind) else None


def _of_sequence(thing: Any) -> Undo:
    former = thing[:]

    def undo() -> None:
        thing[:] = former

    return undo


def _of_dict(thing: Any) -> Undo:
    former = list(dict.items(thing))

    def undo() -> None:
        thing.clear()
        for key, value in former:
            thing[key] = value

    return undo


def _of_members(thing: Any) -> Undo:
    former = list(thing)

    def undo() -> None:
        thing.clear()
        add = thing.update if isinstance(thing, set) else thing.extend
        add(former)

    return undo


def _of_array(thing: Any) -> Undo:
    former = thing.copy()

    def undo() -> None:
        if thing.shape != former.shape:
            thing.shape = former.shape
        if thing.flags.writeable:
            thing[...] = former

    return undo


def _of_table(thing: Any) -> Undo:
    # To change one is to give it another manager: see `data`.
    return _table_with(thing, thing._mgr)


def _table_with(thing: Any, manager: Any) -> Undo:
    name = getattr(thing, "_name", None)

    def undo() -> None:
        thing._mgr = manager
        if hasattr(thing, "_name"):
            thing._name = name

    return undo


def _of_drawing(thing: Any) -> Undo:
    former = drawing.state(thing)
    return lambda: drawing.set_state(thing, former)


def _of_object(thing: Any) -> Undo:
    former = attributes(thing)
    return lambda: give(thing, former)

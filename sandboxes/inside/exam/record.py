"""What a test cell may need of the learner's kernel: written down once, obeyed ever after.

The author's solution is examined with a `Recorder`, which lets everything pass and writes it down;
a learner's work with a `Judge`, which lets pass what is written. A path says how something was
come by: ``f`` a name, ``f()`` what it returned, ``f().x`` its attribute, ``f()[add]`` a result.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

VALUE = "value"
CALLABLE = "callable"
CLASS = "class"
INSTANCE = "instance"
#: A function or class of the author's own.
OURS = "ours"
#: How it is written down: from 2 on what is `OURS`, where changes may be, and steady paths.
_RULES = 2


class Policy(Protocol):
    """What may pass in one test cell; each answer is about a path.

    ``is_steady``: a path does not grow with each thing that comes of its like, and that of a class
    stays when its instances come.
    """

    is_steady: bool

    def may_be(self, path: str, kind: str) -> bool:
        """Whether a thing of this kind may come by this path."""

    def may_do(self, path: str, operation: str) -> bool:
        """Whether this operator or attribute may be asked of a thing come by this path."""

    def is_asked(self, path: str, operation: str, *, inherited: bool) -> bool:
        """Whether the operator of a thing derived from a plain value is its own, and asked.

        With ``inherited`` its class has it from the plain type.
        """

    def may_change(self, path: str, place: str) -> bool:
        """Whether a call by this path may change what the examiner handed over at this place.

        It is the place among the arguments, or how it came to the kernel before.
        """

    def wants_instance(self, path: str, own: bool) -> bool:
        """Whether a thing that is also a plain value shall stay an object; ``own``: by its class.

        Its class is one of the notebook's own then.
        """


class Recorder:
    """Lets everything pass and writes it down."""

    is_steady = True

    def __init__(self) -> None:
        self.kinds: dict[str, set[str]] = defaultdict(set)
        self.operations: dict[str, set[str]] = defaultdict(set)
        self.changes: set[str] = set()
        self.theirs: set[str] = set()
        #: Data of the author's that the tests themselves change.
        self.touched: set[str] = set()

    def may_be(self, path: str, kind: str) -> bool:
        """Yes, and noted."""
        self.kinds[path].add(kind)
        return True

    def may_do(self, path: str, operation: str) -> bool:
        """Yes, and noted."""
        self.operations[path].add(operation)
        return True

    def is_asked(self, path: str, operation: str, *, inherited: bool) -> bool:
        """An operator of its own is."""
        return not inherited

    def may_change(self, path: str, place: str) -> bool:
        """Yes, and noted."""
        self.changes.add(f"{path}@{place}")
        return True

    def wants_instance(self, path: str, own: bool) -> bool:
        """An instance of the notebook's own class stays one."""
        return own

    def written(self) -> dict[str, Any]:
        """The record of the cell, as an object of JSON."""
        return {
            "rules": _RULES,
            "kinds": {path: sorted(kinds) for path, kinds in sorted(self.kinds.items())},
            "operations": {path: sorted(all_) for path, all_ in sorted(self.operations.items())},
            "changes": sorted(self.changes),
            "theirs": sorted(self.theirs),
            "touched": sorted(self.touched),
        }


class Judge:
    """Lets pass what the record of the cell holds, and values."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._kinds = _sets(record["kinds"])
        self._operations = _sets(record["operations"])
        self._changes = frozenset(record["changes"])
        self._rules = record.get("rules", 1)
        self.is_steady = self._rules >= 2
        self.theirs = frozenset(record["theirs"])
        self.touched = frozenset(record.get("touched", ()))

    def may_be(self, path: str, kind: str) -> bool:
        """Values always; what stays in the kernel only where the author's did."""
        if kind == VALUE:
            return True
        kinds = self._kinds.get(path, frozenset())
        if kind.startswith(OURS) and self._rules < 2:
            return True
        if kind in (CALLABLE, CLASS):
            return any(one in (CALLABLE, CLASS) or one.startswith("library:") for one in kinds)
        if kind == INSTANCE:
            return any(one == INSTANCE or one.startswith("instance:") for one in kinds)
        return kind in kinds

    def may_do(self, path: str, operation: str) -> bool:
        """What the author's solution was asked."""
        return operation in self._operations.get(path, ())

    def is_asked(self, path: str, operation: str, *, inherited: bool) -> bool:
        """Where the author's was; whether the learner's own class has another is no matter."""
        return self.may_do(path, operation)

    def may_change(self, path: str, place: str) -> bool:
        """Where the author's solution did."""
        noted = path if self._rules < 2 else f"{path}@{place}"
        return noted in self._changes

    def wants_instance(self, path: str, own: bool) -> bool:
        """Where the author's was one."""
        kinds = self._kinds.get(path, frozenset())
        return any(kind.startswith(INSTANCE) for kind in kinds)

    @property
    def names(self) -> frozenset[str]:
        """The names that the author's solution was asked for."""
        return frozenset(path for path in self._kinds if path.isidentifier())

    @property
    def functions(self) -> list[str]:
        """Those of the names that were functions or classes of the author's solution."""
        return sorted(n for n in self.names if self._kinds[n] & {CALLABLE, CLASS})


def _sets(told: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {path: frozenset(all_) for path, all_ in told.items()}
